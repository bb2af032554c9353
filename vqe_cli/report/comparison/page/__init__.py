"""A comparison as one self-contained HTML file, without network, fonts or libraries."""

from __future__ import annotations

from vqe_cli._core.energy_units import Units
from vqe_cli.comparison.labels import name_of
from vqe_cli.comparison.records import (
    ComparedProblem,
    Comparison,
    ComparisonRow,
    VariantSummary,
)
from vqe_cli.report.comparison.costs import ACCURACY_COLUMNS, accuracy_cells, cost_notes
from vqe_cli.report.comparison.curves import diagrams_of
from vqe_cli.report.comparison.looks import looks_of
from vqe_cli.report.comparison.page import charts
from vqe_cli.report.comparison.page.charts import HEIGHT, WIDTH
from vqe_cli.report.comparison.points import FLOOR_MHA
from vqe_cli.report.comparison.remarks import remarks_of
from vqe_cli.report.format import energy, seconds, signed, three_digits
from vqe_cli.report.html import render


def _columns(units: Units) -> tuple[str, ...]:
    """Columns of the table of rows."""
    return (
        "method", f"energy / {units.energy}", f"error / {units.error}", "accurate", "time",
        "memory", "evaluations", "shots", "two-qubit gates", "USD", "kWh",
    )  # fmt: skip


def _columns_over_seeds(units: Units) -> tuple[str, ...]:
    """Columns of the table of variants over their seeds."""
    return (
        "method", f"median energy / {units.energy}", f"median error / {units.error}",
        f"spread / {units.error}", "accurate", "failed", "median time", "median USD",
    )  # fmt: skip


def comparison_page(record: Comparison) -> str:
    """The HTML page of a comparison.

    Args:
        record: The comparison.
    """
    problems = [_problem(number, problem) for number, problem in enumerate(record.problems)]
    machine, qpu = record.prices["machine"], record.prices["qpu"]
    return render(
        __name__,
        "page.html",
        title=" and ".join(problem.name for problem in record.problems[:2])
        if len(record.problems) <= 2
        else f"{len(record.problems)} problems",
        problems=problems,
        accuracy_columns=ACCURACY_COLUMNS,
        width=WIDTH,
        height=HEIGHT,
        left=charts.LEFT,
        right=charts.RIGHT,
        top=charts.TOP,
        bottom=charts.BOTTOM,
        version=record.provenance["version"],
        finished=record.provenance["finished"][:10],
        costs=[
            ("core for an hour", f"{machine['hour']['core']} USD ({machine['date']})"),
            ("source of prices", machine["source"]),
            ("second of a device", f"{qpu['per_second']} {qpu['currency']} ({qpu['date']})"),
            ("power of a busy core", f"{machine['power']['core_w']} W"),
            ("source of power", machine["power"]["source"]),
            ("rows at the same time", str(record.workers)),
            ("platform", record.provenance["platform"]),
        ],
    )


def _problem(number: int, problem: ComparedProblem) -> dict[str, object]:
    best, looks, goal = problem.best, looks_of(problem.rows), problem.goal
    several = any(variant.seeds > 1 for variant in problem.variants)
    return {
        "id": f"problem-{number + 1}",
        "name": problem.name,
        "goal": goal,
        "error_unit": goal.units.error,
        "floor": f"{goal.scaled(FLOOR_MHA):.0e} {goal.units.error}",
        "columns": _columns(goal.units),
        "columns_over_seeds": _columns_over_seeds(goal.units),
        "sentence": problem.sentence,
        "bound": ""
        if best is None
        else f"{'Exact energy' if best.exact else 'Lowest upper bound'}: {energy(best.energy)} "
        f"{goal.units.energy} ({best.method}).",
        "preparation": _preparation(problem),
        "accurate": accuracy_cells(problem.variants),
        "cost_notes": cost_notes(problem),
        "variants": [_summary(variant) for variant in problem.variants] if several else [],
        "rows": [_cells(row) for row in problem.rows if row.energy is not None],
        "remarks": list(remarks_of(problem.rows)),
        "looks": list(looks.items()),
        "scatters": [
            charts.scatter(problem, looks, lambda row: row.wall_s, "Error against time", "seconds"),
            charts.scatter(problem, looks, lambda row: row.money_usd, "Error against money", "USD"),
        ],
        "lines": [charts.lines(diagram, goal) for diagram in diagrams_of(problem, looks)],
        "boxes": charts.boxes(problem, looks),
    }


def _preparation(problem: ComparedProblem) -> str:
    """What mean field and integrals took, as a sentence after another; a model has none."""
    found = problem.preparation
    if found is None or not problem.problem.get("electrons"):
        return ""
    field, integrals = seconds(found.mean_field_s), seconds(found.integrals_s)
    return f" Mean field {field} and integrals {integrals}, once for all rows."


def _summary(variant: VariantSummary) -> list[str]:
    """One variant over its seeds as texts; what is not known stays empty."""
    return [
        name_of(variant.method, variant.variant),
        "" if variant.median_energy is None else f"{variant.median_energy:.8f}",
        "" if variant.median_error is None else signed(variant.median_error),
        "" if variant.spread is None else f"{variant.spread:.4f}",
        "" if variant.accurate is None else f"{variant.accurate} of {variant.seeds}",
        f"{variant.failures} of {variant.seeds}" if variant.failures else "",
        "" if variant.median_wall_s is None else seconds(variant.median_wall_s),
        "" if variant.median_money_usd is None else f"{variant.median_money_usd:.2g}",
    ]


def _cells(row: ComparisonRow) -> dict[str, object]:
    """One row of the table as texts, and whether it is accurate."""
    seed = "" if row.settings.get("seed") is None else f", seed {row.settings['seed']}"
    accurate = {True: "yes", False: "no", None: ""}[row.accurate]
    texts = (
        name_of(row.method, row.variant) + seed,
        f"{row.energy:.8f}" if row.energy is not None else "",
        "" if row.error is None else signed(row.error),
        accurate,
        "" if row.wall_s is None else seconds(row.wall_s),
        "" if row.peak_memory_mb is None else f"{row.peak_memory_mb:.0f} MB",
        "" if row.evaluations is None else three_digits(row.evaluations),
        "" if not row.shots else three_digits(row.shots),
        "" if row.two_qubit_gates is None else three_digits(row.two_qubit_gates),
        "" if row.money_usd is None else f"{row.money_usd:.2g}",
        "" if row.energy_kwh is None else f"{row.energy_kwh:.2g}",
    )
    return {"texts": texts, "grade": {True: "pass", False: "warn", None: ""}[row.accurate]}
