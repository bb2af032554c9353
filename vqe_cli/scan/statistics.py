"""Errors along the curves of a scan, and the constants of a diatomic molecule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from vqe_cli._core.units import HARTREE
from vqe_cli.chemistry.geometry.structures import with_coordinates
from vqe_cli.parts import look_up_parts
from vqe_cli.scan.constants import constants_of
from vqe_cli.scan.plan import PlannedScan
from vqe_cli.scan.records import (
    CORRECTED,
    FOLLOWED,
    CurveStatistics,
    DiatomicConstants,
    ScanPoint,
)
from vqe_cli.scan.values import DIGITS

VQE = "vqe"
"""Name of the curve of VQE."""

EXACT = "exact"
"""Name of the curve of exact energies."""

SAMPLED = "sampled energies give no constants"

Distances = dict[int | float, float]
"""The distance of two atoms at each value of the coordinate, Å."""

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
    for name, label in _further(scan, points).items():
        curves[name] = (label, partial(_beside, name=name))
    diatomic = _diatomic(scan, points)
    sampled = any(point.standard_error is not None for point in points)
    found: dict[str, CurveStatistics] = {}
    reasons: dict[str, list[str]] = {}
    for name, (label, energies) in curves.items():
        if all(energies(point) is None for point in points):
            continue
        constants: DiatomicConstants | str | None = None
        if diatomic is not None:
            measured = sampled and (name == VQE or name.startswith(CORRECTED))
            constants = SAMPLED if measured else _constants(*diatomic, points, energies)
        if isinstance(constants, str):
            reasons.setdefault(constants, []).append(label)
            constants = None
        found[name] = _statistics(label, _errors(name, points), constants, unit)
    return found, tuple(f"{', '.join(labels)}: {reason}" for reason, labels in reasons.items())


def _further(scan: PlannedScan, points: Sequence[ScanPoint]) -> dict[str, str]:
    """The labels of all curves beside that of VQE by name; those of states are their names."""
    corrections = look_up_parts(scan.spec).corrections
    followed = {name for point in points for name in point.followed}
    states = sorted({name for point in points for name in point.states}, key=_place(points))
    return {
        **{method.name: method.label for method in scan.methods},
        **{f"{CORRECTED}{one.name}": f"VQE + {one.label}" for one in corrections},
        **{name: name for name in states},
        **{f"{name}{FOLLOWED}": f"{name}{FOLLOWED}" for name in states if name in followed},
    }


def _place(points: Sequence[ScanPoint]) -> Callable[[str], float]:
    """The lowest energy of a state along the curve, by which states are ordered."""

    def lowest(name: str) -> float:
        return min(point.states[name].energy for point in points if name in point.states)

    return lowest


def _beside(point: ScanPoint, name: str) -> float | None:
    found = point.beside.get(name)
    return None if found is None else found.energy


def _errors(name: str, points: Sequence[ScanPoint]) -> list[tuple[float, int | float]]:
    """The errors of a curve as they are told, with the values of the coordinate."""

    def error(point: ScanPoint) -> float | None:
        if name == EXACT:
            return None if point.reference_energy is None else 0.0
        if name == VQE:
            return point.told_error
        found = point.beside.get(name)
        return None if found is None else found.told_error

    return [(size, point.value) for point in points if (size := error(point)) is not None]


def _diatomic(
    scan: PlannedScan, points: Sequence[ScanPoint]
) -> tuple[tuple[str, str], Distances] | None:
    """The elements and the distance at each value, if the distance of two atoms changes."""
    kind = scan.coordinate.record.kind
    if kind not in ("distance", "variable", "geometries") or not scan.coordinate.moves_atoms:
        return None
    found: Distances = {}
    for point in points:
        molecule = scan.coordinate.spec_at(point.value).molecule
        assert molecule is not None
        atoms = with_coordinates(molecule).atoms
        if len(atoms) != 2 or any(atoms.ghosts):
            return None
        first, second = atoms.positions
        found[point.value] = round(float(np.linalg.norm(second - first)), DIGITS)
        symbols = (atoms.symbols[0], atoms.symbols[1])
    return (symbols, found) if len(set(found.values())) > 1 else None


def _constants(
    symbols: tuple[str, str],
    distances: Distances,
    points: Sequence[ScanPoint],
    energies: Energies,
) -> DiatomicConstants | str:
    """The constants of one curve, or why there are none."""
    known = sorted(
        (distances[point.value], energy)
        for point in points
        if (energy := energies(point)) is not None
    )
    lengths = [length for length, _ in known]
    if len(set(lengths)) < len(lengths):
        return "constants need one energy at each distance, and two geometries have the same one"
    return constants_of(symbols, lengths, [energy for _, energy in known])


def _statistics(
    label: str,
    errors: Sequence[tuple[float, int | float]],
    constants: DiatomicConstants | None,
    unit: str,
) -> CurveStatistics:
    """The errors of one curve."""
    largest, at = max(errors, key=lambda one: abs(one[0]), default=(None, None))
    sizes = [error for error, _ in errors]
    span = max(sizes) - min(sizes) if len(sizes) > 1 else None
    return CurveStatistics(
        label=label,
        points=len(errors),
        largest_error_mha=largest if unit == HARTREE else None,
        largest_error_in_unit=largest if unit != HARTREE else None,
        largest_at=at,
        nonparallelity_error_mha=span if unit == HARTREE else None,
        nonparallelity_error_in_unit=span if unit != HARTREE else None,
        constants=constants,
    )
