"""The contract of every ansatz, on closed, open, empty and full shells."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.families import slow
from tests.functions import central_differences
from tests.problems import (
    SMALL_PROBLEMS,
    TWO_QUBIT_MODEL,
    encoding_of,
    named_problem,
    objective_of,
    qubit_encoding,
    random_problem,
)
from vqe_cli.ansatz import ANSATZE
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import Objective
from vqe_cli.errors import InputError
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS


def _of_excitations(name: str) -> bool:
    try:
        found = ANSATZE.create(name).excitations(random_problem(3, (1, 1), seed=1))
    except InputError:
        return False
    return found is not None


OF_A_RECORD = "grown"
"""The ansatz that exists only together with the record of a run: tests/ansatz/test_grown.py."""

every_ansatz = pytest.mark.parametrize(
    "ansatz", [name for name in ANSATZE.names() if name != OF_A_RECORD]
)
every_ansatz_of_excitations = pytest.mark.parametrize(
    "ansatz", [name for name in ANSATZE.names() if _of_excitations(name)]
)
every_problem = pytest.mark.parametrize("problem", SMALL_PROBLEMS)


def _mappers_in_turn() -> Iterator[Any]:
    """Every ansatz of excitations for every problem by one mapper, and slowly by the others."""
    names = [name for name in ANSATZE.names() if _of_excitations(name)]
    mappers = MAPPERS.names()
    turns = product(enumerate(names), enumerate(SMALL_PROBLEMS), enumerate(mappers))
    for (i, ansatz), (j, problem), (k, mapper) in turns:
        case = (ansatz, problem, mapper)
        yield case if (i + j + k) % len(mappers) == 0 else slow(*case)


def _problems_in_turn() -> Iterator[Any]:
    """Every ansatz for every third problem, and slowly for the others."""
    names = [name for name in ANSATZE.names() if name != OF_A_RECORD]
    for (i, ansatz), (j, problem) in product(enumerate(names), enumerate(SMALL_PROBLEMS)):
        yield (ansatz, problem) if (i + j) % 3 == 0 else slow(ansatz, problem)


every_circuit = pytest.mark.parametrize(("ansatz", "problem", "mapper"), list(_mappers_in_turn()))


def state_of(ansatz: str, encoding: Encoding) -> ParameterisedState:
    """The parameterised state; combinations that the ansatz refuses are skipped."""
    try:
        state = ANSATZE.create(ansatz).state(encoding)
        _ = state.num_parameters
    except InputError as error:
        pytest.skip(f"refused: {error.message}")
    return state


def objective(ansatz: str, encoding: Encoding, backend: str = "exact") -> Objective:
    """The objective of the state; the same combinations are skipped."""
    state_of(ansatz, encoding)
    return objective_of(encoding, ansatz, backend)


def random_points(count: int, number: int = 2, seed: int = 11) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1.5, 1.5, size=(number, count))


@every_circuit
def test_circuit_is_the_state_of_the_excitations_and_both_keep_electrons_and_spin_projection(
    ansatz: str, problem: str, mapper: str
) -> None:
    encoding = encoding_of(problem, mapper)
    assert state_of(ansatz, encoding).product is not None
    sector = objective_of(encoding, ansatz, "exact")
    circuit = objective_of(encoding, ansatz, "aer")
    assert sector.traits.conserving
    assert circuit.traits.conserving
    alpha, beta = encoding.problem.nelec
    for x in random_points(sector.traits.num_parameters):
        assert circuit.energy(x, 0).value == pytest.approx(sector.energy(x, 0).value, abs=1e-10)
        expected, found = sector.observables(x, 0), circuit.observables(x, 0)
        assert set(found) == set(expected)
        for name in expected:
            assert found[name].value == pytest.approx(expected[name].value, abs=1e-8), name
        for measured in (expected, found):
            assert measured["particle-number"].value == pytest.approx(alpha + beta, abs=1e-9)
            assert measured["sz"].value == pytest.approx((alpha - beta) / 2, abs=1e-9)


@pytest.mark.parametrize(("ansatz", "problem"), list(_problems_in_turn()))
def test_gradient_equals_finite_differences(ansatz: str, problem: str) -> None:
    prepared = objective(ansatz, encoding_of(problem))
    (x,) = random_points(prepared.traits.num_parameters, number=1)
    energy, gradient = prepared.energy_and_gradient(x)
    assert energy == pytest.approx(prepared.energy(x, 0).value, abs=1e-12)
    assert gradient.shape == x.shape
    chosen = np.unique(np.linspace(0, x.size - 1, 12).astype(int)) if x.size else []
    for index in chosen:

        def along(value: np.ndarray, index: int = index) -> float:
            moved = x.copy()
            moved[index] = value[0]
            return prepared.energy(moved, 0).value

        (numerical,) = central_differences(along, x[index : index + 1])
        assert gradient[index] == pytest.approx(numerical, abs=1e-8)


@every_ansatz
def test_equal_inputs_give_identical_bits(ansatz: str) -> None:
    found = []
    for _ in range(2):
        prepared = objective(ansatz, encoding_of(named_problem("h3-doublet")))
        (x,) = random_points(prepared.traits.num_parameters, number=1)
        energy, gradient = prepared.energy_and_gradient(x)
        aer = objective_of(encoding_of(named_problem("h3-doublet")), ansatz, "aer")
        found.append((energy, gradient.tobytes(), aer.energy(x, 0).value))
    assert found[0] == found[1]


@every_problem
@every_ansatz
def test_number_of_parameters_agrees_everywhere(ansatz: str, problem: str) -> None:
    state = state_of(ansatz, encoding_of(problem))
    assert state.circuit.num_parameters == state.num_parameters
    assert len(state.spectra) == state.num_parameters
    prepared = objective_of(state.encoding, ansatz)
    assert prepared.traits.num_parameters == state.num_parameters
    assert len(prepared.traits.spectra) == state.num_parameters


@every_problem
@every_ansatz_of_excitations
def test_products_of_excitations_begin_at_the_hartree_fock_energy(
    ansatz: str, problem: str
) -> None:
    encoding = encoding_of(problem)
    assert state_of(ansatz, encoding).product is not None
    prepared = objective_of(encoding, ansatz)
    zeros = np.zeros(prepared.traits.num_parameters)
    expected = encoding.problem.hartree_fock_energy
    assert prepared.energy(zeros, 0).value == pytest.approx(expected, abs=1e-10)


@every_ansatz
def test_total_spin_is_conserved_by_those_that_say_so_and_by_no_other(ansatz: str) -> None:
    deviations = []
    for problem in SMALL_PROBLEMS:
        encoding = encoding_of(problem)
        try:
            prepared = objective_of(encoding, ansatz)
        except InputError:
            continue
        for x in random_points(prepared.traits.num_parameters, number=3):
            found = prepared.observables(x, 0)["s-squared"].value
            deviations.append(abs(found - encoding.problem.spin_squared))
    if ANSATZE.get(ansatz).conserves_spin:
        assert max(deviations) < 1e-10
    elif ansatz != "adapt":  # which has no parameters before it grows
        assert max(deviations, default=1.0) > 0.1


@every_ansatz
def test_qubit_hamiltonians_are_served_or_refused_by_name(ansatz: str) -> None:
    encoding = qubit_encoding(TWO_QUBIT_MODEL["paulis"])
    entry = ANSATZE.create(ansatz)
    if "qubits" in entry.serves:
        prepared = objective_of(encoding, ansatz)
        (x,) = random_points(prepared.traits.num_parameters, number=1)
        assert prepared.energy(x, 0).value >= -1 - np.sqrt(1.04) - 1e-12
    else:
        with pytest.raises(InputError, match=ansatz) as caught:
            entry.state(encoding)
        assert caught.value.path == ("ansatz",)
        assert caught.value.hint
