"""The suite of published values: a short form of it, and its document."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from suite.problems import PROBLEMS
from suite.run import DOCUMENT, RESULTS, kept, planned
from suite.table import difference, document

from vqe_cli.comparison.comparison import compare
from vqe_cli.comparison.row_computation import compute
from vqe_cli.comparison.shared_problem import FOLDER
from vqe_cli.screening.model import Limits, PropertyResult
from vqe_cli.screening.workers.spool import drain

BY_NAME = {problem.name: problem for problem in PROBLEMS}
LIMITS = Limits(memory_bytes=2 * 10**9, seconds=60.0)
SHORT = {
    "h4": ("hf", "fci"),
    "n2-frontier": ("ccsd", "fci", "vqe-uccsd"),
    "h2o": ("hf", "mp2", "ccsd", "ccsd-t"),
    "ethylene": ("fci",),
    "heisenberg-ring-4": ("numpy",),
}
"""Problems and methods that take a second each."""


@pytest.mark.parametrize("name", SHORT)
def test_published_energies_are_reproduced(name: str, tmp_path: Path) -> None:
    problem, methods = BY_NAME[name], SHORT[name]
    found: dict[str, PropertyResult] = {}

    def take(results):
        found.update((result.key, result) for result in results)
        return len(results)

    wanted = {method.partition("-")[0] if "vqe" in method else method for method in methods}
    chosen = replace(problem, methods=tuple(wanted), ansatze=("uccsd",))
    spool = tmp_path / "spool"
    for folder in (spool, tmp_path / FOLDER):
        folder.mkdir()
    with planned(chosen, tmp_path) as plan:
        for row in (plan.preparation, *plan.rows):
            task = row.task(problem.title, LIMITS, plan.preparation.key)
            compute(task, spool, lambda _: None)
        assert not list(drain(spool, take))
    rows = kept(compare([plan], found, 1).problems[0], LIMITS.seconds)["rows"]
    figures = [figure for figure in problem.published if figure.method in methods]
    assert len(figures) == len(methods)
    for figure in figures:
        gap = difference(figure, rows)
        assert gap is not None, rows[figure.method]["reason"]
        assert abs(gap) <= figure.tolerance


def test_the_document_is_written_from_the_rows() -> None:
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert DOCUMENT.read_text(encoding="utf-8") == document(PROBLEMS, results)


def test_every_blank_and_every_difference_has_a_reason() -> None:
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    for problem in [one for one in PROBLEMS if one.name in results]:
        rows = results[problem.name]["rows"]
        assert all(row["energy"] is not None or row["reason"] for row in rows.values())
        for figure in problem.published:
            gap = difference(figure, rows)
            explained = gap is None or abs(gap) <= figure.tolerance or figure.why
            assert explained, (problem.name, figure)


def test_problems_have_names_of_their_own() -> None:
    assert len(BY_NAME) == len(PROBLEMS)
