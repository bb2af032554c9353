"""Tasks of the tests."""

from __future__ import annotations

from typing import Any

from vqe_cli.screening.model import Limits, PropertyTask, Task

ACT = "tests.screening.deeds:act"
PRELOAD: tuple[str, ...] = ()
"""Deeds need nothing that takes long to load."""


def deed(
    name: str,
    *,
    task_id: str | None = None,
    memory: int = 400_000_000,
    within: float = 60,
    **options: Any,
) -> Task:
    """A task that does what its name says.

    Args:
        name: A key of `deeds.DEEDS`.
        task_id: Its identity; the name if none.
        memory: Cap in bytes.
        within: Cap on its time in seconds.
        options: What the deed needs to know.
    """
    return Task(
        id=task_id or name,
        title=name,
        spec={"deed": name, **options},
        properties=(
            PropertyTask(key="first", property={}),
            PropertyTask(key="second", property={}),
        ),
        limits=Limits(memory_bytes=memory, seconds=within),
    )
