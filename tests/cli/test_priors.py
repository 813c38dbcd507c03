"""``bgen priors`` and ``bgen reference``: what stands where nothing was said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bgen.cli import main
from tests.conftest import ROOT

RADON = ROOT / "golden" / "models" / "radon"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_every_site_has_its_prior_its_origin_and_its_support() -> None:
    found = json.loads(run("priors", str(RADON / "model.bl"), "--format", "json").stdout)
    by_name = {row["site"]: row for row in found}
    assert by_name["mu_county_scale"] == {
        "site": "mu_county_scale",
        "prior": "HalfNormal(1)",
        "from": "default",
        "support": "positive numbers",
    }
    schools = ROOT / "golden" / "models" / "eight_schools" / "model.bl"
    text = run("priors", str(schools)).stdout
    line = next(line for line in text.splitlines() if line.startswith("theta_intercept"))
    assert line.split()[1:4] == ["Normal(0,", "5)", "file"]


def test_with_data_the_responses_stand_beside_what_the_priors_imply() -> None:
    result = run("priors", str(RADON / "model.bl"), "--data", str(RADON / "data.csv"))
    assert result.exit_code == 0, result.output
    rows = {tuple(line.split()[:2]): line.split()[2:] for line in result.stdout.splitlines()[8:]}
    y = sorted(float(r.split(",")[0]) for r in (RADON / "data.csv").read_text().splitlines()[1:])
    low, *_, high = map(float, rows["log_radon", "data"])
    assert (low, high) == (pytest.approx(y[0], rel=1e-3), pytest.approx(y[-1], rel=1e-3))
    # N(0, 1) + N(0, 1) * floor + uranium's and the county's: wider than the data on both sides.
    q05, q95 = (float(rows["log_radon", "prior"][k]) for k in (1, 5))
    assert -6 < q05 < -2 and 2 < q95 < 6


def test_data_that_the_default_priors_contradict_are_warned_about(tmp_path: Path) -> None:
    source, data = tmp_path / "m.bl", tmp_path / "d.csv"
    source.write_text("data { y: real }\ny ~ gaussian(intercept())\n")
    data.write_text("y\n1000\n1010\n990\n")
    result = run("priors", str(source), "--data", str(data))
    assert result.exit_code == 0
    assert "priors scaled" in result.output


def test_what_cannot_be_simulated_is_told(tmp_path: Path) -> None:
    kids = ROOT / "golden" / "models" / "kid_iq"
    result = run("priors", str(kids / "model.bl"), "--data", str(kids / "data.csv"))
    assert result.exit_code == 1
    assert "an improper or ordered prior cannot be simulated from: mu_intercept" in result.output
    (tmp_path / "d.csv").write_text("log_radon,floor\n1,x\n")
    result = run("priors", str(RADON / "model.bl"), "--data", str(tmp_path / "d.csv"))
    assert result.exit_code == 1 and "'floor'" in result.output
    assert run("priors", str(RADON / "model.bl"), "--data", "none.csv").exit_code == 2


def test_a_word_is_described_without_its_golden() -> None:
    text = run("reference", "adaptive").stdout
    assert "HalfNormal(1)" in text and "Gelman" in text
    assert run("reference", "adaptif").exit_code == 2
    assert "random_effects" in run("reference").stdout


def test_joint_responses_and_classes(tmp_path: Path) -> None:
    data = tmp_path / "d.csv"
    data.write_text("y1,y2,g,x\n0,1,a,1\n1,2,b,0\n2,0,a,2\n1,1,a,1\n")
    joint, classes = tmp_path / "joint.bl", tmp_path / "classes.bl"
    joint.write_text(
        "data { y1: real  y2: real }\n" "y1, y2 ~ multivariate_gaussian(intercept(), intercept())\n"
    )
    classes.write_text("data { g: category  x: real }\ng ~ categorical(intercept() + linear(x))\n")
    result = run("priors", str(joint), "--data", str(data))
    assert result.exit_code == 0, result.output
    assert [line.split()[:2] for line in result.stdout.splitlines()[-2:]] == [
        ["y2", "prior"],
        ["y2", "data"],
    ]
    shares = run("priors", str(classes), "--data", str(data))
    assert shares.exit_code == 0, shares.output
    rows = {tuple(line.split()[:2]): line.split()[2:] for line in shares.stdout.splitlines()}
    assert set(rows["g=a", "data"]) == {"0.75"}
    assert 0.2 < float(rows["g=a", "prior"][3]) < 0.8


def test_parts_of_a_mixture_are_scaled_each_by_its_own_link(tmp_path: Path) -> None:
    """Also where the parts are of one name, so that their sites begin alike."""
    source = tmp_path / "m.bl"
    source.write_text(
        "data { y: positive  x: real }  priors scaled\nmu = intercept()\n"
        "y ~ mixture(gamma(exp(mu), link = inverse), gamma(intercept() + linear(x), shape = 2))\n"
    )
    found = json.loads(run("priors", str(source), "--format", "json").stdout)
    (prior,) = (row["prior"] for row in found if row["site"] == "y_gamma_intercept")
    assert prior.startswith("Normal(log(mean_y) - ")


def test_scaled_coefficients_whose_scale_is_given_have_that_scale(tmp_path: Path) -> None:
    """Whether by a prior or by a value; those of a default scale are by the sds of the columns."""
    source = tmp_path / "m.bl"
    source.write_text(
        "data { y: real  x: real  z: real  g: category  h: category }  priors scaled\n"
        "tau ~ HalfNormal(1)\n"
        "a = adaptive(x, scale ~ Exponential(1))\n"
        "b = adaptive(x, scale = 0.5)\n"
        "c = adaptive(x, scale = tau)\n"
        "d = random_slopes(x, by = g, slope_scale ~ HalfNormal(2))\n"
        "e = correlated_effects(1, x, by = g, scale ~ HalfNormal(50))\n"
        "free = random_slopes(x, by = g) + correlated_effects(1, x, by = h)\n"
        "y ~ gaussian(intercept() + a + b + c + d + e + free)\n"
    )
    found = json.loads(run("priors", str(source), "--format", "json").stdout)
    prior = {row["site"].partition("[")[0]: row["prior"] for row in found}
    assert prior["a_coef"] == "Normal(0, a_scale)"
    assert prior["b_coef"] == "Normal(0, 0.5)"
    assert prior["c_coef"] == "Normal(0, tau)"
    assert prior["d_slope_scale"] == "HalfNormal(2)"
    assert prior["d_slope"] == "Normal(0, d_slope_scale)"
    assert "scaled_factor(e_scale, e_corr_cholesky)" in prior["e_effect"]
    assert prior["free_x_slope"] == "Normal(0, free_x_slope_scale / free_x_sd)"
    assert "free_x_scale / free_x_columns_sd" in prior["free_x_effect"]
