"""Tasks for tests."""

from __future__ import annotations

from typing import Any

from vqe_cli.screening.model import Limits, PropertyTask, Task

ACT = "tests.screening.deeds:act"
PRELOAD: tuple[str, ...] = ()
"""Modules to load before forking: deeds need none."""


def deed(
    name: str,
    *,
    task_id: str | None = None,
    memory: int = 400_000_000,
    within: float = 60,
    **options: Any,
) -> Task:
    """A task that runs a deed.

    Args:
        name: Key of `deeds.DEEDS`.
        task_id: Id of the task; None for the name.
        memory: Memory limit in bytes.
        within: Time limit in seconds.
        options: Options of the deed.
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
