"""Missing values: masked responses, imputed inputs, and the tables that they come in."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from numpyro.infer.util import log_density

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import analyse, compile_text
from tests.golden.cases import execute

CHAIN = """
model chain
data { y: real?  x: real?  w: positive?  z: real }
a = intercept(coef ~ Normal(0, 5)) + linear(z)
x ~ gaussian(a)
b = linear(x)
w ~ lognormal(b)
log_w = log(w)
mu = intercept() + linear(standardize(x), log_w, z)
y ~ gaussian(mu)
"""
GAPS = {"x": [3, 8], "w": [8, 11, 12], "y": [1]}


@pytest.fixture(scope="module")
def chain() -> ModuleType:
    return execute(compile_text(CHAIN), "chain")


def table(rows: int, seed: int = 0) -> dict[str, np.ndarray]:
    """z -> x -> w, and y of x and log w; the sds are 0.5, 0.3 and 0.4."""
    rng = np.random.default_rng(seed)
    z, e, f, g = rng.normal(size=(4, rows))
    x = 2 + 0.8 * z + 0.5 * e
    w = np.exp(0.4 * x + 0.3 * f)
    return {"y": 1 + 0.5 * x - np.log(w) + 0.4 * g, "x": x, "w": w, "z": z}


def with_gaps(data: dict[str, np.ndarray], gaps: dict[str, list[int]]) -> dict[str, list[Any]]:
    """None in the given rows, which count from 1."""
    columns: dict[str, list[Any]] = {k: v.tolist() for k, v in data.items()}
    for name, rows in gaps.items():
        for row in rows:
            columns[name][row - 1] = None
    return columns


@pytest.fixture(scope="module")
def fitted(chain: ModuleType) -> Any:
    rng = np.random.default_rng(5)
    gaps = {k: (np.flatnonzero(rng.random(300) < 0.15) + 1).tolist() for k in ("x", "w", "y")}
    data = with_gaps(table(300), gaps)
    return chain.fit(data, chains=2, warmup=400, draws=500), data, gaps


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["", "NA", "NaN", "nan"])
def test_missing_in_a_csv_file(chain: ModuleType, spelling: str, tmp_path: Path) -> None:
    columns = with_gaps(table(15), GAPS)
    lines = [",".join(columns)]
    for row in zip(*columns.values(), strict=True):
        lines.append(",".join(spelling if v is None else repr(v) for v in row))
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n")
    found, encoding = chain.encode(tmp_path / "t.csv")
    assert encoding["levels"] == {
        "x_missing": ["3", "8"],
        "w_missing": ["8", "11", "12"],
    }
    assert found["x_slot"].tolist() == [-1, -1, 0, *[-1] * 4, 1, *[-1] * 7]
    assert found["y_observed"].tolist() == [False, *[True] * 14]
    assert np.isfinite(found["y"]).all()
    assert found["mean_x"] == pytest.approx(np.delete(table(15)["x"], [2, 7]).mean())


def test_null_in_a_parquet_file(chain: ModuleType, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow

    columns = with_gaps(table(15), GAPS)
    parquet.write_table(pyarrow.table(columns), tmp_path / "t.parquet")
    found, encoding = chain.encode(tmp_path / "t.parquet")
    expected, _ = chain.encode(columns)
    assert encoding["levels"]["w_missing"] == ["8", "11", "12"]
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value)


def test_other_columns_keep_their_error_and_rows_their_number(chain: ModuleType) -> None:
    columns = with_gaps(table(15), GAPS | {"z": [2, 9]})
    with pytest.raises(chain.DataError, match=r"column 'z': missing value.*row 2 has.*row 9 has"):
        chain.encode(columns)
    found, encoding = chain.encode(columns, na="drop")
    assert encoding["dropped"] == [2, 9]
    assert encoding["levels"]["w_missing"] == ["8", "11", "12"]
    assert found["w_slot"].tolist() == [*[-1] * 6, 0, -1, 1, 2, -1, -1, -1]


def test_rows_that_were_dropped_do_not_move_others(chain: ModuleType) -> None:
    """Neither those of the fit in a prediction, nor those of the new data in its rows."""
    data = with_gaps(table(30), {"z": [2, 9], "x": [4]})
    fit = chain.fit(data, method="svi", steps=50, draws=20, na="drop")
    new = with_gaps(table(6), {"z": [1, 3], "x": [4]})
    rows = chain.predict(fit, new, na="drop")
    assert [row["row"] for row in rows] == [2, 4, 5, 6]
    assert [row["row"] for row in chain.predict(fit, table(6))] == [1, 2, 3, 4, 5, 6]


def test_a_response_without_any_value_is_an_error(chain: ModuleType) -> None:
    with pytest.raises(chain.DataError, match="no value in any row"):
        chain.encode(with_gaps(table(4), {"y": [1, 2, 3, 4]}))


# --- the density ----------------------------------------------------------------------------------


def density(chain: ModuleType, columns: dict[str, Any], draws: dict[str, Any]) -> float:
    arguments, _ = chain.encode(columns)
    given = {k: v if isinstance(v, int) else jnp.asarray(v) for k, v in arguments.items()}
    return float(log_density(chain.model, (), given, draws)[0])


SITES = {
    "a_intercept": 0.3,
    "a_z_coef": [0.7],
    "x_sigma": 0.6,
    "b_coef": [0.2],
    "w_sigma": 0.5,
    "mu_intercept": -0.4,
    "mu_linear_coef": [0.5, -0.2, 0.1],
    "y_sigma": 0.9,
}


def test_imputed_values_count_as_observed_ones_do(chain: ModuleType) -> None:
    """Given the values that were taken out, the density is that of the whole table.

    Where a constant of the column is not the same, the coefficient would be another: x has sites at
    such values that its mean and sd do not change.
    """
    data = table(15)
    x = np.delete(data["x"], [2, 7])
    data["x"][[2, 7]] = x.mean() + np.array([-1, 1]) * x.std(ddof=1) * np.sqrt(0.5)
    columns = with_gaps(data, {"x": [3, 8], "w": [8, 11]})
    assert np.nanstd(np.array(columns["x"], float), ddof=1) == pytest.approx(x.std(ddof=1))
    scale = np.std(data["x"], ddof=1) / x.std(ddof=1)
    draws = {k: jnp.asarray(v) for k, v in SITES.items()}
    none = {"x_imputed": jnp.zeros(0), "w_imputed": jnp.zeros(0)}
    whole = dict(draws)
    whole["mu_linear_coef"] = draws["mu_linear_coef"] * jnp.array([scale, 1.0, 1.0])
    imputed = {"x_imputed": data["x"][[2, 7]], "w_imputed": data["w"][[7, 10]]}
    coef = [draws["mu_linear_coef"][0], whole["mu_linear_coef"][0]]
    prior = float(-(coef[0] ** 2) / 2 + coef[1] ** 2 / 2)
    found = density(chain, columns, draws | imputed)
    assert found == pytest.approx(density(chain, data, whole | none) + prior, rel=1e-9)


def test_a_missing_response_has_no_density(chain: ModuleType) -> None:
    data = table(15)
    draws = {k: jnp.asarray(v) for k, v in SITES.items()}
    draws |= {"x_imputed": jnp.zeros(0), "w_imputed": jnp.zeros(0)}
    without = density(chain, with_gaps(data, {"y": [4, 5]}), draws)
    mu = SITES["mu_intercept"] + np.column_stack(
        [(data["x"] - data["x"].mean()) / data["x"].std(ddof=1), np.log(data["w"]), data["z"]]
    ) @ np.array(SITES["mu_linear_coef"])
    errors = ((data["y"] - mu) / 0.9)[[3, 4]]
    lost = np.sum(-(errors**2) / 2 - np.log(0.9) - np.log(2 * np.pi) / 2)
    assert density(chain, data, draws) - without == pytest.approx(float(lost), rel=1e-9)


# --- fits and predictions -------------------------------------------------------------------------


def test_recovery(fitted: Any) -> None:
    fit, _, gaps = fitted
    rows = {row["parameter"]: row for row in fit.summary}
    truth = {"a_z_coef[z]": 0.8, "b_coef[x]": 0.4, "x_sigma": 0.5, "w_sigma": 0.3, "y_sigma": 0.4}
    truth |= {"mu_linear_coef[log_w]": -1.0, "mu_linear_coef[z]": 0.0}
    for name, value in truth.items():
        assert abs(rows[name]["mean"] - value) < 4 * rows[name]["sd"], name
        assert rows[name]["r_hat"] < 1.03
    full = table(300)
    for name in ("x", "w"):
        mean, sd = ([rows[f"{name}_imputed[{r}]"][k] for r in gaps[name]] for k in ("mean", "sd"))
        away = (full[name][np.array(gaps[name]) - 1] - mean) / np.array(sd)
        assert np.abs(away).max() < 4.5 and 0.6 < away.std() < 1.4


def test_new_rows_with_missing_inputs_are_drawn_in_order(chain: ModuleType, fitted: Any) -> None:
    """y = 1 + 0.5 x - log w + e; with both missing, x and w follow from z."""
    fit = fitted[0]
    none, z = None, 0.0
    new = {"x": [2.0, none, none, 2.0], "w": [2.0, 2.0, none, none], "z": [z] * 4}
    found = chain.predict(fit, new)
    assert [(r["row"], r["response"]) for r in found] == [(k, "y") for k in (1, 2, 3, 4)]
    sds = np.array([r["sd"] for r in found])
    known, no_x, neither, no_w = 0.4, np.hypot(0.4, 0.25), 0.0, np.hypot(0.4, 0.3)
    neither = np.sqrt(0.4**2 + (0.1 * 0.5) ** 2 + 0.3**2)  # 0.5 x - 0.4 x is left of x
    np.testing.assert_allclose(sds, [known, no_x, neither, no_w], rtol=0.15)
    assert chain.predict(fit, new) == found
    complete = {"x": [2.0], "w": [2.0], "z": [z]}
    assert chain.predict(fit, complete)[0]["mean"] == pytest.approx(found[0]["mean"], abs=0.06)


def test_minibatches_agree(chain: ModuleType, fitted: Any) -> None:
    fit, data, _ = fitted
    svi = chain.fit(data, method="svi", steps=8000, batch=60, draws=500)
    nuts = {row["parameter"]: row for row in fit.summary}
    for row in svi.summary:
        other = nuts[row["parameter"]]
        assert abs(row["mean"] - other["mean"]) < 0.8 * other["sd"], row["parameter"]


@pytest.mark.parametrize("method", ["nuts", "svi"])
def test_nothing_is_missing(chain: ModuleType, method: str, tmp_path: Path) -> None:
    settings = {"chains": 1, "warmup": 50, "draws": 50} if method == "nuts" else {"steps": 100}
    fit = chain.fit(table(40), tmp_path / "run", method=method, **settings)
    assert fit.posterior["x_imputed"].shape[-1] == 0
    assert not any("imputed" in row["parameter"] for row in fit.summary)
    new = {"x": [None, 1.0], "w": [1.0, None], "z": [0.0, 0.0]}
    assert len(chain.predict(tmp_path / "run", new)) == 2


def test_prior_predictive(chain: ModuleType, tmp_path: Path) -> None:
    rows = chain.run_prior(chain.PROGRAM, with_gaps(table(30), GAPS), tmp_path / "run", draws=200)
    assert {row["response"] for row in rows} == {"y"} and len(rows) == 30
    assert all(np.isfinite(row["mean"]) for row in rows)
    assert "imputed" not in (tmp_path / "run" / "summary.csv").read_text()


# --- other responses ------------------------------------------------------------------------------


def test_missing_counts_and_classes_are_masked() -> None:
    source = """
    data { n: count?  k: category?  p: proportion?  b: binary?  u: real?  v: real  x: real }
    eta = intercept() + linear(x)
    n ~ poisson(eta)
    k ~ categorical(intercept() + linear(x))
    b ~ bernoulli(eta)
    u, v ~ multivariate_gaussian(eta, intercept())
    logit_p = log(p / (1 - p))
    logit_p ~ gaussian(eta)
    """
    module = execute(compile_text(source), "masked")
    rng = np.random.default_rng(0)
    data: dict[str, list[Any]] = {
        "n": rng.poisson(2, 20).tolist(),
        "k": [str(v) for v in rng.choice(["a", "b", "c"], 20)],
        "p": rng.uniform(0.1, 0.9, 20).tolist(),
        "b": rng.integers(0, 2, 20).tolist(),
        **{name: rng.normal(size=20).tolist() for name in "uvx"},
    }
    for place, name in enumerate("nkpbu"):
        data[name][place] = None
    arguments, _ = module.encode(data)
    for place, name in enumerate(("n", "k", "logit_p", "b", "u_v")):
        assert np.flatnonzero(~arguments[f"{name}_observed"]).tolist() == [place]
    assert arguments["n"].dtype.kind == arguments["k"].dtype.kind == "i"
    fit = module.fit(data, method="svi", steps=300, draws=100)
    assert all(np.isfinite(row["mean"]) for row in fit.summary)
    rows = module.predict(fit, data)
    assert sum(row["response"] == "n" for row in rows) == 20
    assert all(np.isfinite(row["mean"]) for row in rows)


WRONG = {
    "BL207": [
        "data { y: real  x: real[a, b]? } y ~ gaussian(intercept() + linear(x))",
        "data { y: real  g: category  u: real? by g } y ~ gaussian(intercept() + linear(u))",
        "data { y: real  u: scalar? } y ~ gaussian(u * intercept())",
    ],
    "BL307": [
        "data { y: real  x: real? } x ~ gaussian(intercept()) y ~ gaussian(intercept() + x)",
    ],
    "BL540": [
        "data { x: real?  z: real } l = x^2 l ~ lognormal(linear(z)) z ~ gaussian(linear(l))",
    ],
    "BL541": [
        "data { y: real  x: real? } x ~ gaussian(linear(x)) y ~ gaussian(intercept())",
        "data { y: real  x: real? } z = x^2 x ~ gaussian(intercept()) y ~ gaussian(linear(z))",
    ],
    "BL542": [
        "data { y: real  g: category? } y ~ gaussian(random_effects(g))",
        "data { y: real  s: category? } y ~ gaussian(intercept() + linear(s))",
        "data { y: real  n: count? } n ~ poisson(intercept()) y ~ gaussian(linear(n))",
        "data { y: real  t: integer? } y ~ gaussian(random_walk(t))",
    ],
    "BL544": [
        "data { y: real  x: proportion? } x ~ gaussian(intercept()) y ~ gaussian(linear(x))",
    ],
    "BL545": [
        "data { y: real  z: real  x: real? } x ~ gaussian(linear(z)) y ~ gaussian(r2d2(x, z))",
    ],
}


@pytest.mark.parametrize(("code", "source"), [(c, s) for c in WRONG for s in WRONG[c]])
def test_what_cannot_be_missing_is_told_so(code: str, source: str) -> None:
    analyse(Source("model.bl", source), sink := Sink())
    assert [d.code for d in sink if d.code < "BL600"] == [code]
    assert all(d.help for d in sink)
