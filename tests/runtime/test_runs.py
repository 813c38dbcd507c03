"""RUN folders: kill -9 and resume to the same bits; exit statuses; refusals."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

NUTS = ["--chains", "2", "--warmup", "300", "--draws", "300"]
SVI = ["--method", "svi", "--steps", "3000", "--batch", "64", "--draws", "50"]


def start(built, *arguments):
    command = [sys.executable, "-W", "error", str(built / "radon.py")]
    command += [str(a) for a in arguments]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def finish(built, *arguments):
    process = start(built, *arguments)
    process.communicate()
    return process.returncode


def wait_for_block(process, folder):
    """Until a checkpoint stands, which must be before the end."""
    for _ in range(6000):
        if (folder / "checkpoint" / "state.npz").exists():
            return
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)
    raise AssertionError("no checkpoint")


def outputs(folder):
    with np.load(folder / "posterior.npz") as archive:
        return {k: archive[k] for k in archive.files}


@pytest.mark.parametrize("method", [NUTS, SVI], ids=["nuts", "svi"])
def test_kill_and_resume(built, homes, tmp_path, method):
    arguments = ["fit", homes, "--allow-warnings", "--seed", 5, *method]
    assert finish(built, *arguments, "-o", tmp_path / "whole") == 0
    cut = tmp_path / "cut"
    killed = 0
    for attempt in range(3):
        resume = ["--resume"] if attempt else []
        process = start(built, *arguments, "-o", cut, *resume)
        wait_for_block(process, cut)
        time.sleep(0.15 * attempt)
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
    assert killed == 3
    report = json.loads((cut / "run.json").read_text())
    assert report["status"] == "running" and not (cut / "summary.csv").exists()
    predict = start(built, "predict", cut, homes, "-o", tmp_path / "p.csv")
    assert "finished" in predict.communicate()[1] and predict.returncode == 2
    assert finish(built, *arguments, "-o", cut, "--resume") == 0
    want, got = outputs(tmp_path / "whole"), outputs(cut)
    assert want.keys() == got.keys()
    for name in want:
        np.testing.assert_array_equal(got[name], want[name])
    summaries = [(f / "summary.csv").read_text() for f in (cut, tmp_path / "whole")]
    assert summaries[0] == summaries[1]
    assert not (cut / "checkpoint").exists() and not list(cut.glob("*.tmp"))


def test_interrupt(built, homes, tmp_path):
    arguments = ["fit", homes, "-o", tmp_path / "r", *NUTS[:-1], "200000"]
    process = start(built, *arguments)
    wait_for_block(process, tmp_path / "r")
    process.send_signal(signal.SIGINT)  # once: it is never lost
    told = process.communicate(timeout=300)[1]
    assert "--resume" in told and process.returncode == 130


def test_runs_are_not_overwritten(radon, homes, tmp_path, capsys):
    def run(*more):
        options = ["-o", str(tmp_path / "r"), "--chains", "2", "--quiet"]
        options += ["--warmup", "50", *more]
        return radon.main(radon.PROGRAM, ["fit", str(homes), *options])

    assert run("--draws", "20") == 3  # far too few draws
    assert run("--draws", "20") == 2 and "--resume" in capsys.readouterr().err
    assert run("--draws", "30", "--resume") == 2
    assert "draws was 20, now 30" in capsys.readouterr().err
    assert run("--draws", "20", "--resume") == 3  # finished: nothing to do
    assert run("--draws", "20", "--resume", "--allow-warnings") == 0
    assert run("--draws", "30", "--force") == 3
    assert outputs(tmp_path / "r")["mu_intercept"].shape == (2, 30)
    report = json.loads((tmp_path / "r" / "run.json").read_text())
    assert report["status"] == "complete" and report["fit"]["x64"]
    rows = (tmp_path / "r" / "summary.csv").read_text().splitlines()
    labels = [row.split(",")[0] for row in rows]
    assert "mu_county_effect[county 0]" in labels and "mu_adaptive_coef[floor]" in labels
    new = str(tmp_path / "p.csv")
    assert radon.main(radon.PROGRAM, ["predict", str(tmp_path / "r"), str(homes), "-o", new]) == 0


def test_statuses(radon, kid_iq, homes, kids, tmp_path, capsys):
    def run(program, *arguments):
        return program.main(program.PROGRAM, [str(a) for a in arguments])

    assert run(radon, "check", homes) == 0
    assert "10 levels of county" in capsys.readouterr().err
    assert run(radon, "check", kids) == 1
    (tmp_path / "run.json").write_text("{")
    assert run(radon, "predict", tmp_path, homes, "-o", tmp_path / "p.csv") == 2
    (tmp_path / "run.json").unlink()
    assert run(radon, "predict", tmp_path, homes, "-o", tmp_path / "p.csv") == 2
    assert run(kid_iq, "prior", kids, "-o", tmp_path / "prior") == 2
    assert "mu_linear_coef" in capsys.readouterr().err
    assert run(radon, "prior", homes, "-o", tmp_path / "prior", "--draws", 50) == 0
    assert (tmp_path / "prior" / "predictions.csv").exists()
    fit = ["fit", homes, "-o", "r"]
    for wrong in (["fit"], [*fit, "--chains", "0"], ["check", homes, "--set", "x"]):
        with pytest.raises(SystemExit) as stop:
            run(radon, *wrong)
        assert stop.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("method", ["nuts", "svi"])
def test_no_valid_start(radon, homes, tmp_path, capsys, method):
    import numpyro
    import numpyro.distributions as dist

    def model(*arguments, **more):
        radon.model(*arguments, **more)
        numpyro.factor("impossible", -numpyro.sample("bad", dist.Normal()) ** 2 * np.inf)

    def guide(*arguments, **more):
        radon.guide(*arguments, **more)
        numpyro.sample("bad", dist.Normal(numpyro.param("bad__loc", 0.0), 1.0))

    program = radon.PROGRAM._replace(model=model, guide=guide, fast=None)
    run = ["fit", str(homes), "-o", str(tmp_path / "r"), "--method", method]
    assert radon.main(program, run) == 4
    assert "impossible" in capsys.readouterr().err


def test_chains_in_parallel_and_in_turn(radon, homes):
    """Two chains on two devices, three on fewer devices than chains."""
    import jax

    assert jax.local_device_count() == 2
    two = radon.fit(homes, chains=2, warmup=60, draws=40).posterior
    three = radon.fit(homes, chains=3, warmup=60, draws=40).posterior
    assert three["mu_intercept"].shape == (3, 40)
    assert two["mu_intercept"].std() > 0 and three["mu_intercept"].std() > 0


def test_netcdf_is_what_arviz_reads(radon, homes, tmp_path):
    xarray = pytest.importorskip("xarray")
    pytest.importorskip("h5netcdf")
    fit = radon.fit(homes, tmp_path / "r", chains=2, warmup=20, draws=30)
    assert not any("posterior.nc" in note for note in fit.report["notes"])
    with xarray.open_dataset(tmp_path / "r" / "posterior.nc", group="posterior") as data:
        assert set(data.data_vars) == set(fit.posterior)
        assert data["mu_county_effect"].dims == ("chain", "draw", "mu_county_effect_dim_0")
        for name, draws in fit.posterior.items():
            np.testing.assert_array_equal(data[name], draws)


def test_flat_priors(kid_iq, kids):
    fit = kid_iq.fit(kids, chains=2, warmup=500, draws=700)
    columns = kid_iq.load(kids).columns
    arguments, _ = kid_iq.encode(kids)
    design = np.column_stack([np.ones(120), arguments["mu_linear"]])
    want = np.linalg.lstsq(design, np.array(columns["kid_score"], float), rcond=None)[0]
    got = fit.posterior["mu_linear_coef"].mean(axis=(0, 1))
    sd = fit.posterior["mu_linear_coef"].std(axis=(0, 1))
    assert np.all(abs(got - want[1:]) < 0.3 * sd)
    assert fit.summary[1]["parameter"] == "mu_linear_coef[z_hs]"


def test_unit_prior_warning(radon, homes):
    table = dict(radon.load(homes).columns)
    table["log_radon"] = [1000.0 + float(v) for v in table["log_radon"]]
    fit = radon.fit(table, chains=1, warmup=20, draws=20)
    assert any("priors scaled" in note for note in fit.report["notes"])


def test_importing_changes_nothing(built):
    code = "import os, radon, jax, jax.numpy as j; print(j.zeros(1).dtype, jax.device_count())"
    environment = {k: v for k, v in os.environ.items() if k != "XLA_FLAGS"}
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=built,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["float32", "1"]


@pytest.mark.parametrize(("cores", "threads"), [(2, "one"), (7, "one"), (8, "many")])
def test_chains_share_threads_only_where_there_are_many(built, cores, threads):
    """Two chains that both wait for LAPACK on the only two threads would wait for ever."""
    code = (
        "import os, radon\n"
        f"radon.count_cores = lambda: {cores}\n"
        "radon.prepare_jax(2, True)\n"
        "print(os.environ['XLA_FLAGS'])"
    )
    environment = {k: v for k, v in os.environ.items() if k != "XLA_FLAGS"}
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=built,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "device_count=2" in told.stdout
    assert ("multi_thread_eigen=false" in told.stdout) == (threads == "one")
