"""A grown ansatz from the record of an adaptive run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vqe_cli.schema.readers.content import about, read_text

MAX_RECORD_BYTES = 50_000_000

GROWN = "grown"
"""Name of the ansatz whose file is the record of a run."""


def read_grown(path: Path) -> tuple[dict[str, Any], Any]:
    """The options of ansatz 'grown' from a record, and the parameters as they stand in it.

    Args:
        path: The record of a run with an adaptive ansatz, or with one that was grown before.

    Raises:
        InputError: The file is no such record.
    """
    hint = "give a record of `vqe run -o` with ansatz adapt"
    try:
        record = json.loads(read_text(path, MAX_RECORD_BYTES))
        spec, problem, result = record["spec"], record["problem"], record["result"]
        ansatz, operators = spec["ansatz"], result["operators"]
        parameters = result["parameters"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise about(path, "is no record of a run", hint) from None
    if operators is None and ansatz.get("name") == GROWN:
        return dict(ansatz), parameters
    if not operators:
        raise about(path, f"has no operators: its ansatz is '{ansatz.get('name')}'", hint)
    found = {
        "name": GROWN,
        "operators": operators,
        "orbitals": problem.get("orbitals"),
        "electrons": problem.get("electrons"),
        "mapper": spec.get("mapper"),
    }
    return found, parameters
