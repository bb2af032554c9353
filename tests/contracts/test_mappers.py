"""The contract of every fermion-to-qubit mapping, with its options."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pyscf import fci

from tests.families import member
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
        found.append({**plain, "taper": "parities"})
    return found


every_mapper = pytest.mark.parametrize(
    "mapper", _selections(), ids=lambda selection: "-".join(map(str, selection.values()))
)


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


def full_ci_matrix(problem: ElectronicProblem, *, one_irrep: bool) -> np.ndarray:
    """PySCF's Hamiltonian over all determinants, or over those of the reference's irrep."""
    norb, nelec = problem.norb, problem.nelec
    addresses, matrix = fci.direct_spin1.pspace(
        problem.h1, problem.h2, norb, nelec, np=problem.sector_dimension
    )
    irreps = np.array(problem.orbsym or [0] * norb) % 10
    strings = [fci.cistring.make_strings(range(norb), count) for count in nelec]
    symmetries = [
        [np.bitwise_xor.reduce(irreps[[p for p in range(norb) if bits >> p & 1]]) for bits in row]
        for row in strings
    ]
    rows, columns = np.divmod(addresses, len(strings[1]))
    found = np.array(symmetries[0])[rows] ^ np.array(symmetries[1])[columns]
    reference = found[addresses == 0]
    kept = np.flatnonzero(found == reference) if one_irrep else np.arange(addresses.size)
    return matrix[np.ix_(kept, kept)]


@every_mapper
@pytest.mark.parametrize("problem", SMALL_PROBLEMS)
def test_spectrum_in_the_sector_is_that_of_full_ci(mapper: dict[str, Any], problem: str) -> None:
    encoding = encoding_of(problem, mapper)
    electrons = named_problem(problem)
    places = sector_places(encoding)
    matrix = sparse_matrix(encoding.hamiltonian).toarray()[np.ix_(places, places)]
    determinants = full_ci_matrix(electrons, one_irrep=encoding.mapper.taper is True)
    assert places.size == len(determinants)
    expected = np.linalg.eigvalsh(determinants) + electrons.core_energy
    np.testing.assert_allclose(np.linalg.eigvalsh(matrix), expected, atol=1e-9)


@every_mapper
def test_reference_bits_are_the_hartree_fock_determinant(mapper: dict[str, Any]) -> None:
    for problem in SMALL_PROBLEMS:
        with member(problem):
            encoding = encoding_of(problem, mapper)
            bits = encoding.reference_bits
            assert len(bits) == encoding.num_qubits
            place = sum(1 << qubit for qubit, bit in enumerate(bits) if bit)
            assert place in sector_places(encoding)
            energy = sparse_matrix(encoding.hamiltonian)[place, place].real
            assert energy == pytest.approx(named_problem(problem).hartree_fock_energy, abs=1e-9)


@every_mapper
def test_operators_act_on_the_declared_number_of_qubits(mapper: dict[str, Any]) -> None:
    for problem in SMALL_PROBLEMS:
        with member(problem):
            encoding = encoding_of(problem, mapper)
            removed = encoding.removed_qubits
            assert encoding.num_qubits == 2 * named_problem(problem).norb - len(removed)
            assert encoding.hamiltonian.num_qubits == encoding.num_qubits
            for operator in encoding.symmetries.values():
                assert operator.num_qubits == encoding.num_qubits


@every_mapper
def test_reference_determinant_has_the_right_electrons_and_spin(mapper: dict[str, Any]) -> None:
    for problem in SMALL_PROBLEMS:
        with member(problem):
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
