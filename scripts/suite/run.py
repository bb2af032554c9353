"""Problems with published values through all main methods, into docs/results.md.

    python scripts/suite/run.py                  # all: an hour or two on two cores
    python scripts/suite/run.py h2 n2-frontier   # some of them
    python scripts/suite/run.py --list

Each method of each problem runs in a process of its own with a time limit, by the same code as
`vqe compare`. Problems that scripts/suite/results.json has are skipped, so that the command can be
stopped and repeated; --again computes them anew. The document is written after each problem.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from suite.problems import PROBLEMS, Problem
from suite.table import document
from vqe_cli._core.files import write_atomic
from vqe_cli._core.version import __version__
from vqe_cli.comparison.budget import Budget
from vqe_cli.comparison.comparison import compare
from vqe_cli.comparison.computation import Demand, compute_rows
from vqe_cli.comparison.kept_rows import KeptRows
from vqe_cli.comparison.plan import PlannedProblem, plan_problem
from vqe_cli.comparison.records import ComparedProblem, ComparisonRow
from vqe_cli.schema import spec_from_data
from vqe_cli.screening.workers.places import Place

RESULTS = Path(__file__).parent / "results.json"
DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "results.md"

SECONDS = 40.0
"""Time limit of a row; one that exceeds it is tried once more with twice as much."""


def main() -> None:
    """Compute the problems that are named, or all, and write the document."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="names of problems")
    parser.add_argument("--list", action="store_true", help="print the names and end")
    parser.add_argument("--again", action="store_true", help="compute what is there anew")
    parser.add_argument("--workers", type=int, default=1, help="rows at the same time")
    parser.add_argument("--time-limit", type=float, default=SECONDS, help="of a row, seconds")
    asked = parser.parse_args()
    if asked.list:
        print("\n".join(problem.name for problem in PROBLEMS))
        return
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for problem in _chosen(asked.names):
        if problem.name in results and not asked.again:
            continue
        print(problem.name, flush=True)
        results[problem.name] = computed(problem, asked.workers, asked.time_limit)
        write_atomic(RESULTS, json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        write_atomic(DOCUMENT, document(PROBLEMS, results))
    write_atomic(DOCUMENT, document(PROBLEMS, results))


def _chosen(names: Sequence[str]) -> list[Problem]:
    known = {problem.name: problem for problem in PROBLEMS}
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"there is no problem called {', '.join(unknown)}; see --list")
    return [known[name] for name in names] if names else list(PROBLEMS)


def computed(problem: Problem, workers: int, seconds: float) -> dict[str, Any]:
    """The rows of a problem, by method.

    Args:
        problem: The problem.
        workers: Number of rows that are computed at the same time.
        seconds: Time limit of a row.
    """
    with tempfile.TemporaryDirectory() as folder, planned(problem, Path(folder)) as plan:
        demand = Demand(Place(workers), seconds, Budget())
        with closing(KeptRows(Path(folder) / "rows", resume=False)) as store:
            found = compute_rows([plan], store, demand, say=print)
        (record,) = compare([plan], found.results, found.at_once).problems
    return kept(record, seconds)


@contextmanager
def planned(problem: Problem, folder: Path) -> Iterator[PlannedProblem]:
    """The plan of a problem's rows.

    Args:
        problem: The problem.
        folder: Folder for its integrals.
    """
    data = dict(problem.data)
    if problem.integrals:
        path = folder / data["fcidump"]["file"]
        path.write_text(problem.integrals, encoding="utf-8")
        data["fcidump"] = {**data["fcidump"], "file": str(path)}
    grid = {"ansatz": list(problem.ansatze)} if "vqe" in problem.methods else {}
    plan = plan_problem(problem.name, spec_from_data(data), problem.methods, grid, 1)
    yield replace(plan, circuits=())


def kept(record: ComparedProblem, seconds: float) -> dict[str, Any]:
    """What is kept of a compared problem.

    Args:
        record: The problem with its rows.
        seconds: Time limit of a row.
    """
    size = {key: record.problem.get(key) for key in ("qubits", "orbitals", "electrons")}
    rows = {_key(row): _row(row) for row in record.rows}
    return {**size, "version": __version__, "seconds": seconds, "rows": rows}


def _key(row: ComparisonRow) -> str:
    return f"vqe-{row.settings['ansatz']}" if row.family == "vqe" else row.name


def _row(row: ComparisonRow) -> dict[str, Any]:
    kept = ("status", "reason", "energy", "variational", "exact", "verdict", "wall_s")
    found = {key: getattr(row, key) for key in kept}
    if row.wall_s is not None:
        found["wall_s"] = float(f"{row.wall_s:.3g}")
    return found


if __name__ == "__main__":
    main()
