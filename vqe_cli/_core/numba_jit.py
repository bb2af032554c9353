"""Kernels compiled by Numba: once after installation, then kept on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

Tell = Callable[[], None]


class _Announcement:
    """Whom to tell; threads that compile share it."""

    tell: Tell | None = None


def compiled(function: Callable[..., Any]) -> Any:
    """Compile without Python's lock when first called, and keep the result on disk.

    Where no folder for it can be written, it is compiled in every process.
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
    """Say so once if something has to be compiled.

    Args:
        tell: Called before the first compilation.
    """
    _Announcement.tell = tell
    try:
        yield
    finally:
        _Announcement.tell = None


@cache
def _listen() -> None:
    """Hear of real compilations; Numba does not report what it finds on disk."""
    from numba.core import event

    class Listener(event.Listener):  # type: ignore[misc]
        def on_start(self, event: Any) -> None:
            tell, _Announcement.tell = _Announcement.tell, None
            if tell is not None:
                tell()

        def on_end(self, event: Any) -> None:
            pass

    event.register("numba:compile", Listener())
