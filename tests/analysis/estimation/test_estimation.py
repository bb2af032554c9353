"""Shots, time and money of runs against published tables and estimates by hand."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import pytest

from tests.families import slow
from tests.problems import CH2, H2, H2O, LIH, TWO_QUBIT_MODEL, frontier, spec_of
from vqe_cli.analysis.estimation import Estimation, estimate
from vqe_cli.analysis.estimation.device_use import device_use
from vqe_cli.analysis.estimation.simulations import GRADIENTS, LONGEST_TRIAL
from vqe_cli.backends.ibm.cost import prices
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.schema import spec_from_data

BENZENE = "\n".join(
    f"{symbol} {radius * math.cos(angle):.6f} {radius * math.sin(angle):.6f} 0.0"
    for symbol, radius in (("C", 1.397), ("H", 2.481))
    for angle in (k * math.pi / 3 for k in range(6))
)


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VQE_CONFIG_DIR", str(tmp_path / "config"))


@cache
def estimated(name: str) -> Estimation:
    return estimate(spec_of({"h2": H2, "lih": LIH, "h2o": H2O}[name]))


@pytest.mark.parametrize(
    ("name", "qubit_wise", "fluid"), [("lih", 1.06, 0.120), slow("h2o", 30.9, 0.875)]
)
def test_shots_are_those_of_exact_variances(name: str, qubit_wise: float, fluid: float) -> None:
    """Shots times variance on the exact ground state at the best allocation, Ha².

    The groups of qubit-wise terms depend on the order in which they are filled.
    """
    shots = estimated(name).as_dict()["shots"]
    assert isinstance(shots["qwc"], int)
    assert isinstance(shots["fluid"], int)
    assert shots["fluid"] == pytest.approx(fluid / 0.0016**2, rel=0.03)
    assert shots["qwc"] == pytest.approx(qubit_wise / 0.0016**2, rel=0.2)


def test_shots_fall_with_the_square_of_the_error() -> None:
    found = estimate(spec_of(H2), error=0.0032)
    fine, coarse = estimated("h2").shots("fluid"), found.shots("fluid")
    assert fine is not None
    assert coarse is not None
    assert fine == pytest.approx(4 * coarse, rel=1e-3)


def test_changes_of_basis_count_among_the_gates_that_may_fail() -> None:
    """Low rank turns orbitals of either spin, by Givens rotations of two gates each."""
    found = estimate(spec_of(H2, backend={"name": "exact", "shots": 9, "measurement": "low-rank"}))
    ansatz = found.circuit.on_device
    assert ansatz is not None
    change = next(one.two_qubit_gates for one in found.measurements if one.name == "low-rank")
    assert change is not None
    assert change >= 4
    gates = ansatz.two_qubit_gates + change
    assert found.gates_on_device == gates
    device = found.as_dict()["device"]
    assert device["expected_fidelity"] == pytest.approx((1 - device["error"]) ** gates)
    each = {"name": "exact", "shots": 9, "measurement": "qubit-wise"}
    plain = estimate(spec_of(H2, backend=each))
    assert plain.circuit.on_device is not None
    assert plain.gates_on_device == plain.circuit.on_device.two_qubit_gates


def test_an_energy_of_lithium_hydride_takes_about_three_minutes() -> None:
    """In qubit-wise groups of 4096 shots: 185 s with the readout's calibration."""
    plans = {method.name: method.plan for method in estimated("lih").measurements}
    plan = plans["qubit-wise"]
    assert plan is not None
    use = device_use("one energy", 4096 * len(plan.bases), prices())
    assert use.qpu_seconds == pytest.approx(185, rel=0.08)
    assert use.cost["payg"] == pytest.approx(300, rel=0.08)


