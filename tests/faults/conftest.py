"""A fit that is finished and one that was cut short, made once."""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType

import pytest

from tests.faults.fits import SVI, command, load, write_data, write_script


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_script(tmp_path_factory.mktemp("script"))


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data") / "plots.csv")


@pytest.fixture(scope="session")
def plots(script: Path) -> ModuleType:
    return load(script)


@pytest.fixture(scope="session")
def finished(plots: ModuleType, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("finished") / "run"
    assert command(plots, "fit", data, "-o", run, *SVI) == (0, "")
    return run
