"""Functions to minimise, with and without scatter, in place of energies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import PointByPoint, Traits
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.schema.backend_records import BackendRecord
from vqe_cli.variational.journal import LogEntry


def central_differences(energy: Any, x: Vector, step: float = 1e-3) -> Vector:
    """The gradient by the five-point rule, whose error is of fourth order in the step."""
    gradient = np.zeros_like(x)
    for index in range(x.size):
        for shift, weight in ((-2, 1), (-1, -8), (1, 8), (2, -1)):
            moved = x.copy()
            moved[index] += shift * step
            gradient[index] += weight * energy(moved) / (12 * step)
    return gradient


class PlainFunction:
    """An objective of which only its traits are asked for."""

    def __init__(self, traits: Traits) -> None:
        self.traits = traits


class DifferentiableFunction(PlainFunction):
    """The same with a gradient."""

    def __init__(self, traits: Traits, value_and_gradient: Any) -> None:
        super().__init__(traits)
        self.energy_and_gradient = value_and_gradient


class FunctionEvaluator:
    """What an optimiser sees of a plain function; counts its calls."""

    def __init__(self, function: Any, traits: Traits, gradient: Any = None) -> None:
        self.function, self.traits, self.gradient = function, traits, gradient
        self.objective: Any = PlainFunction(traits)
        if gradient is not None:
            self.objective = DifferentiableFunction(traits, self.value_and_gradient)
        self.calls = 0
        self.steps: list[tuple[Vector, float]] = []

    def value(self, x: Vector) -> float:
        """The function."""
        self.calls += 1
        return float(self.function(x))

    def estimates(
        self, points: Sequence[Vector], shot_multiplier: float = 1.0, purpose: str = "optimisation"
    ) -> list[Estimate]:
        """The function at several points, without scatter."""
        return [Estimate(self.value(point)) for point in points]

    def fidelities(
        self, pairs: Sequence[tuple[Vector, Vector]], shot_multiplier: float = 1.0
    ) -> list[Estimate]:
        """Those of product states of one qubit for each parameter, turned by it."""
        return [Estimate(float(np.prod(np.cos((x - y) / 2) ** 2))) for x, y in pairs]

    def value_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The function and its gradient."""
        return self.value(x), self.gradient(x)

    def step(self, x: Vector, energy: float, gradient_norm: float | None = None) -> None:
        """Remember the step."""
        self.steps.append((np.array(x), float(energy)))


class ScatteringEvaluator(FunctionEvaluator):
    """A function whose values scatter normally, less with more shots; keeps all requests.

    Args:
        function: Without scatter.
        count: Of parameters.
        sigma: Standard error at a shot multiplier of 1.
        seed: Of the scatter.
        degree: Of every parameter's spectrum.
    """

    def __init__(self, function: Any, count: int, sigma: float, seed: int, degree: int = 1) -> None:
        spectra = (Spectrum(1.0, degree),) * count
        super().__init__(function, Traits(count, sigma > 0, False, True, spectra))
        self.sigma, self.rng = sigma, np.random.default_rng(seed)
        self.requests: list[tuple[int, float, str]] = []

    def estimates(
        self, points: Sequence[Vector], shot_multiplier: float = 1.0, purpose: str = "optimisation"
    ) -> list[Estimate]:
        """Each value with its standard error."""
        self.requests.append((len(points), shot_multiplier, purpose))
        error = self.sigma / np.sqrt(shot_multiplier)
        scatter = error * self.rng.normal(size=len(points))
        return [
            Estimate(self.value(point) + float(noise), error or None, round(100 * shot_multiplier))
            for point, noise in zip(points, scatter, strict=True)
        ]


class ListJournal:
    """A journal in memory: what an earlier run left, and what this one adds.

    Args:
        earlier: Evaluations to be replayed.
        points: Starting points that the earlier run kept.
    """

    def __init__(
        self, earlier: Iterable[LogEntry] = (), points: Sequence[Vector] | None = None
    ) -> None:
        self.earlier = list(earlier)
        self.points = points
        self.entries: list[LogEntry] = []
        self.flushed = 0

    def replay(self) -> list[LogEntry]:
        return self.earlier

    def append(self, entries: Sequence[LogEntry]) -> None:
        self.entries += entries

    def flush(self) -> None:
        self.flushed = len(self.entries)

    def starting_points(self, points: Sequence[Vector]) -> Sequence[Vector]:
        if self.points is None:
            self.points = points
        return self.points


class _Cosines(PointByPoint):
    """``E = -Σ cos(x - 1)`` with scripted trouble.

    Args:
        fails_at: The evaluation that raises `error`.
    """

    sampled = False

    def __init__(
        self, count: int = 2, fails_at: int | None = None, error: BaseException | None = None
    ) -> None:
        self.traits = Traits(
            num_parameters=count,
            sampled=self.sampled,
            noisy=False,
            conserving=True,
            spectra=(Spectrum(1.0, 1),) * count,
        )
        self.record = BackendRecord(representation="cosines")
        self.calls = 0
        self.seeds: list[int] = []
        self._fails_at, self._error = fails_at, error

    def energy(self, x: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        self._count(seed)
        return Estimate(-float(np.cos(x - 1).sum()))

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        return {}

    def _count(self, seed: int) -> None:
        self.seeds.append(seed)
        if self.calls == self._fails_at and self._error is not None:
            raise self._error
        self.calls += 1


class CosineObjective(_Cosines):
    """With its gradient."""

    def energy_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        self._count(0)
        return -float(np.cos(x - 1).sum()), np.sin(x - 1)


class SampledCosines(_Cosines):
    """With energies that scatter, by the seed."""

    sampled = True

    def energy(self, x: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        scatter = 0.01 * np.random.default_rng(seed).normal()
        return Estimate(super().energy(x, seed).value + scatter, 0.01, 100)

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        return {"sz": Estimate(0.0, 0.1, 50)}


def cosines(*, sampled: bool, **options: Any) -> CosineObjective | SampledCosines:
    """One of the two."""
    return SampledCosines(**options) if sampled else CosineObjective(**options)
