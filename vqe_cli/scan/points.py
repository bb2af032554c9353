"""One point of a curve from its results: of several directions the lower energy is kept."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from vqe_cli._core.units import HARTREE, HARTREE_IN_MILLIHARTREE
from vqe_cli.scan.coordinates import Coordinate
from vqe_cli.scan.plan import PlannedPoint
from vqe_cli.scan.records import MethodEnergy, PointFailure, ScanPoint
from vqe_cli.scan.state_names import named_states
from vqe_cli.schema.state_records import StateRecord
from vqe_cli.screening.model import PropertyResult

EQUAL = 1e-7
"""Largest difference of energies of one state that an optimiser leaves, Hartree."""

AGREE = 1e-5
"""Largest difference of energies of two directions that agree, Hartree."""

SIGMAS = 4.0
"""Standard errors within which sampled energies of two directions agree."""

Computed = tuple[PlannedPoint, PropertyResult]


def scan_point(
    coordinate: Coordinate, found: Sequence[Computed], *, irreps: bool = True
) -> ScanPoint:
    """A point from the results of its directions.

    The lower energy is kept, of those that do not fail if there are any. Sampled energies that
    agree within their error bars keep the first direction, since the lower of two is biased.

    Args:
        coordinate: What changes from point to point.
        found: The results at one value, one for each direction.
        irreps: Whether states are told apart by irrep.
    """
    value, refined = found[0][0].value, found[0][0].refined
    label = coordinate.label(value)
    done = [(point, result) for point, result in found if result.failure is None]
    if not done:
        failure = next(iter(_failures(found).values()))
        return ScanPoint(value=value, label=label, refined=refined, failure=failure)
    sound = [one for one in done if one[1].record["verdict"] != "fail"] or done
    kept = _lowest(sound)
    record = dict(kept[1].record)
    exact, unit = record["reference_energy"], record.pop("unit")
    methods = {name: _method(entry, exact, unit) for name, entry in record.pop("methods").items()}
    corrected = {entry["name"]: _corrected(entry) for entry in record.pop("corrected")}
    states = [StateRecord(**state) for state in record.pop("states")]
    del record["point_group"]
    size = record.pop("active_space")
    return ScanPoint(
        value=value,
        label=label,
        refined=refined,
        corrected=corrected,
        states=named_states(states, irreps=irreps),
        active_space=None if size is None else (size[0], size[1]),
        direction=kept[0].direction,
        directions={point.direction: result.record["energy"] for point, result in done},
        failed_directions=_failures(found),
        differ=any(not _agree(kept, other) for other in done),
        methods=methods,
        geometry=tuple(tuple(row) for row in record.pop("geometry")),
        failed_checks=tuple(record.pop("failed_checks")),
        wall_s=kept[1].wall_s,
        **record,
    )


def _failures(found: Sequence[Computed]) -> dict[str, PointFailure]:
    """Why directions have no energy."""
    return {
        point.direction: PointFailure(kind=one.kind, message=one.message, hint=one.hint)
        for point, result in found
        if (one := result.failure) is not None
    }


def _lowest(found: Sequence[Computed]) -> Computed:
    """The lowest energy; the first that equals it, or agrees with it if energies are sampled.

    Degenerate components of a state have the same energy, and one direction keeps to one of them.
    """
    lowest = min(found, key=lambda one: float(one[1].record["energy"]))
    if lowest[1].record["standard_error"] is None:
        least = float(lowest[1].record["energy"])
        return next(one for one in found if float(one[1].record["energy"]) <= least + EQUAL)
    return next(one for one in found if _agree(one, lowest))


def _agree(one: Computed, other: Computed) -> bool:
    """Whether two energies are the same within round-off of an optimiser, or their error bars."""
    first, second = one[1].record, other[1].record
    bars = math.hypot(*(record["standard_error"] or 0.0 for record in (first, second)))
    return bool(abs(first["energy"] - second["energy"]) <= max(AGREE, SIGMAS * bars))


def _corrected(found: Mapping[str, Any]) -> MethodEnergy:
    energy, exact = found["energy"], found["reference_energy"]
    error = None if exact is None else HARTREE_IN_MILLIHARTREE * (energy - exact)
    return MethodEnergy(energy=energy, error_mha=error)


def _method(found: Mapping[str, Any], exact: float | None, unit: str) -> MethodEnergy:
    energy = found["energy"]
    error = None if energy is None or exact is None else energy - exact
    return MethodEnergy(
        energy=energy,
        error_mha=HARTREE_IN_MILLIHARTREE * error
        if error is not None and unit == HARTREE
        else None,
        error_in_unit=error if unit != HARTREE else None,
        reason=found["reason"],
    )
