"""Kernels compiled by Numba, once after installation, and then cached on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

Tell = Callable[[], None]


class _Announcement:
    """The callback before the first compilation, shared by all threads."""

    tell: Tell | None = None


def compiled(function: Callable[..., Any]) -> Any:
    """A function that is compiled without Python's lock at the first call, and cached on disk.

    If no folder of the cache is writable, it is compiled in every process.
    """
    import numba

    _listen()
    options = {"nogil": True, "fastmath": {"contract", "reassoc", "nsz"}}
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError as error:
        if "cannot cache" not in str(error):
            raise
        return numba.njit(**options)(function)


@contextmanager
def announced(tell: Tell) -> Iterator[None]:
    """Announce the first compilation within a block.

    Args:
        tell: Callback, called before the first compilation.
    """
    _Announcement.tell = tell
    try:
        yield
    finally:
        _Announcement.tell = None


@cache
def _listen() -> None:
    """Register for Numba's events of compilation, which exclude cached functions."""
    from numba.core import event

    class Listener(event.Listener):  # type: ignore[misc]
        def on_start(self, event: Any) -> None:
            tell, _Announcement.tell = _Announcement.tell, None
            if tell is not None:
                tell()

        def on_end(self, event: Any) -> None:
            pass

    event.register("numba:compile", Listener())