def test_an_energy_of_hydrogen_takes_about_seven_seconds() -> None:
    """Five groups of 4096 shots, by hand: 2 s + (250 µs + 1.56 µs of readout + 26 to 30 CZ of
    84 ns among SX of 24 ns on fake_fez) each."""
    measured = {"name": "aer", "shots": 4096, "measurement": "qubit-wise"}
    found = estimate(spec_of(H2, backend=measured)).as_dict()
    assert found["executions"] == 5 * 4096
    shortest = 2 + 5 * 4096 * (250e-6 + 1.56e-6 + 26 * 84e-9)
    assert shortest < found["qpu_seconds"] < shortest + 5 * 4096 * 3e-6
    assert found["cost"] == pytest.approx(1.60 * found["qpu_seconds"])
    assert found["one_energy"]["use"]["cost"]["open"] == 0.0


def test_a_given_error_overrides_given_shots() -> None:
    found = estimate(spec_of(H2, backend={"name": "exact", "shots": 9}), error=0.0032)
    assert found.one_energy is not None
    assert found.one_energy.standard_error == pytest.approx(0.0032, rel=1e-2)


def test_given_shots_determine_the_standard_error() -> None:
    """By hand: shots times variance of H2 are 0.1245 Ha² in any qubit-wise grouping."""
    measured = {"name": "aer", "shots": 1000, "measurement": "qubit-wise"}
    found = estimate(spec_of(H2, backend=measured))
    assert found.one_energy is not None
    assert found.one_energy.shots == 5000
    assert found.one_energy.standard_error == pytest.approx(math.sqrt(0.1245 / 5000), rel=2e-3)


def test_a_precision_of_the_input_is_the_target() -> None:
    found = estimate(spec_of(H2, backend={"name": "exact", "precision": "3.2 mHa"}))
    assert found.error == pytest.approx(0.0032)


def test_the_device_and_plan_of_the_input_count() -> None:
    backend = {"name": "fake_manila", "plan": "premium"}
    found = estimate(spec_of(H2, backend=backend)).as_dict()
    assert (found["device"]["name"], found["device"]["qubits"]) == ("fake_manila", 5)
    assert found["plan"] == "premium"
    assert found["cost"] == pytest.approx(0.80 * found["qpu_seconds"])


def test_on_a_device_that_is_too_small_nothing_runs() -> None:
    found = estimate(spec_of(LIH, active_space=frontier(2, 3)), device="fake_manila")
    assert not found.fits
    assert found.uses == ()
    assert found.as_dict()["qpu_seconds"] is None


def test_an_optimisation_takes_executions_of_every_energy() -> None:
    found = estimated("h2")
    assert found.one_energy is not None
    uses = {use.task.split(",")[0]: use for use in found.uses}
    assert set(uses) == {"one energy", "spsa", "nft"}
    for use in uses.values():
        assert use.executions == use.points * found.one_energy.shots
        each = found.execution.seconds()
        assert use.qpu_seconds == pytest.approx(2 * use.jobs + each * use.executions)


def test_sample_based_diagonalisation_draws_its_own_shots() -> None:
    solver = {"name": "sqd", "shots": 20_000}
    found = estimate(spec_of(LIH, active_space=frontier(2, 3), solver=solver)).as_dict()
    assert found["executions"] == 20_000
    each = found["execution"]["delay"] + found["execution"]["circuit"]
    assert found["execution"]["delay"] == 250e-6
    # without a change of basis, whose few gates are in the circuit of an energy
    assert found["qpu_seconds"] == pytest.approx(2 + each * 20_000, rel=0.02)


def test_a_qubit_hamiltonian_is_read_qubit_by_qubit() -> None:
    """Of the mixed state: ZZ, ZI and IZ together √1.5 Ha, XX 0.2 Ha; (Σσ)² = 2.03 Ha²."""
    found = estimate(spec_from_data({"hamiltonian": TWO_QUBIT_MODEL}))
    assert found.shots("qubit-wise") == math.ceil((math.sqrt(1.5) + 0.2) ** 2 / 0.0016**2)
    assert found.shots("fluid") is None
    assert found.exact.gradient_seconds is None
    assert found.problem.pauli_terms == 4


def test_an_open_shell() -> None:
    found = estimate(spec_of(CH2, active_space=frontier(4, 4)))
    assert found.problem.qubits == 8
    assert found.shots("fluid") is not None
    assert found.circuit.on_device is not None


