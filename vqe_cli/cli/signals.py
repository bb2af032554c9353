"""Signals that stop a command, also while a library computes for minutes."""

from __future__ import annotations

import atexit
import os
import resource
import select
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

ANSWER = b"\0"
"""What the handler of a signal writes behind the signal's number."""

PATIENCE = 3.0
"""Time in which the handler of a signal must be reached, seconds."""

CLEARING = 2.0
"""Time in which temporary files are removed where it was not, seconds."""


class Stopped(KeyboardInterrupt):
    """A signal that stops a command.

    If a plain KeyboardInterrupt passes through `exec`, as in many imports, Python treats it as
    unhandled and ends by SIGINT instead of with our exit code.
    """


@contextmanager
def stopped_by_signals(give_up: Callable[[], int] | None) -> Iterator[None]:
    """Make SIGTERM and SIGHUP stop a command as Ctrl-C does.

    Python handles signals between its own instructions, so that integrals or the product of a full
    CI vector would delay them by minutes. A thread ends the process of a command where the handler
    is not reached within `PATIENCE`.

    Args:
        give_up: Function that reports the interruption and returns the exit code, if the process
            is the command's own; None if it is another program's, which is never ended, and whose
            handlers are restored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # a program that embeds the command line handles signals itself
        return
    watch = None if give_up is None or _addresses_are_few() else _Watch(give_up)

    def stop(*_: object) -> None:
        if watch is not None:
            watch.answer()
        raise Stopped

    before = {number: signal.getsignal(number) for number in STOPPING}
    for number, handler in before.items():
        if handler in (signal.SIG_DFL, signal.default_int_handler):  # not ignored, as by nohup
            signal.signal(number, stop)
    try:
        yield
    finally:
        if watch is not None:
            watch.end()
        if give_up is None:
            for number, handler in before.items():
                signal.signal(number, handler)


def end_at_signals(code: int) -> None:
    """Keep the outcome if a signal comes while the interpreter ends.

    Args:
        code: The exit code.
    """
    if threading.current_thread() is threading.main_thread():
        for number in STOPPING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda *_: os._exit(code))


def _addresses_are_few() -> bool:
    """Whether addresses are limited, of which a thread reserves more than 100 MB."""
    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY


class _Watch:
    """A thread that is told of signals by the kernel, and of their handlers' calls.

    Args:
        give_up: Function that reports the interruption, and returns the exit code.
    """

    def __init__(self, give_up: Callable[[], int]) -> None:
        self._give_up = give_up
        self._numbers, self._sent = os.pipe()
        os.set_blocking(self._sent, False)
        signal.set_wakeup_fd(self._sent, warn_on_full_buffer=False)
        threading.Thread(target=self._look, name="signals", daemon=True).start()

    def answer(self) -> None:
        """Note that the handler of a signal has been reached."""
        os.write(self._sent, ANSWER)

    def end(self) -> None:
        """Leave signals to their handlers alone."""
        signal.set_wakeup_fd(-1)
        self.answer()

    def _look(self) -> None:
        waiting = False
        while True:
            ready, _, _ = select.select([self._numbers], [], [], PATIENCE if waiting else None)
            if not ready:
                self._abandon()
            for number in os.read(self._numbers, 4096):
                waiting = number in STOPPING or (waiting and number != ANSWER[0])

    def _abandon(self) -> None:
        """End the process, whose main thread is deep in a library."""
        code = self._give_up()
        clearing = threading.Thread(target=_remove_temporary_files, daemon=True)
        clearing.start()
        clearing.join(CLEARING)  # it may wait for something that the main thread holds
        os._exit(code)


def _remove_temporary_files() -> None:
    """Remove what the end of an interpreter would: files and folders, and open files of PySCF."""
    import tempfile

    folder, prefix = Path(tempfile.gettempdir()).resolve(), tempfile.gettempprefix()
    with suppress(OSError):  # not Linux
        for descriptor in Path("/proc/self/fd").iterdir():
            with suppress(OSError):
                file = descriptor.readlink()
                if file.parent == folder and file.name.startswith(prefix):
                    file.unlink()
    atexit._run_exitfuncs()
