"""Looking at candidates survives what happens to the children that look."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from vqe_cli.screening import audits
from vqe_cli.screening.audits import AuditFile, checksum
from vqe_cli.screening.batches import in_children
from vqe_cli.screening.intake import Caps
from vqe_cli.screening.model import Candidate, Failure, Limits

LIMITS = Limits(memory_bytes=400_000_000, seconds=20)


def look(item: str) -> str:
    """Die as often as the item says: of a signal that a stranger might have sent."""
    times, _, folder = item.partition(" ")
    deaths = list(Path(folder).glob("death-*"))
    if len(deaths) < int(times):
        (Path(folder) / f"death-{len(deaths)}").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "seen"


def test_a_child_killed_from_outside_costs_no_candidate(tmp_path: Path) -> None:
    items = [f"{times} {tmp_path}" for times in (0, 1, 0)]
    preload = (look.__module__,)
    found = list(in_children(f"{look.__module__}:look", items, LIMITS, preload=preload))
    assert found == ["seen"] * 3


def test_who_kills_its_child_twice_has_had_its_chances(tmp_path: Path) -> None:
    items = [f"{times} {tmp_path}" for times in (0, 2, 0)]
    preload = (look.__module__,)
    found = list(in_children(f"{look.__module__}:look", items, LIMITS, preload=preload))
    assert [one.kind if isinstance(one, Failure) else one for one in found] == [
        "seen",
        "crash",
        "seen",
    ]


def test_audits_by_earlier_rules_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, people = tmp_path / "audits.jsonl", [Candidate(name="x", source="a.smi:1", smiles="O")]
    monkeypatch.setattr(audits, "VERSION", audits.VERSION - 1)
    AuditFile(path, checksum(people), Caps()).complete(people, 1, lambda _: None)
    text = path.read_text()
    path.write_text(text.replace('"multiplicity":1', '"multiplicity":3'))
    monkeypatch.undo()
    fresh = AuditFile(path, checksum(people), Caps())
    fresh.complete(people, 1, lambda _: None)
    assert [found.multiplicity for found in fresh] == [1]
