"""What layers learn from the training data stays as it was when other rows are predicted."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
from numpyro.handlers import reparam, seed, substitute, trace
from numpyro.infer.util import log_density

from bgen.driver import compile_text
from tests.golden.cases import execute

RNG = np.random.RandomState(8)


def block(rows: int, columns: int, name: str = "gene") -> dict[str, Any]:
    return {f"{name}_{k}": RNG.normal(2, 3, rows) for k in range(columns)}


def prior_of(module: Any, arguments: dict[str, Any], site: str, **values: Any) -> Any:
    """The distribution that a site is sampled from."""
    handled = substitute(seed(module.model, 0), data=values)
    return trace(handled).get_trace(**arguments)[site]["fn"]


@pytest.fixture(scope="module")
def genes() -> Any:
    return execute(
        compile_text(
            'data { y: binary  x: real["gene_*"] }\n'
            "eta = intercept() + horseshoe(x, relevant = 2)\ny ~ bernoulli(eta)"
        )
    )


def test_relevant_counts_rows_of_the_fit_and_columns_of_the_pattern(genes: Any) -> None:
    """tau0 = p0 / (d - p0) * 2 / sqrt(n), with the n of the training data in a prediction too."""
    train = {"y": RNG.randint(0, 2, 25), **block(25, 7)}
    arguments, encoding = genes.encode(train)
    few = {name: values[:4] for name, values in train.items() if name != "y"}
    later, _ = genes.encode(few, encoding)
    for given in (arguments, later):
        scale = prior_of(genes, given, "eta_x_tau").scale
        assert float(scale) == pytest.approx(2 / 5 * 2 / np.sqrt(25), rel=1e-12)


def test_relevant_below_the_columns_of_a_pattern(genes: Any) -> None:
    told = "`relevant = 2` is to be fewer than the columns, and the data have 2"
    with pytest.raises(genes.DataError, match=told):
        genes.encode({"y": RNG.randint(0, 2, 25), **block(25, 2)})


def test_relevant_below_the_pairs_of_a_pattern() -> None:
    module = execute(
        compile_text(
            'data { y: real  x: real["gene_*"] }\n'
            "y ~ gaussian(intercept() + horseshoe_interaction(x, relevant = 3))"
        )
    )
    module.encode({"y": RNG.normal(size=9), **block(9, 4)})  # six pairs
    with pytest.raises(module.DataError, match="fewer than the columns, and the data have 3"):
        module.encode({"y": RNG.normal(size=9), **block(9, 3)})


def test_relevant_in_units_of_the_errors() -> None:
    text = "data {{ y: real  x: real[a, b, c] }}\ny ~ gaussian(intercept() + {}, sigma = 0.5)"
    module = execute(compile_text(text.format("horseshoe(x, relevant = 1)")))
    rows = {name: RNG.normal(size=16) for name in "yabc"}
    arguments, _ = module.encode(rows)
    tau = prior_of(module, arguments, "y_x_tau")
    assert float(tau.scale) == pytest.approx(1 / 2 * 0.5 / 4, rel=1e-12)


def test_standardised_columns_keep_the_units_of_the_fit() -> None:
    module = execute(
        compile_text(
            'data { y: real  x: real["gene_*"]  g: category }\n'
            "y ~ gaussian(intercept() + r2d2(x, g))"
        )
    )
    train = {"y": RNG.normal(size=12), "g": ["a", "b", "c"] * 4, **block(12, 3)}
    arguments, encoding = module.encode(train)
    design = arguments["y_r2d2"]
    np.testing.assert_allclose(design.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(design.std(axis=0, ddof=1), 1)
    few = {name: values[5:7] for name, values in train.items() if name != "y"}
    later, _ = module.encode(few, encoding)
    np.testing.assert_allclose(later["y_r2d2"], design[5:7])
    with pytest.raises(module.DataError, match="does not vary"):
        module.encode(train | {"gene_1": np.ones(12)})


def test_steps_need_two_levels() -> None:
    module = execute(
        compile_text(
            "data { y: real  o: ordinal }\ny ~ gaussian(intercept() + monotonic(o))",
        )
    )
    arguments, encoding = module.encode({"y": RNG.normal(size=4), "o": [10, 9, 10, 9]})
    assert encoding["labels"]["o_step"] == ["10"] and arguments["n_o"] == 2
    with pytest.raises(module.DataError, match="column 'o': one level"):
        module.encode({"y": RNG.normal(size=2), "o": [9, 9]})


# --- several columns of one category --------------------------------------------------------------


@pytest.fixture(scope="module")
def members() -> Any:
    return execute(
        compile_text(
            'data { y: real  first: category  second: category  w: real["w*"] }\n'
            "mu = intercept() + multi_membership(first, second, weights = w)\ny ~ gaussian(mu)"
        )
    )


MEMBERS = {
    "y": [0.1, 0.2, 0.3],
    "first": ["10", "2", "10"],
    "second": ["2", "3", "2.0"],
    "w1": [0.5, 1.0, 0.2],
    "w2": [0.5, 0.0, 0.8],
}


def test_columns_have_their_levels_in_common(members: Any) -> None:
    """Numbers in numeric order; one that a column had alone is known in the other."""
    arguments, encoding = members.encode(MEMBERS)
    assert encoding["levels"]["first_second"] == ["2", "3", "10"]
    np.testing.assert_array_equal(arguments["first_second"], [[2, 0], [0, 1], [2, 0]])
    new = {"first": ["3"], "second": ["10"], "w1": [0.4], "w2": [0.6]}
    later, _ = members.encode(new, encoding)
    np.testing.assert_array_equal(later["first_second"], [[1, 2]])
    with pytest.raises(members.DataError, match=r"column 'second'.*row 1 has '7'"):
        members.encode(new | {"second": ["7"]}, encoding)
    grown, known = members.encode(new | {"second": ["7"]}, encoding, unseen="sample")
    np.testing.assert_array_equal(grown["first_second"], [[1, 3]])
    assert known["unseen"] == {"first_second": ["7"]} and grown["n_first_second"] == 4


def test_data_of_several_columns_are_blamed_by_column_and_row(members: Any) -> None:
    with pytest.raises(members.DataError, match=r"column 'second': missing.*row 3 has 'NA'"):
        members.encode(MEMBERS | {"second": ["2", "3", "NA"]})
    _, encoding = members.encode(MEMBERS | {"second": ["2", "3", "NA"]}, na="drop")
    assert encoding["rows"] == 2
    with pytest.raises(members.DataError, match="3 columns, expected 2"):
        members.encode(MEMBERS | {"w3": [0.0, 0.0, 0.0]})


# --- correlated effects ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def correlated() -> Any:
    return execute(
        compile_text(
            "data { y: real  x: real  g: category }\n"
            "mu = intercept() + linear(x) + correlated_effects(1, x, by = g)\ny ~ gaussian(mu)"
        )
    )


def test_new_levels_are_drawn_jointly(correlated: Any) -> None:
    """With the correlation and the scales of each draw; `population` is zero."""
    train = {"y": RNG.normal(size=8), "x": RNG.normal(size=8), "g": list("aabbccdd")}
    _, encoding = correlated.encode(train)
    new = {"x": [1.0, 2.0], "g": ["z", "a"]}
    draws, rho = 4000, 0.8
    factor = np.array([[1.0, 0.0], [rho, np.sqrt(1 - rho**2)]])
    posterior = {
        "mu_intercept": np.zeros(draws),
        "mu_x_coef": np.zeros((draws, 1)),
        "mu_x_scale": np.tile([2.0, 0.5], (draws, 1)),
        "mu_x_corr_cholesky": np.tile(factor, (draws, 1, 1)),
        "mu_x_corr": np.tile(factor @ factor.T, (draws, 1, 1)),
        "mu_x_effect": np.tile(np.arange(8.0).reshape(4, 2), (draws, 1, 1)),
        "y_sigma": np.ones(draws),
    }
    program = correlated.PROGRAM
    for unseen in ("sample", "population"):
        arguments, known = program.encode(new, encoding, unseen=unseen)
        data = correlated.prepare_data(program, arguments)
        key = jax.random.PRNGKey(0)
        whole = correlated.add_levels(program, posterior, key, data, known, unseen)
        effect = np.asarray(whole["mu_x_effect"])
        assert effect.shape == (draws, 5, 2)
        np.testing.assert_array_equal(effect[:, :4], posterior["mu_x_effect"])
        if unseen == "population":
            np.testing.assert_array_equal(effect[:, 4], 0)
        else:
            np.testing.assert_allclose(effect[:, 4].std(axis=0), [2.0, 0.5], rtol=0.06)
            assert np.corrcoef(effect[:, 4].T)[0, 1] == pytest.approx(rho, abs=0.03)


@pytest.mark.parametrize("response", ["y: real", "y: category"])
def test_standard_normals_have_the_same_density(response: str) -> None:
    """Through the change of variables, which is the factor of the covariance, level by level."""
    link = "gaussian(mu)" if "real" in response else "categorical(mu)"
    module = execute(
        compile_text(
            f"data {{ {response}  x: real  g: category }}\n"
            f"mu = intercept() + linear(x) + correlated_effects(1, x, by = g)\ny ~ {link}"
        )
    )
    y = RNG.normal(size=9) if "real" in response else list("uvwuvwuvw")
    arguments, _ = module.encode({"y": y, "x": RNG.normal(size=9), "g": list("aabbccddd")})
    standard = reparam(module.model, config=module.REPARAM)
    point = {
        name: site["value"]
        for name, site in trace(seed(standard, 3)).get_trace(**arguments).items()
        if site["type"] == "sample" and name != "y"
    }
    assert "mu_x_effect_standard" in point and "mu_x_effect" not in point
    moved, found = log_density(standard, (), arguments, point)
    effect = found["mu_x_effect"]["value"]
    known = {k: v for k, v in point.items() if not k.endswith("_standard")}
    plain, written = log_density(module.model, (), arguments, known | {"mu_x_effect": effect})
    prior = written["mu_x_effect"]["fn"]
    while hasattr(prior, "base_dist"):
        prior = prior.base_dist
    diagonal = np.diagonal(np.broadcast_to(prior.scale_tril, (*effect.shape, 2)), 0, -2, -1)
    assert float(moved) == pytest.approx(float(plain) + np.log(diagonal).sum(), rel=1e-10)


@pytest.mark.parametrize(
    ("call", "least"),
    [
        ("correlated_effects(s, by = g)", 2),
        ("fm(s, rank = 2)", 2),
        ("fm3(s, x, rank = 2)", 3),
        ("interaction(s)", 2),
    ],
)
def test_a_category_of_two_levels_is_one_column(call: str, least: int) -> None:
    source = "data { y: real  x: real  s: category  g: category }\n"
    code = compile_text(f"{source}y ~ gaussian(intercept() + {call})\n")
    module = execute(code, "few_columns")
    rows = {"y": [1.0, 2.0, 3.0], "x": [1.0, 0.0, 2.0], "s": ["a", "b", "a"], "g": ["u", "v", "u"]}
    told = rf"needs {least} different columns, and the data have (1|2)$"
    with pytest.raises(module.DataError, match=told):
        module.encode(rows)
    module.encode(rows | {"s": ["a", "b", "c"]})
