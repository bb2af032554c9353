"""Energies of the record that follow from others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.problems import H2, spec_of
from vqe_cli import run
from vqe_cli.variational.recording import error_mha

pytestmark = pytest.mark.quick


def test_the_electronic_energy_of_hydrogen_is_that_of_qiskits_tutorial() -> None:
    """Qiskit Nature, tutorial on ground states: -1.857275030202 Ha without 0.719968994449 Ha."""
    record = run(spec_of(H2))
    assert record.result.electronic_energy == pytest.approx(-1.857275030202, abs=1e-7)
    assert record.problem.core_energy == pytest.approx(0.719968994449, abs=1e-7)


@pytest.mark.parametrize(("energy", "error"), [(-0.999, 1.0), (-1.002, -2.0)])
def test_an_energy_above_the_exact_one_has_a_positive_error(energy: float, error: float) -> None:
    solution: Any = SimpleNamespace(energy=SimpleNamespace(value=energy))
    exact: Any = SimpleNamespace(energy=-1.0)
    assert error_mha(solution, exact) == pytest.approx(error)
    assert error_mha(solution, None) is None
