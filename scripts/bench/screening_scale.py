"""Throughput of the campaign's scheduler and of Dask's, with tasks that only sleep.

``python scripts/bench/screening_scale.py [--tasks 4000] [--workers 4] [--threads 64]``

Real workers of a local cluster take real tasks from the real executor; only the child is left out,
since a thousand children do not fit on one machine. First the executor alone is measured, then the
campaign's scheduler with store, spool and status files, all on this disk and on the same few cores.
The rates and the size of a large campaign (``--campaign 1000000 --slots 1000``) give the shortest
tasks that keep all slots busy.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
from distributed import LocalCluster

from vqe_cli._core.files import write_atomic
from vqe_cli.properties import PROPERTIES
from vqe_cli.screening.model import (
    Candidate,
    Limits,
    PropertyResult,
    PropertyTask,
    Task,
    TaskOutcome,
    ValidatedCandidate,
)
from vqe_cli.screening.progress import Progress
from vqe_cli.screening.scheduler import Scheduler
from vqe_cli.screening.store import PlannedCandidate, PlannedProperty, Revision, Store
from vqe_cli.screening.store.model import PlannedCase
from vqe_cli.screening.workers import executor as executor_module
from vqe_cli.screening.workers.executor import DaskExecutor
from vqe_cli.screening.workers.spool import write_result
from vqe_cli.screening.workers.status_files import RUNNING, StatusFile

HERE = Path(__file__).parent
LIMITS = Limits(memory_bytes=1 << 30, seconds=600)
NUMBERS = 60
"""Length of the history in a record, which is then about 1 kB."""


def nap(task_json: str, spool: str, *_: object) -> str:
    """Replace `supervise`: sleep as the task says, and leave results of its properties."""
    task = Task.model_validate_json(task_json)
    started = time.time()
    with StatusFile(Path(spool).parent / RUNNING, task, started):
        time.sleep(task.spec["seconds"])
        for wanted in task.properties:
            record = {"history": [started + number for number in range(NUMBERS)]}
            name = wanted.property["name"]
            write_result(Path(spool), PropertyResult(key=wanted.key, property=name, record=record))
    return TaskOutcome(
        task=task.id,
        failure=None,
        wall_s=time.time() - started,
        peak_bytes=0,
        worker="nap",
        started=started,
    ).model_dump_json()


def spec_of(seconds: float) -> dict[str, object]:
    """A spec with the size of that of a molecule with 30 atoms."""
    geometry = "\n".join(f"C {atom}.123456 {atom}.234567 {atom}.345678" for atom in range(30))
    return {"seconds": seconds, "molecule": {"geometry": geometry}}


def task_of(number: int, seconds: float) -> Task:
    """A task without properties, which leaves no results."""
    return Task(id=f"case-{number}", title="", spec=spec_of(seconds), properties=(), limits=LIMITS)


class Clock:
    """A clock of wall time by activity."""

    def __init__(self) -> None:
        self.seconds = {"submit": 0.0, "completed": 0.0}

    @contextmanager
    def of(self, activity: str) -> Iterator[None]:
        """Add the time of a block to an activity."""
        start = time.perf_counter()
        yield
        self.seconds[activity] += time.perf_counter() - start


def executor_alone(executor: DaskExecutor, tasks: int, seconds: float) -> dict[str, float]:
    """The rates of the executor, used as by the scheduler: at most twice the slots submitted."""
    clock, start = Clock(), time.perf_counter()
    busy = time.process_time()
    submitted = done = 0
    in_flight = 2 * executor.slots
    while done < tasks:
        with clock.of("submit"):
            while submitted < tasks and submitted - done < in_flight:
                executor.submit(task_of(submitted, seconds))
                submitted += 1
        with clock.of("completed"):
            outcomes = executor.completed(1.0)
        done += len(outcomes)
    wall = time.perf_counter() - start
    return {
        "tasks/s": tasks / wall,
        "submit ms": 1e3 * clock.seconds["submit"] / tasks,
        "executor+scheduler cpu ms": 1e3 * (time.process_time() - busy) / tasks,
        "slots in use %": 100 * tasks * seconds / wall / executor.slots,
    }


def driven(executor: DaskExecutor, folder: Path, tasks: int, seconds: float) -> dict[str, float]:
    """The rates of a campaign of one property: the real scheduler, with store and progress."""
    energy = PROPERTIES.create("energy")
    keys = [hashlib.sha256(f"{number} {seconds}".encode()).hexdigest() for number in range(tasks)]
    wanted = [(PropertyTask(key=key, property=energy.selection()),) for key in keys]
    properties = (PlannedProperty(energy.name, (), energy.columns),)
    revision = Revision({}, "made up", "0" * 64, {}, properties, started=time.time())
    people = (PlannedCandidate(made_up(number)) for number in range(tasks))
    cases = (PlannedCase(n, "", spec_of(seconds), asked, 1.0) for n, asked in enumerate(wanted))
    with Store.create(folder) as store:
        store.replace_plan(revision, people, cases)
        progress = Progress(store.summary(), folder / RUNNING)
        start, busy = time.perf_counter(), time.process_time()
        scheduler = Scheduler(store, executor, LIMITS, folder / "spool", progress)
        scheduler.run(lambda: ignored(progress.snapshot()))
        wall = time.perf_counter() - start
        assert store.summary().counts == {"done": tasks}
    return {
        "tasks/s": tasks / wall,
        "schedulers cpu ms": 1e3 * (time.process_time() - busy) / tasks,
        "slots in use %": 100 * tasks * seconds / wall / executor.slots,
    }


def ignored(_: object) -> None:
    """Ignore a snapshot of the campaign."""


def made_up(number: int) -> ValidatedCandidate:
    """A made-up candidate."""
    return ValidatedCandidate(
        candidate=Candidate(name=f"m{number}", source=f"m.smi:{number}", smiles="CO"),
        molecule={"geometry": {"smiles": "CO"}}, identity=str(number), smiles="CO",
        formula="CH4O", atoms=6, heavy_atoms=2, electrons=18, charge=0, multiplicity=1,
    )  # fmt: skip


def spool_rate(folder: Path, files: int = 300) -> float:
    """The number of result files that one writer makes durable per second."""
    start = time.perf_counter()
    for number in range(files):
        write_atomic(folder / f"{number}.json", "x" * 4000)
    return files / (time.perf_counter() - start)


def arguments() -> argparse.Namespace:
    """The parsed command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=4000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--campaign", type=int, default=1_000_000)
    parser.add_argument("--slots", type=int, default=1000)
    return parser.parse_args()


