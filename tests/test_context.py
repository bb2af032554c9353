"""What a run is given explicitly: nothing leaks to what goes on beside it."""

from __future__ import annotations

import ast
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier

import pytest

import vqe_cli
from tests.problems import H2, spec_of
from vqe_cli import run
from vqe_cli.backends.submitter import Submitter
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.context import Context
from vqe_cli.errors import ResourceLimitError
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.variational.observers import Observer

pytestmark = pytest.mark.quick

PACKAGE = Path(vqe_cli.__file__).parent


@pytest.fixture(scope="module", autouse=True)
def each_mean_field_once() -> None:
    """Every run computes its own."""


class Meeting(Observer):
    """Asks what may be used, once all runs have their problem.

    Args:
        barrier: Where they wait for one another.
    """

    def __init__(self, barrier: Barrier) -> None:
        self._barrier = barrier

    def on_problem(self, encoding: Encoding) -> None:
        """Wait for the others."""
        self._barrier.wait(timeout=60)
        self.allowance = encoding.memory.allowance()
        self._barrier.wait(timeout=60)


def test_runs_in_two_threads_have_limits_of_their_own() -> None:
    barrier = Barrier(2)
    observers = [Meeting(barrier) for _ in range(2)]
    specs = [spec_of(H2, max_memory="10 MB"), spec_of(H2)]
    with ThreadPoolExecutor(2) as pool:
        pairs = zip(specs, observers, strict=True)
        runs = [pool.submit(run, spec, observer=observer) for spec, observer in pairs]
        assert [one.result().verdict for one in runs] == ["pass", "pass"]
    assert observers[0].allowance == (10_000_000, "are allowed")
    assert observers[1].allowance[0] > 10_000_000
    assert observers[1].allowance[1] != "are allowed"


def test_a_refused_run_leaves_one_beside_it_alone() -> None:
    class Waiting(Observer):
        def on_problem(self, encoding: Encoding) -> None:
            with pytest.raises(ResourceLimitError, match="are allowed"):
                run(spec_of(H2, max_memory="0.01 kB"))

    assert run(spec_of(H2), observer=Waiting()).verdict == "pass"


def test_a_limit_of_one_run_is_not_that_of_the_next() -> None:
    with pytest.raises(ResourceLimitError, match="are allowed"):
        run(spec_of(H2, max_memory="0.01 kB"))
    assert run(spec_of(H2)).verdict == "pass"


def test_what_a_run_opens_is_closed_when_it_ends_and_when_it_fails() -> None:
    for spec in (spec_of(H2), spec_of(H2, max_memory="0.01 kB")):
        closed: list[str] = []
        submitter = Submitter(at_end=[lambda closed=closed: closed.append("session")])
        with suppress(ResourceLimitError):
            run(spec, context=Context(submitter))
        assert closed == ["session"]


def test_contexts_share_nothing() -> None:
    first, second = Context(), Context()
    assert first.submitter.at_end is not second.submitter.at_end
    assert first.mean_fields is not second.mean_fields


def test_runs_of_one_context_compute_a_mean_field_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from vqe_cli.chemistry.scf import mean_fields

    solved = []
    solve = mean_fields.solve_mean_field

    def counted(*arguments: object) -> object:
        solved.append(arguments)
        return solve(*arguments)

    monkeypatch.setattr(mean_fields, "solve_mean_field", counted)
    context = Context(mean_fields=MeanFields())
    first, second = (run(spec_of(H2, ansatz=name), context=context) for name in ("uccsd", "puccd"))
    assert len(solved) == 1
    assert first.problem.hartree_fock_energy == second.problem.hartree_fock_energy


def test_no_module_keeps_a_context_by_itself() -> None:
    found = [
        path.relative_to(PACKAGE).as_posix()
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Global) or (isinstance(node, ast.Name) and node.id == "ContextVar")
    ]
    assert found == []