def test_an_adaptive_ansatz_is_described_by_its_pool() -> None:
    found = estimate(spec_of(LIH, active_space=frontier(2, 3), ansatz="adapt"))
    assert found.ansatz.pool is not None
    assert found.circuit.all_to_all is None
    assert [use.task for use in found.uses] == ["one energy"]
    assert found.exact.seconds is None


@pytest.mark.slow
def test_many_qubits_are_not_mapped_but_measured_in_fragments() -> None:
    found = estimate(spec_of({**LIH, "basis": "6-31g"}))
    assert found.problem.qubits == 22
    assert found.problem.pauli_terms is None
    assert found.shots("qubit-wise") is None
    assert found.shots("fluid") is not None
    reasons = {method.name: method.reason for method in found.measurements}
    assert reasons["qubit-wise"] == "Pauli terms of 22 qubits would take minutes (at most 20)"


def test_what_does_not_fit_into_memory_is_said() -> None:
    """16 bytes for each of 2²² amplitudes are 67 MB."""
    model = {"paulis": {"Z" * 22: 1.0, "X" * 22: 0.5}}
    found = estimate(spec_from_data({"hamiltonian": model, "max_memory": "20 MB"}))
    assert not found.exact.feasible


def test_an_operator_that_does_not_fit_into_memory_is_refused() -> None:
    with pytest.raises(ResourceLimitError, match="a Hamiltonian of 4 qubits needs"):
        estimate(spec_of(H2, max_memory="0.01 KB"))


def test_benzene_is_refused_before_its_mean_field() -> None:
    """6 × 14 + 6 × 5 functions in cc-pVDZ."""
    with pytest.raises(ResourceLimitError, match="114 active orbitals"):
        estimate(spec_of({"geometry": BENZENE, "basis": "cc-pvdz"}))
    with pytest.raises(ResourceLimitError, match="108 active orbitals"):
        estimate(spec_of({"geometry": BENZENE, "basis": "cc-pvdz"}, active_space="frozen-core"))


def test_a_misspelt_device_costs_no_chemistry() -> None:
    molecule = {"geometry": "H 0 0 0\nH 0 0 30", "basis": "no-such-basis"}
    with pytest.raises(InputError, match="--device: there is no fake device called 'fake_fezz'"):
        estimate(spec_of(molecule), device="fake_fezz")


def on_aer(**options: Any) -> Estimation:
    return estimate(spec_of(H2, backend={"name": "aer", **options}))


def test_gradients_on_aer_take_the_time_of_computed_energies() -> None:
    found = on_aer().simulation
    assert found is not None
    assert found.measured
    assert found.gradient_seconds is not None
    assert found.energy_seconds is not None
    assert found.gradient_seconds >= found.energy_seconds > 0.0
    assert found.seconds == pytest.approx(GRADIENTS * found.gradient_seconds)


@pytest.mark.parametrize("noise", [{}, slow({"noise": "fake_manila"})])
def test_shots_on_aer_take_the_time_of_the_optimisers_energies(noise: dict[str, Any]) -> None:
    found = on_aer(shots=100, **noise).simulation
    assert found is not None
    assert found.energies is not None
    assert found.energy_seconds is not None
    least, most = found.energies
    assert most > 50 * least
    assert found.least_seconds == pytest.approx(least * found.energy_seconds)
    assert found.seconds == pytest.approx(most * found.energy_seconds)


def test_energies_that_take_long_are_not_computed_for_an_estimate() -> None:
    """Trajectories: each of 10^6 shots is a simulation with its own errors."""
    noise = {"depolarizing": {"one_qubit": 1e-4, "two_qubit": 1e-3}}
    found = on_aer(shots=1_000_000, noise=noise, method="statevector").simulation
    assert found is not None
    assert not found.measured
    assert found.energy_seconds is not None
    assert found.energy_seconds > LONGEST_TRIAL
    assert found.seconds is None
