"""The contract of every fermion-to-qubit mapping, with its options."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pyscf import fci

from tests.problems import SMALL_PROBLEMS, encoding_of, named_problem, problem_of
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding, sparse_matrix
from vqe_cli.qubits.mappers import MAPPERS


def _selections() -> list[dict[str, Any]]:
    """Every mapper with its defaults, and with each of its switches flipped."""
    found: list[dict[str, Any]] = []
    for name in MAPPERS.names():
        plain = MAPPERS.create(name).selection()
        found.append(plain)
        for option, value in plain.items():
            if isinstance(value, bool):
                found.append({**plain, option: not value})
    return found


every_mapper = pytest.mark.parametrize(
    "mapper", _selections(), ids=lambda selection: "-".join(map(str, selection.values()))
)
every_problem = pytest.mark.parametrize("problem", SMALL_PROBLEMS)


def sector_places(encoding: Encoding) -> np.ndarray:
    """Basis states with the problem's electrons; number operators are diagonal in all mappings."""
    problem = encoding.problem
    assert isinstance(problem, ElectronicProblem)
    number, sz = (
        sparse_matrix(encoding.symmetries[name]).diagonal().real
        for name in ("particle-number", "sz")
    )
    right = np.isclose(number, sum(problem.nelec)) & np.isclose(sz, problem.spin_z)
    return np.flatnonzero(right)


@every_mapper
@every_problem
def test_spectrum_in_the_sector_is_that_of_full_ci(mapper: dict[str, Any], problem: str) -> None:
    encoding = encoding_of(problem, mapper)
    electrons = named_problem(problem)
    places = sector_places(encoding)
    assert places.size == electrons.sector_dimension
    matrix = sparse_matrix(encoding.hamiltonian).toarray()[np.ix_(places, places)]
    _, determinants = fci.direct_spin1.pspace(
        electrons.h1, electrons.h2, electrons.norb, electrons.nelec, np=places.size
    )
    expected = np.linalg.eigvalsh(determinants) + electrons.core_energy
    np.testing.assert_allclose(np.linalg.eigvalsh(matrix), expected, atol=1e-9)


@every_mapper
@every_problem
def test_reference_bits_are_the_hartree_fock_determinant(
    mapper: dict[str, Any], problem: str
) -> None:
    encoding = encoding_of(problem, mapper)
    bits = encoding.reference_bits
    assert len(bits) == encoding.num_qubits
    place = sum(1 << qubit for qubit, bit in enumerate(bits) if bit)
    assert place in sector_places(encoding)
    energy = sparse_matrix(encoding.hamiltonian)[place, place].real
    assert energy == pytest.approx(named_problem(problem).hartree_fock_energy, abs=1e-9)


@every_mapper
@every_problem
def test_operators_act_on_the_declared_number_of_qubits(
    mapper: dict[str, Any], problem: str
) -> None:
    encoding = encoding_of(problem, mapper)
    removed = encoding.mapper.removed_qubits(named_problem(problem))
    assert encoding.num_qubits == 2 * named_problem(problem).norb - len(removed)
    assert encoding.hamiltonian.num_qubits == encoding.num_qubits
    for operator in encoding.symmetries.values():
        assert operator.num_qubits == encoding.num_qubits


@every_mapper
@every_problem
def test_reference_determinant_has_the_right_electrons_and_spin(
    mapper: dict[str, Any], problem: str
) -> None:
    encoding, electrons = encoding_of(problem, mapper), named_problem(problem)
    place = sum(1 << qubit for qubit, bit in enumerate(encoding.reference_bits) if bit)
    expected = {
        "particle-number": sum(electrons.nelec),
        "sz": electrons.spin_z,
        "s-squared": abs(electrons.spin_z) * (abs(electrons.spin_z) + 1),
    }
    for name, operator in encoding.symmetries.items():
        value = sparse_matrix(operator)[place, place].real
        assert value == pytest.approx(expected[name], abs=1e-10), name


@every_mapper
@pytest.mark.parametrize(
    ("geometry", "multiplicity"), [("H 0 0 0", 2), ("He 0 0 0", 1)], ids=["hydrogen", "helium"]
)
def test_one_orbital_is_enough(mapper: dict[str, Any], geometry: str, multiplicity: int) -> None:
    problem = problem_of({"geometry": geometry, "multiplicity": multiplicity})
    encoding = encoding_of(problem, mapper)
    assert encoding.hamiltonian.num_qubits == encoding.num_qubits
    place = sum(1 << qubit for qubit, bit in enumerate(encoding.reference_bits) if bit)
    energy = sparse_matrix(encoding.hamiltonian)[place, place].real
    assert energy == pytest.approx(problem.hartree_fock_energy, abs=1e-10)
