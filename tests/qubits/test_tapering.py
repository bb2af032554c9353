"""Tapering of qubits, against Qiskit's Z2 symmetries and PySCF's irreps."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from qiskit.quantum_info import SparsePauliOp, Z2Symmetries

from tests.families import slow
from tests.problems import (
    CH2,
    H2,
    H2O,
    LIH,
    N2,
    encoding_of,
    frontier,
    problem_of,
    random_problem,
)
from vqe_cli import run
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends import BACKENDS
from vqe_cli.errors import InputError
from vqe_cli.fermions.excitations import Excitation, shared_product
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import sparse_matrix
from vqe_cli.qubits.mappers import MAPPERS
from vqe_cli.schema import spec_from_data

MAPPER_NAMES = MAPPERS.names()


def tapering(mapper: str, which: Any = True) -> dict[str, Any]:
    """A mapper with tapering, as in an input file."""
    return {"name": mapper, "taper": which}


def lih() -> ElectronicProblem:
    return problem_of(LIH, active_space=frontier(2, 5))


def in_sector(operator: SparsePauliOp, bits: list[bool]) -> SparsePauliOp:
    """Qiskit's tapered operator in the sector of a basis state of all qubits."""
    symmetries = Z2Symmetries.find_z2_symmetries(operator)
    ones = np.array(bits)
    values = [1 - 2 * int((pauli.z & ones).sum() % 2) for pauli in symmetries.symmetries]
    symmetries.tapering_values = values
    return symmetries.taper(operator)


@pytest.mark.parametrize(
    ("molecule", "space", "before", "after"),
    [
        (H2, "full", 4, 1),
        (LIH, "full", 12, 8),
        slow(H2O, "full", 14, 10),
        slow(CH2, "full", 14, 10),
        (N2, frontier(6, 6), 12, 7),
    ],
)
def test_as_many_qubits_go_as_qiskit_finds_symmetries(
    molecule: dict[str, Any], space: Any, before: int, after: int
) -> None:
    problem = problem_of(molecule, active_space=space)
    plain = encoding_of(problem)
    tapered = encoding_of(problem, tapering("jordan-wigner"))
    symmetries = Z2Symmetries.find_z2_symmetries(plain.hamiltonian).symmetries
    assert (plain.num_qubits, tapered.num_qubits) == (before, after)
    assert len(symmetries) == before - after
    whole = plain.hamiltonian
    for symmetry in tapered.tapering:
        string = SparsePauliOp(symmetry.label(before))
        assert (string @ whole - whole @ string).simplify(1e-12).coeffs == pytest.approx(
            0, abs=1e-12
        )


@pytest.mark.parametrize("mapper", MAPPER_NAMES)
def test_spectrum_is_that_of_qiskits_tapered_operator(mapper: str) -> None:
    problem = lih()
    plain = encoding_of(problem, mapper)
    expected = in_sector(plain.hamiltonian, list(plain.reference_bits))
    found = encoding_of(problem, tapering(mapper)).hamiltonian
    assert found.num_qubits == expected.num_qubits
    np.testing.assert_allclose(
        np.linalg.eigvalsh(sparse_matrix(found).toarray()),
        np.linalg.eigvalsh(expected.to_matrix()),
        atol=1e-10,
    )


def _mappers_in_turn() -> Iterator[Any]:
    """Every ansatz with each kind of tapering by two mappers, and slowly by the others."""
    states = (
        ("uccsd", True),
        ("puccd", True),
        ("adapt", True),
        ("uccsd", "parities"),
        ("k-upccgsd", "parities"),
        ("tups", "parities"),
    )
    for (i, (ansatz, which)), (k, mapper) in product(enumerate(states), enumerate(MAPPER_NAMES)):
        case = (mapper, which, ansatz)
        yield case if (i + k) % 3 == 0 else slow(*case)


