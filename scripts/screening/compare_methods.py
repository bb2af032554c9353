"""Compare the methods of a grid over the same molecules, in a table with one row for each method.

    python scripts/screening/compare_methods.py [GRID] [--config FILE] [--out DIR] [--workers N]

Runs `vqe screen run` on a grid of molecules, ansätze, optimisers, bases and backends (methods.yaml
with methods_all.yaml unless others are named), prints a table and writes it as methods.txt and
methods.csv into DIR. Repeat the command after an interruption: results are not computed again.

Errors are VQE minus exact energy of the same active space, in millihartree. Their mean and maximum
are over the molecules for which every method has an energy, so that no method looks better because
it failed in difficult cases; the number of failures is a column of its own. Evaluations and times
are sums over the same molecules. Errors are relative to the exact energy in the same basis.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
COLUMNS = (
    "method", "molecules", "passed", "failed", "compared", "mean_abs_error_mha",
    "max_abs_error_mha", "evaluations", "wall_s",
)  # fmt: skip

Row = dict[str, Any]


def main() -> int:
    """Compute missing results and print the table; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("grid", nargs="?", type=Path, help="default: methods.yaml")
    parser.add_argument("--config", type=Path, help="default: methods_all.yaml, for methods.yaml")
    parser.add_argument("--out", type=Path, default=Path("methods"), help="default: methods")
    parser.add_argument("--workers", type=int, help="default: one for each core")
    options = parser.parse_args()
    config = options.config or (None if options.grid else HERE / "methods_all.yaml")
    run = ["run", options.grid or HERE / "methods.yaml", "--out", options.out]
    run += [] if config is None else ["--config", config]
    run += [] if options.workers is None else ["--workers", options.workers]
    try:
        vqe(run)
        lines = vqe(["export", options.out, "--format", "jsonl", "--timings"]).splitlines()
    except subprocess.CalledProcessError as error:
        return int(error.returncode)  # the command has printed the reason
    table = compared([json.loads(line) for line in lines])
    text = as_text(table)
    (options.out / "methods.txt").write_text(text, encoding="utf-8")
    (options.out / "methods.csv").write_text(as_csv(table), encoding="utf-8")
    print(text, end="")
    return 0


def vqe(arguments: Sequence[object]) -> str:
    """The standard output of a command of `vqe screen`; progress and errors are shown."""
    command = [sys.executable, "-m", "vqe_cli", "screen", *map(str, arguments)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def compared(cases: Iterable[Row]) -> list[Row]:
    """The rows of the table, one for each method.

    Args:
        cases: Rows of the export; duplicates of other molecules do not count.
    """
    methods: dict[str, dict[str, Row]] = defaultdict(dict)
    for case in cases:
        if case["status"] != "duplicate" and (case.get("variant") or case["status"] != "refused"):
            methods[case.get("variant") or "all"][case["candidate"]] = case
    common = set.intersection(*(solved(found) for found in methods.values())) if methods else set()
    return [summary(name, found, common) for name, found in methods.items()]


def solved(found: Mapping[str, Row]) -> set[str]:
    """Names of the molecules with a VQE energy and an exact energy."""
    return {name for name, case in found.items() if case.get("error_mha") is not None}


def summary(method: str, found: Mapping[str, Row], common: set[str]) -> Row:
    """The row of one method.

    Args:
        method: Name of the method.
        found: Rows of the export by molecule.
        common: Names of the molecules for the comparison of all methods.
    """
    same = [found[name] for name in sorted(common)]
    errors = [abs(case["error_mha"]) for case in same]
    return {
        "method": method,
        "molecules": len(found),
        "passed": sum(case.get("verdict") == "pass" for case in found.values()),
        "failed": len(found) - len(solved(found)),
        "compared": len(same),
        "mean_abs_error_mha": sum(errors) / len(errors) if errors else None,
        "max_abs_error_mha": max(errors, default=None),
        "evaluations": sum(case["evaluations"] for case in same),
        "wall_s": sum(case["wall_s"] for case in same),
    }


def as_csv(table: Sequence[Row]) -> str:
    """The table as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue()


def as_text(table: Sequence[Row]) -> str:
    """The table as aligned text, with units in the second line."""
    widths = (max([len(row["method"]) for row in table] + [6]), 6, 6, 8, 8, 8, 11, 7)
    lines = [
        ("method", "passed", "failed", "compared", "mean err", "max err", "evaluations", "time"),
        ("", "", "", "", "mHa", "mHa", "", "s"),
        *(shown(row) for row in table),
    ]
    padded = (
        "  ".join([first.ljust(widths[0]), *map(str.rjust, rest, widths[1:])])
        for first, *rest in lines
    )
    return "\n".join([*(line.rstrip() for line in padded), ""])


def shown(row: Row) -> tuple[str, ...]:
    """The cells of one row, with all meaningful digits of errors."""
    errors = (row["mean_abs_error_mha"], row["max_abs_error_mha"])
    return (
        row["method"],
        f"{row['passed']}/{row['molecules']}",
        str(row["failed"]),
        str(row["compared"]),
        *("" if error is None else f"{error:.4f}" for error in errors),
        f"{row['evaluations']:,}",
        f"{row['wall_s']:.1f}",
    )


if __name__ == "__main__":
    sys.exit(main())
