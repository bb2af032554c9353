"""The scheduler's loop, with an executor that is controlled by the test."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.screening.campaigns import candidate, case, good, key, revision
from vqe_cli.errors import UnavailableError
from vqe_cli.properties.dipole import Dipole
from vqe_cli.properties.energy import Energy
from vqe_cli.properties.gap import Gap
from vqe_cli.screening import scheduler as scheduler_module
from vqe_cli.screening.model import Failure, Limits, Task, TaskOutcome
from vqe_cli.screening.progress import Progress
from vqe_cli.screening.scheduler import IN_FLIGHT, Scheduler
from vqe_cli.screening.store import PlannedProperty, Store
from vqe_cli.screening.workers.spool import write_result

pytestmark = pytest.mark.quick

PLANNED = tuple(
    PlannedProperty(name, needs, entry.columns)
    for name, needs, entry in (
        ("energy", (), Energy),
        ("dipole", ("energy",), Dipole),
        ("gap", (), Gap),
    )
)
LIMITS = Limits(memory_bytes=10**9, seconds=60.0)

Deed = Callable[[Task, Path], Failure | None]


class Scripted:
    """Runs tasks in this process, one after the other, as a test's function says."""

    def __init__(self, deed: Deed, spool: Path, slots: int = 2) -> None:
        self.slots = slots
        self.seen: list[Task] = []
        self.most_waiting = 0
        self._deed, self._spool = deed, spool
        self._waiting: list[Task] = []

    def submit(self, task: Task) -> None:
        self._waiting.append(task)
        self.most_waiting = max(self.most_waiting, len(self._waiting))

    def completed(self, timeout: float) -> list[TaskOutcome]:
        if not self._waiting:
            return []
        task = self._waiting.pop(0)
        self.seen.append(task)
        failure = self._deed(task, self._spool)
        current = task.properties[0].key if failure is not None else None
        return [
            TaskOutcome(
                task=task.id, failure=failure, property_key=current, wall_s=1.0, peak_bytes=10**8,
                worker="here:1", started=float(len(self.seen)),
            )
        ]  # fmt: skip


def all_good(task: Task, spool: Path) -> None:
    for wanted in task.properties:
        write_result(spool, good(wanted.key, wanted.property["name"]))


def failing(kind: str, tasks: str, times: int) -> Deed:
    """Tasks of one title fail so often; all others are good."""
    count = 0

    def deed(task: Task, spool: Path) -> Failure | None:
        nonlocal count
        if task.title == tasks and count < times:
            count += 1
            return Failure.model_validate({"kind": kind, "message": kind})
        return all_good(task, spool)

    return deed


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "spool").mkdir()
    with Store.create(tmp_path) as opened:
        opened.replace_plan(
            revision(PLANNED),
            [candidate(f"m{place}") for place in range(5)],
            [case(place, properties=PLANNED, cost=1.0 + place) for place in range(5)],
        )
        yield opened


def run_scheduler(store: Store, deed: Deed, slots: int = 2) -> Scripted:
    spool = store.folder / "spool"
    executor = Scripted(deed, spool, slots)
    progress = Progress(store.summary(), store.folder / "running")
    snapshots = []
    scheduler = Scheduler(store, executor, LIMITS, spool, progress)
    scheduler.run(lambda: snapshots.append(progress.snapshot()))
    counts = store.summary().counts
    last = progress.snapshot()
    assert last.done == counts.get("done", 0)
    assert last.failures == counts.get("failed", 0) + counts.get("partial", 0)
    assert last.ended == store.summary().total
    return executor


def test_the_cheapest_come_first_and_no_more_wait_than_needed(store: Store) -> None:
    executor = run_scheduler(store, all_good)
    assert [task.title for task in executor.seen] == ["m0", "m1", "m2", "m3", "m4"]
    assert executor.most_waiting == IN_FLIGHT * 2
    assert store.summary().counts == {"done": 5}


def test_nothing_is_computed_twice(store: Store) -> None:
    run_scheduler(store, all_good)
    assert run_scheduler(store, all_good).seen == []


@pytest.mark.parametrize("deed", [all_good, failing("input", "m0, a", 2)], ids=["good", "bad"])
def test_variants_that_ask_the_same_are_computed_once_and_counted_each(
    store: Store, deed: Deed
) -> None:
    """The duplicate's turn comes while the first one runs, and long after it has ended."""
    cases = [
        replace(case(0, properties=PLANNED, variant="a"), cost=cost, variant=variant)
        for variant, cost in (("a", 1.0), ("near", 1.5), ("far", 9.0))
    ]
    others = [case(place, properties=PLANNED, cost=1.0 + place) for place in range(1, 5)]
    store.replace_plan(
        revision(PLANNED),
        [candidate(f"m{place}") for place in range(5)],
        sorted([*cases, *others], key=lambda item: item.candidate),
    )
    titles = [task.title for task in run_scheduler(store, deed, slots=1).seen]
    assert not {"m0, near", "m0, far"} & set(titles)
    assert {"m0, a", "m1", "m2", "m3", "m4"} <= set(titles)


def test_whoever_looks_is_not_called_for_every_outcome_but_at_the_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler_module, "TURN_S", float("inf"))
    spool, calls = store.folder / "spool", []
    progress = Progress(store.summary(), store.folder / "running")
    scheduler = Scheduler(store, Scripted(all_good, spool), LIMITS, spool, progress)
    scheduler.run(lambda: calls.append(progress.snapshot().ended))
    assert calls == [1, 5]


