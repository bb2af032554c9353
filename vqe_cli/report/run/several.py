"""Results of several files, one row each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from vqe_cli._core.energy_units import HARTREES, Units, units_of
from vqe_cli._core.wording import counted
from vqe_cli.report.check_meanings import meaning_of
from vqe_cli.report.format import energy, seconds
from vqe_cli.report.layout import print_wrapped
from vqe_cli.report.run.energies import error_text
from vqe_cli.report.run.properties import property_line
from vqe_cli.report.tables import plain_table
from vqe_cli.report.verdict_styles import STYLES
from vqe_cli.schema.records import FailedRun, RunRecord


def show_runs(records: Sequence[RunRecord | FailedRun], out: Console) -> None:
    """Print several results, one row each, the counts of verdicts, and why some do not pass.

    Args:
        records: Records of results and failures, in order.
        out: The console.
    """
    units = _common_units(records)
    sampled = any(
        isinstance(record, RunRecord) and record.result.standard_error for record in records
    )
    bars = (f"± {units.error}",) if sampled else ()
    table = plain_table(
        "molecule",
        f"energy / {units.energy}",
        *bars,
        f"error / {units.error}",
        "time",
        "verdict",
    )
    for record in records:
        if isinstance(record, FailedRun):
            empty = [""] * (3 + len(bars))
            table.add_row(record.name or "", *empty, Text("error", style=STYLES["fail"]))
            continue
        result, own = record.result, units_of(record.problem.unit)
        mixed = "" if own == units else f" {own.energy}"
        bar = f"{own.bar(result.standard_error)}{mixed if result.standard_error else ''}"
        table.add_row(
            record.name,
            f"{energy(result.energy)}{mixed}",
            *([bar] if sampled else []),
            f"{error_text(record)}{mixed if record.reference else ''}",
            seconds(sum(record.timings.values())),
            Text(record.verdict, style=STYLES[record.verdict]),
        )
    out.print(table)
    out.print()
    print_wrapped(_counts(records), out)
    for record in records:
        if isinstance(record, RunRecord) and record.verdict != "pass":
            print_wrapped(f"{record.name}: {why(record)}", out, hanging=2)
        if isinstance(record, RunRecord) and record.properties:
            found = "; ".join(property_line(one) for one in record.properties)
            print_wrapped(f"{record.name}: {found}", out, hanging=2)


def why(record: RunRecord) -> str:
    """The faults of a result, the gravest first.

    Args:
        record: The record of the run.
    """
    order = {"fail": 0, "warn": 1}
    faulty = [check for check in record.checks if check.status in order]
    faults = []
    for check in sorted(faulty, key=lambda check: order[check.status]):
        meaning = meaning_of(check.name)
        faults.append(check.name if meaning is None else meaning.fault)
    return " · ".join(dict.fromkeys(faults))


def _counts(records: Sequence[RunRecord | FailedRun]) -> str:
    """How many results have which verdict, and how many runs gave none."""
    counts = Counter(
        record.verdict if isinstance(record, RunRecord) else "error" for record in records
    )
    parts = [f"{counts[one]} {one}" for one in ("pass", "warn", "fail", "error") if counts[one]]
    return f"{counted(len(records), 'run')}: {', '.join(parts)}"


def _common_units(records: Sequence[RunRecord | FailedRun]) -> Units:
    """The units of most runs: those of all, or Hartree."""
    found = {record.problem.unit for record in records if isinstance(record, RunRecord)}
    return units_of(found.pop()) if len(found) == 1 else HARTREES
