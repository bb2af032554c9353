"""`.xyz` and YAML files, each with one molecule as `vqe run` takes it."""

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
    """The candidate of one file; where it cannot be read, the candidate says why.

    Args:
        path: The file.
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
    """The candidate of an input's content.

    Args:
        data: What a YAML input file would hold.
        fallback: Its name where the molecule has none.
        source: Where it stands.
    """
    molecule = data.get("molecule")
    name = molecule.get("name") if isinstance(molecule, dict) else None
    called = printable(name if isinstance(name, str) else fallback, "unnamed")
    return Candidate(name=called, source=source, input=data)


def with_electrons(candidate: Candidate, fields: Mapping[str, str]) -> Candidate:
    """A candidate with the charge and multiplicity that stand beside its structure.

    Args:
        candidate: Of a SMILES or a molfile.
        fields: Text by title, in lower case.
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
    """Of the checks that they fail, each once."""
    return tuple(dict.fromkeys(check.name for check in doubts_of(remarks)))


def reading_failure(error: InputError) -> Failure:
    """An error of reading, with its place."""
    message = "".join(letter if letter.isprintable() else "?" for letter in str(error))
    return Failure(kind="input", message=message, hint=error.hint)
