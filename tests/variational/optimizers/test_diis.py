"""DIIS on quadratic functions and saddle points, and its numbers of evaluations for molecules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.families import slow
from tests.functions import CosineObjective, DifferentiableFunction, FunctionEvaluator, ListJournal
from tests.problems import H2O, N2, encoding_of, objective_of, problem_of, spec_of
from vqe_cli import run
from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import Traits
from vqe_cli.errors import InputError
from vqe_cli.variational.optimizers import OPTIMIZERS


def traits_with(*curvature: float) -> Traits:
    traits = CosineObjective(count=len(curvature)).traits
    return replace(traits, curvature=curvature, from_reference=True)


def diis(**options: Any) -> Any:
    return OPTIMIZERS.create({"name": "diis", **options})


@pytest.mark.parametrize("size", [1, 3, 20])
def test_quadratic_function_of_known_curvature_takes_one_step(size: int) -> None:
    """The step is Newton's: one evaluation at the start, one at the minimum."""
    curvature, minimum = np.linspace(0.5, 4.0, size), np.linspace(-0.4, 0.9, size)
    evaluator = FunctionEvaluator(
        lambda x: 0.5 * curvature @ (x - minimum) ** 2 - 1.0,
        traits_with(*curvature),
        lambda x: curvature * (x - minimum),
    )
    outcome = diis().minimize(evaluator, np.zeros(size), 7)
    assert outcome.converged
    assert evaluator.calls == 2
    np.testing.assert_allclose(outcome.x, minimum, atol=1e-12)


@pytest.mark.parametrize("wrong", [0.6, 1.5, 8.0])
def test_curvature_that_is_wrong_by_a_factor_is_found_out_in_one_step_more(wrong: float) -> None:
    """Two points determine a linear gradient, and extrapolation finds its zero."""
    evaluator = FunctionEvaluator(
        lambda x: 0.5 * 3.0 * (x[0] - 0.7) ** 2, traits_with(3.0 * wrong), lambda x: 3.0 * (x - 0.7)
    )
    outcome = diis().minimize(evaluator, np.zeros(1), 7)
    assert outcome.converged
    assert evaluator.calls == 3
    assert outcome.x == pytest.approx([0.7], abs=1e-9)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(size=st.integers(1, 6), seed=st.integers(0, 999))
def test_coupled_quadratic_function_takes_as_many_steps_as_it_has_parameters(
    size: int, seed: int
) -> None:
    """DIIS on linear equations is GMRES, which ends after their number (Rohwedder 2011)."""
    rng = np.random.default_rng(seed)
    coupling = 0.2 * rng.normal(size=(size, size))
    hessian = np.diag(rng.uniform(0.8, 3.0, size)) + coupling @ coupling.T
    minimum = rng.uniform(-1, 1, size)
    evaluator = FunctionEvaluator(
        lambda x: 0.5 * (x - minimum) @ hessian @ (x - minimum),
        traits_with(*np.diag(hessian)),
        lambda x: hessian @ (x - minimum),
    )
    outcome = diis(space=8, tolerance=1e-7).minimize(evaluator, np.zeros(size), 7)
    assert outcome.converged
    assert evaluator.calls <= size + 2
    np.testing.assert_allclose(outcome.x, minimum, atol=1e-6)


def extrapolated(gradient: Any, curvature: Vector, x: Vector, steps: int) -> Vector:
    """Plain DIIS by the normal equations: the shortest combination with weights of sum one."""
    points, errors = [], []
    for _ in range(steps):
        slope = gradient(x)
        if np.abs(slope).max() < 1e-9:
            break
        points.append(x)
        errors.append(-slope / curvature)
        size = len(points)
        matrix = np.ones((size + 1, size + 1))
        matrix[:size, :size] = [[a @ (curvature * b) for b in errors] for a in errors]
        matrix[size, size] = 0
        weights = np.linalg.lstsq(matrix, np.eye(size + 1)[size], rcond=1e-14)[0][:size]
        x = weights @ (np.array(points) + np.array(errors))
    return x


TRAPS: dict[str, tuple[Any, Any, list[float], list[float]]] = {
    "maximum": (lambda x: np.cos(x[0]), lambda x: -np.sin(x), [1.0], [0.5]),
    "saddle": (
        lambda x: (x[0] - 0.1) ** 2 + np.cos(x[1]),
        lambda x: np.array([2 * (x[0] - 0.1), -np.sin(x[1])]),
        [2.2, 1.0],
        [0.0, 0.4],
    ),
}
"""Function, gradient, curvature of a minimum, and starting point."""


@pytest.mark.parametrize("trap", TRAPS)
def test_stationary_point_that_is_no_minimum_is_left(trap: str) -> None:
    """Extrapolation finds any zero of the gradient; the energy guard selects a minimum."""
    function, gradient, curvature, start = TRAPS[trap]
    x0 = np.array(start)
    alone = extrapolated(gradient, np.array(curvature), x0, 30)
    assert abs(alone[-1]) < 1e-3
    evaluator = FunctionEvaluator(function, traits_with(*curvature), gradient)
    outcome = diis().minimize(evaluator, x0, 7)
    assert outcome.converged
    assert function(outcome.x) == pytest.approx(-1.0, abs=1e-8)
    assert abs(outcome.x[-1]) == pytest.approx(np.pi, abs=1e-4)
    assert "l-bfgs-b after the energy rose" in outcome.message


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    start=st.lists(st.floats(-1.5, 1.5), min_size=2, max_size=5),
    wrong=st.floats(0.3, 4.0),
)
def test_end_is_never_above_the_lowest_point_on_the_way(start: list[float], wrong: float) -> None:
    x0 = np.array(start)
    weights = np.linspace(1.0, 2.0, x0.size)

    def function(x: Vector) -> float:
        return float(-(weights * np.cos(x - 0.3)).sum() + 0.2 * np.sin(x.sum()))

    def gradient(x: Vector) -> Vector:
        return weights * np.sin(x - 0.3) + 0.2 * np.cos(x.sum())

    evaluator = FunctionEvaluator(function, traits_with(*(wrong * weights)), gradient)
    outcome = diis().minimize(evaluator, x0, 7)
    assert outcome.converged
    assert np.abs(gradient(outcome.x)).max() < 1e-3
    lowest = min(energy for _, energy in evaluator.steps)
    assert function(outcome.x) <= lowest + 1e-8