def test_a_look_that_takes_long_is_not_taken_often(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler_module, "TURN_S", 0.0)
    monkeypatch.setattr(scheduler_module, "PAUSE", 1000)
    spool, calls = store.folder / "spool", []
    progress = Progress(store.summary(), store.folder / "running")
    scheduler = Scheduler(store, Scripted(all_good, spool), LIMITS, spool, progress)

    def look() -> None:
        calls.append(progress.snapshot().ended)
        time.sleep(0.1)

    scheduler.run(look)
    assert calls == [1, 5]


@pytest.mark.parametrize(
    ("kind", "attempts"),
    [("input", 1), ("not-converged", 1), ("crash", 2), ("timeout", 2), ("lost", 4)],
)
def test_what_cannot_be_mended_is_kept_as_a_failure(store: Store, kind: str, attempts: int) -> None:
    """The energy fails for good; the dipole needs it, the gap does not and is computed."""

    def deed(task: Task, spool: Path) -> Failure | None:
        if task.title == "m1" and task.properties[0].property["name"] == "energy":
            return Failure.model_validate({"kind": kind, "message": "no way"})
        return all_good(task, spool)

    executor = run_scheduler(store, deed)
    tried = [task for task in executor.seen if task.title == "m1"]
    assert len(tried) == attempts + 1
    assert [wanted.property["name"] for wanted in tried[-1].properties] == ["gap"]
    assert store.summary().counts == {"done": 4, "failed": 1}
    energy, dipole = (store.result(key(1, "", name)) for name in ("energy", "dipole"))
    assert energy is not None
    assert dipole is not None
    assert energy.failure is not None
    assert dipole.failure is not None
    assert energy.failure.kind == dipole.failure.kind == kind
    assert dipole.failure.message == "needs energy, which failed"


def test_a_second_chance_is_taken(store: Store) -> None:
    executor = run_scheduler(store, failing("timeout", "m2", 1))
    tried = [task for task in executor.seen if task.title == "m2"]
    assert [task.limits.seconds for task in tried] == [60.0, 120.0]
    assert [task.attempt for task in tried] == [1, 2]
    assert store.summary().counts == {"done": 5}


def test_who_needs_more_memory_comes_last(store: Store) -> None:
    executor = run_scheduler(store, failing("memory", "m0", 1))
    last = executor.seen[-1]
    assert (last.title, last.limits.memory_bytes) == ("m0", 2 * 10**9)
    assert store.summary().counts == {"done": 5}


def test_a_lost_worker_is_not_the_tasks_fault(store: Store) -> None:
    executor = run_scheduler(store, failing("lost", "m3", 3))
    assert {task.attempt for task in executor.seen} == {1}
    assert store.summary().counts == {"done": 5}


def test_parts_that_are_there_are_not_computed_again(store: Store) -> None:
    """The child leaves the energy and dies in the dipole."""
    first = True

    def deed(task: Task, spool: Path) -> Failure | None:
        nonlocal first
        if task.title == "m4" and first:
            first = False
            write_result(spool, good(task.properties[0].key, "energy"))
            return Failure(kind="crash", message="killed")
        return all_good(task, spool)

    executor = run_scheduler(store, deed)
    tried = [task for task in executor.seen if task.title == "m4"]
    names = [[wanted.property["name"] for wanted in task.properties] for task in tried]
    assert names == [["energy", "dipole", "gap"], ["dipole", "gap"]]
    assert set(tried[1].known) == {"energy"}


def test_a_result_that_never_arrives_is_computed_again_and_then_given_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler_module, "ARRIVAL_S", -1.0)

    def deed(task: Task, spool: Path) -> None:
        if task.title != "m0":
            all_good(task, spool)

    executor = run_scheduler(store, deed)
    assert len([task for task in executor.seen if task.title == "m0"]) >= 2
    result = store.result(key(0, "", "energy"))
    assert result is not None
    assert result.failure is not None
    assert result.failure.kind == "damaged"


def test_a_result_that_is_damaged_on_its_way_is_told_and_computed_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler_module, "ARRIVAL_S", -1.0)
    spool = store.folder / "spool"
    damaged: list[Path] = []

    def deed(task: Task, spool: Path) -> None:
        all_good(task, spool)
        if task.title == "m0" and not damaged:
            damaged.append(next(spool.glob(f"{key(0, '', 'gap')}.*")))
            damaged[0].write_bytes(damaged[0].read_bytes()[:-1])

    scheduler = Scheduler(
        store, Scripted(deed, spool), LIMITS, spool, Progress(store.summary(), store.folder)
    )
    scheduler.run(lambda: None)
    (note,) = scheduler.notes
    assert damaged[0].name in note
    assert "its checksum does not match" in note
    assert store.summary().counts == {"done": 5}


def test_a_full_disk_ends_the_campaign_and_blames_no_molecule(store: Store) -> None:
    def deed(task: Task, spool: Path) -> Failure | None:
        if task.title == "m2":
            return Failure(kind="unavailable", message="the disk is full", hint="make room")
        return all_good(task, spool)

    with pytest.raises(UnavailableError, match="disk is full"):
        run_scheduler(store, deed)
    counts = store.summary().counts
    assert counts == {"done": 2, "pending": 3}
