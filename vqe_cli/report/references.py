"""Terminal output of `vqe reference`: classical energies side by side."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from vqe_cli._core.energy_units import units_of
from vqe_cli.report.format import energy, seconds, signed
from vqe_cli.report.run.heading import input_lines
from vqe_cli.report.tables import plain_table
from vqe_cli.schema.problem_records import ProblemRecord
from vqe_cli.schema.records import ReferenceRecord


def show_references(
    name: str,
    problem: ProblemRecord,
    exact: float | None,
    rows: Sequence[tuple[str, ReferenceRecord | str]],
    out: Console,
) -> None:
    """Print classical energies side by side.

    Args:
        name: Name of the problem.
        problem: The problem, with what was assumed of it.
        exact: Exact energy in Hartree, if one of the methods gives it.
        rows: Label, and record or reason why there is none.
        out: The console.
    """
    out.print(Text(name, style="bold"))
    for line in input_lines(problem):
        out.print(line, style="dim")
    units = units_of(problem.unit)
    table = plain_table(
        "method", f"total energy / {units.energy}", f"error / {units.error}", "time"
    )
    for label, record in rows:
        if isinstance(record, str):
            continue
        difference = ""
        if exact is not None:
            difference = signed(units.factor * (record.energy - exact))
        table.add_row(label, energy(record.energy), difference, seconds(record.wall_s))
    out.print(table)
    for label, record in rows:
        if isinstance(record, str):
            out.print(f"{label}: {record}", style="dim")
