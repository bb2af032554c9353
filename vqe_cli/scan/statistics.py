"""Errors along the curves of a scan, and the constants of a diatomic molecule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from vqe_cli._core.units import HARTREE, HARTREE_IN_MILLIHARTREE
from vqe_cli.chemistry.geometry.structures import with_coordinates
from vqe_cli.scan.constants import constants_of
from vqe_cli.scan.plan import PlannedScan
from vqe_cli.scan.records import CurveStatistics, DiatomicConstants, ScanPoint

VQE = "vqe"
"""Name of the curve of VQE."""

EXACT = "exact"
"""Name of the curve of exact energies."""

SAMPLED = "sampled energies give no constants"

Energies = Callable[[ScanPoint], float | None]
"""The energy of a method at a point, in the unit of the scan."""


def statistics_of(
    scan: PlannedScan, points: Sequence[ScanPoint], unit: str
) -> tuple[dict[str, CurveStatistics], tuple[str, ...]]:
    """The statistics of VQE, of the exact curve and of classical methods, by name.

    Args:
        scan: The scan.
        points: Its points, in the order of their values.
        unit: The unit of their energies.

    Returns:
        The statistics, and remarks on the reasons where there are no constants.
    """
    curves: dict[str, tuple[str, Energies]] = {
        VQE: ("VQE", lambda point: point.energy),
        EXACT: ("exact", lambda point: point.reference_energy),
    }
    for method in scan.methods:
        curves[method.name] = (method.label, partial(_of_method, name=method.name))
    symbols = _diatomic(scan)
    sampled = any(point.standard_error is not None for point in points)
    found, reasons = {}, []
    for name, (label, energies) in curves.items():
        if all(energies(point) is None for point in points):
            continue
        constants: DiatomicConstants | str | None = None
        if symbols is not None:
            measured = sampled and name == VQE
            constants = SAMPLED if measured else _constants(symbols, points, energies)
        if isinstance(constants, str):
            reasons.append(f"{label}: {constants}")
            constants = None
        found[name] = _statistics(label, points, energies, constants, unit)
    return found, tuple(reasons)


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
    unit: str,
) -> CurveStatistics:
    """The errors of one curve."""
    factor = HARTREE_IN_MILLIHARTREE if unit == HARTREE else 1.0
    errors = [
        (factor * (energy - point.reference_energy), point.value)
        for point in points
        if (energy := energies(point)) is not None and point.reference_energy is not None
    ]
    largest, at = max(errors, key=lambda one: abs(one[0]), default=(None, None))
    sizes = [error for error, _ in errors]
    span = max(sizes) - min(sizes) if len(sizes) > 1 else None
    return CurveStatistics(
        label=label,
        points=len(errors),
        largest_error_mha=largest if unit == HARTREE else None,
        largest_error=largest if unit != HARTREE else None,
        largest_at=at,
        nonparallelity_error_mha=span if unit == HARTREE else None,
        nonparallelity_error=span if unit != HARTREE else None,
        constants=constants,
    )
