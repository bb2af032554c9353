"""Validation of candidates survives crashes of the children that validate."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from vqe_cli.screening.candidates import validation_file
from vqe_cli.screening.candidates.validation import Caps
from vqe_cli.screening.candidates.validation_file import ValidationFile
from vqe_cli.screening.model import Candidate, Failure, Limits, ValidatedCandidate
from vqe_cli.screening.workers.isolated_calls import in_children

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


def complete(path: Path) -> tuple[list[ValidatedCandidate], list[int]]:
    """Look at three molecules; what was seen, and how many were known at each telling."""
    molecules = [
        Candidate(name=smiles, source="here", smiles=smiles) for smiles in ("C", "CO", "CCO")
    ]
    file, told = ValidationFile(path, "0" * 64, Caps()), []
    file.complete(molecules, 1, told.append)
    return list(file), told


def _flipped(whole: bytes) -> bytes:
    """The second molecule becomes a cation, in JSON that can be read."""
    head, first, second, third = whole.splitlines(keepends=True)
    assert second.count(b'"charge":0') == 2
    return head + first + second.replace(b'"charge":0', b'"charge":1') + third


@pytest.mark.parametrize(
    "damage",
    [
        _flipped,
        lambda whole: whole[:-1],
        lambda whole: whole[:-200] + b"\0" * 199 + b"\n",
        lambda whole: whole[:-40],
    ],
    ids=["flipped", "no-newline", "zeros", "torn"],
)
def test_a_damaged_file_is_gone_on_with_after_its_last_good_line(
    damage: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "validation.jsonl"
    expected, told = complete(path)
    assert told == [3]
    whole = path.read_bytes()
    assert complete(path) == (expected, [3])
    path.write_bytes(damage(whole))
    found, told = complete(path)
    assert found == expected
    assert told == [1 if damage is _flipped else 2, 3]
    assert path.read_bytes() == whole


def test_a_file_of_earlier_rules_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "validation.jsonl"
    expected, _ = complete(path)
    path.unlink()
    wrong = [found.model_copy(update={"multiplicity": 3}) for found in expected]
    monkeypatch.setattr(validation_file, "VERSION", validation_file.VERSION - 1)
    monkeypatch.setattr(ValidationFile, "_validate", lambda *_: iter(wrong))
    assert complete(path)[0] == wrong
    monkeypatch.undo()
    assert complete(path)[0] == expected
