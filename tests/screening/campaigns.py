"""A made-up campaign for tests of the store: plain data, no chemistry."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vqe_cli.properties import Column
from vqe_cli.screening.model import (
    Candidate,
    Failure,
    PropertyResult,
    PropertyTask,
    TaskOutcome,
    ValidatedCandidate,
)
from vqe_cli.screening.store import PlannedCandidate, PlannedProperty, Revision, Store
from vqe_cli.screening.store.model import PlannedCase

ENERGY = PlannedProperty(
    "energy",
    (),
    (
        Column("energy_hartree", "number", "Total energy."),
        Column("verdict", "text", "Verdict."),
        Column("shots", "integer", "Shots."),
    ),
)
DIPOLE = PlannedProperty("dipole", ("energy",), (Column("dipole_debye", "number", "Dipole."),))
GAP = PlannedProperty("gap", (), (Column("small_gap", "flag", "Whether the gap is small."),))
PROPERTIES = (ENERGY, DIPOLE, GAP)


def key(*of: object) -> str:
    return hashlib.sha256(repr(of).encode()).hexdigest()


def revision(properties: tuple[PlannedProperty, ...] = PROPERTIES, **config: Any) -> Revision:
    return Revision(config, "list.smi", "0" * 64, {"pyscf": "2.11"}, properties, started=1e9)


def candidate(
    name: str, *, failure: Failure | None = None, duplicate_of: int | None = None
) -> PlannedCandidate:
    validated = ValidatedCandidate(
        candidate=Candidate(name=name, source=f"list.smi:{name}", smiles="CO"),
        molecule=None if failure else {"geometry": "He 0 0 0", "charge": 0, "multiplicity": 1},
        identity="CO",
        smiles="CO",
        formula="CH4O",
        atoms=6,
        heavy_atoms=2,
        electrons=18,
        charge=0,
        multiplicity=1,
        notes=("charge from the structure",),
        failure=failure,
    )
    return PlannedCandidate(validated, duplicate_of)


def case(
    position: int,
    *,
    properties: tuple[PlannedProperty, ...] = PROPERTIES,
    variant: str = "",
    cost: float = 1.0,
) -> PlannedCase:
    wanted = tuple(
        PropertyTask(key=key(position, variant, entry.name), property={"name": entry.name})
        for entry in properties
    )
    spec = {"molecule": {"geometry": "He 0 0 0", "basis": "sto-3g"}, "seed": position}
    return PlannedCase(position, variant, spec, wanted, cost)


def good(result_key: str, name: str, **values: Any) -> PropertyResult:
    return PropertyResult(
        key=result_key,
        property=name,
        values=values,
        record={"history": [0.1, 0.2], "molecule": result_key},
        wall_s=1.5,
        provenance={"version": "1"},
    )


def bad(result_key: str, name: str, kind: str, message: str = "no") -> PropertyResult:
    failure = Failure.model_validate({"kind": kind, "message": message, "hint": "try"})
    return PropertyResult(key=result_key, property=name, failure=failure)


def results(position: int, *, variant: str = "") -> list[PropertyResult]:
    """All good results of a case."""
    keys = {entry.name: key(position, variant, entry.name) for entry in PROPERTIES}
    energy = -76.0 - 1 / (position + 3)
    return [
        good(keys["energy"], "energy", energy_hartree=energy, verdict="pass", shots=position),
        good(keys["dipole"], "dipole", dipole_debye=position / 7),
        good(keys["gap"], "gap", small_gap=position % 2 == 0),
    ]


def plan(store: Store, count: int) -> None:
    """Candidates ``m0``, ``m1`` ... with one case each, the last the cheapest."""
    store.replace_plan(
        revision(),
        (candidate(f"m{place}") for place in range(count)),
        (case(place, cost=float(count - place)) for place in range(count)),
    )


def outcome(task: str, *, started: float, wall_s: float = 60.0, **others: Any) -> TaskOutcome:
    fields = {"failure": None, "peak_bytes": 10**8, "worker": "host:1", **others}
    return TaskOutcome(task=task, started=started, wall_s=wall_s, **fields)


def exported(store: Store) -> list[dict[str, Any]]:
    return list(store.rows())


def write_results(spool: Path, positions: range) -> Iterator[Path]:
    from vqe_cli.screening.workers.spool import write_result

    for position in positions:
        for result in results(position):
            yield write_result(spool, result)
