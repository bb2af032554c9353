"""A process that has loaded what tasks need and forks a child for each of them.

``python -m vqe_cli.screening.workers.fork_server FD MODULE...`` loads the modules, says so on the
socket FD, and forks whenever it is sent a byte with four file descriptors (`Cradle`). It has one
thread, so that forking is safe, and it ends, with all that descends from it, when the socket
closes.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from importlib import import_module

from vqe_cli.screening.workers.child import live
from vqe_cli.screening.workers.process_groups import kill_all, kill_group, offspring

PR_SET_CHILD_SUBREAPER = 36
"""From Linux's ``prctl.h``: orphans among the descendants become children of this process."""


@dataclass(frozen=True)
class Cradle:
    """The file descriptors that are sent for each child, in this order.

    Args:
        lifeline: The child reads its request here; when the other end closes, the child dies.
        reports: The child says here what it is at, and what went wrong.
        output: What the child prints.
        status: The nursery writes the child's process id here, and how the child ended.
    """

    lifeline: int
    reports: int
    output: int
    status: int


CRADLE_SIZE = len(fields(Cradle))


class Nursery:
    """The loop that forks and reaps.

    Args:
        control: The socket that asks for children.
    """

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._status: dict[int, int] = {}
        self._wake, self._waker = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(self._waker, False)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> None:
        """Fork on request until the socket closes."""
        while True:
            ready, _, _ = select.select([self._control.fileno(), self._wake], [], [])
            if self._wake in ready:
                os.read(self._wake, 4096)
                self._reap()
            if self._control.fileno() in ready:
                sent, descriptors, _, _ = socket.recv_fds(self._control, 1, CRADLE_SIZE)
                if not sent:
                    return
                self._bear(Cradle(*descriptors))

    def _bear(self, cradle: Cradle) -> None:
        try:
            pid = os.fork()
        except OSError as error:
            _write(cradle.status, f"no child could be forked: {error}\n")
            os.close(cradle.status)
        else:
            if pid == 0:
                self._leave(cradle)
                live(cradle.lifeline, cradle.reports, cradle.output)
            _write(cradle.status, f"{pid}\n")
            self._status[pid] = cradle.status
        for descriptor in (cradle.lifeline, cradle.reports, cradle.output):
            os.close(descriptor)

    def _leave(self, cradle: Cradle) -> None:
        """In the child: let go of what belongs to the nursery."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._control.close()
        for descriptor in (self._wake, self._waker, cradle.status, *self._status.values()):
            os.close(descriptor)

    def _reap(self) -> None:
        ended = os.WEXITED | os.WNOHANG | os.WNOWAIT
        while (found := _waitid(ended)) is not None:
            if found in self._status:
                # While the dead child is not reaped, its number stands for its group alone.
                kill_group(found)
                self._kill_orphans()
            _, status, usage = os.wait4(found, 0)
            if found in self._status:
                told = self._status.pop(found)
                _write(told, f"{os.waitstatus_to_exitcode(status)} {usage.ru_maxrss}\n")
                os.close(told)

    def _kill_orphans(self) -> None:
        """What has outlived its parent belongs to nobody."""
        orphans = [pid for pid in offspring(os.getpid()) if pid not in self._status]
        kill_all(orphans)


def main(arguments: Sequence[str]) -> None:
    """Load, then serve.

    Args:
        arguments: The socket's file descriptor, and modules (``module``) to be imported or
            functions (``module:function``) to be called first.
    """
    control = socket.socket(fileno=int(arguments[0]))
    _adopt_orphans()
    try:
        for name in arguments[1:]:
            _load(name)
    except Exception as error:
        trouble = f"{type(error).__name__}: {error}"
        control.sendall(json.dumps({"failed": trouble}).encode() + b"\n")
        return
    gc.collect()
    gc.freeze()  # collections in a child would touch, and so copy, every page
    control.sendall(b"{}\n")
    Nursery(control).serve()
    kill_all(offspring(os.getpid()))


def _load(name: str) -> None:
    module, _, function = name.partition(":")
    found = import_module(module)
    if function:
        getattr(found, function)()


def _adopt_orphans() -> None:
    """On Linux, a grandchild that leaves its group and its parent cannot leave this process."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _waitid(options: int) -> int | None:
    try:
        found = os.waitid(os.P_ALL, 0, options)
    except ChildProcessError:
        return None
    return None if found is None else found.si_pid


def _write(descriptor: int, line: str) -> None:
    with suppress(BrokenPipeError):  # whoever asked for this child may have ended
        os.write(descriptor, line.encode())


if __name__ == "__main__":
    main(sys.argv[1:])
