"""Aer: exact methods, error bars that cover, and noise."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, get_args

import numpy as np
import pytest
from qiskit.quantum_info import Statevector
from scipy.stats import binom

from tests.families import slow, slow_but
from tests.problems import (
    H2,
    LIH,
    N2,
    TWO_PARAMETERS,
    encoding_of,
    objective_of,
    problem_of,
    qubit_encoding,
    spec_of,
)
from vqe_cli import run
from vqe_cli._core import resources as machine
from vqe_cli.ansatz import ANSATZE
from vqe_cli.ansatz.two_local import Entangler
from vqe_cli.backends import BACKENDS
from vqe_cli.backends.objective import DrawsSamples, HasDensity, HasGradient, Objective
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.measurement import MEASUREMENTS
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.schema import spec_from_data

X = np.array([-0.3, 0.2])
METHODS = ("automatic", "statevector", "density_matrix", "matrix_product_state")
THREE_QUBITS = {"ZZI": 0.5, "IXX": -0.3, "YIZ": 0.7, "XYZ": 0.4, "IIZ": -0.2, "III": 0.1}


def hydrogen(mapper: str = "jordan-wigner", **options: Any) -> Objective:
    return objective_of(encoding_of("h2", mapper), TWO_PARAMETERS, {"name": "aer", **options})


def exact_energy() -> float:
    return objective_of(encoding_of("h2"), TWO_PARAMETERS).energy(X, 0).value


def mean_of(estimates: list[Estimate]) -> tuple[float, float]:
    """Mean of measurements with equal shots, and its standard error."""
    values = np.array([estimate.value for estimate in estimates])
    errors = np.array([estimate.standard_error for estimate in estimates])
    return float(values.mean()), float(np.sqrt(np.sum(errors**2)) / values.size)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("mapper", ["jordan-wigner", "parity"])
def test_every_method_gives_the_exact_energy_without_shots(method: str, mapper: str) -> None:
    objective = hydrogen(mapper, method=method)
    found = objective.energy(X, 0)
    assert found.value == pytest.approx(exact_energy(), abs=1e-8)
    assert found.standard_error is None
    assert found.shots == 0
    traits = objective.traits
    assert (traits.sampled, traits.noisy) == (False, False)
    assert not isinstance(objective, HasGradient | HasDensity | DrawsSamples)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_exact_observables_without_shots(method: str) -> None:
    exact = objective_of(encoding_of("h2"), TWO_PARAMETERS).observables(X, 0)
    found = hydrogen(method=method).observables(X, 0)
    assert {"particle-number", "sz", "s-squared"} <= set(found)
    for name, estimate in found.items():
        assert estimate.value == pytest.approx(exact[name].value, abs=1e-8), name


def _methods_in_turn() -> Iterator[Any]:
    """Every gate by one method without and another with shots, and slowly by the others."""
    gates = get_args(Entangler)
    for (i, gate), (j, shots), (k, method) in product(
        enumerate(gates), enumerate((None, 100)), enumerate(METHODS)
    ):
        case = (gate, shots, method)
        yield case if (i + 2 * j + k) % len(METHODS) == 0 else slow(*case)


@pytest.mark.parametrize(("gate", "shots", "method"), list(_methods_in_turn()))
def test_every_method_takes_every_gate(gate: str, shots: int | None, method: str) -> None:
    encoding = qubit_encoding(THREE_QUBITS)
    ansatz = {"name": "two-local", "rotation_blocks": "ry", "entanglement_blocks": gate, "reps": 1}
    options = {} if shots is None else {"shots": shots}
    objective = objective_of(encoding, ansatz, {"name": "aer", "method": method, **options})
    x = np.linspace(-1, 2, objective.traits.num_parameters)
    found, exact = objective.energy(x, 3), objective_of(encoding, ansatz).energy(x, 0)
    tolerance = 1e-8 if shots is None else 5 * (found.standard_error or 0.0)
    assert found.value == pytest.approx(exact.value, abs=tolerance)


@pytest.mark.parametrize("level", [0, 1, 2, 3])
@pytest.mark.parametrize("ansatz", ["two-local", slow("efficient-su2"), "excitation-preserving"])
def test_compiler_keeps_energies_at_every_level(ansatz: str, level: int) -> None:
    encoding = qubit_encoding(THREE_QUBITS)
    state = ANSATZE.create(ansatz).state(encoding)
    x = np.random.default_rng(1).uniform(-3, 3, state.num_parameters)
    vector = Statevector(state.circuit.assign_parameters(x))
    expected = vector.expectation_value(encoding.hamiltonian).real
    backend = BACKENDS.create({"name": "aer", "optimization_level": level})
    found = backend.prepare(state, 7).energy(x, 0).value
    assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("shots", [100, slow(2000)])
def test_error_bars_cover_the_exact_energy_in_95_percent_of_repetitions(shots: int) -> None:
    objective, exact, repetitions = hydrogen(shots=shots), exact_energy(), 200
    covered = 0
    for seed in range(repetitions):
        found = objective.energy(X, seed)
        assert found.standard_error is not None
        covered += abs(found.value - exact) <= 1.96 * found.standard_error
    low, high = binom.interval(0.999, repetitions, 0.95)
    assert low <= covered <= high


# 300 energies each; tests/backends/exact/test_sampling.py has circuits that rotate orbitals.
@pytest.mark.parametrize("measurement", slow_but(("fully-commuting",), MEASUREMENTS.names()))
def test_error_bars_are_as_large_as_the_scatter(measurement: str) -> None:
    objective = hydrogen(shots=300, measurement=measurement)
    found = [objective.energy(X, seed) for seed in range(300)]
    mean, error = mean_of(found)
    assert abs(mean - exact_energy()) < 4 * error
    scatter = np.std([estimate.value for estimate in found], ddof=1)
    typical = np.sqrt(np.mean([estimate.standard_error**2 for estimate in found]))
    assert typical == pytest.approx(scatter, rel=0.15)


def test_error_bar_falls_as_the_root_of_the_shots() -> None:
    typical = []
    for shots in (200, 20_000):
        objective = hydrogen(shots=shots)
        typical.append(np.mean([objective.energy(X, seed).standard_error for seed in range(20)]))
    assert typical[0] / typical[1] == pytest.approx(10, rel=0.1)


@pytest.mark.parametrize("method", slow_but(METHODS[:3], METHODS))
def test_every_method_samples_the_same_distribution(method: str) -> None:
    objective = hydrogen(shots=2000, method=method)
    mean, error = mean_of([objective.energy(X, seed) for seed in range(15)])
    assert abs(mean - exact_energy()) < 4 * error


@pytest.mark.parametrize("label", ["X", "Y", "Z"])
@pytest.mark.parametrize("options", [{"shots": 400}, {"noise": "fake_manila"}], ids=str)
def test_each_letter_is_read_with_its_sign(label: str, options: dict[str, Any]) -> None:
    """One qubit turned to the +1 eigenstate by hand: RY(π/2) to X, then RZ(π/2) to Y."""
    ansatz = {"name": "efficient-su2", "reps": 0}
    angles = {"X": [np.pi / 2, 0.0], "Y": [np.pi / 2, np.pi / 2], "Z": [0.0, 0.0]}
    objective = objective_of(qubit_encoding({label: 1.0}), ansatz, {"name": "aer", **options})
    found = objective.energy(np.array(angles[label]), 0).value
    assert found == pytest.approx(1.0, abs=1e-9 if "shots" in options else 0.25)


def test_sampled_energy_of_arbitrary_pauli_strings_covers_the_exact_one() -> None:
    encoding = qubit_encoding(THREE_QUBITS)
    ansatz = {"name": "efficient-su2", "reps": 1}
    exact = objective_of(encoding, ansatz)
    sampled = objective_of(encoding, ansatz, {"name": "aer", "shots": 2000})
    for seed in range(10):
        rng = np.random.default_rng(seed)
        x = rng.uniform(-3, 3, exact.traits.num_parameters)
        found = sampled.energy(x, seed)
        assert found.standard_error is not None
        assert abs(found.value - exact.energy(x, 0).value) < 4.5 * found.standard_error


def test_equal_seeds_give_equal_samples_and_others_do_not() -> None:
    objective = hydrogen(shots=100)
    assert objective.energy(X, 3) == objective.energy(X, 3)
    assert objective.energy(X, 3) != objective.energy(X, 4)


def test_shots_are_counted() -> None:
    objective = hydrogen(shots=100)
    groups = objective.record.groups
    assert objective.energy(X, 0).shots == 100 * groups
    assert objective.record.shots_per_energy == 100 * groups


def test_sampled_observables_lie_within_their_error_bars() -> None:
    exact = objective_of(encoding_of("h2"), TWO_PARAMETERS).observables(X, 0)
    found = hydrogen(shots=5000).observables(X, 11)
    assert set(found) == {"particle-number", "sz", "s-squared"}
    for name, estimate in found.items():
        assert estimate.standard_error is not None
        distance = abs(estimate.value - exact[name].value)
        assert distance <= 4 * estimate.standard_error + 1e-9, name


def test_noisy_energies_without_shots_are_the_mean_of_sampled_ones() -> None:
    limit = hydrogen("parity", noise="fake_manila")
    sampled = hydrogen("parity", noise="fake_manila", shots=2000)
    assert (limit.traits.noisy, limit.traits.sampled) == (True, False)
    assert (sampled.traits.noisy, sampled.traits.sampled) == (True, True)
    mean, error = mean_of([sampled.energy(X, seed) for seed in range(20)])
    found = limit.energy(X, 0)
    assert found.standard_error is None
    assert abs(mean - found.value) < 4 * error
    assert abs(found.value - exact_energy()) > 10 * error


@pytest.mark.slow
def test_noise_by_trajectories_agrees_with_the_density_matrix() -> None:
    limit = hydrogen("parity", noise="fake_manila").energy(X, 0).value
    sampled = hydrogen("parity", noise="fake_manila", shots=2000, method="statevector")
    mean, error = mean_of([sampled.energy(X, seed) for seed in range(6)])
    assert abs(mean - limit) < 4 * error


def test_noisy_observables_without_shots_are_the_mean_of_sampled_ones() -> None:
    limit = hydrogen("parity", noise="fake_manila").observables(X, 0)
    found = hydrogen("parity", noise="fake_manila", shots=20_000).observables(X, 5)
    for name, estimate in found.items():
        assert estimate.standard_error is not None
        assert abs(estimate.value - limit[name].value) <= 4 * estimate.standard_error + 1e-9


def test_verdict_on_a_noisy_run_is_never_pass() -> None:
    """The verdict is not pass even where noise cannot change the energy."""
    data = {
        "hamiltonian": {"paulis": {"II": -1.0}},
        "ansatz": {"name": "two-local", "reps": 1},
        "backend": {"name": "aer", "noise": "fake_manila"},
        "optimizer": "none",
    }
    record = run(spec_from_data(data))
    assert record.error_mha == pytest.approx(0.0, abs=1e-9)
    assert record.verdict == "warn"
    assert record.check("noise-free").status == "warn"


def test_noisy_hydrogen_is_above_the_exact_energy_and_judged_so() -> None:
    backend = {"name": "aer", "noise": "fake_manila"}
    spec = spec_of(H2, mapper="parity", backend=backend, optimizer={"name": "nft", "maxiter": 2})
    record = run(spec)
    assert record.error_mha is not None
    assert record.error_mha > 1.6
    assert record.verdict != "pass"


def test_device_with_too_few_qubits_is_refused() -> None:
    backend = BACKENDS.create({"name": "aer", "noise": "fake_manila"})
    spec = spec_of(LIH, backend=backend.selection())
    with pytest.raises(ResourceLimitError, match="12 qubits, fake_manila has 5") as caught:
        run(spec)
    assert caught.value.exit_code == 3
    assert caught.value.hint


def test_unknown_device_is_an_input_error_with_a_guess() -> None:
    with pytest.raises(InputError, match="fake_manilla") as caught:
        hydrogen(noise="fake_manilla")
    assert caught.value.path == ("backend", "noise")
    assert "fake_manila" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"noise": "fake_manila", "method": "matrix_product_state"}, "matrix product state"),
        ({"noise": "fake_manila", "method": "statevector"}, "needs shots"),
        ({"shots": 1}, "greater than or equal to 2"),
        ({"shots": 0}, "greater than or equal to 2"),
        ({"method": "extended_stabilizer"}, "extended_stabilizer"),
        ({"measurement": "qubit-wide"}, "qubit-wide"),
        ({"measurement": {"name": "qubit-wise", "allocation": "fair"}}, "allocation"),
        ({"shots": 100, "precision": "1 mHa"}, "mutually exclusive"),
        ({"precision": "1 parsec"}, "not an energy with a unit"),
        ({"precision": "-1 mHa"}, "not an energy with a unit"),
    ],
)
def test_impossible_options_are_input_errors(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        BACKENDS.create({"name": "aer", **options}, ("backend",))


def test_statevector_that_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "available_bytes", lambda: 1_000_000)
    wide = qubit_encoding({"Z" * 20: 1.0})
    state = ANSATZE.create({"name": "two-local", "reps": 1}).state(wide)
    with pytest.raises(ResourceLimitError, match="20 qubits"):
        BACKENDS.create("aer").prepare(state, 7)


def test_hamiltonian_that_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The 16-qubit state takes a megabyte, the sparse Hamiltonian of 825 terms a hundred."""
    encoding = encoding_of(problem_of(N2, active_space="frozen-core"))
    state = ANSATZE.create({"name": "real-amplitudes", "reps": 1}).state(encoding)
    monkeypatch.setattr(machine, "available_bytes", lambda: 20_000_000)
    with pytest.raises(ResourceLimitError, match="16 qubits"):
        BACKENDS.create("aer").prepare(state, 7)


