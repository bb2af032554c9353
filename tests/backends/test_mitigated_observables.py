"""Particle number and spin are checked with readout errors undone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.backends.test_mitigated import X, on_a_line
from tests.families import slow, slow_but
from tests.problems import H2, TWO_PARAMETERS, encoding_of, objective_of, spec_of
from vqe_cli import run
from vqe_cli.measurement.estimates import Counts
from vqe_cli.measurement.mitigation.readout import Calibration, mean_of_read


@pytest.mark.parametrize("measurement", ["qubit-wise", "low-rank"])
def test_conserved_quantities_are_undone_as_the_energy_is(measurement: str) -> None:
    """Perfect gates: two electrons, no spin, and S² of the state by the exact simulator."""
    objective = on_a_line(measurement, {"readout": {"shots": 400_000}}, 40_000)
    exact = objective_of(encoding_of("h2"), TWO_PARAMETERS).observables(X, 0)
    objective.mitigated(X, 3)
    for name, found in objective.observables(X, 4).items():
        assert found.standard_error is not None
        assert abs(found.value - exact[name].value) < 4 * found.standard_error, name
    raw = on_a_line(measurement, "reference_state", 40_000).observables(X, 4)
    number = raw["particle-number"]
    assert number.standard_error is not None
    assert abs(number.value - 2.0) > 10 * number.standard_error


def test_without_an_energy_before_the_calibration_is_measured() -> None:
    objective = on_a_line("qubit-wise", {"readout": {"shots": 400_000}}, 40_000)
    number = objective.observables(X, 4)["particle-number"]
    assert number.standard_error is not None
    assert abs(number.value - 2.0) < 4 * number.standard_error


@pytest.mark.parametrize("seed", slow_but((0,), range(3)))
@pytest.mark.parametrize("shots", [1000, 16_000])
def test_readout_errors_alone_never_fail_a_run_that_undoes_them(seed: int, shots: int) -> None:
    backend = {
        "name": "aer",
        "noise": {"readout": 0.04},
        "shots": shots,
        "mitigation": ["readout"],
        "optimize_on_device": False,
    }
    record = run(spec_of(H2, backend=backend, seed=seed, reference="fci"))
    assert record.verdict == "warn"
    assert record.check("noise-free").status == "warn"
    for name in ("particle-number", "sz", "s-squared"):
        assert not record.check(name).hard
        assert record.check(name).status == "pass" or "not resolved" in record.check(name).detail


@pytest.mark.usefixtures("devices_here")
@pytest.mark.parametrize(
    "mitigation", [slow({}), {"mitigation": ["readout"]}], ids=["raw", "readout"]
)
def test_the_only_electron_of_a_doublet_has_alpha_spin(mitigation: dict[str, Any]) -> None:
    """A helium cation on a fake device: Sz is counted from the bits of the final energy."""
    helium = {"geometry": "He 0 0 0", "charge": 1, "multiplicity": 2, "basis": "6-31g"}
    backend = {"name": "ibm", "device": "fake_manila", "shots": 2000, **mitigation}
    check = run(spec_of(helium, backend=backend, reference="fci")).check("sz")
    assert check.expected == 0.5
    assert check.value == pytest.approx(0.5, abs=0.1)


def test_the_mean_of_what_was_there() -> None:
    """By hand: a qubit that is 1 in three of four shots, with readout errors of 1/10 and 1/5.

    It is read as 1 in 0.75·0.8 + 0.25·0.1 = 0.625 of the shots.
    """
    calibration = Calibration((5,), np.array([[0.1, 0.2]]), 10**9)
    counts = Counts(np.array([0, 1]), np.array([3750, 6250]))
    found = mean_of_read(np.array([0.0, 1.0]), counts, (5,), calibration)
    assert found.value == pytest.approx(0.75)
    read = np.sqrt(0.625 * 0.375 / 10_000)
    assert found.standard_error == pytest.approx(read / (1 - 0.1 - 0.2), rel=1e-3)
