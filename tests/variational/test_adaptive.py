"""The search of adaptive ansätze: stopping criteria, refusals and interruption."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tests.conftest import RunVqe, WriteFile
from tests.families import slow
from tests.functions import ListJournal
from tests.problems import H2, H4, encoding_of, named_problem, spec_of
from vqe_cli import run
from vqe_cli.ansatz.adapt import Adapt
from vqe_cli.backends.exact.sector import SectorObjective
from vqe_cli.errors import InputError, InterruptedRunError
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import RunRecord
from vqe_cli.variational import checkpoints
from vqe_cli.variational.journal import LogEntry
from vqe_cli.variational.observers import Observer


def grown(**options: Any) -> RunRecord:
    return run(spec_of(H4, ansatz={"name": "adapt", **options}))


def test_small_gradient_of_the_pool_ends_it() -> None:
    record = grown(gradient_tolerance=0.05, energy_tolerance=0)
    assert record.result.converged
    assert "gradient is below 0.05 Ha" in record.result.message
    assert record.result.cycles is not None
    norms = [cycle.pool_gradient_norm for cycle in record.result.cycles]
    assert norms[-1] <= 0.05 < min(norms[:-1])


def test_small_gains_of_three_operators_end_it() -> None:
    record = grown(gradient_tolerance=1e-12, energy_tolerance=1e-3)
    assert record.result.converged
    assert "3 operators gained less than 0.001 Ha" in record.result.message
    assert record.result.cycles is not None
    energies = np.array([cycle.energy for cycle in record.result.cycles])
    gains = energies[:-3] - energies[3:]
    assert gains[-1] < 1e-3 <= gains[:-1].min()


def test_limit_of_operators_ends_it_without_convergence() -> None:
    record = grown(max_operators=2)
    assert record.result.operators is not None
    assert len(record.result.operators) == 2
    assert not record.result.converged
    assert record.result.message == "the limit of operators is reached"
    assert record.check("optimizer-converged").status == "fail"
    assert record.verdict == "fail"


def test_reason_to_stop_counts_at_the_limit_too() -> None:
    """Hydrogen converges with the single operator that is allowed."""
    record = run(spec_of(H2, ansatz={"name": "adapt", "max_operators": 1}))
    assert record.result.converged
    assert record.verdict == "pass"


def input_file(*lines: str) -> str:
    geometry = "".join(f"    {line}\n" for line in str(H4["geometry"]).splitlines())
    return f"molecule:\n  geometry: |\n{geometry}" + "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize(("limit", "code"), [(14, 4), (2, 5)])
def test_limit_of_operators_is_exit_code_4_unless_the_energy_is_wrong_too(
    run_vqe: RunVqe, write_file: WriteFile, limit: int, code: int
) -> None:
    """Fourteen of the fifteen operators reach chemical accuracy, two do not."""
    file = write_file("in.yaml", input_file(f"ansatz: {{name: adapt, max_operators: {limit}}}"))
    outcome = run_vqe("run", file, "--json", "--quiet")
    assert outcome.code == code
    assert outcome.record["verdict"] == "fail"
    assert len(outcome.record["result"]["operators"]) == limit
    failed = {check["name"] for check in outcome.record["checks"] if check["status"] == "fail"}
    assert "optimizer-converged" in failed
    assert (failed == {"optimizer-converged"}) == (code == 4)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("backend: aer", "backend"),
        ("initial: mp2", "reference determinant"),
        ("initial: [0.1]", "reference determinant"),
        ("restarts: 2", "one start"),
        ("optimizer: none", "optimised"),
    ],
)
def test_what_cannot_grow_is_refused_with_its_line(
    run_vqe: RunVqe, write_file: WriteFile, line: str, words: str
) -> None:
    file = write_file("in.yaml", input_file("ansatz: adapt", line))
    plain, as_json = run_vqe("run", file), run_vqe("run", file, "--json")
    assert plain.code == as_json.code == 2
    assert plain.out == ""
    assert "Traceback" not in plain.err
    error = as_json.record["error"]
    assert error["kind"] == "input"
    assert error["message"].startswith("in.yaml:8: ")
    assert words in error["message"]


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ({"backend": "aer"}, ("backend",)),
        ({"initial": "mp2"}, ("initial",)),
        ({"initial": "random"}, ("initial",)),
        ({"restarts": 1}, ("restarts",)),
        ({"optimizer": "none"}, ("optimizer",)),
        ({"ansatz": {"name": "adapt", "pool": "all"}}, ("ansatz", "pool")),
        ({"ansatz": {"name": "adapt", "max_operators": 0}}, ("ansatz", "max_operators")),
        ({"ansatz": {"name": "adapt", "gradient_tolerance": 0}}, ("ansatz", "gradient_tolerance")),
    ],
)
def test_what_cannot_grow_is_an_input_error_at_its_key(
    parts: dict[str, Any], path: tuple[str, ...]
) -> None:
    with pytest.raises(InputError) as caught:
        run(spec_of(H2, **{"ansatz": "adapt", **parts}))
    assert caught.value.path == path


@pytest.mark.parametrize("parts", [{"restarts": 0}, {"initial": "zeros"}])
def test_what_says_the_same_is_allowed(parts: dict[str, Any]) -> None:
    assert run(spec_of(H2, ansatz="adapt", **parts)).verdict == "pass"


def interrupting(monkeypatch: pytest.MonkeyPatch, after: int | None) -> Callable[[], int]:
    """Count evaluations of any kind, and raise KeyboardInterrupt before a given one."""
    calls = 0
    for name in ("energy", "energy_and_gradient", "pool_gradient"):
        method = getattr(SectorObjective, name)

        def counted(self: Any, *arguments: Any, method: Any = method) -> Any:
            nonlocal calls
            if calls == after:
                raise KeyboardInterrupt
            calls += 1
            return method(self, *arguments)

        monkeypatch.setattr(SectorObjective, name, counted)
    return lambda: calls


def comparable(record: RunRecord) -> dict[str, Any]:
    """The record without times and the number of replayed evaluations."""
    found = record.model_dump()
    del found["timings"], found["provenance"]
    for name in ("wall_s", "replayed"):
        del found["result"][name]
    del found["problem"]["scf"]["wall_s"]
    return found


@dataclass(frozen=True)
class Undisturbed:
    """A finished run, its journal, and its number of evaluations."""

    spec: RunSpec
    record: RunRecord
    entries: list[LogEntry]
    paid: int


ONE_BY_ONE = {"name": "adapt", "pool": "generalized", "max_operators": 8}
LAYERS = {"name": "adapt", "pool": "ceo", "tetris": True, "prune": True, "max_operators": 16}


@pytest.fixture(
    scope="module",
    params=[(ONE_BY_ONE, "auto"), (ONE_BY_ONE, "slsqp"), (LAYERS, "auto")],
    ids=["auto", "slsqp", "layers"],
)
def undisturbed(request: pytest.FixtureRequest) -> Undisturbed:
    ansatz, optimizer = request.param
    spec = spec_of(H4, ansatz=ansatz, optimizer=optimizer, reference="none")
    journal = ListJournal()
    with pytest.MonkeyPatch.context() as patch:
        calls = interrupting(patch, None)
        return Undisturbed(spec, run(spec, journal=journal), journal.entries, calls())


@pytest.mark.parametrize("after", [0, slow(1), 12, slow(13), 60])
def test_interrupted_run_goes_on_to_the_identical_record(
    after: int, undisturbed: Undisturbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, entries = undisturbed.spec, undisturbed.entries
    first = ListJournal()
    with monkeypatch.context() as patch:
        interrupting(patch, after)
        with pytest.raises(InterruptedRunError) as caught:
            run(spec, journal=first)
    assert caught.value.exit_code == 130
    assert first.entries == entries[:after]

    rest = ListJournal(first.entries, first.points)
    with monkeypatch.context() as patch:
        calls = interrupting(patch, None)
        found = run(spec, journal=rest)
    assert calls() == undisturbed.paid - after
    assert first.entries + rest.entries == entries
    assert found.result.replayed == after
    assert comparable(found) == comparable(undisturbed.record)


def test_interrupt_reports_a_state_and_its_energy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reported operators and parameters have the reported energy."""
    problem = named_problem("h4")
    encoding = encoding_of(problem)
    state = Adapt().state(encoding)
    operators = {group[0].label(): group for group in Adapt().adaptive(encoding).pool}
    for after in (1, 2, 9, 33):
        with monkeypatch.context() as patch:
            interrupting(patch, after)
            with pytest.raises(InterruptedRunError) as caught:
                run(spec_of(H4, ansatz="adapt", reference="none"))
        known = caught.value.known
        product = state.with_operators([operators[label] for label in known["operators"]]).product
        assert product is not None
        energy = SectorObjective(problem, product).energy(np.array(known["parameters"]))
        assert known["best_energy"] == pytest.approx(energy.value, abs=1e-10)
        assert known["evaluations"] == after


def test_command_goes_on_from_its_checkpoint(
    run_vqe: RunVqe, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "FLUSH_SECONDS", 0.0)
    file = write_file("in.yaml", input_file("ansatz: adapt", "reference: none"))
    whole = run_vqe("run", file, "--json", "--quiet").record["result"]
    with monkeypatch.context() as patch:
        interrupting(patch, 50)
        stopped = run_vqe("run", file)
    assert stopped.code == 130
    assert "--resume" in stopped.err
    resumed = run_vqe("run", file, "--resume", "--json")
    assert "50 evaluations in the checkpoint" in resumed.err
    found = resumed.record["result"]
    assert found["replayed"] == 50
    for name in ("energy", "parameters", "operators", "cycles", "evaluations", "history"):
        assert found[name] == whole[name]


def test_observer_sees_the_objective_of_the_whole_product() -> None:
    seen: list[int] = []

    class Curious(Observer):
        def on_solution(self, objective: Any, solution: Any) -> None:
            seen.append(objective.traits.num_parameters)
            assert objective.energy(solution.x, 0).value == pytest.approx(solution.energy.value)

    record = run(spec_of(H4, ansatz="adapt"), observer=Curious())
    assert seen == [len(record.result.parameters)]
