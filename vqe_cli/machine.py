"""What this machine has: threads and memory, and refusing what would need more memory."""

from __future__ import annotations

import os

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


def refuse_if_larger(needed: int, what: str, hint: str) -> None:
    """Refuse before allocating more than there is.

    Args:
        needed: Bytes.
        what: What they are for.
        hint: What to do instead.

    Raises:
        RefusedError: It is more than the usable share of the available memory.
    """
    usable = int(USABLE * available_bytes())
    if needed > usable:
        message = f"{what} needs {_show(needed)} of memory, {_show(usable)} can be used"
        raise RefusedError(message, hint=hint)


def _show(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count < 1e15 else f"{count / 1e15:.1e} PB"
