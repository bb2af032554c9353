"""A comparison on the terminal, in 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from vqe_cli.comparison.labels import name_of
from vqe_cli.comparison.records import (
    ComparedProblem,
    Comparison,
    ComparisonRow,
    VariantSummary,
)
from vqe_cli.report.format import energy, seconds, signed, three_digits

WIDEST_METHOD = 30
"""Number of characters of a method with its variant; longer ones are folded."""


def show_comparison(record: Comparison, out: Console) -> None:
    """Print the tables and sentences of all problems.

    Args:
        record: The comparison.
        out: The console.
    """
    for number, problem in enumerate(record.problems):
        if number:
            out.print()
        _show_problem(problem, out)
    machine = record.prices["machine"]
    out.print()
    out.print(
        f"prices of {machine['date']}: {machine['hour']['core']} USD for a core and hour; "
        f"electricity {_sources(record)}; {_workers(record.workers)}",
        style="dim",
    )


def _show_problem(problem: ComparedProblem, out: Console) -> None:
    out.print(Text(problem.name, style="bold"))
    out.print(_size(problem), style="dim")
    several = any(variant.seeds > 1 for variant in problem.variants)
    out.print(_over_seeds(problem) if several else _one_seed(problem.rows))
    for row in problem.rows:
        if row.energy is None:
            out.print(
                f"{name_of(row.method, row.variant)}: {row.status}: {row.reason}", style="dim"
            )
    out.print()
    out.print(problem.sentence)


def _size(problem: ComparedProblem) -> str:
    found = problem.problem
    if not found:
        return ""
    bound = problem.best
    against = ""
    if bound is not None:
        kind = "exact energy" if bound.exact else "lowest upper bound"
        against = f" · errors against the {kind}, {energy(bound.energy)} Ha ({bound.method})"
    electrons = found.get("electrons")
    orbitals = found.get("orbitals")
    space = f"{sum(electrons)} electrons in {orbitals} orbitals · " if electrons else ""
    return f"{space}{found['qubits']} qubits{against}"


def _one_seed(rows: Sequence[ComparisonRow]) -> Table:
    table = _table("method", "energy / Ha", "error / mHa", "time", "memory", "2-qubit", "shots")
    for row in rows:
        if row.energy is None:
            continue
        style = "bold" if row.accurate else ""
        table.add_row(
            name_of(row.method, row.variant),
            f"{row.energy:.6f}",
            _error(row.error_mha),
            "" if row.wall_s is None else seconds(row.wall_s),
            "" if row.peak_memory_mb is None else f"{row.peak_memory_mb:.0f} MB",
            "" if row.two_qubit_gates is None else three_digits(row.two_qubit_gates),
            three_digits(row.shots) if row.shots else "",
            style=style,
        )
    return table


def _over_seeds(problem: ComparedProblem) -> Table:
    table = _table("method", "median error", "spread", "accurate", "failed", "median time")
    for variant in problem.variants:
        if variant.median_energy is None:
            continue
        table.add_row(
            name_of(variant.method, variant.variant),
            _error(variant.median_error_mha),
            "" if variant.spread_mha is None else f"{variant.spread_mha:.4f}",
            _share(variant),
            f"{variant.failures} of {variant.seeds}" if variant.failures else "",
            "" if variant.median_wall_s is None else seconds(variant.median_wall_s),
        )
    return table


def _share(variant: VariantSummary) -> str:
    return "" if variant.accurate is None else f"{variant.accurate} of {variant.seeds}"


def _error(value: float | None) -> str:
    return "" if value is None else signed(value)


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", show_edge=False)
    table.add_column(first, overflow="fold", max_width=WIDEST_METHOD)
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _sources(record: Comparison) -> str:
    found = {row.electricity for problem in record.problems for row in problem.rows}
    known = sorted(source for source in found if source)
    return " and ".join(known) or "unknown"


def _workers(count: int) -> str:
    return "one row at a time" if count == 1 else f"{count} rows at a time"
