"""The record of a scan: points, errors along the curve, constants and remarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vqe_cli._core.provenance import provenance
from vqe_cli._core.units import HARTREE, HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import counted
from vqe_cli.analysis.geometries.surface import CHANGE_OF_SPACE
from vqe_cli.scan.computation import ComputedPoints
from vqe_cli.scan.continuation import LONGEST
from vqe_cli.scan.exchanges import Exchange, exchanges_of, with_followed
from vqe_cli.scan.plan import PlannedScan
from vqe_cli.scan.points import Computed, scan_point
from vqe_cli.scan.records import SCAN_SCHEMA, Scan, ScanPoint
from vqe_cli.scan.statistics import EXACT, VQE, statistics_of

UNITS_OF_INPUT = "units of the input"
"""The unit of energies along a coupling, which is multiples of one coupling only where it is 1."""


def points_of(scan: PlannedScan, found: ComputedPoints) -> tuple[ScanPoint, ...]:
    """The points so far, in the order of their values.

    Args:
        scan: The scan.
        found: Results of its points.
    """
    groups: dict[float, list[Computed]] = {}
    for point in found.points:
        groups.setdefault(point.value, []).append((point, found.of(point)))
    irreps = len(_point_groups(found)) == 1
    return tuple(
        scan_point(scan.coordinate, groups[value], irreps=irreps) for value in sorted(groups)
    )


def _point_groups(found: ComputedPoints) -> set[str | None]:
    """The point groups of all points with an energy."""
    results = (found.of(point) for point in found.points)
    return {one.record["point_group"] for one in results if one.failure is None}


def unit_of(found: ComputedPoints) -> str:
    """The unit of all energies of a scan.

    Args:
        found: Results of its points.
    """
    units = {result.record["unit"] for result in found.results.values() if not result.failure}
    return UNITS_OF_INPUT if len(units) > 1 else next(iter(units), HARTREE)


def scan_record(scan: PlannedScan, found: ComputedPoints) -> Scan:
    """The record of a scan.

    Args:
        scan: The scan.
        found: Results of its points.
    """
    points, unit = points_of(scan, found), unit_of(found)
    exchanges = exchanges_of(points, found.vectors)
    points = tuple(with_followed(points, exchanges)) if exchanges else points
    statistics, reasons = statistics_of(scan, points, unit)
    vqe, exact = statistics.get(VQE), statistics.get(EXACT)
    return Scan(
        schema=SCAN_SCHEMA,
        name=scan.name,
        unit=unit,
        spec=scan.resolved,
        coordinate=scan.coordinate.record,
        points=points,
        nonparallelity_error_mha=None if vqe is None else vqe.nonparallelity_error_mha,
        nonparallelity_error_in_unit=None if vqe is None else vqe.nonparallelity_error_in_unit,
        constants=None if vqe is None else vqe.constants,
        reference_constants=None if exact is None else exact.constants,
        statistics=statistics,
        exchanges=tuple(one.record(points) for one in exchanges),
        remarks=(*_remarks(scan, points), *_of_states(found, points, exchanges, scan), *reasons),
        workers=found.at_once,
        provenance=provenance(),
    )


def _remarks(scan: PlannedScan, points: Sequence[ScanPoint]) -> Iterator[str]:
    """What is to be said of the points."""
    unit = scan.coordinate.record.unit
    differ = [point for point in points if point.differ]
    if differ:
        worst = max(differ, key=_difference)
        yield (
            f"up and down differ at {_at(differ, unit)}, by up to {_difference(worst):.3g} mHa: "
            "the lower energy is kept"
        )
    changes = [point for point in points if point.space_changes is not None]
    if changes:
        yield f"the active space changes at {_at(changes, unit)}: {changes[0].space_changes}"
    if scan.coordinate.record.kind != "key":
        yield from _of_sizes(points, unit)
    yield from _of_mean_fields(points, unit)
    yield from _doubts(points, unit)
    failed = [point for point in points if point.failure is not None]
    if failed:
        assert failed[0].failure is not None
        count = counted(len(failed), "point")
        yield f"{count} failed, at {_at(failed, unit)}: {failed[0].failure.message}"
    yield from _of_one_direction(points, unit)
    for method in scan.methods:
        yield from _missing(method.name, method.label, points, unit)
    if points and all(point.reference_energy is None for point in points if not point.failure):
        yield "without an exact energy there are no errors along the curve"


def _of_one_direction(points: Sequence[ScanPoint], unit: str) -> Iterator[str]:
    """Where a direction has no energy, so that there is no second one to compare with."""
    for way in ("up", "down"):
        where = [point for point in points if way in point.failed_directions]
        if where:
            reason = where[0].failed_directions[way].message
            yield f"{way} has no energy at {_at(where, unit)}, and is not compared: {reason}"


def _of_sizes(points: Sequence[ScanPoint], unit: str) -> Iterator[str]:
    """Where the kept points have active spaces of several sizes."""
    found: dict[tuple[int, int], list[ScanPoint]] = {}
    for point in points:
        if point.active_space is not None:
            found.setdefault(point.active_space, []).append(point)
    if len(found) > 1:
        sizes = "; ".join(
            f"({electrons}e,{orbitals}o) at {_at(where, unit)}"
            for (electrons, orbitals), where in found.items()
        )
        yield (
            f"the curve joins active spaces of several sizes, and jumps between them: {sizes}; "
            "give electrons and orbitals for one size at all points"
        )


def _of_mean_fields(points: Sequence[ScanPoint], unit: str) -> Iterator[str]:
    """Where the mean field is not the lowest, or not the state of the point before."""
    follows = [point for point in points if point.mean_field == "continued"]
    if follows:
        yield (
            f"at {_at(follows, unit)} Hartree-Fock is continued from the neighbouring point: its "
            "lowest solution is another state there, with a higher VQE energy"
        )
    jumps = [point for point in points if point.mean_field == "changed"]
    if jumps:
        yield f"Hartree-Fock changes to another state at {_at(jumps, unit)}"


def _of_states(
    found: ComputedPoints,
    points: Sequence[ScanPoint],
    exchanges: Sequence[Exchange],
    scan: PlannedScan,
) -> Iterator[str]:
    """How the curves of states are told apart, and where they exchange their characters."""
    with_states = [point for point in points if point.states]
    if not with_states:
        return
    unit, groups = scan.coordinate.record.unit, _point_groups(found)
    kinds = "spin and irrep" if len(groups) == 1 else "spin (the point group changes)"
    yield f"states are numbered by energy within each {kinds}"
    unknown = [point for point in with_states if found.vectors(point) is None]
    if unknown:
        yield f"states are not followed by overlap at {_at(unknown, unit)}: {_unknown(scan)}"
    for one in exchanges:
        low, high = (f"{points[index].value:g}" for index in (one.first, one.last))
        overlaps = " and ".join(f"{overlap:.2f}" for overlap in one.overlaps)
        names = " and ".join(one.names)
        yield (
            f"{names} exchange their characters between {low} and {high} {unit}".rstrip()
            + f" (squared overlaps {overlaps}), at an avoided crossing, or one of states that "
            "these irreps do not tell apart; the curves '..., followed' keep theirs"
        )


def _unknown(scan: PlannedScan) -> str:
    """Why the vectors of states are not known."""
    if scan.coordinate.moves_atoms:
        return f"more than {LONGEST:,} determinants"
    return "orbitals of different inputs cannot be compared"


def _doubts(points: Sequence[ScanPoint], unit: str) -> Iterator[str]:
    """Which checks do not hold, and where; a change of the active space is told by itself."""
    named = dict.fromkeys(name for point in points for name in point.failed_checks)
    for name in named:
        if name != CHANGE_OF_SPACE:
            where = [point for point in points if name in point.failed_checks]
            yield f"{name} does not hold at {_at(where, unit)}"


def _missing(name: str, label: str, points: Sequence[ScanPoint], unit: str) -> Iterator[str]:
    """Where a classical method has no energy, and why."""
    found = [point for point in points if name in point.methods]
    missing = [point for point in found if point.methods[name].energy is None]
    if missing:
        yield f"{label} has no energy at {_at(missing, unit)}: {missing[0].methods[name].reason}"


def _difference(point: ScanPoint) -> float:
    """The largest difference of the directions of a point, mHa."""
    energies = point.directions.values()
    return HARTREE_IN_MILLIHARTREE * (max(energies) - min(energies))


def _at(points: Sequence[ScanPoint], unit: str) -> str:
    """The values of some points in words, the first five of them."""
    shown = ", ".join(f"{point.value:g}" for point in points[:5])
    more = f" and {counted(len(points) - 5, 'more point')}" if len(points) > 5 else ""
    return f"{shown} {unit}".rstrip() + more
