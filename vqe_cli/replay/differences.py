"""What differs between a recorded run and the same run now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli.replay.records import Change, Kind
from vqe_cli.schema.records import ProblemRecord, RunRecord
from vqe_cli.schema.severity import ROUND_OFF
from vqe_cli.variational.checks import verdict_of

SAME_ORBITAL_ENERGY = 1e-6
"""Largest difference of an orbital energy between two converged mean fields, Hartree."""

SAME_PARAMETER = 1e-4
"""Largest difference of a parameter between two searches that ended alike, radians."""

SAME_FORCE = 1e-6
"""Largest difference of a force, Hartree/bohr."""

SAME_COORDINATE = 1e-6
"""Largest difference of a coordinate, Ångström."""

_MACHINE: tuple[tuple[str, Kind], ...] = (
    ("python", "platform"), ("platform", "platform"), ("threads", "threads")
)  # fmt: skip


def machine_changes(recorded: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    """Versions, platform and threads that differ.

    Args:
        recorded: The provenance of the record.
        now: That of this program.
    """
    if recorded.get("version") != now["version"]:
        yield _change("version", "vqe", recorded.get("version"), now["version"])
    before = recorded.get("packages") or {}
    for name, version in now["packages"].items():
        if name in before and before[name] != version:
            yield _change("package", name, before[name], version)
    for name, kind in _MACHINE:
        if name in recorded and recorded[name] != now[name]:
            yield _change(kind, name, recorded[name], now[name])


def problem_changes(recorded: ProblemRecord, now: ProblemRecord) -> Iterator[Change]:
    """Differences of geometry, mean field, orbitals and qubits.

    Args:
        recorded: The recorded problem.
        now: The problem now.
    """
    yield from _structure(recorded, now)
    yield from _mean_field(recorded, now)
    yield from _orbitals(recorded, now)
    for name in ("qubits", "orbitals", "electrons", "sector_dimension", "pauli_terms"):
        before, after = getattr(recorded, name), getattr(now, name)
        if None not in (before, after) and before != after:
            yield _change("orbitals", name, _plain(before), _plain(after))


def _structure(recorded: ProblemRecord, now: ProblemRecord) -> Iterator[Change]:
    """Coordinates that were made of a structure."""
    if recorded.structure is None or now.structure is None:
        return
    before, after = (
        _coordinates(one.structure.geometry) for one in (recorded, now) if one.structure
    )
    if before.shape != after.shape:
        yield _change("structure", "atoms", len(before), len(after))
        return
    moved = float(np.abs(before - after).max(initial=0.0))
    if moved > SAME_COORDINATE:
        detail = f"coordinates differ by up to {moved:.2g} Å"
        yield _change("structure", "coordinates", None, None, detail=detail)


def _coordinates(geometry: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    rows = [line.split()[1:4] for line in geometry.splitlines() if line.strip()]
    return np.array(rows, dtype=float).reshape(-1, 3)


def _mean_field(recorded: ProblemRecord, now: ProblemRecord) -> Iterator[Change]:
    before, after = recorded.scf, now.scf
    if before is None or after is None:
        return
    drift = HARTREE_IN_MILLIHARTREE * (after.energy - before.energy)
    if abs(after.energy - before.energy) > ROUND_OFF * max(1.0, abs(before.energy)):
        lower = "lower" if drift < 0 else "higher"
        detail = f"another mean field, {lower} than the recorded one"
        yield _change("mean-field", "energy", before.energy, after.energy, drift, detail)
    if before.chosen != after.chosen:
        yield _change("mean-field", "guess", before.chosen, after.chosen)
    for name in ("method", "converged", "stable"):
        was, is_now = getattr(before, name), getattr(after, name)
        if None not in (was, is_now) and was != is_now:
            yield _change("mean-field", name, was, is_now)
    if recorded.point_group != now.point_group:
        yield _change("mean-field", "point group", recorded.point_group, now.point_group)


def _orbitals(recorded: ProblemRecord, now: ProblemRecord) -> Iterator[Change]:
    """Active orbitals with other energies or irreps."""
    if recorded.active_space is None or now.active_space is None:
        return
    before = [one for one in recorded.active_space.orbitals if one.part == "active"]
    after = [one for one in now.active_space.orbitals if one.part == "active"]
    if [one.number for one in before] != [one.number for one in after]:
        was, is_now = (", ".join(str(one.number) for one in both) for both in (before, after))
        yield _change("orbitals", "active orbitals", was, is_now)
        return
    if [one.irrep for one in before] != [one.irrep for one in after]:
        was, is_now = (" ".join(one.irrep for one in both) for both in (before, after))
        yield _change("orbitals", "irreps", was, is_now)
    pairs = zip(before, after, strict=True)
    moved = max((abs(one.energy - other.energy) for one, other in pairs), default=0.0)
    if moved > SAME_ORBITAL_ENERGY:
        detail = f"energies differ by up to {HARTREE_IN_MILLIHARTREE * moved:.2g} mHa"
        yield _change("orbitals", "orbital energies", None, None, detail=detail)


def result_changes(recorded: RunRecord, now: RunRecord) -> Iterator[Change]:
    """Differences of reference, search, circuit, further energies and verdict.

    Args:
        recorded: The recorded run.
        now: The same run now.
    """
    yield from _reference(recorded, now)
    yield from _search(recorded, now)
    yield from _circuit(recorded, now)
    yield from _corrections(recorded, now)
    yield from _forces(recorded, now)
    yield from _verdict(recorded, now)


def _reference(recorded: RunRecord, now: RunRecord) -> Iterator[Change]:
    before, after = recorded.reference, now.reference
    if before is None or after is None:
        return
    drift = after.energy - before.energy
    if abs(drift) > ROUND_OFF * max(1.0, abs(before.energy)):
        mha = HARTREE_IN_MILLIHARTREE * drift
        yield _change(
            "reference", f"exact energy ({after.method})", before.energy, after.energy, mha
        )


def _search(recorded: RunRecord, now: RunRecord) -> Iterator[Change]:
    before, after = recorded.result, now.result
    counts = (
        ("optimiser", before.optimizer, after.optimizer),
        ("energies", before.evaluations.energy, after.evaluations.energy),
        ("gradients", before.evaluations.gradient, after.evaluations.gradient),
        ("converged", before.converged, after.converged),
        ("starts", len(before.starts), len(after.starts)),
        ("parameters", len(before.parameters), len(after.parameters)),
    )
    for name, was, is_now in counts:
        if was != is_now:
            yield _change("optimiser-path", name, was, is_now)
    if len(before.parameters) == len(after.parameters) > 0:
        moved = float(np.abs(np.subtract(before.parameters, after.parameters)).max())
        if moved > SAME_PARAMETER:
            detail = f"parameters differ by up to {moved:.2g}"
            yield _change("parameters", "final parameters", None, None, detail=detail)
    if before.evaluations.shots != after.evaluations.shots:
        was, is_now = before.evaluations.shots, after.evaluations.shots
        yield _change("random-numbers", "shots", was, is_now)


def _circuit(recorded: RunRecord, now: RunRecord) -> Iterator[Change]:
    before, after = recorded.result.backend, now.result.backend
    for name in ("representation", "two_qubit_gates", "depth", "groups"):
        was, is_now = getattr(before, name), getattr(after, name)
        if None not in (was, is_now) and was != is_now:
            yield _change("circuit", name.replace("_", "-"), was, is_now)


def _corrections(recorded: RunRecord, now: RunRecord) -> Iterator[Change]:
    known = {one.name: one.correction for one in now.result.corrections}
    for one in recorded.result.corrections:
        if one.name not in known:
            continue
        drift = known[one.name] - one.correction
        if abs(drift) > ROUND_OFF:
            mha = HARTREE_IN_MILLIHARTREE * drift
            yield _change("correction", one.name, one.correction, known[one.name], mha)


def _forces(recorded: RunRecord, now: RunRecord) -> Iterator[Change]:
    before, after = recorded.result.forces, now.result.forces
    if before is None or after is None or before.atoms != after.atoms:
        return
    moved = float(np.abs(np.subtract(before.forces, after.forces)).max(initial=0.0))
    if moved > SAME_FORCE:
        detail = f"forces differ by up to {moved:.2g} Ha/bohr"
        yield _change("forces", "forces", before.largest, after.largest, detail=detail)


def _verdict(recorded: RunRecord, now: RunRecord) -> Iterator[Change]:
    """Another verdict, apart from the verdicts of properties, which are not computed again."""
    properties = {one.name for one in recorded.properties}
    checks = tuple(check for check in recorded.checks if check.name not in properties)
    verdict = verdict_of(checks)
    if verdict == now.verdict:
        return
    was = {check.name: check.status for check in checks}
    differ = [one.name for one in now.checks if was.get(one.name, one.status) != one.status]
    gone = sorted(was.keys() - {one.name for one in now.checks})
    told = [f"checks: {', '.join(differ)}"] if differ else []
    told += [f"no longer made: {', '.join(gone)}"] if gone else []
    new = [one.name for one in now.checks if one.name not in was]
    told += [f"new: {', '.join(new)}"] if new else []
    yield _change("verdict", "verdict", verdict, now.verdict, detail="; ".join(told))


def _change(
    kind: Kind,
    name: str,
    recorded: float | int | str | bool | None,
    now: float | int | str | bool | None,
    drift_mha: float | None = None,
    detail: str = "",
) -> Change:
    return Change(
        kind=kind, name=name, recorded=recorded, now=now, drift_mha=drift_mha, detail=detail
    )


def _plain(value: Any) -> int | str:
    return value if isinstance(value, int) else ", ".join(map(str, value))
