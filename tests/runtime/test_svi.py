"""Minibatches: unbiased, repeatable, and refused where model and guide differ."""

import jax
import numpy as np
import numpyro
import numpyro.distributions as dist
import pytest


def test_batches_of_an_epoch_are_a_permutation(radon):
    got = radon.batch_rows(7, 12, 4, 0, 6)
    assert got.shape == (6, 4)
    assert sorted(got[:3].ravel()) == sorted(got[3:].ravel()) == list(range(12))
    assert (got[:3] != got[3:]).any()


def test_batches_depend_on_the_step_alone(radon):
    whole = radon.batch_rows(7, 13, 4, 0, 40)
    for start in range(0, 35):
        np.testing.assert_array_equal(
            radon.batch_rows(7, 13, 4, start, start + 5), whole[start : start + 5]
        )


def test_rows_are_used_equally_often_when_the_batch_does_not_divide(radon):
    used = np.bincount(radon.batch_rows(0, 10, 4, 0, 8000).ravel(), minlength=10)
    # 4,000 epochs, a row is in one with probability 0.8: sd of the count is 25
    assert abs(used - 3200).max() < 4 * 25.3


def test_many_rows_are_drawn_in_runs(radon):
    """Once in an epoch each, no longer in their order; what belongs to a row stays with it."""
    rows, size = 100_003, 8_000
    arrays = {"x": np.arange(rows), "y": np.arange(rows)[:, None] * [1.0, -1.0]}
    batches = radon.Batches(arrays, (3, rows, size), 14)
    first = {k: v.copy() for k, v in batches.cut(0).items()}
    assert first["x"].shape == (14, size) and first["y"].shape == (14, size, 2)
    np.testing.assert_array_equal(first["y"], first["x"][..., None] * [1.0, -1.0])
    for epoch in (first["x"][:12].ravel(), first["x"][12:].ravel()):
        assert len(set(epoch.tolist())) == epoch.size
    # as a batch that is drawn row by row would: within 5 standard errors of the mean of all
    means = first["x"].mean(axis=1)
    assert abs(means - rows / 2).max() < 5 * rows / np.sqrt(12 * size)
    assert len(set(first["x"][0].tolist()) & set(first["x"][12].tolist())) < size / 5
    later = batches.cut(5)["x"][:9]
    np.testing.assert_array_equal(later, first["x"][5:])


def test_every_row_is_as_likely_in_runs(radon):
    used = np.zeros(100_003)
    for key in range(40):
        batches = radon.Batches({"x": np.arange(100_003)}, (key, 100_003, 8_000), 12)
        np.add.at(used, batches.cut(0)["x"].ravel(), 1)
    # each is in with the probability 0.96: neither the first nor the last are left out
    for part in np.array_split(used, 20):
        assert part.mean() / 40 == pytest.approx(96_000 / 100_003, abs=0.005)


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        (lambda: numpyro.sample("mu", dist.Normal()), "only in the model"),
        (
            lambda: (
                numpyro.sample("mu", dist.Normal()),
                numpyro.sample("s", dist.LogNormal()),
                numpyro.sample("w", dist.LogNormal()),
            ),
            "w: only in the guide",
        ),
        (
            lambda: (
                numpyro.sample("mu", dist.Normal().expand([2]).to_event(1)),
                numpyro.sample("s", dist.LogNormal()),
            ),
            "mu: () in the model",
        ),
        (
            lambda: (numpyro.sample("mu", dist.Normal()), numpyro.sample("s", dist.Normal())),
            "s: another support",
        ),
        (
            lambda: (
                numpyro.sample("mu", dist.Normal()),
                numpyro.sample("s", dist.Uniform(0.0, 1.0)),
            ),
            "s: another support",
        ),
    ],
)
def test_guides_that_differ(radon, broken, word):
    def model(_arrays):
        numpyro.sample("mu", dist.ImproperUniform(dist.constraints.real, (), ()))
        numpyro.sample("s", dist.HalfNormal())

    def guide(_arrays):
        numpyro.sample("mu", dist.StudentT(3.0))
        numpyro.sample("s", dist.LogNormal())

    data = radon.Data({}, {}, 1)
    radon.compare_guide(model, guide, data)
    with pytest.raises(radon.StartError, match="model and guide differ") as error:
        radon.compare_guide(model, lambda _arrays: broken(), data)
    assert word in str(error.value)


def test_settled(radon):
    rng = np.random.default_rng(0)
    flat = 1000 + rng.normal(size=2000)
    assert radon.judge_svi(flat)[1] == []
    assert radon.judge_svi(flat + np.linspace(50, 0, 2000))[1]
    assert radon.judge_svi(np.where(np.arange(2000) == 1999, np.nan, flat))[1]
    assert radon.judge_svi(flat[:50])[1]  # too few steps to say


def test_svi_agrees_with_nuts(overdispersed, claims):
    # one file, two methods: posterior means within a few sds of each other
    svi = overdispersed.fit(claims, method="svi", steps=4000, batch=25, draws=400)
    nuts = overdispersed.fit(claims, chains=2, warmup=400, draws=400)
    assert svi.posterior["eps"].shape == (1, 400, 60)
    assert nuts.posterior["eps"].shape == (2, 400, 60)
    for name in ("eta_intercept", "eta_x_coef", "rate", "eps"):
        a, b = svi.posterior[name], nuts.posterior[name]
        gap = abs(a.mean(axis=(0, 1)) - b.mean(axis=(0, 1)))
        assert np.all(gap < 0.6 * b.std(axis=(0, 1)) + 0.02), name
    np.testing.assert_allclose(
        nuts.posterior["rate"], np.exp(nuts.posterior["eta_intercept"]), rtol=1e-5
    )
    assert jax.default_backend() == "cpu"
