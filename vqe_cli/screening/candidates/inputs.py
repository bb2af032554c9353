"""`.xyz` and YAML files with one molecule each, in the format of `vqe run`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from vqe_cli.chemistry.remarks import doubts_of
from vqe_cli.errors import InputError
from vqe_cli.schema.files import read_input
from vqe_cli.schema.readers.electrons import stated_electrons
from vqe_cli.schema.source import Remark
from vqe_cli.screening.candidates.names import place, printable
from vqe_cli.screening.model import Candidate, Failure


def read_one_input(path: Path) -> Candidate:
    """The candidate in one file; an unreadable file gives a candidate with a failure.

    Args:
        path: Path of the file.
    """
    try:
        data, remarks = read_input(path)
    except InputError as error:
        return Candidate(
            name=printable(path.stem), source=place(path), failure=reading_failure(error)
        )
    found = candidate_of(data, path.stem, place(path))
    notes = tuple(printable(remark.text) for remark in remarks)
    return found.model_copy(update={"notes": notes, "doubts": _names(remarks)})


def candidate_of(data: dict[str, Any], fallback: str, source: str) -> Candidate:
    """The candidate given by the content of an input.

    Args:
        data: Content of an input, as in a YAML file.
        fallback: Name for a molecule without one.
        source: File and line of the entry.
    """
    molecule = data.get("molecule")
    name = molecule.get("name") if isinstance(molecule, dict) else None
    called = printable(name if isinstance(name, str) else fallback, "unnamed")
    return Candidate(name=called, source=source, input=data)


def with_electrons(candidate: Candidate, fields: Mapping[str, str]) -> Candidate:
    """A candidate with the charge and multiplicity that are stated beside its structure.

    Args:
        candidate: Candidate with a SMILES or a molfile.
        fields: Texts of the fields by lower-case title.
    """
    try:
        found = stated_electrons(fields)
    except InputError as error:
        plain = {"smiles": None, "molfile": None}
        return candidate.model_copy(update={**plain, "failure": reading_failure(error)})
    notes = tuple(printable(remark.text) for remark in found.remarks)
    told: dict[str, Any] = {"notes": notes, "doubts": _names(found.remarks)}
    if found.section:
        key = "smiles" if candidate.smiles is not None else "molfile"
        section = {"geometry": {key: getattr(candidate, key)}, **found.section}
        told |= {key: None, "input": {"molecule": section}}
    return candidate.model_copy(update=told)


def _names(remarks: Iterable[Remark]) -> tuple[str, ...]:
    """Names of the failed checks, each once."""
    return tuple(dict.fromkeys(check.name for check in doubts_of(remarks)))


def reading_failure(error: InputError) -> Failure:
    """The failure for an error of reading, with file and line."""
    message = "".join(letter if letter.isprintable() else "?" for letter in str(error))
    return Failure(kind="input", message=message, hint=error.hint)
