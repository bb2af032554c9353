"""JSON files: QCSchema molecules and inputs, lists of Pauli strings, records of this program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vqe_cli.errors import Path as KeyPath
from vqe_cli.schema.readers.content import about, suffix_of
from vqe_cli.schema.readers.qcschema import QcschemaError, is_qcschema, molecule_of, remarks_of
from vqe_cli.schema.readers.qcschema_input import asks_for_vqe, input_data
from vqe_cli.schema.readers.qcschema_keys import remarks_on_keys
from vqe_cli.schema.readers.reading import Reading
from vqe_cli.schema.readers.shown_paths import shown
from vqe_cli.schema.record import is_record
from vqe_cli.schema.source import Origin


class _JsonError(ValueError):
    """JSON with a feature that is refused."""


def read_json(path: Path, text: str) -> Reading | None:
    """The content of a JSON file of another program, or of a record.

    Args:
        path: Path of the file.
        text: Content of the file.

    Returns:
        The content; None if the text is not JSON, or is an input of `vqe run` in JSON.

    Raises:
        InputError: The JSON is nested too deeply, has a duplicate key, is not valid QCSchema, or
            a file with extension .json is not JSON.
    """
    if text.lstrip()[:1] not in ("[", "{"):
        return None
    try:
        data = json.loads(text, object_pairs_hook=_mapping, parse_constant=_no_number)
    except _JsonError as error:
        raise about(path, str(error)) from None
    except RecursionError:
        raise about(path, "is nested too deeply") from None
    except ValueError as error:
        if suffix_of(path) == ".json":
            line = error.lineno if isinstance(error, json.JSONDecodeError) else None
            raise about(path, f"is not valid JSON: {error}", line=line) from None
        return None
    origins: dict[KeyPath, Origin] = {(): Origin(shown(path))}
    if isinstance(data, list) and all(isinstance(entry, list) for entry in data):
        return Reading({"hamiltonian": {"paulis": data}}, origins)
    if is_record(data):
        return Reading({}, origins, record=data)
    if is_qcschema(data):
        return _of_qcschema(path, data)
    return None


def _of_qcschema(path: Path, data: dict[str, Any]) -> Reading:
    """The molecule of a QCSchema document, and what is computed if that is VQE."""
    origins: dict[KeyPath, Origin] = {(): Origin(shown(path))}
    try:
        if asks_for_vqe(data):
            return Reading(input_data(data), origins, remarks_on_keys(data))
        remarks = (*remarks_of(data), *remarks_on_keys(data))
        return Reading({"molecule": molecule_of(data)}, origins, remarks)
    except QcschemaError as error:
        raise about(path, error.message, error.hint) from None


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _JsonError(f"duplicate key '{twice[:40]}'")
    return found


def _no_number(constant: str) -> None:
    raise _JsonError(f"{constant} is not a JSON number")
