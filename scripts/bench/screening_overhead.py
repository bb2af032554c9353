"""Measure the cost of supervision: tasks of known length on two workers, and unsupervised calls.

``python scripts/bench/screening_overhead.py [--seconds 0.1 2 5] [--tasks 8] [--rounds 3]``

Rounds of both kinds alternate. Unsupervised calls are made in two processes with everything loaded.
A task sleeps, or adds up as many numbers as an idle core does in that time.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import psutil

from vqe_cli.screening.model import Limits, Task
from vqe_cli.screening.workers.executor import DaskExecutor

HERE = Path(__file__).parent
SLOTS = 2


def sleep(amount: float) -> None:
    """Sleep for some seconds."""
    time.sleep(amount)


def add(amount: float) -> None:
    """Add up some number of integers."""
    total = 0
    for number in range(int(amount)):
        total += number


DEEDS = {"sleep": sleep, "add": add}


def act(task: Task, _spool: Path, _tell: Callable[[str], None]) -> None:
    """Do what the task's spec says, in a child."""
    spec = task.spec
    DEEDS[spec["deed"]](spec["amount"])


def additions_in_a_second() -> float:
    """The number of additions that an idle core makes in a second."""
    add(1e6)
    start = time.process_time()
    add(1e7)
    return 1e7 / (time.process_time() - start)


def bare(pool: ProcessPoolExecutor, deed: str, amount: float, tasks: int) -> float:
    """The seconds for some unsupervised calls in running processes."""
    start = time.perf_counter()
    for future in [pool.submit(DEEDS[deed], amount) for _ in range(tasks)]:
        future.result()
    return time.perf_counter() - start


def supervised(executor: DaskExecutor, deed: str, amount: float, tasks: int) -> float:
    """The seconds for the same calls as supervised tasks."""
    spec = {"deed": deed, "amount": amount}
    limits = Limits(memory_bytes=4_000_000_000, seconds=600)
    start = time.perf_counter()
    for number in range(tasks):
        task = Task(id=str(number), title="", spec=spec, properties=(), limits=limits)
        executor.submit(task)
    done = 0
    while done < tasks:
        for outcome in executor.completed(10):
            assert outcome.failure is None, outcome.failure
            done += 1
    return time.perf_counter() - start


def supervision_seconds() -> float:
    """The processor time so far of workers and fork servers in seconds, without children."""
    below = psutil.Process().children(recursive=True)
    module = "vqe_cli.screening.workers.fork_server"
    servers = [process for process in below if module in process.cmdline()]
    leaders = [process for process in servers if process.parent() not in servers]
    busy = [*leaders, *(process.parent() for process in leaders)]
    return sum(sum(process.cpu_times()[:2]) for process in busy if process is not None)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, nargs="+", default=[0.1, 2.0, 5.0])
    parser.add_argument("--tasks", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    os.environ["PYTHONPATH"] = os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])

    speed = additions_in_a_second()
    with (
        tempfile.TemporaryDirectory() as spool,
        ProcessPoolExecutor(SLOTS, mp_context=get_context("spawn")) as pool,
        DaskExecutor(SLOTS, None, Path(spool), function="screening_overhead:act") as executor,
    ):
        bare(pool, "sleep", 0.1, 2 * SLOTS)
        supervised(executor, "sleep", 0.1, 2 * SLOTS)  # fork servers have loaded now
        print("deed   seconds  bare s/task  supervised s/task  overhead s  overhead %  cpu s/task")
        for deed in DEEDS:
            for seconds in asked.seconds:
                amount = seconds if deed == "sleep" else seconds * speed
                report(executor, pool, deed, seconds, amount, asked)


def report(
    executor: DaskExecutor,
    pool: ProcessPoolExecutor,
    deed: str,
    seconds: float,
    amount: float,
    asked: argparse.Namespace,
) -> None:
    """Measure both kinds in turn, and print the medians."""
    before = supervision_seconds()
    rounds = [
        (bare(pool, deed, amount, asked.tasks), supervised(executor, deed, amount, asked.tasks))
        for _ in range(asked.rounds)
    ]
    busy = (supervision_seconds() - before) / (asked.rounds * asked.tasks)
    scale = SLOTS / asked.tasks
    plain, watched = (statistics.median(column) * scale for column in zip(*rounds, strict=True))
    extra = statistics.median(watched - plain for plain, watched in rounds) * scale
    print(
        f"{deed:6} {seconds:7.1f} {plain:12.4f} {watched:18.4f} {extra:11.4f} "
        f"{100 * extra / plain:10.1f} {busy:11.4f}"
    )


if __name__ == "__main__":
    main()
