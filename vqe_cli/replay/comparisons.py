"""Replays of comparisons: every row computed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from vqe_cli import pipeline
from vqe_cli._core.bundles import is_bundle
from vqe_cli._core.energy_units import units_of
from vqe_cli._core.provenance import provenance
from vqe_cli._core.source_code import source_sha256
from vqe_cli._core.units import HARTREE, HARTREE_IN_MILLIHARTREE
from vqe_cli._core.validation import input_error
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.comparison.bundle import problem_folder
from vqe_cli.comparison.plan import VQE, with_value
from vqe_cli.comparison.records import Comparison
from vqe_cli.context import Context
from vqe_cli.errors import InputError, NotConvergedError, VqeError, did_you_mean
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.replay.comparison_contradictions import comparison_contradictions
from vqe_cli.replay.differences import machine_changes, when_recorded
from vqe_cli.replay.explanation import because
from vqe_cli.replay.recomputation import is_on_device
from vqe_cli.replay.records import REPLAY_SCHEMA, Change, ComparisonReplay, RowReplay
from vqe_cli.replay.replaying import deviation_of, tolerance_of
from vqe_cli.schema import Source, spec_from_data
from vqe_cli.schema.readers.content import about
from vqe_cli.schema.stored_records import INPUTS

OnRow = Callable[[RowReplay], None]


def replay_comparison(
    path: Path, data: Mapping[str, Any], on_row: OnRow, only: str | None = None
) -> ComparisonReplay:
    """Compute every row of a comparison again, and say which drifted.

    Args:
        path: The record or bundle.
        data: Its content.
        on_row: Callback, called with each row.
        only: Name of the only problem whose rows are computed; None for all.

    Raises:
        InputError: The record is damaged, or has no such problem.
    """
    try:
        record = Comparison.model_validate(data)
        rows = []
        for row in _rows(path, data, only):
            rows.append(row)
            on_row(row)
        changes = tuple(machine_changes(record.provenance, provenance()))
        code = source_sha256()
        same_code = code is not None and record.provenance.get("source_sha256") == code
        found = tuple(comparison_contradictions(path, record, same_code=same_code))
        name = ", ".join(problem.name for problem in record.problems)
    except ValidationError as error:
        wrong = input_error(error, Comparison)
        place = ".".join(map(str, wrong.path))
        message = f"is no complete record of a comparison: {place} {wrong.message}"
        raise about(path, message) from None
    except (KeyError, TypeError, AttributeError) as error:
        raise about(path, f"is no complete record of a comparison: {error!r}") from None
    drifts = [row.drift_mha for row in rows if row.drift_mha is not None]
    return ComparisonReplay(
        schema=REPLAY_SCHEMA,
        name=name,
        file=str(path),
        same=not found and all(row.status in ("same", "not-recomputed") for row in rows),
        drift_mha=max(drifts, key=abs, default=None),
        rows=tuple(rows),
        changes=changes,
        contradictions=found,
        explanation=_explanation(rows, changes, found),
        recorded_on=when_recorded(data["provenance"]),
        provenance=provenance(),
    )


def _rows(path: Path, data: Mapping[str, Any], only: str | None) -> Iterator[RowReplay]:
    names = [problem["name"] for problem in data["problems"]]
    if only is not None and only not in names:
        raise about(path, f"compares no problem called '{only}'", did_you_mean(only, names))
    for number, problem in enumerate(data["problems"]):
        if only not in (None, problem["name"]):
            continue
        known = MeanFields()
        for row in problem["rows"]:
            yield _again(path, number, problem, row, known)


def _again(
    path: Path,
    number: int,
    problem: Mapping[str, Any],
    row: Mapping[str, Any],
    known: MeanFields,
) -> RowReplay:
    """One row, computed again."""
    found = RowReplay(
        problem=problem["name"],
        unit=problem.get("unit", HARTREE),
        method=row["method"],
        settings=row["settings"],
        status="not-recomputed",
        recorded_energy=row["energy"],
    )
    if row["energy"] is None:
        return found.model_copy(update={"reason": "it had no energy when it was recorded"})
    try:
        now = _computed(_input(path, number, problem, row), path, row["name"], known)
    except _OnDeviceError as refused:
        return found.model_copy(update={"reason": refused.message})
    except VqeError as failed:
        return found.model_copy(update={"status": "failed", "reason": str(failed)})
    tolerance = tolerance_of(row["energy"], deviation_of(now.standard_error))
    drift = HARTREE_IN_MILLIHARTREE * (now.energy - row["energy"])
    return found.model_copy(
        update={
            "status": "same" if abs(drift) <= tolerance else "drifted",
            "energy": now.energy,
            "drift_mha": drift,
            "tolerance_mha": tolerance,
            "differs": tuple(_counts_that_differ(row, now.counts)),
        }
    )


@dataclass(frozen=True)
class _Computed:
    """What a row gives now.

    Args:
        energy: The energy, Hartree.
        standard_error: Its standard error, Hartree; None for an exact energy.
        counts: Numbers of evaluations and shots; empty for a classical method.
    """

    energy: float
    standard_error: float | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


def _counts_that_differ(row: Mapping[str, Any], counts: Mapping[str, int]) -> Iterator[str]:
    """Recorded counts that are others now."""
    for name, count in counts.items():
        if row.get(name) not in (None, count):
            yield f"{name} {row[name]} → {count}"


class _OnDeviceError(InputError):
    """A row that was measured on a device."""


def _input(
    path: Path, number: int, problem: Mapping[str, Any], row: Mapping[str, Any]
) -> dict[str, Any]:
    """The input of a row, as `vqe compare` makes it of the problem's."""
    data = dict(problem["spec"])
    if "fcidump" in data and is_bundle(path):
        name = PurePosixPath(data["fcidump"]["file"]).name
        file = f"{problem_folder(number)}{INPUTS}/{name}"
        data["fcidump"] = {**data["fcidump"], "file": file}
    if row["name"] != VQE:
        data.pop("correction", None)
        return {**data, "orbitals": "mean-field"}
    data["reference"] = "none"
    for key, value in row["settings"].items():
        data = with_value(data, key.split("."), value)
    return data


