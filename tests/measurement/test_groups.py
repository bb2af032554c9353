"""Groups, estimates and allocation of shots."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp, Statevector, random_statevector

from tests.problems import encoding_of
from vqe_cli.measurement import MEASUREMENTS, MeasurementGroup, MeasurementPlan
from vqe_cli.objective import Estimate

LABELS = st.text(alphabet="IXYZ", min_size=3, max_size=3)
OPERATORS = st.dictionaries(
    LABELS, st.floats(-2, 2).filter(lambda x: abs(x) > 1e-6), min_size=1, max_size=12
)
every_measurement = pytest.mark.parametrize("name", MEASUREMENTS.names())


def plan_of(name: str, operator: SparsePauliOp) -> MeasurementPlan:
    return MEASUREMENTS.create(name).plan(operator)


def rotated(state: Statevector, bases: tuple[str, ...]) -> np.ndarray:
    """Probabilities of outcomes when each qubit is read in its basis, by Qiskit's own gates."""
    circuit = QuantumCircuit(len(bases))
    for qubit, basis in enumerate(bases):
        if basis == "X":
            circuit.h(qubit)
        if basis == "Y":
            circuit.sdg(qubit)
            circuit.h(qubit)
    return np.asarray(state.evolve(circuit).probabilities())


@every_measurement
@settings(max_examples=60, deadline=None, derandomize=True)
@given(paulis=OPERATORS, seed=st.integers(0, 1000))
def test_sum_of_groups_is_the_expectation_value(
    name: str, paulis: dict[str, float], seed: int
) -> None:
    operator = SparsePauliOp.from_list(list(paulis.items()))
    state = random_statevector(8, seed)
    plan = plan_of(name, operator)
    total = plan.constant + sum(
        group.expectation(rotated(state, group.bases)) for group in plan.groups
    )
    assert total == pytest.approx(state.expectation_value(operator).real, abs=1e-10)


@every_measurement
@settings(max_examples=60, deadline=None, derandomize=True)
@given(paulis=OPERATORS)
def test_every_term_is_in_one_group_whose_bases_read_it(
    name: str, paulis: dict[str, float]
) -> None:
    operator = SparsePauliOp.from_list(list(paulis.items()))
    plan = plan_of(name, operator)
    found: dict[str, float] = {"III": plan.constant} if plan.constant else {}
    for group in plan.groups:
        for mask, coefficient in zip(group.masks, group.coefficients, strict=True):
            letters = [group.bases[q] if mask >> q & 1 else "I" for q in range(3)]
            label = "".join(reversed(letters))
            assert label not in found
            found[label] = float(coefficient)
    assert found == pytest.approx(paulis)


@every_measurement
@settings(max_examples=60, deadline=None, derandomize=True)
@given(paulis=OPERATORS, shots=st.integers(2, 5000))
def test_allocation_spends_what_was_asked_for(
    name: str, paulis: dict[str, float], shots: int
) -> None:
    for allocation in ("uniform", "weighted"):
        measurement = MEASUREMENTS.create({"name": name, "allocation": allocation})
        plan = measurement.plan(SparsePauliOp.from_list(list(paulis.items())))
        spent = plan.allocate(shots)
        assert len(spent) == len(plan.groups)
        assert all(count >= 2 for count in spent)
        if plan.groups:
            assert plan.weights.sum() == pytest.approx(1.0)
            asked = shots * len(plan.groups)
            assert abs(sum(spent) - asked) <= 2 * len(plan.groups)


def test_terms_that_agree_on_every_qubit_share_a_group() -> None:
    operator = SparsePauliOp(["ZZ", "ZI", "IZ", "XX", "II"], [1.0, 0.5, 0.5, 0.2, 3.0])
    plan = plan_of("qubit-wise", operator)
    assert plan.constant == 3.0
    assert sorted(group.bases for group in plan.groups) == [("X", "X"), ("Z", "Z")]


def test_hydrogen_needs_five_groups() -> None:
    """One for all Z terms, and XXXX-like terms of four kinds (Kandala et al., 2017)."""
    plan = plan_of("qubit-wise", encoding_of("h2").hamiltonian)
    assert len(plan.groups) == 5
    assert ("Z",) * 4 in {group.bases for group in plan.groups}


def test_weighted_allocation_prefers_large_coefficients() -> None:
    operator = SparsePauliOp(["ZZ", "XX"], [3.0, 1.0])
    plan = MEASUREMENTS.create({"name": "qubit-wise", "allocation": "weighted"}).plan(operator)
    by_basis = dict(zip([group.bases for group in plan.groups], plan.allocate(100), strict=True))
    assert by_basis == {("Z", "Z"): 150, ("X", "X"): 50}


def test_constant_operator_needs_no_shots() -> None:
    plan = plan_of("qubit-wise", SparsePauliOp(["II"], [-1.5]))
    assert plan.allocate(100) == []
    assert plan.combine([]) == Estimate(-1.5, 0.0, 0)


def test_values_are_products_of_outcomes() -> None:
    group = MeasurementGroup(("Z", "Z"), np.array([0b01, 0b11]), np.array([2.0, 10.0]))
    outcomes = np.array([0b00, 0b01, 0b10, 0b11])
    assert group.values(outcomes).tolist() == [12.0, -12.0, -8.0, 8.0]


def test_estimate_is_mean_and_standard_error_of_the_sample() -> None:
    group = MeasurementGroup(("Z", "Z"), np.array([0b01, 0b11]), np.array([2.0, 10.0]))
    counts = {0b00: 5, 0b01: 3, 0b11: 2}
    sample = np.array([12.0] * 5 + [-12.0] * 3 + [8.0] * 2)
    found = group.estimate(counts)
    assert found.value == pytest.approx(sample.mean())
    assert found.standard_error == pytest.approx(sample.std(ddof=1) / np.sqrt(10))
    assert found.shots == 10


def test_variances_of_groups_add() -> None:
    plan = MeasurementPlan(1.0, (), np.zeros(0))
    total = plan.combine([Estimate(2.0, 0.3, 10), Estimate(-1.0, 0.4, 20)])
    assert total == Estimate(2.0, pytest.approx(0.5), 30)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(paulis=OPERATORS, seed=st.integers(0, 1000))
def test_sampled_groups_lie_within_their_error_bars(paulis: dict[str, float], seed: int) -> None:
    operator = SparsePauliOp.from_list(list(paulis.items()))
    state, rng = random_statevector(8, seed), np.random.default_rng(seed)
    plan = plan_of("qubit-wise", operator)
    estimates = []
    for group, shots in zip(plan.groups, plan.allocate(4000), strict=True):
        drawn = rng.choice(8, size=shots, p=rotated(state, group.bases))
        estimates.append(group.estimate(Counter(drawn.tolist())))
    total = plan.combine(estimates)
    assert total.standard_error is not None
    distance = abs(total.value - state.expectation_value(operator).real)
    assert distance <= 5 * total.standard_error + 1e-9
