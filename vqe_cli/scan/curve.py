"""The record of a scan: points, errors along the curve, constants and remarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vqe_cli._core.provenance import provenance
from vqe_cli._core.units import HARTREE, HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import counted
from vqe_cli.scan.computation import ComputedPoints
from vqe_cli.scan.plan import PlannedScan
from vqe_cli.scan.points import Computed, scan_point
from vqe_cli.scan.records import (
    SCAN_SCHEMA,
    Scan,
    ScanPoint,
)
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
    return tuple(scan_point(scan.coordinate, groups[value]) for value in sorted(groups))


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
        nonparallelity_error=None if vqe is None else vqe.nonparallelity_error,
        constants=None if vqe is None else vqe.constants,
        reference_constants=None if exact is None else exact.constants,
        statistics=statistics,
        remarks=(*_remarks(scan, points), *reasons),
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
    failed = [point for point in points if point.failure is not None]
    if failed:
        assert failed[0].failure is not None
        count = counted(len(failed), "point")
        yield f"{count} failed, at {_at(failed, unit)}: {failed[0].failure.message}"
    for method in scan.methods:
        yield from _missing(method.name, method.label, points, unit)
    if points and all(point.reference_energy is None for point in points if not point.failure):
        yield "without an exact energy there are no errors along the curve"


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
    more = f" and {len(points) - 5} more points" if len(points) > 5 else ""
    return f"{shown} {unit}".rstrip() + more
