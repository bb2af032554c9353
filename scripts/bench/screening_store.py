"""Measure the throughput of a campaign's store and spool: rows and commits per second.

python scripts/bench/screening_store.py CANDIDATES [FOLDER]

Plan CANDIDATES candidates with three properties each, store results of a realistic size for all
but one percent, and read them back. FOLDER chooses the disk; a temporary folder in it is removed.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from vqe_cli.properties import Column
from vqe_cli.screening.model import (
    Candidate,
    PropertyResult,
    PropertyTask,
    TaskOutcome,
    ValidatedCandidate,
)
from vqe_cli.screening.store import Attempt, PlannedCandidate, PlannedProperty, Revision, Store
from vqe_cli.screening.store.model import PlannedCase
from vqe_cli.screening.tables import TABLES, TableFormat, export_table
from vqe_cli.screening.workers.spool import drain, write_result

PROPERTIES = tuple(
    PlannedProperty(
        name,
        needs,
        tuple(Column(f"{name}_{number}", "number", "A number.") for number in range(10)),
    )
    for name, needs in (("energy", ()), ("dipole", ("energy",)), ("gap", ()))
)
BATCH = 200
HISTORY = 60
"""Length of the history in a record, which is then about 1 kB after compression."""


def key(position: int, name: str) -> str:
    """A made-up content key."""
    return hashlib.sha256(f"{position} {name}".encode()).hexdigest()


def candidate(position: int) -> PlannedCandidate:
    """A made-up candidate."""
    smiles = "C" * (position % 20 + 1) + "O"
    validated = ValidatedCandidate(
        candidate=Candidate(name=f"molecule {position}", source=f"m.smi:{position}", smiles=smiles),
        molecule={"smiles": smiles, "charge": 0, "multiplicity": 1},
        identity=smiles,
        smiles=smiles,
        formula="CH4O",
        atoms=6,
        heavy_atoms=2,
        electrons=18,
        charge=0,
        multiplicity=1,
    )
    return PlannedCandidate(validated)


def case(position: int) -> PlannedCase:
    """The case of a candidate."""
    properties = tuple(
        PropertyTask(key=key(position, entry.name), property={"name": entry.name})
        for entry in PROPERTIES
    )
    spec = {"molecule": {"smiles": "CO", "basis": "sto-3g"}, "ansatz": "uccsd", "seed": 7}
    return PlannedCase(position, "", spec, properties, float(position % 1000))


def results(position: int) -> Iterator[PropertyResult]:
    """All results of a case."""
    generator = random.Random(position)
    for entry in PROPERTIES:
        yield PropertyResult(
            key=key(position, entry.name),
            property=entry.name,
            values={column.name: generator.gauss(0, 1) for column in entry.columns},
            record={"history": [generator.gauss(0, 1) for _ in range(HISTORY)]},
            wall_s=2.0,
            provenance={"version": "0", "packages": {"pyscf": "2.11", "qiskit": "2.1"}},
        )


def measured(title: str, work: Callable[[], object], count: int | None = None) -> None:
    """Call a function, and print its time."""
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    rate = "" if count is None else f"  {count / seconds:12,.0f} /s"
    print(f"{title:32} {seconds:9.2f} s{rate}", flush=True)


def ingest_all(store: Store, finished: int) -> None:
    """Store results in commits of a fixed number of cases."""
    for first in range(0, finished, BATCH):
        places = range(first, min(first + BATCH, finished))
        store.ingest([item for place in places for item in results(place)])
        store.record_outcomes(Attempt(outcome(place), True) for place in places)


def outcome(position: int) -> TaskOutcome:
    """The outcome of a successful attempt of two seconds."""
    return TaskOutcome(
        task=key(position, "energy"),
        failure=None,
        wall_s=2.0,
        peak_bytes=3 * 10**8,
        worker="host:1",
        started=1.7e9 + position,
    )


def _export(store: Store, form: TableFormat, path: Path) -> None:
    export_table(form, store.columns(), store.rows(), path)


def measure(folder: Path, count: int) -> None:
    """Measure and print all figures for one store."""
    finished = count - count // 100
    revision = Revision({}, "m.smi", "0" * 64, {}, PROPERTIES, started=time.time())
    singles = [item for place in range(finished, finished + 20) for item in results(place)]
    with Store.create(folder / "campaign") as store:
        cases = (case(place) for place in range(count))
        people = (candidate(place) for place in range(count))
        measured("plan (candidates)", lambda: store.replace_plan(revision, people, cases), count)
        cases = (case(place) for place in range(count))
        people = (candidate(place) for place in range(count))
        measured("plan again", lambda: store.replace_plan(revision, people, cases), count)
        measured("ingest (results)", lambda: ingest_all(store, finished), 3 * finished)
        measured("commits of one result", lambda: [store.ingest([one]) for one in singles], 60)
        spool = folder / "campaign" / "spool"
        spool.mkdir()
        written = singles * 5
        measured("spool, writing (files)", lambda: [write_result(spool, r) for r in written], 300)
        measured("spool, taking in (files)", lambda: drain(spool, store.ingest), 300)
        measured("missing", lambda: print(len(list(store.missing())), "cases", end=" "))
        measured("status", store.summary)
        for name in TABLES.names():
            form, path = TABLES.create(name), folder / f"table.{name}"
            measured(
                f"export {name} (rows)",
                partial(_export, store, form, path),
                count,
            )
        measured("verify (results)", store.verify, 3 * finished)
        size = store.path.stat().st_size
    print(f"{size / 1e6:,.0f} MB, {size / count:,.0f} bytes a candidate")


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1])
    folder = Path(tempfile.mkdtemp(dir=sys.argv[2] if len(sys.argv) > 2 else None))
    print(f"{count:,} candidates, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    try:
        measure(folder, count)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
