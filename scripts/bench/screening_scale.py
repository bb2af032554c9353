"""What the driver and Dask's scheduler carry, with tasks that only sleep; and what follows.

``python scripts/bench/screening_scale.py [--tasks 4000] [--workers 4] [--threads 64]``

Real workers of a local cluster take real tasks from the real executor; only the child is left out,
since a thousand children do not fit on one machine. From the rates and from the numbers of a large
campaign (``--campaign 1000000 --slots 1000``) it follows how short tasks may be before the driver
is the bottleneck. ``--ingest module:function`` is called with each list of outcomes, as a store
would be, and timed apart.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path

import psutil
from distributed import LocalCluster

from vqe_cli.files import write_atomic
from vqe_cli.screening import executor as executor_module
from vqe_cli.screening.executor import DaskExecutor
from vqe_cli.screening.model import Limits, Outcome, Task

HERE = Path(__file__).parent
Ingest = Callable[[list[Outcome]], None]


def nap(task_json: str, *_: object) -> str:
    """Stands in for `supervise`: sleeps as the task says."""
    task = json.loads(task_json)
    started = time.time()
    time.sleep(task["spec"]["seconds"])
    return Outcome(
        task=task["id"],
        failure=None,
        wall_s=time.time() - started,
        peak_bytes=0,
        worker="nap",
        started=started,
    ).model_dump_json()


def task_of(number: int, seconds: float) -> Task:
    """A task with a spec as long as a molecule's of 30 atoms."""
    geometry = "\n".join(f"C {atom}.123456 {atom}.234567 {atom}.345678" for atom in range(30))
    spec = {"seconds": seconds, "molecule": {"geometry": geometry}}
    limits = Limits(memory_bytes=1 << 30, seconds=600)
    return Task(id=f"case-{number}", title="", spec=spec, parts=(), limits=limits)


class Clock:
    """Wall time by activity."""

    def __init__(self) -> None:
        self.seconds = {"submit": 0.0, "completed": 0.0, "ingest": 0.0}

    @contextmanager
    def of(self, activity: str) -> Iterator[None]:
        """Add the time of a block."""
        start = time.perf_counter()
        yield
        self.seconds[activity] += time.perf_counter() - start


def campaign(
    executor: DaskExecutor, tasks: int, seconds: float, ingest: Ingest
) -> dict[str, float]:
    """As the driver does it: at most twice the slots in flight."""
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
        with clock.of("ingest"):
            ingest(outcomes)
        done += len(outcomes)
    wall = time.perf_counter() - start
    return {
        "tasks/s": tasks / wall,
        "submit ms": 1e3 * clock.seconds["submit"] / tasks,
        "ingest ms": 1e3 * clock.seconds["ingest"] / tasks,
        "driver+scheduler cpu ms": 1e3 * (time.process_time() - busy) / tasks,
        "slots in use %": 100 * tasks * seconds / wall / executor.slots,
    }


def spool_rate(folder: Path, files: int = 300) -> float:
    """Result files a second that one writer makes durable."""
    start = time.perf_counter()
    for number in range(files):
        write_atomic(folder / f"{number}.json", "x" * 4000)
    return files / (time.perf_counter() - start)


def ingest_of(name: str | None) -> Ingest:
    """The function that was named, or one that does nothing."""
    if name is None:
        return lambda _: None
    module, _, function = name.partition(":")
    found: Ingest = getattr(import_module(module), function)
    return found


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=4000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--campaign", type=int, default=1_000_000)
    parser.add_argument("--slots", type=int, default=1000)
    parser.add_argument("--ingest", default=None)
    return parser.parse_args()


def main() -> None:
    """Measure, print, extrapolate."""
    asked = arguments()
    ingest = ingest_of(asked.ingest)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])
    from screening_scale import nap as importable_nap  # so that workers find it by name

    executor_module.supervise = importable_nap  # type: ignore[assignment]
    with ExitStack() as stack:
        spool = Path(stack.enter_context(tempfile.TemporaryDirectory()))
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
        campaign(executor, 200, 0.0, ingest)
        print(f"{executor.slots} slots on {asked.workers} workers")
        for seconds in (0.0, 1.0):
            found = campaign(executor, asked.tasks, seconds, ingest)
            print(
                f"tasks of {seconds:g} s:", {key: round(value, 2) for key, value in found.items()}
            )
            if not seconds:
                extrapolate(found["tasks/s"], asked)
        resident = psutil.Process().memory_info().rss / 1e6
        print(f"driver and scheduler: {resident:.0f} MB resident")
        print(f"spool: {spool_rate(spool):.0f} durable files a second by one writer on this disk")


def extrapolate(rate: float, asked: argparse.Namespace) -> None:
    """From the highest rate to the shortest tasks that keep all slots busy."""
    shortest, hours = asked.slots / rate, asked.campaign / rate / 3600
    print(
        f"{asked.campaign} tasks on {asked.slots} slots: tasks shorter than {shortest:.1f} s wait "
        f"for the driver, which is done no sooner than {hours:.2f} h"
    )


if __name__ == "__main__":
    main()
