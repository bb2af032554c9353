"""The points of a scan as comma-separated values."""

from __future__ import annotations

import csv
import io
from typing import Any

from vqe_cli._core.units import HARTREE
from vqe_cli.scan.records import Scan, ScanPoint

COLUMNS = (
    "value", "energy", "standard_error", "reference_energy", "error_mha", "hartree_fock_energy",
    "verdict", "s_squared", "evaluations", "shots", "wall_s", "direction", "refined",
)  # fmt: skip
"""Fields of a point that have a column."""

OF_OWN_UNIT = ("unit", "error", "gap")
"""Further columns of energies in another unit than Hartree."""


def scan_csv(record: Scan) -> str:
    """The points of a scan, one line each; floats have all digits, missing values are empty.

    Args:
        record: The scan.
    """
    methods = list(dict.fromkeys(name for point in record.points for name in point.methods))
    further = OF_OWN_UNIT if record.unit != HARTREE else ()
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow([*COLUMNS, *methods, "failure", *further])
    for point in record.points:
        own = (record.unit, point.error, point.gap) if further else ()
        lines.writerow([*_row(point, methods), *own])
    return text.getvalue()


def _row(point: ScanPoint, methods: list[str]) -> list[Any]:
    energies = [point.methods[name].energy if name in point.methods else None for name in methods]
    failure = None if point.failure is None else point.failure.kind
    return [*(getattr(point, name) for name in COLUMNS), *energies, failure]
