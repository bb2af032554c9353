"""The record of a scan: points, errors along the curve, constants and remarks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from vqe_cli._core.provenance import provenance
from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.geometry.structures import with_coordinates
from vqe_cli.scan.computation import ComputedPoints
from vqe_cli.scan.constants import constants_of
from vqe_cli.scan.plan import PlannedScan
from vqe_cli.scan.points import Computed, scan_point
from vqe_cli.scan.records import (
    SCAN_SCHEMA,
    CurveStatistics,
    DiatomicConstants,
    Scan,
    ScanPoint,
)

VQE = "vqe"
"""Name of the curve of VQE."""

EXACT = "exact"
"""Name of the curve of exact energies."""

Energies = Callable[[ScanPoint], float | None]
"""The energy of a method at a point, Hartree."""


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


def scan_record(scan: PlannedScan, found: ComputedPoints) -> Scan:
    """The record of a scan.

    Args:
        scan: The scan.
        found: Results of its points.
    """
    points = points_of(scan, found)
    symbols = _diatomic(scan)
    curves: dict[str, tuple[str, Energies]] = {
        VQE: ("VQE", lambda point: point.energy),
        EXACT: ("exact", lambda point: point.reference_energy),
    }
    for method in scan.methods:
        curves[method.name] = (method.label, partial(_of_method, name=method.name))
    statistics, reasons = {}, []
    for name, (label, energies) in curves.items():
        if all(energies(point) is None for point in points):
            continue
        constants: DiatomicConstants | str | None = None
        if name == VQE and any(point.standard_error is not None for point in points):
            constants = None if symbols is None else "sampled energies give no constants"
        elif symbols is not None:
            constants = _constants(symbols, points, energies)
        if isinstance(constants, str):
            reasons.append(f"{label}: {constants}")
            constants = None
        statistics[name] = _statistics(label, points, energies, constants)
    vqe, exact = statistics.get(VQE), statistics.get(EXACT)
    return Scan(
        schema=SCAN_SCHEMA,
        name=scan.name,
        spec=scan.resolved,
        coordinate=scan.coordinate.record,
        points=points,
        nonparallelity_error_mha=None if vqe is None else vqe.nonparallelity_error_mha,
        constants=None if vqe is None else vqe.constants,
        reference_constants=None if exact is None else exact.constants,
        statistics=statistics,
        remarks=(*_remarks(scan, points), *dict.fromkeys(reasons)),
        workers=found.at_once,
        provenance=provenance(),
    )


def _of_method(point: ScanPoint, name: str) -> float | None:
    found = point.methods.get(name)
    return None if found is None else found.energy


def _diatomic(scan: PlannedScan) -> tuple[str, str] | None:
    """The elements, if the coordinate is the distance of a diatomic molecule."""
    if scan.coordinate.record.kind != "distance" or scan.spec.molecule is None:
        return None
    atoms = with_coordinates(scan.spec.molecule).atoms
    if len(atoms) != 2 or any(atoms.ghosts):
        return None
    return atoms.symbols[0], atoms.symbols[1]


def _constants(
    symbols: tuple[str, str], points: Sequence[ScanPoint], energies: Energies
) -> DiatomicConstants | str:
    """The constants of one curve, or why there are none."""
    known = [(point.value, energy) for point in points if (energy := energies(point)) is not None]
    return constants_of(symbols, [value for value, _ in known], [energy for _, energy in known])


def _statistics(
    label: str,
    points: Sequence[ScanPoint],
    energies: Energies,
    constants: DiatomicConstants | None,
) -> CurveStatistics:
    """The errors of one curve."""
    errors = [
        (HARTREE_IN_MILLIHARTREE * (energy - point.reference_energy), point.value)
        for point in points
        if (energy := energies(point)) is not None and point.reference_energy is not None
    ]
    largest, at = max(errors, key=lambda one: abs(one[0]), default=(None, None))
    sizes = [error for error, _ in errors]
    return CurveStatistics(
        label=label,
        points=len(errors),
        largest_error_mha=largest,
        largest_at=at,
        nonparallelity_error_mha=max(sizes) - min(sizes) if len(sizes) > 1 else None,
        constants=constants,
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
        yield (f"the active space changes at {_at(changes, unit)}: {changes[0].space_changes}")
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
