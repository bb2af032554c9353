"""Kernels that the workers of a test run do not each compile for themselves."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from unittest.mock import patch


class _Turns:
    """A lock among processes and threads, which its holder may take again.

    Args:
        file: The file that is locked.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._threads, self._depth = file, threading.RLock(), 0

    def __enter__(self) -> None:
        self._threads.acquire()
        if self._depth == 0:
            fcntl.flock(self._file, fcntl.LOCK_EX)
        self._depth += 1

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()


@contextmanager
def compiled_once() -> Iterator[None]:
    """While one worker compiles, others that need a kernel wait, and find it in Numba's cache."""
    from numba.core.dispatcher import Dispatcher

    from vqe_cli._core import numba_jit

    compile_kernel = Dispatcher.compile
    with Path(numba_jit.__file__).open("rb") as file:
        turns = _Turns(file)

        def compile_in_turn(kernel: Any, signature: Any) -> Any:
            with turns:
                return compile_kernel(kernel, signature)

        with patch.object(Dispatcher, "compile", compile_in_turn):
            yield