def test_without_curvature_it_is_refused() -> None:
    traits = replace(traits_with(1.0, 2.0), curvature=None)
    objective: Any = DifferentiableFunction(traits, lambda x: (0.0, x))
    with pytest.raises(InputError, match="orbital-energy differences") as caught:
        diis().resolve(objective)
    assert caught.value.path == ("optimizer",)
    assert "l-bfgs-b" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "parts", [{"ansatz": "two-local"}, {"backend": {"name": "aer", "noise": "fake_manila"}}]
)
def test_circuits_are_refused_in_a_run(parts: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        run(
            spec_of(
                H2O,
                active_space={"name": "frontier", "electrons": 2, "orbitals": 2},
                optimizer="diis",
                **parts,
            )
        )
    assert caught.value.path == ("optimizer",)


def test_energies_of_circuits_are_enough() -> None:
    water = {"active_space": {"name": "frontier", "electrons": 4, "orbitals": 4}}
    analytic, by_differences = (
        run(spec_of(H2O, backend=backend, **water)).result for backend in ("exact", "aer")
    )
    assert by_differences.optimizer == "diis"
    assert by_differences.converged
    assert by_differences.energy == pytest.approx(analytic.energy, abs=1e-10)
    assert by_differences.evaluations.energy == analytic.evaluations.gradient * (
        len(analytic.parameters) + 1
    )


def test_limit_of_iterations_holds_for_both_methods_together() -> None:
    function, gradient, curvature, start = TRAPS["maximum"]
    for limit in (1, 3, 8):
        evaluator = FunctionEvaluator(function, traits_with(*curvature), gradient)
        outcome = diis(maxiter=limit).minimize(evaluator, np.array(start), 7)
        assert not outcome.converged
        assert outcome.steps <= limit + 1


def bent(bond: float, angle: float = 104.5) -> dict[str, str]:
    """Water with a bond length in Å and an angle in degrees."""
    half = np.radians(angle / 2)
    y, z = bond * np.sin(half), bond * np.cos(half)
    return {"geometry": f"O 0 0 0\nH 0 {y:.8f} {z:.8f}\nH 0 {-y:.8f} {z:.8f}"}


@pytest.mark.parametrize(
    ("molecule", "limit"),
    [(H2O, 12), slow(N2, 12), (bent(1.92), 20)],
    ids=["h2o", "n2", "h2o-stretched"],
)
def test_evaluations_until_the_energy_is_converged(molecule: Mapping[str, Any], limit: int) -> None:
    """To 1e-8 Ha above the minimum that l-bfgs-b finds from there with a tighter tolerance."""
    journal = ListJournal()
    record = run(spec_of(molecule, optimizer="diis", restarts=0, reference="none"), journal=journal)
    assert record.result.converged
    objective = objective_of(encoding_of(problem_of(molecule)))
    tight = OPTIMIZERS.create({"name": "bfgs", "tolerance": 1e-8})
    evaluator = FunctionEvaluator(
        lambda x: objective.energy(x, 0).value,
        objective.traits,
        lambda x: objective.energy_and_gradient(x)[1],
    )
    found = tight.minimize(evaluator, np.array(record.result.parameters), 7)
    minimum = min(record.result.energy, objective.energy(found.x, 0).value)
    energies = np.array([entry.value for entry in journal.entries])
    close = np.flatnonzero(energies <= minimum + 1e-8)
    assert close.size
    assert close[0] + 1 <= limit


def valley(x: Vector) -> float:
    """A function flat in all directions: its gradient vanishes with the third power."""
    return float((x**4).sum()) - 1.0


def test_l_bfgs_b_stops_in_a_flat_valley_and_says_so() -> None:
    traits = replace(CosineObjective(count=2).traits, curvature=None)
    evaluator = FunctionEvaluator(valley, traits, lambda x: 4 * x**3)
    method = OPTIMIZERS.create({"name": "l-bfgs-b", "tolerance": 1e-14, "energy_tolerance": 1e-5})
    outcome = method.minimize(evaluator, np.array([1.0, 0.7]), 7)
    assert outcome.converged
    assert outcome.message == "the energy changed by less than 1e-05 Ha in 10 iterations"
    energies = [energy for _, energy in evaluator.steps]
    assert energies[-11] - energies[-1] <= 1e-5 < energies[-12] - energies[-2]
    assert np.abs(4 * outcome.x**3).max() > 1e-14


def test_l_bfgs_b_stops_by_the_gradient_where_it_vanishes_first() -> None:
    traits = replace(CosineObjective(count=2).traits, curvature=None)
    evaluator = FunctionEvaluator(lambda x: float(x @ x), traits, lambda x: 2 * x)
    outcome = OPTIMIZERS.create("l-bfgs-b").minimize(evaluator, np.array([1.0, 0.7]), 7)
    assert outcome.converged
    assert "energy" not in outcome.message
    assert "gradient" in outcome.message.lower()
    assert np.abs(2 * outcome.x).max() <= 1e-6
