"""Kernels compiled by Numba, once after installation, and then cached on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Tell = Callable[[], None]


def compiled(function: Callable[..., Any]) -> Any:
    """A function that is compiled without Python's lock at the first call, and cached on disk.

    If no folder of the cache is writable, it is compiled in every process.
    """
    import numba

    options = {"nogil": True, "fastmath": {"contract", "reassoc", "nsz"}}
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError as error:
        if "cannot cache" not in str(error):
            raise
        return numba.njit(**options)(function)


@contextmanager
def announced(tell: Tell) -> Iterator[None]:
    """Report the first compilation within a block; nested blocks report it, too.

    Numba compiles for the whole process, so compilations by other threads count as well.

    Args:
        tell: Callback, called before the first compilation.
    """
    from numba.core import event

    with event.install_listener("numba:compile", _listener(tell)):
        yield


def _listener(tell: Tell) -> Any:
    """Hears of real compilations; Numba does not report what it finds on disk."""
    from numba.core import event

    class Listener(event.Listener):  # type: ignore[misc]
        told = False

        def on_start(self, event: Any) -> None:
            if not self.told:
                self.told = True
                tell()

        def on_end(self, event: Any) -> None:
            pass

    return Listener()
