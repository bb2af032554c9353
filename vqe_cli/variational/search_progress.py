"""What a search tells: its steps, the end of a start, its best point, and the final measurement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vqe_cli._core.arrays import Vector
from vqe_cli.measurement.estimates import Estimate, MitigatedEnergy


@dataclass(frozen=True)
class Progress:
    """The progress of a search after a step.

    Args:
        step: Number of the step, from 1, counted over all starts.
        start: Number of the starting point, from 0.
        energy: Energy at this step, Hartree.
        best: Lowest energy of this start so far, Hartree.
        evaluations: Number of energies so far.
        elapsed_s: Seconds since the search began.
        replayed: Whether all evaluations so far were answered from a checkpoint.
    """

    step: int
    start: int
    energy: float
    best: float
    evaluations: int
    elapsed_s: float
    replayed: bool


@dataclass(frozen=True)
class EndedStart:
    """The end of the search from one starting point.

    Args:
        number: Number of the starting point, from 0.
        of: Number of starting points.
        energy: Energy at the end, Hartree; None if it is measured later.
        converged: Whether the optimiser converged.
        evaluations: Number of energies of this start.
        seconds: Seconds of this start.
        is_lowest: Whether no start before was lower.
    """

    number: int
    of: int
    energy: float | None
    converged: bool
    evaluations: int
    seconds: float
    is_lowest: bool


OnStep = Callable[[Progress], None]


def ignore_step(_: Progress) -> None:
    """Do nothing."""


@dataclass(frozen=True, eq=False)
class BestPoint:
    """The lowest point of a start.

    Args:
        x: Parameters, shape (num_parameters,).
        energy: Energy at these parameters, Hartree.
    """

    x: Vector
    energy: float


@dataclass(frozen=True)
class FinalMeasurement:
    """The measurement at the final parameters, independent of all samples of the search.

    Args:
        energy: The energy that is reported.
        mitigation: The raw energy, and the energy after each method of error mitigation; None
            without mitigation.
        observables: Observables of the final state, by their names in `Objective.observables`.
    """

    energy: Estimate
    mitigation: tuple[MitigatedEnergy, ...] | None
    observables: dict[str, Estimate]
