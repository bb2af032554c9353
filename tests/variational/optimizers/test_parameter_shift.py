"""Gradients by parameter shifts equal the analytic ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.functions import FunctionEvaluator, ScatteringEvaluator
from tests.problems import encoding_of, objective_of, qubit_encoding
from vqe_cli.variational.optimizers._parameter_shift import parameter_shift_gradient

pytestmark = pytest.mark.quick

THREE_QUBITS = {"ZZI": 0.5, "IXX": -0.3, "YIZ": 0.7, "XYZ": 0.4, "IIZ": -0.2, "YYX": 0.25}


def assert_shifts_give_the_analytic_gradient(objective: Any) -> None:
    x = np.random.default_rng(4).uniform(-2, 2, objective.traits.num_parameters)
    evaluator = FunctionEvaluator(lambda y: objective.energy(y, 0).value, objective.traits)
    shifted = parameter_shift_gradient(evaluator, x, 1.0)
    energy, analytic = objective.energy_and_gradient(x)
    assert shifted.energy == pytest.approx(energy)
    np.testing.assert_allclose(shifted.gradient, analytic, atol=1e-9)
    assert evaluator.calls == 1 + sum(2 * spectrum.degree for spectrum in objective.traits.spectra)


def test_variances_are_those_of_repeated_measurements_in_one_call_each() -> None:
    evaluator = ScatteringEvaluator(lambda x: float(np.cos(2 * x).sum()), 2, 0.01, 3, degree=2)
    found = [parameter_shift_gradient(evaluator, np.array([0.3, 1.0]), 4.0) for _ in range(1000)]
    gradients = np.array([one.gradient for one in found])
    np.testing.assert_allclose(gradients.var(axis=0), found[0].variance, rtol=0.15)
    np.testing.assert_allclose(gradients.mean(axis=0), -2 * np.sin([0.6, 2.0]), atol=2e-3)
    assert evaluator.requests == [(9, 4.0, "optimisation")] * 1000


@pytest.mark.parametrize("gate", ["cx", "crx", "cry", "crz", "cp", "rxx", "ryy", "rzz", "ch"])
def test_two_local_circuits(gate: str) -> None:
    ansatz = {"name": "two-local", "entanglement_blocks": gate, "reps": 1}
    assert_shifts_give_the_analytic_gradient(objective_of(qubit_encoding(THREE_QUBITS), ansatz))


@pytest.mark.parametrize("ansatz", ["efficient-su2", "real-amplitudes", "excitation-preserving"])
def test_other_circuits(ansatz: str) -> None:
    short = {"name": ansatz, "reps": 1}
    assert_shifts_give_the_analytic_gradient(objective_of(qubit_encoding(THREE_QUBITS), short))


@pytest.mark.parametrize("problem", ["h2", "h3-doublet", "h4"])
def test_excitations_with_shared_amplitudes(problem: str) -> None:
    assert_shifts_give_the_analytic_gradient(objective_of(encoding_of(problem)))
