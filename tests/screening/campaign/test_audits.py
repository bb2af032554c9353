"""Looking at candidates survives what happens to the children that look."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from vqe_cli.screening.batches import in_children
from vqe_cli.screening.model import Failure, Limits

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
