"""Kernels compiled by Numba, once after installation, and then cached on disk."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from typing import Any

Tell = Callable[[], None]

FEW = 100
"""Largest number of steps of a loop for which a kernel is interpreted.

Importing Numba and its types takes half a second, interpreting so few steps less than 0.1 ms.
"""


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


class Kernel:
    """A function of arrays that is compiled, or interpreted if there is little to do.

    Other kernels cannot call it; they call functions that are `compiled`.

    Args:
        function: The function.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def for_steps(self, count: int) -> Callable[..., Any]:
        """The function in the form that suits the number of steps of its innermost loop.

        Args:
            count: The number of steps, to an order of magnitude.
        """
        return self._function if count <= FEW else self.compiled

    @cached_property
    def compiled(self) -> Callable[..., Any]:
        """The compiled function."""
        found: Callable[..., Any] = compiled(self._function)
        return found


class _Announcement:
    """Tells of the first compilation."""

    def __init__(self, tell: Tell) -> None:
        self._tell: Tell | None = tell

    def __call__(self) -> None:
        tell, self._tell = self._tell, None
        if tell is not None:
            tell()


_OPEN: list[_Announcement] = []
"""Announcements of the blocks that have begun and not ended."""


@contextmanager
def announced(tell: Tell) -> Iterator[None]:
    """Report the first compilation within a block; nested blocks report it, too.

    Numba compiles for the whole process, so compilations by other threads count as well.

    Args:
        tell: Callback, called before the first compilation.
    """
    if "numba" in sys.modules:
        _listen()
    announcement = _Announcement(tell)
    _OPEN.append(announcement)
    try:
        yield
    finally:
        _OPEN.remove(announcement)


@cache
def _listen() -> None:
    """Hear of real compilations; Numba does not report what it finds on disk."""
    from numba.core import event

    class Listener(event.Listener):  # type: ignore[misc]
        def on_start(self, event: Any) -> None:
            for announcement in tuple(_OPEN):
                announcement()

        def on_end(self, event: Any) -> None:
            pass

    event.register("numba:compile", Listener())
