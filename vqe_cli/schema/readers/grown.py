"""A grown ansatz from the record of an adaptive run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vqe_cli.schema.readers.content import about, read_text
from vqe_cli.schema.selection import Selection

MAX_RECORD_BYTES = 50_000_000

_HINT = "give a record of `vqe run -o` with ansatz adapt"

GROWN = "grown"
"""Name of the ansatz whose file is the record of a run."""


def read_grown(path: Path) -> tuple[dict[str, Any], Any]:
    """The options of ansatz 'grown' from a record, and the parameters as they stand in it.

    Args:
        path: The record of a run with an adaptive ansatz, or with one that was grown before.

    Raises:
        InputError: The file is no such record.
    """
    try:
        record = json.loads(read_text(path, MAX_RECORD_BYTES))
    except (ValueError, RecursionError):
        raise about(path, "is no record of a run", _HINT) from None
    return grown_options(record, path)


def grown_options(record: Any, path: Path) -> tuple[dict[str, Any], Any]:
    """The options of ansatz 'grown', and the parameters as they stand in a record.

    Args:
        record: The record as plain data.
        path: The file that holds it, or words for it, for errors.

    Raises:
        InputError: It is no such record.
    """
    try:
        spec, problem, result = record["spec"], record["problem"], record["result"]
        ansatz, operators = Selection.model_validate(spec["ansatz"]), result["operators"]
        parameters = result["parameters"]
        found = {
            "name": GROWN,
            "orbitals": problem.get("orbitals"),
            "electrons": problem.get("electrons"),
            "mapper": spec.get("mapper"),
            "symmetries": (problem.get("tapered") or {}).get("symmetries", []),
            "determinant_energy": problem.get("reference_determinant_energy"),
            "orbital_energies": _active_energies(problem.get("active_space")),
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise about(path, "is no record of a run", _HINT) from None
    if operators is None and ansatz.name == GROWN:
        return {**ansatz.as_dict(), **found}, parameters
    if operators == []:
        raise about(path, "has grown no operators: its state is the reference determinant")
    if not operators:
        raise about(path, f"has no operators: its ansatz is '{ansatz.name}'", _HINT)
    return {**found, "operators": operators}, parameters


def _active_energies(space: dict[str, Any] | None) -> list[float] | None:
    """The energies of the active orbitals, Hartree; None if the record has no orbitals."""
    if space is None:
        return None
    return [orbital["energy"] for orbital in space["orbitals"] if orbital["part"] == "active"]
