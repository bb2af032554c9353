"""A comparison on the terminal, in 80 columns."""

from __future__ import annotations

import math

from rich.console import Console
from rich.text import Text

from vqe_cli._core.wording import counted
from vqe_cli.comparison.goals import Goal
from vqe_cli.comparison.labels import name_of
from vqe_cli.comparison.records import (
    ComparedProblem,
    Comparison,
    ComparisonRow,
    Scaling,
    ScalingFit,
    VariantSummary,
)
from vqe_cli.comparison.scaling import LARGEST
from vqe_cli.report.comparison.chart import error_chart
from vqe_cli.report.comparison.costs import show_costs
from vqe_cli.report.comparison.remarks import remarks_of
from vqe_cli.report.format import energy, seconds, signed, three_digits
from vqe_cli.report.tables import PlainTable, plain_table

QUANTITIES = {"wall_s": "time", "peak_memory_mb": "memory", "device_usd": "device"}
"""Names of the quantities that are fitted."""


def show_comparison(record: Comparison, out: Console, *, chart: bool = False) -> None:
    """Print the tables and sentences of all problems.

    Args:
        record: The comparison.
        out: The console.
        chart: Whether errors are also drawn as bars.
    """
    for number, problem in enumerate(record.problems):
        if number:
            out.print()
        _show_problem(problem, out, chart=chart)
    if record.scaling is not None:
        out.print()
        _show_scaling(record.scaling, out)
    machine = record.prices["machine"]
    out.print()
    out.print(
        f"prices of {machine['date']}: {machine['hour']['core']} USD for a core and hour, as if "
        f"this machine were rented; electricity {_sources(record)}; {_workers(record.workers)}",
        style="dim",
    )


def _show_problem(problem: ComparedProblem, out: Console, *, chart: bool) -> None:
    out.print(Text(problem.name, style="bold"))
    if problem.problem:
        out.print(_size(problem), style="dim")
    if problem.preparation is not None and problem.problem.get("electrons"):
        field, integrals = problem.preparation.mean_field_s, problem.preparation.integrals_s
        text = f"mean field {seconds(field)} and integrals {seconds(integrals)}, once for all rows"
        out.print(text, style="dim")
    if problem.refusal is not None:
        out.print(f"{problem.refusal.kind}: {problem.refusal.message}", markup=False)
        return
    several = any(variant.seeds > 1 for variant in problem.variants)
    if any(row.energy is not None for row in problem.rows):
        out.print(_over_seeds(problem) if several else _one_seed(problem))
    for text in remarks_of(problem.rows):
        out.print(text, style="dim", markup=False)
    if chart:
        out.print()
        for line in error_chart(problem.rows, problem.goal):
            out.print(line, markup=False)
    show_costs(problem, out)
    out.print()
    out.print(problem.sentence)


def _show_scaling(scaling: Scaling, out: Console) -> None:
    """Growth of costs, and the extrapolated sizes at which limits are reached."""
    out.print(Text(f"Growth along {scaling.family}", style="bold"))
    if not scaling.fits:
        out.print("too few sizes with costs that can be measured; give larger ones")
        return
    table = plain_table("method", "cost", "model", "growth", "R²", "limit at")
    for fit in scaling.fits:
        table.add_row(
            name_of(fit.method, fit.variant),
            QUANTITIES[fit.quantity],
            fit.model,
            _growth(fit),
            f"{fit.r_squared:.3f}",
            _limit(fit),
        )
    out.print(table)
    limits = dict.fromkeys(f"{fit.limit.limit} ({_amount(fit)})" for fit in scaling.fits)
    out.print(
        f"limits: {', '.join(limits)}. Growth with its interval of 95 %: the factor for each "
        f"further {scaling.unit}, or the exponent. Sizes marked ~ are extrapolations, with the "
        "sizes that both ends of the interval give.",
        style="dim",
    )
    reasons = dict.fromkeys(fit.limit.reason for fit in scaling.fits if fit.limit.reason)
    if reasons:
        text = f"not extrapolated (–): {', or '.join(reasons)}"
        out.print(text, style="dim", markup=False)


