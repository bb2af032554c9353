"""The check that tapered qubits hold the exact state."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.problems import LIH, encoding_of, frontier, problem_of
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.classical.reference_energy import exact_energy_of
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.variational import tapering_checks as module
from vqe_cli.variational.tapering_checks import tapering_checks


def triplet_of_lih(order: list[int]) -> Encoding:
    """Two alpha electrons in the first two of reordered orbitals: σ, σ*, π, π, σ*."""
    plain = problem_of(LIH, active_space=frontier(2, 5))
    assert plain.orbsym is not None
    problem = replace(
        plain,
        h1=plain.h1[np.ix_(order, order)],
        h2=plain.h2[np.ix_(order, order, order, order)],
        orbsym=tuple(plain.orbsym[orbital] for orbital in order),
        orbital_energies=None,
        nelec=(2, 0),
        multiplicity=3,
        dipole=None,
    )
    return encoding_of(problem, {"name": "jordan-wigner", "taper": True})


def test_a_sector_without_the_exact_state_is_found_wanting() -> None:
    # The lowest triplet of LiH is σ→σ*, a ³Σ state; σ→π is another irrep and lies higher.
    for order, status in (([0, 1, 2, 3, 4], "pass"), ([0, 2, 1, 3, 4], "warn")):
        encoding = triplet_of_lih(order)
        reference, _ = exact_energy_of(CLASSICAL_METHODS.create("fci"), encoding)
        (check,) = tapering_checks(encoding, reference)
        assert check.status == status, check
    assert check.value > 1e-3
    assert "another sector" in check.detail


def test_irreps_are_compared_where_there_are_many_qubits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DIAGONALISED_UP_TO", 2)
    for order, status in (([0, 1, 2, 3, 4], "pass"), ([0, 2, 1, 3, 4], "warn")):
        encoding = triplet_of_lih(order)
        reference, _ = exact_energy_of(CLASSICAL_METHODS.create("fci"), encoding)
        (check,) = tapering_checks(encoding, reference)
        assert check.status == status, check


def test_without_an_exact_energy_nothing_is_compared() -> None:
    (check,) = tapering_checks(triplet_of_lih([0, 1, 2, 3, 4]), None)
    assert check.status == "skip"
    assert not tapering_checks(encoding_of("h2"), None)
