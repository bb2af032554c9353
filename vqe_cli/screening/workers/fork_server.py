"""The fork server: a process that has loaded all modules and forks a child for each task.

``python -m vqe_cli.screening.workers.fork_server FD MODULE...`` imports the modules, reports on
the socket FD, and forks whenever it receives a byte with four file descriptors (`Pipes`). It has
one thread, so that forking is safe, and it ends, with all its descendants, when the socket closes.
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

from vqe_cli.screening.workers.child import run_child
from vqe_cli.screening.workers.process_groups import children_of, kill_all, kill_group

PR_SET_CHILD_SUBREAPER = 36
"""Option in Linux's ``prctl.h``: orphaned descendants become children of this process."""


@dataclass(frozen=True)
class Pipes:
    """The file descriptors sent for each child, in this order.

    Args:
        lifeline: Pipe from which the child reads its request; its closing kills the child.
        reports: Pipe for the child's `child.Report` lines.
        output: Pipe for the child's standard output and standard error.
        status: Pipe for the fork server's messages: the child's process id, then its exit code
            and peak memory.
    """

    lifeline: int
    reports: int
    output: int
    status: int


PIPE_COUNT = len(fields(Pipes))


class ForkServer:
    """The loop that forks children and reaps them.

    Args:
        control: The socket on which children are requested.
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
                sent, descriptors, _, _ = socket.recv_fds(self._control, 1, PIPE_COUNT)
                if not sent:
                    return
                self._fork(Pipes(*descriptors))

    def _fork(self, pipes: Pipes) -> None:
        try:
            pid = os.fork()
        except OSError as error:
            _write(pipes.status, f"no child could be forked: {error}\n")
            os.close(pipes.status)
        else:
            if pid == 0:
                self._close_inherited(pipes)
                run_child(pipes.lifeline, pipes.reports, pipes.output)
            _write(pipes.status, f"{pid}\n")
            self._status[pid] = pipes.status
        for descriptor in (pipes.lifeline, pipes.reports, pipes.output):
            os.close(descriptor)

    def _close_inherited(self, pipes: Pipes) -> None:
        """Close the fork server's descriptors in the child, and restore signal handling."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._control.close()
        for descriptor in (self._wake, self._waker, pipes.status, *self._status.values()):
            os.close(descriptor)

    def _reap(self) -> None:
        ended = os.WEXITED | os.WNOHANG | os.WNOWAIT
        while (found := _waitid(ended)) is not None:
            if found in self._status:
                # Until the dead child is reaped, its id cannot become another group's.
                kill_group(found)
                self._kill_orphans()
            _, status, usage = os.wait4(found, 0)
            if found in self._status:
                report = self._status.pop(found)
                _write(report, f"{os.waitstatus_to_exitcode(status)} {usage.ru_maxrss}\n")
                os.close(report)

    def _kill_orphans(self) -> None:
        """Kill descendants that have outlived their parents."""
        orphans = [pid for pid in children_of(os.getpid()) if pid not in self._status]
        kill_all(orphans)


def main(arguments: Sequence[str]) -> None:
    """Load modules, then fork on request.

    Args:
        arguments: File descriptor of the socket, then modules (``module``) to import and
            functions (``module:function``) to call.
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
    ForkServer(control).serve()
    kill_all(children_of(os.getpid()))


def _load(name: str) -> None:
    module, _, function = name.partition(":")
    found = import_module(module)
    if function:
        getattr(found, function)()


def _adopt_orphans() -> None:
    """Let orphaned descendants become children of this process (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _waitid(options: int) -> int | None:
    try:
        found = os.waitid(os.P_ALL, 0, options)
    except ChildProcessError:
        return None
    return None if found is None else found.si_pid


def _write(descriptor: int, line: str) -> None:
    with suppress(BrokenPipeError):  # the client may have ended
        os.write(descriptor, line.encode())


if __name__ == "__main__":
    main(sys.argv[1:])
