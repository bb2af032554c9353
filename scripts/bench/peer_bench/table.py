"""Markdown tables of results."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import Any


def duration(seconds: float) -> str:
    """A time with three significant digits, in a suitable unit."""
    for factor, unit in ((1.0, "s"), (1e3, "ms"), (1e6, "µs")):
        if seconds * factor >= 1 or unit == "µs":
            return f"{_three_digits(seconds * factor)} {unit}"
    raise AssertionError("microseconds always suit")


def ratio(value: float) -> str:
    """The ratio to this package's time, with two digits."""
    return f"{float(f'{value:.2g}'):,.0f} ×" if value >= 9.95 else f"{value:.2g} ×"


def spread(samples: Sequence[float]) -> str:
    """The quartiles of samples; the extremes of fewer than five samples."""
    if len(samples) < 2:
        return "one sample"
    if len(samples) < 5:
        return f"{duration(min(samples))} – {duration(max(samples))}"
    low, _, high = statistics.quantiles(samples, n=4, method="inclusive")
    return f"{duration(low)} – {duration(high)}"


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, whose columns after the first two are right-aligned."""
    lines = [header, ["---"] * 2 + ["---:"] * (len(header) - 2), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


EVALUATION_HEADER = (
    "case",
    "program",
    "median",
    "quartiles",
    "ratio to ours",
    "largest difference",
    "preparation",
)


def evaluations(results: Iterable[dict[str, Any]]) -> str:
    """The table of times for one evaluation by each program."""
    rows = []
    for result in results:
        ours = _median(result["rows"]["ours"]["samples"])
        for name, row in result["rows"].items():
            rows.append([result["title"], _title(row, name), *_evaluation(row, name, ours)])
            if row["does"] == "energy only" and row["samples"] and ours is not None:
                rows.append([result["title"], *_finite_differences(row, result, ours)])
    return markdown(EVALUATION_HEADER, rows)


def _evaluation(row: dict[str, Any], name: str, ours: float | None) -> list[str]:
    if not row["samples"]:
        return [row["problem"], "", "", _difference(row), _preparation(row)]
    middle = statistics.median(row["samples"])
    times = "" if name == "ours" or ours is None else ratio(middle / ours)
    return [duration(middle), spread(row["samples"]), times, _difference(row), _preparation(row)]


def _finite_differences(row: dict[str, Any], result: dict[str, Any], ours: float) -> list[str]:
    """Estimated time of energy and finite differences: one energy, and two for each parameter."""
    count = 2 * result["parameters"] + 1
    seconds = count * statistics.median(row["samples"])
    return [
        f"{row['title']}: {count} energies, for finite differences (computed)",
        duration(seconds),
        "",
        ratio(seconds / ours),
        "",
        "",
    ]


CONVERGENCE_HEADER = (
    "case",
    "program",
    "median, whole",
    "quartiles",
    "ratio to ours",
    "evaluations",
    "evaluations to 1e-8 Ha",
    "time to 1e-8 Ha",
    "ratio to ours",
    "end above lowest, Ha",
)


def convergence(results: Iterable[dict[str, Any]]) -> str:
    """The table of times from the MP2 start to the minimum."""
    rows = []
    for result in results:
        best = result["rows"].get("ours auto", {})
        ours = _median(best.get("samples", []))
        ours_to = _median(best.get("samples_to", []))
        for name, row in result["rows"].items():
            title = f"{row['title']}, {row['does']}"
            if not row["samples"]:
                rows.append([result["title"], title, row["problem"], *[""] * 7])
                continue
            whole, to = statistics.median(row["samples"]), _median(row.get("samples_to", []))
            first = name == "ours auto"
            rows.append(
                [
                    result["title"],
                    title,
                    duration(whole),
                    spread(row["samples"]),
                    "" if first or ours is None else ratio(whole / ours),
                    str(row["evaluations"]),
                    str(row["evaluations_to"] or "not reached"),
                    "" if to is None else duration(to),
                    "" if first or to is None or ours_to is None else ratio(to / ours_to),
                    f"{row['above_lowest']:.0e}",
                ]
            )
    return markdown(CONVERGENCE_HEADER, rows)


def commands(results: Iterable[dict[str, Any]]) -> str:
    """The table of whole commands from a cold process."""
    rows = []
    for result in results:
        known = bool(result["samples"])
        rows.append(
            [
                f"`{result['title']}`",
                duration(statistics.median(result["samples"])) if known else result["problem"],
                spread(result["samples"]) if known else "",
                f"{result['peak_bytes'] / 1e6:.0f} MB",
            ]
        )
    return markdown(("command", "median", "quartiles", "peak memory"), rows)


LARGE_HEADER = (
    "case",
    "determinants",
    "solving",
    "evaluations",
    "one evaluation",
    "one `contract_2e`",
    "ratio",
    "preparation",
    "whole process",
    "peak memory",
    "threads",
)


def large(results: Iterable[dict[str, Any]]) -> str:
    """The table of large active spaces, with PySCF's product with the Hamiltonian."""
    rows = []
    for result in results:
        if result["problem"]:
            rows.append([result["title"], result["problem"], *[""] * 9])
            continue
        product = statistics.median(result["product"])
        evaluation = statistics.median(result["evaluation"])
        rows.append(
            [
                result["title"],
                f"{result['determinants']:,}",
                duration(result["solve"]),
                str(result["evaluations"]),
                duration(evaluation),
                duration(product),
                ratio(evaluation / product),
                duration(result["preparation"]),
                duration(result["whole"]),
                f"{result['peak_bytes'] / 1e9:.2f} GB",
                str(result["threads"]),
            ]
        )
    return markdown(LARGE_HEADER, rows)


def _title(row: dict[str, Any], name: str) -> str:
    """The name of the program, with its results if incomplete and its form of the Hamiltonian."""
    found = [row["title"]]
    if row["does"] == "energy only":
        found.append(row["does"])
    form = row.get("notes", {}).get("hamiltonian")
    if form and name != "ours":
        found.append(f"H as {form}")
    return ", ".join(found)


def _median(samples: Sequence[float]) -> float | None:
    return statistics.median(samples) if samples else None


def _difference(row: dict[str, Any]) -> str:
    return f"{row['difference']:.0e} Ha" if "difference" in row else ""


def _preparation(row: dict[str, Any]) -> str:
    return duration(row["prepare"]) if "prepare" in row else ""


def _three_digits(value: float) -> str:
    if value >= 99.95:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"
