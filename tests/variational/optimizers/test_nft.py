"""NFT moves each parameter to the true minimum along its line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.functions import FunctionEvaluator
from tests.problems import encoding_of, objective_of, qubit_encoding
from vqe_cli.backends.objective import Traits
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.variational.optimizers import OPTIMIZERS

THREE_QUBITS = {"ZZI": 0.5, "IXX": -0.3, "YIZ": 0.7, "XYZ": 0.4, "IIZ": -0.2, "YYX": 0.25}


def traits_of(*spectra: Spectrum, sampled: bool = False) -> Traits:
    return Traits(len(spectra), sampled, False, True, spectra)


def one_sweep(evaluator: FunctionEvaluator, x0: np.ndarray) -> np.ndarray:
    return OPTIMIZERS.create({"name": "nft", "maxiter": 1}).minimize(evaluator, x0, 7).x


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=1, max_size=5),
    st.sampled_from([0.5, 1.0, 2.0, 1 / 3]),
    st.floats(-4, 4),
)
def test_one_parameter_ends_at_the_lowest_point_of_its_polynomial(
    coefficients: list[tuple[float, float]], unit: float, start: float
) -> None:
    orders = np.arange(1, len(coefficients) + 1)
    cosines, sines = np.array(coefficients).T

    def energy(x: np.ndarray) -> float:
        phase = unit * x[0] * orders
        return float(cosines @ np.cos(phase) + sines @ np.sin(phase))

    evaluator = FunctionEvaluator(energy, traits_of(Spectrum(unit, len(coefficients))))
    found = one_sweep(evaluator, np.array([start]))
    period = 2 * np.pi / unit
    grid = np.linspace(0, period, 4001)
    phases = unit * np.outer(grid, orders)
    lowest = (np.cos(phases) @ cosines + np.sin(phases) @ sines).min()
    assert energy(found) <= lowest + 1e-9
    assert abs(found[0]) <= period / 2 + 1e-9
    assert evaluator.calls == 2 * len(coefficients) + 2


@pytest.mark.parametrize(
    "ansatz",
    [
        {"name": "two-local", "rotation_blocks": "ry", "entanglement_blocks": "crx", "reps": 1},
        {"name": "excitation-preserving", "reps": 1},
        {"name": "real-amplitudes", "reps": 1},
    ],
    ids=lambda ansatz: ansatz["name"],
)
def test_every_parameter_of_a_circuit_goes_to_the_minimum_on_a_fine_grid(
    ansatz: dict[str, Any],
) -> None:
    objective = objective_of(qubit_encoding(THREE_QUBITS), ansatz)
    count = objective.traits.num_parameters
    x = np.random.default_rng(3).uniform(-2, 2, size=count)
    for index in range(count):
        spectrum = objective.traits.spectra[index]

        def along(value: np.ndarray, index: int = index) -> float:
            moved = x.copy()
            moved[index] = value[0]
            return objective.energy(moved, 0).value

        evaluator = FunctionEvaluator(along, traits_of(spectrum))
        found = along(one_sweep(evaluator, x[index : index + 1].copy()))
        grid = np.linspace(0, 2 * np.pi / spectrum.unit, 721)
        assert found <= min(along(np.array([value])) for value in grid) + 1e-10


def test_energies_never_rise_from_sweep_to_sweep() -> None:
    objective = objective_of(encoding_of("h4"))
    evaluator = FunctionEvaluator(lambda x: objective.energy(x, 0).value, objective.traits)
    x0 = np.zeros(objective.traits.num_parameters)
    outcome = OPTIMIZERS.create({"name": "nft", "maxiter": 6}).minimize(evaluator, x0, 7)
    energies = [energy for _, energy in evaluator.steps]
    assert energies == sorted(energies, reverse=True)
    assert objective.energy(outcome.x, 0).value == pytest.approx(energies[-1], abs=1e-10)


def test_parameter_that_does_nothing_stays() -> None:
    evaluator = FunctionEvaluator(
        lambda x: float(np.cos(x[1])), traits_of(Spectrum(1.0, 0), Spectrum(1.0, 1))
    )
    found = one_sweep(evaluator, np.array([0.7, 0.2]))
    assert found[0] == 0.7
    assert np.cos(found[1]) == pytest.approx(-1.0)


def test_flat_energy_is_converged_at_once() -> None:
    evaluator = FunctionEvaluator(lambda _: -1.5, traits_of(Spectrum(1.0, 2)))
    outcome = OPTIMIZERS.create("nft").minimize(evaluator, np.array([0.3]), 7)
    assert outcome.converged
    assert outcome.steps == 1