def _computed(data: Mapping[str, Any], path: Path, name: str, known: MeanFields) -> _Computed:
    """What a row gives now."""
    spec = spec_from_data(data, Source(path / "record" if is_bundle(path) else path))
    parts = look_up_parts(spec)
    if name == VQE:
        if is_on_device(parts):
            raise _OnDeviceError("it was measured on a device, to which nothing is sent")
        record = pipeline.run(spec, parts=parts, context=Context(mean_fields=known))
        made = record.result.evaluations
        counts = {"evaluations": made.energy + made.gradient, "shots": made.shots}
        return _Computed(record.result.energy, record.result.standard_error, counts)
    problem = build_problem(spec, parts.active_space, mean_fields=known)
    method = CLASSICAL_METHODS.create(name)
    found = method.solve(Encoding(problem, parts.mapper, spec.memory))
    if not found.converged:
        raise NotConvergedError(f"{method.label} did not converge")
    return _Computed(found.energy)


def _explanation(
    rows: Sequence[RowReplay], changes: Sequence[Change], contradictions: Sequence[str]
) -> str:
    computed = [row for row in rows if row.energy is not None]
    drifted = [row for row in computed if row.status == "drifted"]
    failed = [row for row in rows if row.status == "failed"]
    sentences = ["The file was changed after it was written."] if contradictions else []
    sentences.append(f"{len(computed) - len(drifted)} of {len(rows)} rows are the same.")
    if drifted:
        worst = max(drifted, key=lambda row: abs(row.drift_mha or 0.0))
        sentences.append(
            f"{len(drifted)} drifted, most of all {worst.method} of {worst.problem} by"
            f" {units_of(worst.unit).difference(worst.drift_mha or 0.0)}{because(changes)}."
        )
    counted = [row for row in rows if row.differs]
    if counted:
        told = ", ".join(f"{row.method}, {'; '.join(row.differs)}" for row in counted[:3])
        sentences.append(f"Costs differ{because(changes)}: {told}.")
    if failed:
        sentences.append(f"{len(failed)} failed, which had an energy when it was recorded.")
    return " ".join(sentences)
