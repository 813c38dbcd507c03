"""Slots of time: labels, gaps, slots to come, and what lies off the grid."""

import numpy as np
import pytest

from bgen.driver import compile_text
from tests.golden.cases import execute

SOURCE = """
data {{ y: real  t: {type} }}
y ~ gaussian({layer}(t, step = 7, horizon = 2))
"""
DAYS = ["2024-02-19", "2024-03-04", "2024-02-26", "2024-03-18"]


@pytest.mark.parametrize("layer", ["random_walk", "ar1"])
def test_dates(layer):
    module = execute(compile_text(SOURCE.format(type="date", layer=layer)))
    arguments, encoding = module.encode({"y": [0.0] * 4, "t": DAYS})
    np.testing.assert_array_equal(arguments["t_slot"], [0, 2, 1, 4])
    # 2024-03-11 has no row and keeps its slot; two more are kept for forecasts
    assert arguments["n_t_slot"] == 7
    labels = encoding["levels"]["t_slot"]
    assert labels[1:4] == ["2024-02-26", "2024-03-04", "2024-03-11"] and labels[6] == "2024-04-01"
    later, _ = module.encode({"t": ["2024-04-01"]}, encoding)
    assert later["t_slot"] == [6]
    for day, told in (("2024-04-08", "2024-04-08"), ("2024-03-05", "2024-03-05")):
        with pytest.raises(module.DataError, match=rf"has {told}, .* every 7 from 2024-02-19"):
            module.encode({"t": [day]}, encoding)
    with pytest.raises(module.DataError, match="row 2 has 2024-02-20"):
        module.encode({"y": [0.0] * 2, "t": ["2024-02-19", "2024-02-20"]})


def test_integers():
    module = execute(compile_text(SOURCE.format(type="integer", layer="ar1")))
    arguments, encoding = module.encode({"y": [0.0] * 3, "t": [-7, 14, 0]})
    np.testing.assert_array_equal(arguments["t_slot"], [0, 3, 1])
    assert encoding["levels"]["t_slot"] == ["-7", "0", "7", "14", "21", "28"]
    with pytest.raises(module.DataError, match=r"row 1 has -14, .* 6 slots every 7 from -7"):
        module.encode({"t": [-14]}, encoding)


def test_forecasts_continue_from_the_last_state():
    """Of a series that is far from its mean: the next state is rho of the last."""
    module = execute(compile_text(SOURCE.format(type="integer", layer="ar1")))
    rng = np.random.default_rng(1)
    state = 5 * 0.9 ** np.arange(30)[::-1]
    data = {"y": state + 0.05 * rng.normal(size=30), "t": 7 * np.arange(30)}
    fit = module.fit(data, chains=1, warmup=500, draws=500)
    states, rho = fit.posterior["y_t_state"][0], fit.posterior["y_t_rho"][0]
    scale = fit.posterior["y_t_scale"][0]
    z = (states[:, 30] - rho * states[:, 29]) / scale
    assert abs(z.mean()) < 0.25 and abs(z.std() - 1) < 0.2
    assert states[:, 29].mean() == pytest.approx(5, abs=0.3)