def main() -> None:
    """Measure, print and extrapolate."""
    asked = arguments()
    os.environ["PYTHONPATH"] = os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])
    from screening_scale import nap as importable_nap  # so that workers find it by name

    setattr(executor_module, "supervise", importable_nap)  # noqa: B010
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        spool = folder / "spool"
        for place in (spool, folder / RUNNING):
            place.mkdir()
        cluster = stack.enter_context(
            LocalCluster(
                n_workers=asked.workers,
                threads_per_worker=asked.threads,
                memory_limit=0,
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            )
        )
        executor = stack.enter_context(DaskExecutor(None, None, spool, cluster=cluster))
        executor_alone(executor, 200, 0.0)
        load = os.getloadavg()[0]
        print(f"{executor.slots} slots on {asked.workers} workers, {os.cpu_count()} cores, "
              f"load {load:.1f}")  # fmt: skip
        for seconds in (0.0, 1.0):
            show("executor alone", seconds, executor_alone(executor, asked.tasks, seconds), asked)
        for seconds in (0.0, 1.0):
            found = driven(executor, folder, asked.tasks, seconds)
            show("with scheduler, store and spool", seconds, found, asked)
        resident = psutil.Process().memory_info().rss / 1e6
        print(f"both schedulers: {resident:.0f} MB resident")
        print(f"spool: {spool_rate(spool):.0f} durable files a second by one writer on this disk")


def show(what: str, seconds: float, found: dict[str, float], asked: argparse.Namespace) -> None:
    """Print the figures, and extrapolate from tasks that take no time."""
    figures = ", ".join(f"{key} {value:.2f}" for key, value in found.items())
    print(f"{what}, tasks of {seconds:g} s: {figures}", flush=True)
    if not seconds:
        extrapolate(found["tasks/s"], asked)


def extrapolate(rate: float, asked: argparse.Namespace) -> None:
    """Print the shortest tasks that keep all slots busy at the highest rate."""
    shortest, hours = asked.slots / rate, asked.campaign / rate / 3600
    print(
        f"{asked.campaign} tasks on {asked.slots} slots: at this rate tasks shorter than "
        f"{shortest:.1f} s wait, and the end comes no sooner than in {hours:.2f} h"
    )


if __name__ == "__main__":
    main()
