"""The points of a scan, in chains along which each starts from the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from vqe_cli._core.provenance import fingerprint
from vqe_cli._core.version import __version__
from vqe_cli.analysis.geometries.optimisation import refuse_without_geometric
from vqe_cli.analysis.geometries.surface import Surface
from vqe_cli.chemistry.problem import is_unrestricted
from vqe_cli.classical import ClassicalMethod, refuse_restricted_methods
from vqe_cli.comparison.plan import Selected, classical_method, portable_data
from vqe_cli.errors import InputError
from vqe_cli.parts import located, look_up_parts, plain_spec, settings_of
from vqe_cli.scan.coordinates import Coordinate
from vqe_cli.scan.records import Direction
from vqe_cli.scan.values import Value
from vqe_cli.schema import RunSpec
from vqe_cli.screening.model import Limits, PropertyTask, Task

POINT = "point"
"""Name of the tasks of a scan."""

START = "start"
"""Name of what a task knows of the point that it starts from."""

SEMANTICS_VERSION = 3
"""Incremented when the same point gives another answer; kept points are then computed again."""


@dataclass(frozen=True)
class PlannedPoint:
    """One value of the coordinate, computed in one direction.

    Args:
        key: SHA-256 of everything the energy depends on.
        value: The coordinate.
        direction: From which side the point starts.
        data: The input, for `spec_from_data`.
        work: What is computed: methods, and a relaxation.
        start: Key of the point that it starts from; None for none.
        refined: Whether the point was added by refinement.
    """

    key: str
    value: Value
    direction: Direction
    data: dict[str, Any]
    work: dict[str, Any]
    start: str | None = None
    refined: bool = False

    def task(self, title: str, limits: Limits, start: str | None) -> Task:
        """The task of a worker.

        Args:
            title: Name of the scan.
            limits: Limits of one attempt.
            start: Key of the point whose solution it starts from; None for none.
        """
        wanted = PropertyTask(key=self.key, property={"name": POINT, **self.work})
        return Task(
            id=self.key,
            title=f"{title}: {self.value:g}, {self.direction}",
            spec=self.data,
            properties=(wanted,),
            known={} if start is None else {START: {"key": start}},
            limits=limits,
        )


Chain = tuple[PlannedPoint, ...]
"""Points each of which starts from the one before."""


@dataclass(frozen=True, eq=False)
class PlannedScan:
    """A scan before anything is computed.

    Args:
        name: Its name.
        spec: The input.
        resolved: The input as plain data with all defaults.
        coordinate: What changes from point to point.
        methods: Classical methods.
        directions: The directions in which points are computed.
        chains: The points, in chains.
    """

    name: str
    spec: RunSpec
    resolved: dict[str, Any]
    coordinate: Coordinate
    methods: tuple[ClassicalMethod, ...]
    directions: tuple[Direction, ...]
    chains: tuple[Chain, ...]

    def point(
        self, value: Value, direction: Direction, start: str | None, *, refined: bool = False
    ) -> PlannedPoint:
        """One point.

        Args:
            value: The coordinate.
            direction: From which side it starts.
            start: Key of the point that it starts from; None for none.
            refined: Whether it is added by refinement.

        Raises:
            InputError: The value is impossible.
        """
        spec = self.coordinate.spec_at(value)
        with located(spec):
            parts = look_up_parts(spec)
            _refuse_with_unrestricted_orbitals(spec, direction, self.methods)
            data = portable_data(spec, parts)
        relaxation = self.coordinate.relaxation(value)
        work = {
            "carries": self.coordinate.moves_atoms,
            "methods": [method.selection() for method in self.methods],
            "relaxation": None if relaxation is None else relaxation.model_dump(mode="json"),
        }
        content = {"settings": settings_of(spec, parts), "work": work, "start": start}
        version = {"version": __version__, "semantics": SEMANTICS_VERSION}
        key = fingerprint({**version, "name": POINT, **content})
        return PlannedPoint(key, value, direction, data, work, start, refined)


def plan_scan(
    spec: RunSpec,
    coordinate: Coordinate,
    methods: Sequence[Selected],
    directions: Sequence[Direction],
) -> PlannedScan:
    """The points of a scan; every value is checked here.

    Args:
        spec: The input.
        coordinate: What changes from point to point.
        methods: Classical methods, by name or with options.
        directions: The directions in which points are computed; those of a number of the input
            have none, and are computed alone.

    Raises:
        InputError: A method or value is unknown or impossible.
        UnavailableError: Geometries are to be relaxed, and geomeTRIC is not installed.
    """
    with located(spec):
        resolved = plain_spec(spec, look_up_parts(spec))
    chosen = tuple(classical_method(one) for one in methods)
    if len({method.name for method in chosen}) < len(chosen):
        raise InputError("a method is listed twice", path=("methods",))
    if coordinate.record.relaxed:
        refuse_without_geometric()
        with located(spec):
            Surface(spec)
    ways: tuple[Direction, ...] = tuple(directions) if coordinate.moves_atoms else ("alone",)
    bare = PlannedScan(spec.title, spec, resolved, coordinate, chosen, ways, ())
    chains = [chain for way in ways for chain in _chains(bare, way)]
    return replace(bare, chains=tuple(chains))


def _refuse_with_unrestricted_orbitals(
    spec: RunSpec, direction: Direction, methods: Sequence[ClassicalMethod]
) -> None:
    """Refuse what a scan over unrestricted orbitals cannot do.

    Raises:
        InputError: Orbitals are to be carried, or a method needs restricted ones.
    """
    if not is_unrestricted(spec):
        return
    refuse_restricted_methods(methods)
    if direction != "alone":
        raise InputError(
            "unrestricted orbitals are not carried from point to point",
            path=("molecule", "scf", "unrestricted"),
            hint="--direction alone computes each point by itself",
        )


def _chains(scan: PlannedScan, direction: Direction) -> list[Chain]:
    """The chains of one direction: a single one, or each point alone."""
    values = scan.coordinate.values
    if direction == "alone":
        return [(scan.point(value, direction, None),) for value in values]
    found: list[PlannedPoint] = []
    for value in values if direction == "up" else values[::-1]:
        start = found[-1].key if found else None
        found.append(scan.point(value, direction, start))
    return [tuple(found)]
