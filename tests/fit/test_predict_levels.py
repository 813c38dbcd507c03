"""New levels at prediction: what is known stays, and what a level is given is its prior's."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import pytest

from bgen.driver import compile_text
from tests.golden.cases import execute, runtime

NESTED = """
data { y : real  g : category  h : category }
tau ~ HalfNormal(1)
b[g] ~ Normal(0, 1)
a[g, h] ~ Normal(b[g], tau)
c = 2 * b[g]
y ~ gaussian(a[g, h] + 0 * c)
"""
FEW = {"method": "svi", "steps": 300, "draws": 300}
RNG = np.random.default_rng(0)


def program(source: str) -> ModuleType:
    return execute(compile_text(source))


@pytest.fixture(scope="module")
def nested() -> tuple[ModuleType, Any]:
    module = program(NESTED)
    rows = {"g": ["a", "b"] * 60, "h": ["u", "u", "v", "v"] * 30}
    return module, module.fit(rows | {"y": 3 + 0.1 * RNG.normal(size=120)}, **FEW)


@pytest.mark.parametrize("unseen", ["sample", "population"])
def test_other_rows_do_not_move_a_known_level(nested: Any, unseen: str) -> None:
    module, fit = nested
    alone = module.predict(fit, {"g": ["a"], "h": ["NEW"]}, unseen=unseen)
    beside = module.predict(fit, {"g": ["a", "NEWG"], "h": ["NEW", "u"]}, unseen=unseen)
    b, tau = (fit.posterior[k].reshape(300, -1) for k in ("b", "tau"))
    error = np.sqrt(tau.std() ** 2 + np.mean(tau**2) + np.var(b[:, 0])) / np.sqrt(300)
    for rows in (alone, beside):
        assert rows[0]["mean"] == pytest.approx(b[:, 0].mean(), abs=6 * error)
    assert abs(beside[0]["mean"] - alone[0]["mean"]) < 8 * error
    assert abs(beside[1]["mean"]) < 0.5  # of the new group there is the prior alone


def test_a_prior_sees_the_known_levels_of_its_parents(nested: Any) -> None:
    """Draw by draw, and the known values of all sites are exactly those of the draw."""
    module, _ = nested
    _, encoding = module.encode({"g": ["a", "b"], "h": ["u", "v"], "y": [0.0, 1.0]})
    draws = {
        "tau": np.full(50, 1e-6),
        "b": RNG.normal(size=(50, 2)),
        "a": RNG.normal(size=(50, 2, 2)),
        "y_sigma": np.ones(50),
    }
    new = {"g": ["a", "NEWG"], "h": ["NEW", "u"]}
    for unseen in ("sample", "population"):
        arguments, known = module.encode(new, encoding, unseen=unseen)
        data = module.prepare_data(module.PROGRAM, arguments)
        key = jax.random.PRNGKey(0)
        whole = module.add_levels(module.PROGRAM, draws, key, data, known, unseen)
        np.testing.assert_array_equal(whole["b"][:, :2], draws["b"])
        np.testing.assert_array_equal(whole["a"][:, :2, :2], draws["a"])
        expected = np.broadcast_to(whole["b"][..., None], (50, 3, 3))
        for at in (np.s_[:, :, 2], np.s_[:, 2, :]):
            np.testing.assert_allclose(whole["a"][at], expected[at], atol=1e-4)
        assert (np.asarray(whole["b"][:, 2]) == 0).all() == (unseen == "population")


# The prior, its median: that of the exact distribution, or near that of a large sample.
NORMAL = dist.Normal(jnp.array([0.0, 5.0]), 2.0)
LOCATIONS: dict[str, tuple[Any, Any]] = {
    "half normal": (dist.HalfNormal(2.0), 2 * 0.6744898),
    "half t": (dist.FoldedDistribution(dist.StudentT(3.0, 0.0, 2.0)), 2 * 0.7648923),
    "half Cauchy": (dist.HalfCauchy(jnp.array([1.0, 2.0])).to_event(1), [1.0, 2.0]),
    "exponential": (dist.Exponential(2.0).expand([2]), [np.log(2) / 2] * 2),
    "truncated Laplace": (dist.TruncatedDistribution(dist.Laplace(0.0, 1.0), low=0.0), np.log(2)),
    "truncated Cauchy": (dist.TruncatedDistribution(dist.Cauchy(0.0, 1.0), low=0.0), 1.0),
    "uniform": (dist.Uniform(2.0, 4.0), 3.0),
    "Weibull": (dist.Weibull(2.0, 1.5), 2 * np.log(2) ** (1 / 1.5)),
    "Pareto": (dist.Pareto(2.0, 1.0), 4.0),
    "log normal": (dist.LogNormal(1.0, 2.0), np.e),
    "normal": (NORMAL.to_event(1), [0.0, 5.0]),
    "of a circle": (dist.VonMises(3.0, 4.0), 3.0),
    "vectors": (dist.Dirichlet(jnp.array([1.0, 3.0])), [0.25, 0.75]),
}


@pytest.mark.parametrize("name", LOCATIONS)
def test_where_a_prior_lies(name: str) -> None:
    fn, want = LOCATIONS[name]
    for locate in (runtime().prior_location, jax.jit(runtime().prior_location)):
        drawn = name in ("half t", "Weibull")  # a median of 1,001 draws
        np.testing.assert_allclose(locate(fn), want, rtol=0.1 if drawn else 1e-5)


@pytest.mark.parametrize(
    "prior", ["HalfStudentT(3, 1)", "HalfCauchy(1)", "Truncated(Laplace(0, 1), low = 0)"]
)
def test_a_scale_of_a_new_level(prior: str, recwarn: pytest.WarningsRecorder) -> None:
    module = program(
        f"data {{ y : real  g : category }}\ns[g] ~ {prior}\ny ~ gaussian(0, sigma = s[g])\n"
    )
    fit = module.fit({"y": RNG.normal(size=60), "g": ["a", "b", "c"] * 20}, **FEW)
    row = module.predict(fit, {"g": ["NEW"]}, unseen="population")[0]
    assert 0.5 < row["sd"] < 1.6
    assert not [w for w in recwarn if issubclass(w.category, RuntimeWarning)]


# --- fits of which nothing is left to predict with ------------------------------------------------


def test_all_sites_are_of_levels() -> None:
    module = program(
        "data { y: binary  person: category }\nability[person] ~ Normal(0, 1)\n"
        "y ~ bernoulli(ability[person])\n"
    )
    fit = module.fit({"y": [0, 1, 1, 0, 1, 1], "person": ["p", "q"] * 3}, **FEW)
    for unseen in ("sample", "population"):
        rows = module.predict(fit, {"person": ["NEW", "p"]}, unseen=unseen)
        assert [row["row"] for row in rows] == [1, 2]
        assert 0.35 < rows[0]["mean"] < 0.65


def test_all_sites_are_of_rows(tmp_path: Path) -> None:
    module = program(
        "data { y: count  x: positive }\neps[row] ~ Normal(0, 1)\n"
        "mu = offset(log(x)) + eps[row]\ny ~ poisson(mu)\n"
    )
    data = {"y": [1, 4, 2, 9], "x": [1.0, 2.0, 3.0, 4.0]}
    fit = module.fit(data, **FEW)
    rows = module.predict(fit, {"x": [1.0, 100.0]})
    assert 0.8 < rows[0]["mean"] < 3 and 80 < rows[1]["mean"] < 300  # exp(1/2) times x
    assert len(module.run_prior(module.PROGRAM, data, tmp_path / "prior", draws=50)) == 4


def test_only_a_damaged_posterior_is_to_be_fitted_again(
    nested: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, fit = nested
    cut = {k: v[..., :-1] if k == "b" else v for k, v in fit.posterior.items()}
    with pytest.raises(module.RunError, match=r"b has not the size .*; fit again \(--force\)"):
        module.predict(fit._replace(posterior=cut), {"g": ["a"], "h": ["u"]})

    def fails(*_: Any) -> None:
        raise ValueError("something else")

    monkeypatch.setitem(module.run_predict.__globals__, "predict_rows", fails)
    with pytest.raises(module.RunError, match=r"ValueError: something else$"):
        module.predict(fit, {"g": ["a"], "h": ["u"]})


# --- `prior` --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["real", "category"])
def test_the_line_of_the_data_is_of_what_was_seen(kind: str, tmp_path: Path) -> None:
    """Half of the responses are missing; a fill would be the least of them, or the first level."""
    link = "gaussian(mu)" if kind == "real" else "categorical(mu)"
    module = program(f"data {{ y: {kind}?  x: real }}\nmu = intercept() + linear(x)\ny ~ {link}\n")
    seen: list[Any] = [1.0, 2.0, 3.0] if kind == "real" else ["a", "b", "b"]
    data = {"y": [*seen, None, None, None], "x": RNG.normal(size=6)}
    module.run_prior(module.PROGRAM, data, tmp_path, draws=20)
    lines = (tmp_path / "prior_predictive.csv").read_text().splitlines()
    found = [line.split(",") for line in lines if ",data," in line]
    median = {row[0]: float(row[5]) for row in found}
    if kind == "real":
        assert median == {"y": 2.0}
    else:
        assert median == pytest.approx({"y=a": 1 / 3, "y=b": 2 / 3}, abs=1e-5)
