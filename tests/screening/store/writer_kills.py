"""Kill a writer many times at random moments, and check that all acknowledged results exist.

python -m tests.screening.store.writer_kills SEEDS FOLDER

It runs outside pytest, so that it may fork: one import serves all writers.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from tests.screening.campaigns import key, plan, results
from vqe_cli.screening.store import Store
from vqe_cli.screening.workers.spool import drain, write_result

CANDIDATES = 400
LONGEST_S = 0.12


def write(folder: Path, first: int, acknowledge: int) -> None:
    """Leave results in the spool, store them, plan anew, and acknowledge each safe result."""
    spool = folder / "spool"
    generator = random.Random(first)
    with Store.open(folder, writable=True) as store:
        for position in range(first, CANDIDATES):
            for result in results(position):
                write_result(spool, result)
                os.write(acknowledge, f"{result.key}\n".encode())
            if generator.random() < 0.5:
                drain(spool, store.ingest)
            if generator.random() < 0.1:
                plan(store, CANDIDATES)


def kill_one(folder: Path, first: int, seconds: float) -> list[str]:
    """Start a writer, kill it after a while, and return the acknowledged keys."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        write(folder, first, writing)
        os._exit(0)
    os.close(writing)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading) as stream:
        return stream.read().splitlines()


def main() -> None:
    """Kill writers, check the store, and print the counts."""
    seeds, folder = int(sys.argv[1]), Path(sys.argv[2])
    (folder / "spool").mkdir(parents=True)
    with Store.create(folder) as store:
        plan(store, CANDIDATES)
    safe: set[str] = set()
    journals = 0
    for seed in range(seeds):
        wait = random.Random(seed).uniform(0.0, LONGEST_S)
        first = len(safe) // 3 % CANDIDATES
        safe |= {line for line in kill_one(folder, first, wait) if len(line) == 64}
        journals += (folder / "campaign.sqlite-journal").exists()
        with Store.open(folder) as reader:  # which also must get over what the writer left
            assert reader.summary().total == CANDIDATES, seed
        with Store.open(folder, writable=True) as store:
            assert drain(folder / "spool", store.ingest) == (), seed
            lost = [one for one in safe if store.result(one) is None]
            assert not lost, (seed, lost)
            assert store.verify().damaged == (), seed
            assert store.summary().total == CANDIDATES, seed
        with closing(sqlite3.connect(folder / "campaign.sqlite")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], seed
    assert key(0, "", "energy") in safe
    print(f"{seeds} kills, {journals} in the middle of a commit, {len(safe)} results, none lost")


if __name__ == "__main__":
    main()
