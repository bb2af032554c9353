"""Groups of Pauli strings: they add up to the operator, and their circuits make them diagonal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit.quantum_info import SparsePauliOp, Statevector, random_statevector

from tests.problems import LIH, encoding_of, frontier, problem_of, qubit_encoding
from vqe_cli.errors import ResourceLimitError
from vqe_cli.measurement import MEASUREMENTS, MeasurementBasis, MeasurementPlan
from vqe_cli.measurement.fully_commuting import FullyCommuting
from vqe_cli.measurement.qubit_wise import QubitWise

LABELS = st.text(alphabet="IXYZ", min_size=3, max_size=3)
OPERATORS = st.dictionaries(
    LABELS, st.floats(-2, 2).filter(lambda x: abs(x) > 1e-6), min_size=1, max_size=12
)
METHODS = ("qubit-wise", "fully-commuting")
every_grouping = pytest.mark.parametrize("name", METHODS)


def plan_of(name: str, paulis: dict[str, float]) -> MeasurementPlan:
    return MEASUREMENTS.create(name).plan(qubit_encoding(paulis))


def probabilities(state: Statevector, basis: MeasurementBasis) -> np.ndarray:
    """Probabilities of the outcomes in a measurement basis, by Qiskit."""
    return np.asarray(state.evolve(basis.circuit()).probabilities())


@every_grouping
@settings(max_examples=60, deadline=None, derandomize=True)
@given(paulis=OPERATORS, seed=st.integers(0, 1000))
def test_sum_of_groups_is_the_expectation_value(
    name: str, paulis: dict[str, float], seed: int
) -> None:
    state = random_statevector(8, seed)
    plan = plan_of(name, paulis)
    found, discarded = plan.expectation([probabilities(state, s) for s in plan.bases])
    operator = SparsePauliOp.from_list(list(paulis.items()))
    assert found == pytest.approx(state.expectation_value(operator).real, abs=1e-10)
    assert discarded == 0.0


@every_grouping
@pytest.mark.parametrize("mapper", ["jordan-wigner", "parity"])
def test_sum_of_groups_is_the_energy_of_a_molecule(name: str, mapper: str) -> None:
    encoding = encoding_of(problem_of(LIH, active_space=frontier(2, 3)), mapper)
    plan = MEASUREMENTS.create(name).plan(encoding)
    state = random_statevector(1 << encoding.num_qubits, 5)
    found, _ = plan.expectation([probabilities(state, s) for s in plan.bases])
    assert found == pytest.approx(state.expectation_value(encoding.hamiltonian).real, abs=1e-9)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(paulis=OPERATORS)
def test_qubit_wise_groups_need_one_qubit_gates_only(paulis: dict[str, float]) -> None:
    for basis in plan_of("qubit-wise", paulis).bases:
        assert basis.circuit().num_nonlocal_gates() == 0


def test_terms_that_agree_on_every_qubit_share_a_group() -> None:
    plan = plan_of("qubit-wise", {"ZZ": 1.0, "ZI": 0.5, "IZ": 0.5, "XX": 0.2, "II": 3.0})
    assert plan.constant == 3.0
    assert len(plan.bases) == 2


def test_terms_that_commute_as_a_whole_share_a_group() -> None:
    """XX, YY and ZZ commute, though not qubit by qubit: their product is -1 (Bell basis)."""
    paulis = {"XX": 1.0, "YY": 0.7, "ZZ": 0.4}
    assert len(plan_of("qubit-wise", paulis).bases) == 3
    plan = plan_of("fully-commuting", paulis)
    assert len(plan.bases) == 1
    outcomes = plan.bases[0].values(np.arange(4))
    eigenvalues = np.linalg.eigvalsh(SparsePauliOp.from_list(list(paulis.items())).to_matrix())
    assert np.sort(outcomes) == pytest.approx(eigenvalues)


def test_the_largest_terms_choose_their_groups_first() -> None:
    """ZI fits with both others; it joins ZZ, which is larger and comes first."""
    plan = plan_of("qubit-wise", {"ZX": 0.5, "ZZ": 2.0, "ZI": 1.0})
    sizes = sorted(len(basis.coefficients) for basis in plan.bases)
    assert sizes == [1, 2]
    assert max(plan.bases, key=lambda s: len(s.coefficients)).coefficients.tolist() == [2.0, 1.0]


def test_hydrogen_needs_five_groups_or_two() -> None:
    """One group of all Z terms, and four kinds of XXXX-like terms, which commute."""
    assert len(QubitWise().plan(encoding_of("h2")).bases) == 5
    assert len(FullyCommuting().plan(encoding_of("h2")).bases) == 2


def test_groups_whose_circuit_is_too_long_are_read_qubit_wise() -> None:
    encoding = encoding_of("h2")
    split = FullyCommuting(max_two_qubit_gates=0).plan(encoding)
    assert len(split.bases) == len(QubitWise().plan(encoding).bases)
    assert all(basis.circuit().num_nonlocal_gates() == 0 for basis in split.bases)


def test_values_are_products_of_outcomes() -> None:
    """ZI depends on qubit 1, ZZ on both; bit 0 of an outcome is qubit 0."""
    (basis,) = plan_of("qubit-wise", {"ZI": 10.0, "IZ": 2.0}).bases
    assert basis.values(np.array([0b00, 0b01, 0b10, 0b11])).tolist() == [12.0, 8.0, -8.0, -12.0]


@every_grouping
def test_deviations_of_hydrogen_are_those_of_its_ground_state(name: str) -> None:
    """CISD is exact for two electrons; by hand (Σσ)² is 0.1245 Ha² in any grouping of H2."""
    plan = MEASUREMENTS.create(name).plan(encoding_of("h2"))
    assert plan.shots_times_variance == pytest.approx(0.1245, abs=3e-4)


def test_deviations_of_a_qubit_hamiltonian_are_those_of_the_mixed_state() -> None:
    plan = plan_of("qubit-wise", {"ZZ": 3.0, "ZI": 4.0, "XX": 2.0})
    assert sorted(plan.deviations) == pytest.approx([2.0, 5.0])


@every_grouping
def test_constant_operator_needs_no_measurement(name: str) -> None:
    plan = plan_of(name, {"II": -1.5})
    assert plan.bases == ()
    assert plan.expectation([]) == (-1.5, 0.0)


@every_grouping
def test_more_qubits_than_an_integer_has_bits_are_refused(name: str) -> None:
    with pytest.raises(ResourceLimitError, match="63 qubits"):
        plan_of(name, {"Z" * 63: 1.0})