def test_wide_shallow_circuits_run_as_matrix_product_states() -> None:
    number = 40
    paulis = {"I" * k + "ZZ" + "I" * (number - k - 2): -1.0 for k in range(number - 1)}
    ansatz = {"name": "two-local", "rotation_blocks": "ry", "reps": 1, "entanglement": "linear"}
    objective = objective_of(
        qubit_encoding(paulis), ansatz, {"name": "aer", "method": "matrix_product_state"}
    )
    found = objective.energy(np.zeros(objective.traits.num_parameters), 0)
    assert found.value == pytest.approx(-(number - 1), abs=1e-9)


def test_circuit_without_parameters_is_measured() -> None:
    encoding = encoding_of("h2-triplet")
    expected = encoding.problem.hartree_fock_energy
    for options in ({}, {"shots": 200}, {"method": "matrix_product_state"}):
        objective = objective_of(encoding, "uccsd", {"name": "aer", **options})
        found = [objective.energy(np.zeros(0), seed) for seed in (1, 2)]
        assert found[0].value == pytest.approx(expected, abs=0.2 if options else 1e-9)
        assert objective.observables(np.zeros(0), 1)["sz"].value == pytest.approx(1.0, abs=1e-6)


def test_points_together_are_the_points_one_by_one() -> None:
    objective = objective_of(encoding_of("lih-3-orbitals"), "uccsd", "aer")
    points = np.random.default_rng(3).normal(scale=0.1, size=(5, objective.traits.num_parameters))
    together = [found.value for found in objective.energies(list(points), range(5))]
    assert together == [objective.energy(point, 0).value for point in points]
