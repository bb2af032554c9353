"""Energies before and after mitigation, against the noiseless energy and by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from tests.measurement.mitigation.devices import DensityMatrixDevice
from tests.problems import TWO_PARAMETERS, encoding_of, objective_of, qubit_encoding
from vqe_cli.ansatz import ANSATZE
from vqe_cli.errors import InputError
from vqe_cli.measurement import MEASUREMENTS
from vqe_cli.measurement.estimates import MitigatedEnergy
from vqe_cli.measurement.mitigation.ladder import measured
from vqe_cli.measurement.mitigation.options import Mitigation
from vqe_cli.measurement.mitigation.reference_state import determinant_energy
from vqe_cli.measurement.shots import Budget
from vqe_cli.measurement.task import MeasurementTask

X = np.array([-0.1, 0.2])
GATES = {"depolarizing": {"one_qubit": 0.0005, "two_qubit": 0.005}}
READOUT = {"readout": {"p1_given_0": 0.02, "p0_given_1": 0.06}}


class Bench:
    """Hydrogen, its ansatz, its plan, and a device with noise."""

    def __init__(self, noise: dict[str, Any], measurement: str = "qubit-wise") -> None:
        self.encoding = encoding_of("h2")
        self.state = ANSATZE.create(TWO_PARAMETERS).state(self.encoding)
        self.plan = MEASUREMENTS.create(measurement).plan(self.encoding)
        self.device = DensityMatrixDevice(self.state, noise)
        self.exact = objective_of(self.encoding, TWO_PARAMETERS).energy(X, 0).value

    def ladder(self, options: Any, seed: int = 3, shots: int = 2000) -> dict[str, MitigatedEnergy]:
        found = mitigate(self.device, self.state, self.plan, shots, options, x=X, seed=seed)
        return {rung.method: rung for rung in found}

    def covered(self, options: Any, shots: int, repetitions: int = 60) -> int:
        """Number of repetitions whose last error bar covers the noiseless energy."""
        hits = 0
        for seed in range(repetitions):
            last = list(self.ladder(options, seed, shots).values())[-1].estimate
            assert last.standard_error is not None
            hits += abs(last.value - self.exact) <= 1.96 * last.standard_error
        return hits


def mitigate(
    device: Any, state: Any, plan: Any, shots: int, options: Any, *, x: Any, seed: int
) -> tuple[MitigatedEnergy, ...]:
    """The raw and mitigated energies of one measurement."""
    budget = Budget(shots, None)
    task = MeasurementTask(state=state, measurement="any", plan=plan, budget=budget)
    return measured(device, task, Mitigation.model_validate(options), x=x, seed=seed).rungs


def off(rung: MitigatedEnergy, exact: float) -> float:
    """Deviation of an energy in standard errors."""
    assert rung.estimate.standard_error is not None
    return abs(rung.estimate.value - exact) / rung.estimate.standard_error


@pytest.mark.parametrize("calibration", [1000, 100_000])
def test_readout_errors_alone_are_undone_and_the_error_bars_cover(calibration: int) -> None:
    """With few calibration shots most of the error bar comes from the calibration."""
    bench = Bench(READOUT)
    options = {"readout": {"shots": calibration}}
    assert off(bench.ladder(options)["raw"], bench.exact) > 6
    low, high = binom.interval(0.999, 60, 0.95)
    assert low <= bench.covered(options, 2000) <= high


@pytest.mark.parametrize("measurement", ["qubit-wise", "low-rank"])
def test_symmetry_and_readout_together_cover_where_only_bits_are_wrong(measurement: str) -> None:
    bench = Bench(READOUT, measurement)
    low, high = binom.interval(0.999, 60, 0.95)
    assert low <= bench.covered(["readout", "symmetry"], 1000) <= high


def test_symmetry_leaves_out_as_many_shots_as_have_wrong_electron_numbers() -> None:
    """The determinant of hydrogen read with errors: both spins must still have one electron.

    |01⟩ of a spin stays in its sector if no bit or both are wrong.
    """
    bench = Bench(READOUT, "low-rank")
    p10, p01 = 0.02, 0.06
    kept = ((1 - p10) * (1 - p01) + p10 * p01) ** 2
    rung = bench.ladder("symmetry", shots=50_000)["symmetry"]
    assert rung.notes["discarded"] == pytest.approx(1 - kept, abs=0.003)


def test_depolarised_qubit_is_extrapolated_exactly() -> None:
    """RY is two SX: ⟨Z⟩ = cos θ (1−p)^2λ at amplification λ, and the mixed state has ⟨Z⟩ = 0."""
    encoding, p, theta = qubit_encoding({"Z": 1.0}), 0.05, 0.4
    ansatz = {"name": "two-local", "rotation_blocks": "ry", "reps": 0}
    state = ANSATZE.create(ansatz).state(encoding)
    device = DensityMatrixDevice(state, {"depolarizing": {"one_qubit": p}})
    plan = MEASUREMENTS.create("qubit-wise").plan(encoding)
    raw, zne = mitigate(
        device,
        state,
        plan,
        200_000,
        "zne",
        x=np.array([theta]),
        seed=1,
    )
    assert off(raw, np.cos(theta) * (1 - p) ** 2) < 4
    assert off(zne, np.cos(theta)) < 4
    assert off(raw, np.cos(theta)) > 20
    energies = zne.notes["energies"]
    expected = [np.cos(theta) * (1 - p) ** (2 * factor) for factor in (1, 3, 5)]
    np.testing.assert_allclose(energies, expected, atol=0.01)
    assert zne.overhead == pytest.approx(3.0)


def test_swallowed_signal_is_extrapolated_by_a_line_and_the_record_says_so() -> None:
    """⟨Z⟩ scatters about zero, the value of the mixed state."""
    encoding = qubit_encoding({"Z": 1.0})
    ansatz = {"name": "two-local", "rotation_blocks": "ry", "reps": 0}
    state = ANSATZE.create(ansatz).state(encoding)
    device = DensityMatrixDevice(state, {"depolarizing": {"one_qubit": 0.95}})
    plan = MEASUREMENTS.create("qubit-wise").plan(encoding)
    options = Mitigation.model_validate("zne")
    x, kinds = np.array([0.4]), set()
    for seed in range(6):
        rungs = mitigate(device, state, plan, 101, options, x=x, seed=seed)
        kinds.add(rungs[-1].notes["extrapolation"])
        assert np.isfinite(rungs[-1].estimate.value)
    assert "linear" in kinds


def test_error_bars_cover_the_depolarised_qubit() -> None:
    encoding, theta = qubit_encoding({"Z": 1.0}), 0.4
    ansatz = {"name": "two-local", "rotation_blocks": "ry", "reps": 0}
    state = ANSATZE.create(ansatz).state(encoding)
    device = DensityMatrixDevice(state, {"depolarizing": {"one_qubit": 0.05}, **READOUT})
    plan = MEASUREMENTS.create("qubit-wise").plan(encoding)
    options = Mitigation.model_validate({"zne": True, "readout": {"shots": 2000}})
    hits = 0
    for seed in range(100):
        rungs = mitigate(device, state, plan, 2000, options, x=np.array([theta]), seed=seed)
        hits += off(rungs[-1], np.cos(theta)) <= 1.96
    low, high = binom.interval(0.999, 100, 0.95)
    assert low <= hits <= high


@pytest.mark.parametrize("extrapolation", ["linear", "quadratic", "exponential"])
def test_extrapolation_of_gate_noise_is_nearer_than_raw(extrapolation: str) -> None:
    bench = Bench(GATES)
    found = bench.ladder({"zne": {"extrapolation": extrapolation}}, shots=100_000)
    raw, mitigated = (abs(found[name].estimate.value - bench.exact) for name in ("raw", "zne"))
    assert mitigated < 0.4 * raw


def test_reference_state_takes_most_of_the_error_off() -> None:
    bench = Bench({**GATES, **READOUT})
    found = bench.ladder("reference_state", shots=100_000)
    raw, mitigated = (
        abs(found[name].estimate.value - bench.exact) for name in ("raw", "reference_state")
    )
    assert mitigated < 0.2 * raw
    assert found["reference_state"].notes["reference"] == "the ansatz with all parameters zero"


def test_reference_of_a_circuit_that_is_no_product_is_made_of_x_gates() -> None:
    bench = Bench(READOUT)
    bench.state = ANSATZE.create({"name": "real-amplitudes", "reps": 1}).state(bench.encoding)
    bench.device = DensityMatrixDevice(bench.state, READOUT)
    options = Mitigation.model_validate("reference_state")
    found = mitigate(
        bench.device,
        bench.state,
        bench.plan,
        1000,
        options,
        x=np.zeros(bench.state.num_parameters),
        seed=1,
    )
    assert found[1].notes["reference"] == "X gates"


@pytest.mark.parametrize("problem", ["h2", "lih-3-orbitals", "ch2-triplet"])
@pytest.mark.parametrize("mapper", ["jordan-wigner", "parity"])
def test_energy_of_the_determinant_is_that_of_hartree_fock(problem: str, mapper: str) -> None:
    encoding = encoding_of(problem, mapper)
    expected = encoding.problem.hartree_fock_energy
    assert determinant_energy(encoding) == pytest.approx(expected, abs=1e-8)


def test_every_method_acts_inside_the_next_and_all_shots_are_counted() -> None:
    bench = Bench({**GATES, **READOUT}, "low-rank")
    asked = ["reference_state", "zne", "symmetry", "readout"]
    found = bench.ladder(asked, shots=5000)
    assert list(found) == [
        "raw",
        "readout",
        "readout + symmetry",
        "readout + symmetry + zne",
        "readout + symmetry + zne + reference_state",
    ]
    rungs = list(found.values())
    assert rungs[-1].estimate.shots == bench.device.shots
    shots = [rung.estimate.shots for rung in rungs]
    raw, calibration = shots[0], 40_000
    assert shots == pytest.approx(
        [raw, raw + calibration, raw + calibration, 3 * raw + calibration, 6 * raw + calibration],
        abs=20,
    )
    assert [rung.overhead for rung in rungs] == pytest.approx([s / raw for s in shots])
    assert abs(rungs[-1].estimate.value - bench.exact) < 0.2 * abs(
        rungs[0].estimate.value - bench.exact
    )


def test_raw_rung_is_what_is_measured_without_mitigation() -> None:
    from vqe_cli.measurement.mitigation import Preparation, StateShots
    from vqe_cli.measurement.shots import measure

    bench = Bench(READOUT)
    raw = bench.ladder("readout")["raw"].estimate
    device = bench.device

    def sample(bases: Any, shots: Any, seed: int) -> Any:
        return device.sample(StateShots(Preparation(X), bases, shots, seed))

    many = [measure(bench.plan, sample, Budget(2000, None), seed) for seed in range(30)]
    values = np.array([estimate.value for estimate in many])
    assert abs(raw.value - values.mean()) < 4 * values.std()
    assert raw.standard_error == pytest.approx(many[0].standard_error, rel=0.1)


def test_equal_seeds_give_equal_ladders() -> None:
    bench = Bench(READOUT)
    assert bench.ladder(["readout", "zne"], 5) == bench.ladder(["readout", "zne"], 5)
    assert bench.ladder("readout", 5) != bench.ladder("readout", 6)


@pytest.mark.parametrize("method", ["symmetry", "reference_state"])
def test_methods_for_electrons_are_refused_for_qubits(method: str) -> None:
    encoding = qubit_encoding({"ZZ": 1.0, "XX": 0.5})
    state = ANSATZE.create("real-amplitudes").state(encoding)
    plan = MEASUREMENTS.create("qubit-wise").plan(encoding)
    device = DensityMatrixDevice(state, READOUT)
    options = Mitigation.model_validate(method)
    x = np.zeros(state.num_parameters)
    with pytest.raises(InputError, match="qubit Hamiltonian") as caught:
        mitigate(device, state, plan, 100, options, x=x, seed=1)
    assert caught.value.path == ("backend", "mitigation", method)
