"""Products of columns: a design where rows compress, a table of weights where they stay."""

from __future__ import annotations

import numpy as np
import pytest

from bgen.driver import Options, compile_text
from tests.golden.cases import execute

DATA = (
    "data { y: binary  r: real  x: real[x_1, x_2, x_3]  z: real[z_1, z_2]\n"
    '  w: real["x_*"]  g: category }\n'
)
COMPRESSED = {
    "fm(x, rank = 2)": "one form is linear",
    "intercept() + linear(x) + bilinear(x, z)": "one form is linear",
    "lowrank_interaction(x, z, rank = 1) + fm(x, rank = 2)": "2 forms are linear",
    "lowrank_bilinear(x, z, rank = 2) - fm(z, rank = 1)": "2 forms are linear",
    "fm(x, rank = 2) + random_effects(g)": "one form is linear",
}
TABLES = {
    "interaction(x, z)": "a_product",
    "intercept() + interaction(x)": "a_x_product",
    "horseshoe_interaction(x) + random_effects(g)": "a_x_product",
}
#: Predictors, the link, and why they stay as they are.
ASIDE = {
    ("interaction(x, z)", "r ~ gaussian"): "rows compress, with the products of columns",
    ("fm(x, rank = 2)", "y ~ bernoulli"): "rows do not compress by the products of columns",
    ("fm(w, rank = 2)", "r ~ gaussian"): "the products of columns are of unknown number",
    ("linear(x)", "y ~ bernoulli"): "no products of columns are read",
    (
        "interaction(x, z)",
        "g ~ categorical",
    ): "products of columns are read more than once, "
    "or have weights for each class",
}


def emitted(predictor: str, response: str) -> str:
    return compile_text(f"{DATA}a = {predictor}\n{response}(a)\n", "model.bl", Options("-O2"))


def table(rows: int = 40) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    columns = {f"{k}_{i}": rng.normal(size=rows) for k in "xz" for i in (1, 2, 3)}
    return columns | {
        "y": rng.integers(2, size=rows),
        "r": rng.normal(size=rows),
        "g": np.array([f"g{i}" for i in rng.integers(4, size=rows)]),
    }


@pytest.mark.parametrize("predictor", COMPRESSED)
def test_forms_compress_by_products(predictor: str) -> None:
    code = emitted(predictor, "r ~ gaussian")
    assert f"low_rank_forms: {COMPRESSED[predictor]} in products" in " ".join(code.split())
    program = execute(code, "low_rank").PROGRAM
    arguments, _ = program.encode(table())
    assert program.fast.verify(program, arguments, 20) is not None
    rows = {len(v) for k, v in program.fast.prepare(**arguments).items() if k.endswith("within")}
    assert max(rows) <= 12  # of 40


@pytest.mark.parametrize("predictor", TABLES)
def test_products_of_rows_that_stay_are_never_made(predictor: str) -> None:
    code = emitted(predictor, "y ~ bernoulli")
    assert f"low_rank_forms: {TABLES[predictor]}: by a table of their weights" in " ".join(
        code.split()
    )
    fast = code[code.index("def model_fast(") :]
    assert "[:, :, None]" not in fast[: fast.index("COLUMNS")]
    program = execute(code, "low_rank").PROGRAM
    arguments, _ = program.encode(table())
    assert program.fast.verify(program, arguments, 20) is not None


@pytest.mark.parametrize(("predictor", "response"), ASIDE)
def test_the_plan_says_why_not(predictor: str, response: str) -> None:
    told = " ".join(emitted(predictor, response).split())
    assert f"not low_rank_forms: {ASIDE[predictor, response]}" in told or (
        # nothing is rewritten, and so there is no plan
        "def model_fast"
        not in told
    )


def test_many_products_are_no_design() -> None:
    columns = ", ".join(f"c_{i}" for i in range(21))  # 210 pairs
    source = (
        f"data {{ r: real  x: real[{columns}] }}\nr ~ gaussian(intercept() + fm(x, rank = 2))\n"
    )
    assert "low_rank_forms: one form" not in compile_text(source, "model.bl", Options("-O2"))


@pytest.mark.parametrize("predictor", ["fm(x, rank = 2)", "interaction(x, z)"])
def test_without_compression_rows_stay_as_they_would(predictor: str) -> None:
    source = f"{DATA}a = intercept() + {predictor}\nr ~ gaussian(a)\n"
    code = compile_text(source, "model.bl", Options(without=("compress_gaussian",)))
    told = " ".join(code.split())
    assert "by which rows compress" not in told and "not low_rank_forms: rows compress" not in told
