"""Records of runs as they were written, by this version or an earlier one, alone or in a bundle."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from vqe_cli._core.bundles import RECORD, Bundle, is_bundle
from vqe_cli._core.validation import input_error
from vqe_cli.errors import did_you_mean
from vqe_cli.schema.molecule_spec import MoleculeSpec
from vqe_cli.schema.readers.content import about, read_text
from vqe_cli.schema.record import PREFIX, is_record
from vqe_cli.schema.records import RUNS_SCHEMA, FailedRun, RunRecord
from vqe_cli.schema.source import Remark
from vqe_cli.schema.upgrades import upgraded

RUN_SCHEMA = "vqe-run/1"
ERROR_SCHEMA = "vqe-error/1"

MAX_RECORD_BYTES = 500_000_000

NOT_UNDERSTOOD = "input-understood"
"""Name of the check of doubts about how a file was read."""

INPUTS = "inputs"
"""Folder of a bundle for the files that the input names."""

_HINT = "give a record of `vqe run FILE -o record.json`, or a bundle of `-o NAME.zip`"


@dataclass(frozen=True, eq=False)
class StoredRun:
    """The record of one run as it was written.

    Args:
        path: The file, as it is named in messages.
        data: The record as plain data in today's form.
        written: The same as it was written.
        bundle: The bundle around the record; None for a record alone.
        folder: Folder of the run's files in the bundle, with ``/`` at its end; empty for one run.
    """

    path: Path
    data: dict[str, Any]
    written: dict[str, Any]
    bundle: Bundle | None
    folder: str

    @property
    def name(self) -> str:
        """The name of the run."""
        return str(self.data["name"])

    def record(self) -> RunRecord:
        """The record.

        Raises:
            InputError: A field is missing, unknown or of another type; the error names it.
        """
        try:
            return RunRecord.model_validate(self.data)
        except ValidationError as error:
            found = input_error(error, RunRecord)
            place = ".".join(map(str, found.path))
            raise about(self.path, f"is no complete record: {place} {found.message}") from None

    def input_data(self) -> dict[str, Any]:
        """The input of the run as plain data, for a file beside the record or the bundle's."""
        data = input_of(self.data)
        if self.bundle is not None and isinstance(data.get("fcidump"), dict):
            name = PurePosixPath(str(data["fcidump"].get("file", ""))).name
            data["fcidump"] = {**data["fcidump"], "file": f"{self.folder}{INPUTS}/{name}"}
        return data

    def remarks(self) -> list[Remark]:
        """Doubts about how the input's file was read, which the input alone does not show."""
        return [
            Remark(
                str(check.get("detail", "")), frozenset({"charge", "multiplicity"}), doubtful=True
            )
            for check in self.data["checks"]
            if check["name"] == NOT_UNDERSTOOD
        ]


def input_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The input of a recorded run as plain data: its spec, and the properties beside it.

    Values of the molecule that were assumed are left out if they would be assumed again.

    Args:
        record: The record as plain data.
    """
    properties = [{"name": one["name"], **one["options"]} for one in record["properties"]]
    data = {**record["spec"], **({"properties": properties} if properties else {})}
    if not isinstance(data.get("molecule"), dict):
        return data
    fields, assumed = MoleculeSpec.model_fields, record["problem"].get("assumed", {})
    molecule = {
        key: value
        for key, value in data["molecule"].items()
        if key not in assumed or not value == assumed[key] == fields[key].default
    }
    return {**data, "molecule": molecule}


def run_folder(number: int) -> str:
    """The folder of a run in a bundle of several.

    Args:
        number: The place of the run, from 0.
    """
    return f"run-{number + 1}/"


def read_stored_run(path: Path, run: str | None = None) -> StoredRun:
    """The record of a run in a file.

    Args:
        path: A record of one or of several runs, or a bundle.
        run: Name of the run, or its number from 1, if there are several; None for the only one.

    Raises:
        InputError: The file is no record of a run, or the choice does not fit.
    """
    return stored_run(path, read_record_data(path), run)


def read_record_data(path: Path) -> dict[str, Any]:
    """The content of a record of any kind, unchecked.

    Args:
        path: A record or a bundle.

    Raises:
        InputError: The file is no record.
    """
    file = path / RECORD if is_bundle(path) else path
    text = read_text(file, MAX_RECORD_BYTES, hint=_HINT)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise about(file, f"is no record: it is not valid JSON ({error})", _HINT) from None
    if not is_record(data):
        raise about(path, "is no record of vqe", _HINT)
    return data


def stored_run(path: Path, data: dict[str, Any], run: str | None = None) -> StoredRun:
    """The record of a run in plain data.

    Args:
        path: The file that holds them: a record or a bundle.
        data: The content of the file, a record.
        run: The choice, as for `read_stored_run`.

    Raises:
        InputError: The data are no record of a run, or the choice does not fit.
    """
    runs = _runs(path, data)
    return _stored(path, data, runs[_chosen(path, runs, run)], runs)


def stored_runs(
    path: Path, data: dict[str, Any], run: str | None = None
) -> list[StoredRun | FailedRun]:
    """The records of all runs in plain data, those of failed runs included, or of one of them.

    Args:
        path: The file that holds them: a record or a bundle.
        data: The content of the file, a record.
        run: The choice, as for `read_stored_run`; None for all.

    Raises:
        InputError: The data are no records of runs, the only run failed, or the choice does not
            fit.
    """
    runs = _runs(path, data)
    if run is not None or len(runs) == 1:
        return [stored_run(path, data, run)]
    return [
        FailedRun.model_validate(one)
        if one["schema"] == ERROR_SCHEMA
        else _stored(path, data, one, runs)
        for one in runs
    ]


def _stored(
    path: Path, data: Mapping[str, Any], written: dict[str, Any], runs: Sequence[dict[str, Any]]
) -> StoredRun:
    """One of the runs in a file."""
    bundle = Bundle(path) if is_bundle(path) else None
    _refuse_what_is_no_result(path, written)
    _refuse_what_is_incomplete(path, written)
    number = next(place for place, one in enumerate(runs) if one is written)
    folder = run_folder(number) if data["schema"] == RUNS_SCHEMA else ""
    return StoredRun(path, upgraded(written), written, bundle, folder)


def _runs(path: Path, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The records of a file: those of several runs, or its only one."""
    if data["schema"] != RUNS_SCHEMA:
        return [dict(data)]
    runs = data.get("runs")
    if not isinstance(runs, list) or not runs or not all(map(is_record, runs)):
        raise about(path, "holds no runs", _HINT)
    return runs


