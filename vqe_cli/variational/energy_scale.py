"""The scale of energies for optimisers, whose tolerances are made for Hartree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import Evaluator, Objective, OptimizerResult, Traits
from vqe_cli.fermions.problem import Problem, has_own_unit
from vqe_cli.measurement.estimates import Estimate

COARSER = 30.0
"""Factor of the scale for sampled energies.

Chemical accuracy is then a twentieth of the largest coefficient, some hundredths of a gap.
"""


@dataclass(frozen=True)
class EnergyScale:
    """The energy of a problem that stands for one Hartree.

    Args:
        size: That energy, in the problem's unit.
        unit: The problem's unit, or None for Hartree.
    """

    size: float = 1.0
    unit: str | None = None

    def scaled(self, evaluator: Evaluator) -> Evaluator:
        """The evaluator with energies in units of the scale; itself for Hartree.

        Args:
            evaluator: The evaluator with energies in the problem's unit.
        """
        return evaluator if self.unit is None else InUnitsOfScale(evaluator, self)

    def restored(self, outcome: OptimizerResult) -> OptimizerResult:
        """The outcome of an optimiser with energies in the problem's unit.

        Args:
            outcome: The outcome with energies in units of the scale.
        """
        if self.unit is None:
            return outcome
        energy, change = (
            None if value is None else self.size * value
            for value in (outcome.energy, outcome.energy_change)
        )
        return replace(outcome, energy=energy, energy_change=change)


IN_HARTREE = EnergyScale()
"""Energies in Hartree."""


def energy_scale(problem: Problem, *, sampled: bool) -> EnergyScale:
    """The scale of a problem: its largest coefficient, or a multiple for sampled energies.

    Args:
        problem: The problem.
        sampled: Whether energies scatter.
    """
    if not has_own_unit(problem):
        return IN_HARTREE
    return EnergyScale(problem.scale * (COARSER if sampled else 1.0), problem.unit)


class InUnitsOfScale:
    """An evaluator with energies in units of a scale.

    Args:
        evaluator: The evaluator with energies in the problem's unit.
        scale: The scale.
    """

    def __init__(self, evaluator: Evaluator, scale: EnergyScale) -> None:
        assert scale.unit is not None
        self._evaluator, self._size = evaluator, scale.size
        traits = replace(evaluator.traits, error_unit=scale.unit, errors_per_unit=scale.size)
        if traits.curvature is not None:
            curvature = tuple(value / scale.size for value in traits.curvature)
            traits = replace(traits, curvature=curvature)
        self._traits = traits

    @property
    def objective(self) -> Objective:
        """The objective, with energies in the problem's unit."""
        return self._evaluator.objective

    @property
    def traits(self) -> Traits:
        """Properties of the objective, with the unit in which errors are told."""
        return self._traits

    def value(self, x: Vector) -> float:
        """The energy."""
        return self._evaluator.value(x) / self._size

    def estimates(
        self, points: Sequence[Vector], shot_multiplier: float = 1.0, purpose: str = "optimisation"
    ) -> list[Estimate]:
        """Energies with standard errors."""
        found = self._evaluator.estimates(points, shot_multiplier, purpose)
        return [self._in_units(estimate) for estimate in found]

    def fidelities(
        self, pairs: Sequence[tuple[Vector, Vector]], shot_multiplier: float = 1.0
    ) -> list[Estimate]:
        """Fidelities of pairs of states, which have no unit."""
        return self._evaluator.fidelities(pairs, shot_multiplier)

    def value_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The energy and its gradient."""
        energy, gradient = self._evaluator.value_and_gradient(x)
        return energy / self._size, gradient / self._size

    def step(self, x: Vector, energy: float, gradient_norm: float | None = None) -> None:
        """Report a step with its energy in the problem's unit."""
        norm = None if gradient_norm is None else self._size * gradient_norm
        self._evaluator.step(x, self._size * energy, norm)

    def _in_units(self, estimate: Estimate) -> Estimate:
        error = estimate.standard_error
        return replace(
            estimate,
            value=estimate.value / self._size,
            standard_error=None if error is None else error / self._size,
        )
