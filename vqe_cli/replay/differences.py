"""What differs between a recorded run and the same run now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from vqe_cli._core.energy_units import units_of
from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli.replay.records import Change, Kind
from vqe_cli.schema.problem_records import ProblemRecord
from vqe_cli.schema.records import ResultRecord, RunRecord
from vqe_cli.schema.severity import ROUND_OFF
from vqe_cli.variational.checks import verdict_of

SAME_ORBITAL_ENERGY = 1e-6
"""Largest difference of an orbital energy between two converged mean fields, Hartree."""

SAME_PARAMETER = 1e-4
"""Largest difference of a parameter between two searches that ended alike, radians."""

SAME_ENERGY_OF_STEP = 1e-5
"""Largest difference of an energy on the way of two searches that took the same path, Hartree."""

SAME_COORDINATE = 1e-6
"""Largest difference of a coordinate, Ångström."""

PARAMETERS = "parameters"
"""Name of the change of the number of parameters."""

CODE = "vqe's code"
"""Name of the change of the package's files, whose values are checksums."""

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
        yield _change("version", "vqe", _scalar(recorded.get("version")), now["version"])
    yield from _code(recorded, now)
    before = recorded.get("packages")
    before = before if isinstance(before, Mapping) else {}
    for name, version in now["packages"].items():
        if name in before and before[name] != version:
            yield _change("package", name, _scalar(before[name]), version)
    for name, kind in _MACHINE:
        if name in recorded and recorded[name] != now[name]:
            yield _change(kind, name, _scalar(recorded[name]), now[name])


def when_recorded(provenance: Mapping[str, Any]) -> str | None:
    """When a record was written, in UTC; None if it does not tell.

    Args:
        provenance: The provenance of the record.
    """
    found = provenance.get("finished")
    return found if isinstance(found, str) else None


def _code(recorded: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    """Other code, whose version may be the same; old records do not tell theirs."""
    before, after = (one.get("source_sha256") for one in (recorded, now))
    if not isinstance(before, str) or after is None or before == after:
        return
    commits = tuple(str(one.get("commit") or "") for one in (recorded, now))
    differ = all(commits) and commits[0] != commits[1]
    detail = f"commit {commits[0]:.10} → {commits[1]:.10}" if differ else ""
    yield _change("version", CODE, before, after, detail=detail)


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
        detail = f"energies differ by up to {_size(moved, recorded.unit)}"
        yield _change("orbitals", "orbital energies", None, None, detail=detail)


def result_changes(recorded: RunRecord, now: RunRecord) -> Iterator[Change]:
    """Differences of search, circuit, reference and verdict.

    Args:
        recorded: The recorded run.
        now: The same run now.
    """
    yield from _search(recorded, now)
    yield from _circuit(recorded, now)
    if recorded.reference is None and now.reference is not None:
        yield _change("reference", "exact energy", None, now.reference.energy)
    yield from _verdict(recorded, now)


def _search(recorded: RunRecord, now: RunRecord) -> Iterator[Change]:
    before, after = recorded.result, now.result
    counts = (
        ("optimiser", before.optimizer, after.optimizer),
        ("energies", before.evaluations.energy, after.evaluations.energy),
        ("gradients", before.evaluations.gradient, after.evaluations.gradient),
        ("converged", before.converged, after.converged),
        ("starts", len(before.starts), len(after.starts)),
        (PARAMETERS, len(before.parameters), len(after.parameters)),
    )
    for name, was, is_now in counts:
        if was != is_now:
            yield _change("optimiser-path", name, was, is_now)
    if len(before.parameters) == len(after.parameters) > 0:
        moved = float(np.abs(np.subtract(before.parameters, after.parameters)).max())
        if moved > SAME_PARAMETER:
            detail = f"parameters differ by up to {moved:.2g}"
            yield _change("parameters", "final parameters", None, None, detail=detail)
    yield from _energies_of_search(before, after, recorded.problem.unit)
    if before.evaluations.shots != after.evaluations.shots:
        was, is_now = before.evaluations.shots, after.evaluations.shots
        yield _change("random-numbers", "shots", was, is_now)


def _energies_of_search(before: ResultRecord, after: ResultRecord, unit: str) -> Iterator[Change]:
    """Energies on the way that differ, where there are as many."""
    known = (_on_the_way(before), _on_the_way(after))
    for name in known[0]:
        was, is_now = (one[name] for one in known)
        if len(was) != len(is_now) or not was:
            continue
        moved = float(np.abs(np.subtract(was, is_now)).max())
        if moved > SAME_ENERGY_OF_STEP:
            detail = f"differ by up to {_size(moved, unit)}"
            yield _change("optimiser-path", name, None, None, detail=detail)


def _size(difference: float, unit: str) -> str:
    """The size of a difference of energies, in mHa or the problem's own unit."""
    units = units_of(unit)
    return f"{units.bar(difference)} {units.error}"


def _on_the_way(result: ResultRecord) -> dict[str, list[float]]:
    """Energies of a search, Hartree."""
    return {
        "initial energy": [] if result.initial_energy is None else [result.initial_energy],
        "energies of starts": list(result.starts),
        "energies of steps": [step.energy for step in result.history],
    }


def _circuit(recorded: RunRecord, now: RunRecord) -> Iterator[Change]:
    before, after = recorded.result.backend, now.result.backend
    for name in ("representation", "two_qubit_gates", "depth", "groups"):
        was, is_now = getattr(before, name), getattr(after, name)
        if None not in (was, is_now) and was != is_now:
            yield _change("circuit", name.replace("_", "-"), was, is_now)


def missing_checks(recorded: RunRecord, now: RunRecord) -> list[str]:
    """Names of the checks that are made now and that a record does not have.

    Args:
        recorded: The recorded run.
        now: The same run now.
    """
    known = {check.name for check in recorded.checks}
    return [check.name for check in now.checks if check.name not in known]


def _verdict(recorded: RunRecord, now: RunRecord) -> Iterator[Change]:
    """Another verdict, apart from those of properties if they were not computed again."""
    left_out = {one.name for one in recorded.properties} - {one.name for one in now.properties}
    checks = tuple(check for check in recorded.checks if check.name not in left_out)
    verdict = verdict_of(checks)
    was = {check.name: check.status for check in checks}
    if verdict == now.verdict and not missing_checks(recorded, now):
        return
    differ = [one.name for one in now.checks if was.get(one.name, one.status) != one.status]
    gone = sorted(was.keys() - {one.name for one in now.checks})
    told = [f"checks: {', '.join(differ)}"] if differ else []
    told += [f"no longer made: {', '.join(gone)}"] if gone else []
    new = missing_checks(recorded, now)
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


def _scalar(value: Any) -> float | int | str | None:
    """A value of a provenance, whatever somebody wrote into it."""
    return value if value is None or isinstance(value, (float, int, str)) else str(value)