@pytest.mark.parametrize(("mapper", "which", "ansatz"), list(_mappers_in_turn()))
def test_circuits_are_the_states_of_the_excitations(mapper: str, which: Any, ansatz: str) -> None:
    encoding = encoding_of(lih(), tapering(mapper, which))
    state = ANSATZE.create(ansatz).state(encoding)
    if state.adaptive is not None:
        groups = state.adaptive.pool[:4]
        state = state.with_product(shared_product(5, (1, 1), groups))
    sector, circuit = (BACKENDS.create(name).prepare(state, 7) for name in ("exact", "aer"))
    x = np.random.default_rng(5).uniform(-1, 1, state.num_parameters)
    assert circuit.energy(x, 0).value == pytest.approx(sector.energy(x, 0).value, abs=1e-10)
    expected, found = sector.observables(x, 0), circuit.observables(x, 0)
    for name in ("particle-number", "sz", "s-squared"):
        assert found[name].value == pytest.approx(expected[name].value, abs=1e-8)


def test_excitations_that_break_the_point_group_are_refused_by_name() -> None:
    encoding = encoding_of(lih(), tapering("jordan-wigner"))
    with pytest.raises(InputError, match=r"ansatz 'tups' excites .* which changes the parity"):
        ANSATZE.create("tups").state(encoding)
    with pytest.raises(InputError, match=r"parity of electrons in B"):
        encoding.generator(Excitation(((2, 0),), ((0, 0),)))
    assert ANSATZE.create("tups").state(encoding_of(lih(), tapering("parity", "parities")))


def test_without_a_point_group_two_qubits_go() -> None:
    problem = random_problem(3, (2, 1), seed=4)
    assert encoding_of(problem, tapering("bravyi-kitaev")).num_qubits == 4


def test_bits_are_read_as_the_determinants_of_the_sector() -> None:
    encoding = encoding_of(lih(), tapering("bravyi-kitaev"))
    outcomes = np.arange(1 << encoding.num_qubits)
    occupied = encoding.occupation_map.occupations(outcomes)
    assert np.all(encoding.occupation_map.holds(occupied))
    assert np.array_equal(encoding.occupation_map.qubits(occupied), outcomes)


def record(**parts: Any) -> Any:
    return run(spec_from_data({"molecule": dict(H2), "mapper": tapering("parity"), **parts}))


def test_a_run_tells_the_symmetries_and_their_sector() -> None:
    found = record()
    assert found.problem.qubits == 1
    assert found.problem.tapered.qubits_before == 2
    assert [one.sector for one in found.problem.tapered.symmetries] == [-1, -1, 1]
    assert found.result.energy == pytest.approx(-1.137306, abs=1e-6)
    assert {check.name: check.status for check in found.checks}["tapered-sector"] == "pass"


@pytest.mark.parametrize("measurement", ["auto", "qubit-wise"])
def test_shots_on_tapered_qubits(measurement: str) -> None:
    backend = {"name": "aer", "shots": 4096, "measurement": measurement}
    found = record(backend=backend, ansatz="uccsd")
    assert abs(found.error_mha) < 4 * 1000 * found.result.standard_error + 1e-6
    assert found.verdict != "fail"


def test_measurements_that_rotate_orbitals_are_refused() -> None:
    with pytest.raises(InputError, match="rotates orbitals of different irreps"):
        record(backend={"name": "aer", "shots": 1000, "measurement": "low-rank"})


def test_other_reasons_to_refuse() -> None:
    for parts in ({"ansatz": "lucj"}, {"ansatz": "excitation-preserving"}, {"solver": "sqd"}):
        with pytest.raises(InputError, match="not in parity with tapering"):
            record(**parts)
    model = {"hamiltonian": {"paulis": {"ZZ": 1.0}}, "mapper": tapering("jordan-wigner")}
    with pytest.raises(InputError, match="this is a qubit Hamiltonian"):
        run(spec_from_data(model))
