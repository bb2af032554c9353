"""A whole geometry optimisation: the way, the last point with its verdict, the vibrations."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.provenance import versions
from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli._core.wording import counted
from vqe_cli.analysis.geometries.checkpoint import Checkpoint
from vqe_cli.analysis.geometries.optimisation import (
    Options,
    Outcome,
    optimise,
    refuse_without_geometric,
)
from vqe_cli.analysis.geometries.surface import Point, Surface
from vqe_cli.analysis.geometries.vibrations import second_derivatives, vibrations
from vqe_cli.errors import InputError
from vqe_cli.schema.geometry_records import OptimizeRecord, TrajectoryStep, VibrationsRecord
from vqe_cli.schema.records import RunRecord


@dataclass(frozen=True)
class Progress:
    """A new point of an optimisation.

    Args:
        purpose: ``geometry``, ``Hessian`` or ``vibrations``.
        number: Number of the point, from 1, counted for each purpose.
        total: Number of points of that purpose; None if it is not known.
        point: The point.
        replayed: Whether it comes from a checkpoint.
    """

    purpose: str
    number: int
    total: int | None
    point: Point
    replayed: bool


class Explorer:
    """Points of a surface, each computed once and kept.

    Args:
        surface: The surface.
        checkpoint: The points of an earlier run, and where new ones are kept.
        on_point: Callback, told every point.
    """

    def __init__(
        self, surface: Surface, checkpoint: Checkpoint, on_point: Callable[[Progress], None]
    ) -> None:
        self.surface, self.checkpoint, self._on_point = surface, checkpoint, on_point
        self.replayed = 0
        self._counts: dict[str, int] = {}
        self._told: set[int] = set()

    def __call__(self, positions: FloatArray) -> Point:
        """The point on the way of the optimisation."""
        return self._point(positions, "geometry", None)

    def around(self, centre: Point, purpose: str) -> FloatArray:
        """Second derivatives at a point, from points that all start from it.

        Args:
            centre: The point.
            purpose: ``Hessian`` or ``vibrations``, for the callback.

        Returns:
            The Hessian, Hartree/bohr², shape (3 natm, 3 natm).
        """

        def energy_at(positions: FloatArray) -> Point:
            self.surface.neighbour = centre.neighbour
            return self._point(positions, purpose, 2 * positions.size)

        found = second_derivatives(energy_at, centre.positions)
        self.surface.neighbour = centre.neighbour
        return found

    def _point(self, positions: FloatArray, purpose: str, total: int | None) -> Point:
        known = self.checkpoint.known(positions)
        point = known or self.surface.point(positions)
        if known is None:
            self.checkpoint.keep(point)
        if id(point) not in self._told:
            self._told.add(id(point))
            self.surface.neighbour = point.neighbour
            self.replayed += known is not None
            number = self._counts[purpose] = self._counts.get(purpose, 0) + 1
            self._on_point(Progress(purpose, number, total, point, known is not None))
        return point


def optimised_geometry(
    explorer: Explorer, options: Options, *, frequencies: bool
) -> OptimizeRecord:
    """Optimise the geometry of a surface's molecule, and judge the energy where it ends.

    Args:
        explorer: The surface, with the points of an earlier run.
        options: What is looked for.
        frequencies: Whether to compute the vibrations at the end.

    Raises:
        InputError: There are fewer than two atoms.
        UnavailableError: geomeTRIC is not installed.
        NotConvergedError: An energy did not converge.
    """
    began, surface = time.perf_counter(), explorer.surface
    if len(surface.symbols) < 2:
        raise InputError(
            "one atom has no geometry to optimise",
            path=("molecule", "geometry"),
            hint="use vqe run",
        )
    refuse_without_geometric()
    hessian, free = None, surface.spec.environment is None
    doubts: tuple[str, ...] = ()
    if options.saddle_point:
        first = explorer(surface.start)
        hessian = explorer.around(first, "Hessian")
        curved = vibrations(surface.mole(first.positions), hessian, free=free, stationary=False)
        doubts = _doubts(curved.imaginary, checked=frequencies)
    outcome = optimise(explorer, surface.symbols, surface.start, options, hessian)
    last = outcome.points[-1]
    found = None
    if frequencies:
        second = explorer.around(last, "vibrations")
        stationary = outcome.converged and not options.constraints
        mole = surface.mole(last.positions)
        found = vibrations(mole, second, free=free, stationary=stationary)
    surface.neighbour = last.neighbour
    run = surface.judged(last.positions)
    record = _record(explorer, options, outcome, found, run, time.perf_counter() - began)
    return record.model_copy(update={"notes": (*record.notes, *doubts)})


def _doubts(imaginary: int, *, checked: bool) -> tuple[str, ...]:
    """Doubts whether a search for a transition state finds one.

    Args:
        imaginary: Number of imaginary vibrations of the first geometry.
        checked: Whether the vibrations at the end are computed.
    """
    found = []
    if imaginary != 1:
        found.append(
            f"the first geometry has {counted(imaginary, 'imaginary vibration')};"
            " near a transition state it"
            " has one"
        )
    if not checked:
        found.append("--frequencies tells whether this is a transition state")
    return tuple(found)


def _record(
    explorer: Explorer,
    options: Options,
    outcome: Outcome,
    found: VibrationsRecord | None,
    run: RunRecord,
    wall_s: float,
) -> OptimizeRecord:
    last, symbols = outcome.points[-1], explorer.surface.symbols
    remarks = (remark for point in outcome.points for remark in point.remarks)
    notes = (*explorer.surface.remarks, *remarks)
    return OptimizeRecord(
        schema="vqe-optimize/1",
        name=explorer.surface.spec.title,
        target="transition state" if options.saddle_point else "minimum",
        energy=last.energy,
        geometry=tuple(
            (symbol, *place) for symbol, place in zip(symbols, _angstrom(last), strict=True)
        ),
        gradient_max=outcome.gradient_max,
        steps=outcome.steps,
        converged=outcome.converged,
        message=outcome.message,
        thresholds=options.thresholds,
        constraints=tuple(map(str, options.constraints)),
        trajectory=tuple(
            TrajectoryStep(
                energy=point.energy, gradient_max=largest(point), positions=_angstrom(point)
            )
            for point in outcome.points
        ),
        notes=tuple(dict.fromkeys(notes)),
        vibrations=found,
        run=run,
        replayed=explorer.replayed,
        wall_s=wall_s,
        packages=versions(("geometric",)),
    )


def largest(point: Point) -> float:
    """Length of the largest gradient on an atom, Hartree/bohr."""
    return float(np.linalg.norm(point.gradient, axis=1).max())


def _angstrom(point: Point) -> tuple[tuple[float, float, float], ...]:
    rows = (BOHR_IN_ANGSTROM * point.positions).tolist()
    return tuple((x, y, z) for x, y, z in rows)