def _chosen(path: Path, runs: Sequence[Mapping[str, Any]], run: str | None) -> int:
    """The place of the chosen run."""
    names = [str(one.get("name") or f"run {place}") for place, one in enumerate(runs, start=1)]
    if run is None:
        if len(runs) == 1:
            return 0
        listed = ", ".join(names[:20]) + (" ..." if len(names) > 20 else "")
        hint = f"choose one by --name of `vqe run`, `vqe replay` or `vqe verify`: {listed}"
        raise about(path, f"holds {len(runs)} runs", hint)
    found = [place for place, name in enumerate(names) if name == run]
    if len(found) > 1:
        numbers = " or ".join(str(place + 1) for place in found)
        raise about(path, f"holds {len(found)} runs called '{run}'", f"--name {numbers}")
    if not found and run.isascii() and run.isdigit() and 1 <= int(run) <= len(runs):
        return int(run) - 1
    if not found:
        raise about(path, f"holds no run called '{run}'", did_you_mean(run, names))
    return found[0]


def _refuse_what_is_no_result(path: Path, data: Mapping[str, Any]) -> None:
    """Refuse a record of a failure, of another command or of a later version."""
    schema = str(data["schema"])
    if schema == RUN_SCHEMA:
        return
    if schema == ERROR_SCHEMA:
        error = data.get("error")
        why = error.get("message") if isinstance(error, dict) else None
        message = f"records a run that failed: {why or 'for an unknown reason'}"
        raise about(path, message, "run its input file again")
    kind, _, version = schema.removeprefix(PREFIX).partition("/")
    if kind == "run":
        message = f"was written by a later version of vqe, as {schema}"
        raise about(path, message, f"update vqe; this version reads up to {RUN_SCHEMA}")
    raise about(path, f"is a record of `vqe {kind}`, version {version or 'unknown'}", _HINT)


_PARTS: dict[str, type] = {
    "name": str,
    "fingerprint": str,
    "spec": dict,
    "problem": dict,
    "result": dict,
    "checks": list,
    "provenance": dict,
}
"""What every record of a run has had from the first version on."""


_ENTRIES = {"checks": {"name"}, "properties": {"name", "options"}}
"""What every entry of these lists has had."""


def _refuse_what_is_incomplete(path: Path, data: Mapping[str, Any]) -> None:
    for key, kind in _PARTS.items():
        if not isinstance(data.get(key), kind):
            raise about(path, f"is no complete record of a run: '{key}' is missing", _HINT)
    if not isinstance(data["problem"].get("assumed", {}), dict):
        raise about(path, "is no complete record of a run: 'problem.assumed' is no mapping", _HINT)
    for key, names in _ENTRIES.items():
        entries = data.get(key, [])
        if not isinstance(entries, list) or not all(
            isinstance(one, dict)
            and names <= one.keys()
            and isinstance(one.get("options", {}), dict)
            for one in entries
        ):
            raise about(path, f"is no complete record of a run: '{key}' is damaged", _HINT)