def _growth(fit: ScalingFit) -> str:
    if fit.model == "power law":
        return f"n^{fit.slope:.1f} ({fit.slope_low:.1f} to {fit.slope_high:.1f})"
    factors = [math.exp(slope) for slope in (fit.slope, fit.slope_low, fit.slope_high)]
    return "×{:.2f} ({:.2f} to {:.2f})".format(*factors)


def _limit(fit: ScalingFit) -> str:
    found = fit.limit
    if found.reason is not None:
        return "–"
    if found.size is None:
        return f">{LARGEST:,}"
    mark = "~" if found.beyond_data else ""
    low = "?" if found.size_low is None else f"{found.size_low:.0f}"
    high = f">{LARGEST:,}" if found.size_high is None else f"{found.size_high:.0f}"
    return f"{mark}{found.size:.0f} ({low} to {high})"


def _amount(fit: ScalingFit) -> str:
    if fit.unit == "s":
        return seconds(fit.limit.value)
    if fit.unit == "USD":
        return f"{fit.limit.value:,.0f} USD"
    return f"{fit.limit.value / 1000:.1f} GB"


def _size(problem: ComparedProblem) -> str:
    found = problem.problem
    if not found:
        return ""
    bound = problem.best
    against = ""
    if bound is not None:
        kind = "exact energy" if bound.exact else "lowest upper bound"
        against = (
            f" · errors against the {kind}, {energy(bound.energy)} "
            f"{problem.goal.units.energy} ({bound.method}){_gap(problem)}"
        )
    electrons, space = found.get("electrons"), ""
    if electrons:
        orbitals = counted(found["orbitals"], "orbital")
        space = f"{counted(sum(electrons), 'electron')} in {orbitals} · "
    return f"{space}{found['qubits']} qubits{against}"


def _gap(problem: ComparedProblem) -> str:
    """The gap of a model, and the largest accurate error that follows from it."""
    bound, goal = problem.best, problem.goal
    if bound is None or bound.gap is None:
        return ""
    return f" · gap {energy(bound.gap)} {goal.units.energy}, accurate within {goal.limit}"


def _one_seed(problem: ComparedProblem) -> PlainTable:
    units = problem.goal.units
    energies, errors = f"energy / {units.energy}", f"error / {units.error}"
    table = plain_table("method", energies, errors, "time", "memory", "2-qubit", "shots")
    for row in problem.rows:
        if row.energy is None:
            continue
        style = "bold" if row.accurate else ""
        table.add_row(
            name_of(row.method, row.variant),
            f"{row.energy:.6f}",
            _with_bar(row, problem.goal),
            "" if row.wall_s is None else seconds(row.wall_s),
            "" if row.peak_memory_mb is None else f"{row.peak_memory_mb:.0f} MB",
            "" if row.two_qubit_gates is None else three_digits(row.two_qubit_gates),
            three_digits(row.shots) if row.shots else "",
            style=style,
        )
    return table


def _over_seeds(problem: ComparedProblem) -> PlainTable:
    error = "median error" if problem.goal.is_chemical else f"median / {problem.goal.units.error}"
    table = plain_table("method", error, "spread", "accurate", "failed", "median time")
    for variant in problem.variants:
        if variant.median_energy is None:
            continue
        table.add_row(
            name_of(variant.method, variant.variant),
            _error(variant.median_error),
            "" if variant.spread is None else f"{variant.spread:.4f}",
            _share(variant),
            f"{variant.failures} of {variant.seeds}" if variant.failures else "",
            "" if variant.median_wall_s is None else seconds(variant.median_wall_s),
        )
    return table


def _share(variant: VariantSummary) -> str:
    return "" if variant.accurate is None else f"{variant.accurate} of {variant.seeds}"


def _error(value: float | None) -> str:
    return "" if value is None else signed(value)


def _with_bar(row: ComparisonRow, goal: Goal) -> str:
    """The error with the standard error of a sampled energy."""
    text, bar = _error(row.error), row.standard_error
    return f"{text} ±{goal.units.bar(bar)}" if bar else text


def _sources(record: Comparison) -> str:
    found = {row.electricity for problem in record.problems for row in problem.rows}
    known = sorted(source for source in found if source)
    return " and ".join(known) or "unknown"


def _workers(count: int) -> str:
    return "one row at a time" if count == 1 else f"{count} rows at a time"
