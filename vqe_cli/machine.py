"""What this machine has: threads, memory, and a folder for what must outlive a process."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from vqe_cli.errors import RefusedError

USABLE = 0.8
"""Share of the available memory that a run may plan for."""


def available_threads() -> int:
    """Cores this process may use, or what ``OMP_NUM_THREADS`` says."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def available_bytes() -> int:
    """Memory that could be had now without swapping."""
    try:
        with open("/proc/meminfo", encoding="ascii") as stream:
            for line in stream:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass  # not Linux: fall through to what POSIX tells
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def state_folder() -> Path:
    """Where checkpoints and jobs are kept: ``$VQE_STATE_DIR``, or the user's state folder."""
    own = os.environ.get("VQE_STATE_DIR")
    if own:
        return Path(own)
    from platformdirs import user_state_path

    return user_state_path("vqe")


_limit: ContextVar[int | None] = ContextVar("memory_limit", default=None)


@contextmanager
def memory_limit(limit: int | None) -> Iterator[None]:
    """Allow no more than this, whatever the machine has.

    Args:
        limit: Bytes; None for what the machine has.
    """
    token = _limit.set(limit)
    try:
        yield
    finally:
        _limit.reset(token)


def usable_bytes() -> int:
    """Memory that a run may plan for."""
    usable, limit = int(USABLE * available_bytes()), _limit.get()
    return usable if limit is None else min(usable, limit)


def refuse_if_larger(needed: int, what: str, hint: str) -> None:
    """Refuse before allocating more than there is, or than is allowed.

    Args:
        needed: Bytes.
        what: What they are for.
        hint: What to do instead.

    Raises:
        RefusedError: It is more than the usable share of the available memory, or the limit.
    """
    usable = usable_bytes()
    if needed > usable:
        allowed = "are allowed" if usable == _limit.get() else "can be used"
        message = f"{what} needs {show_bytes(needed)} of memory, {show_bytes(usable)} {allowed}"
        raise RefusedError(message, hint=hint)


def show_bytes(count: int) -> str:
    """A number of bytes for people."""
    if count < 1e8:
        return f"{count / 1e6:.1f} MB"
    return f"{count / 1e9:.1f} GB" if count < 1e15 else f"{count / 1e15:.1e} PB"


_UNITS = {"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "mib": 2**20, "gib": 2**30, "tib": 2**40}


def bytes_of(text: str) -> int | None:
    """``4 GB`` in bytes, None if it is no such thing.

    Args:
        text: What was written.
    """
    found = re.fullmatch(r"\s*([0-9]{1,15}(?:\.[0-9]*)?)\s*([kKmMgGtT][iI]?[bB])\s*", text)
    if found is None or found[2].lower() not in _UNITS:
        return None
    amount = int(float(found[1]) * _UNITS[found[2].lower()])
    return amount if amount > 0 else None
