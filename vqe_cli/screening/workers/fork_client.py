"""The client of the fork server: one server per process, started again if it dies."""

from __future__ import annotations

import atexit
import json
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import astuple, dataclass
from functools import cache

from vqe_cli.errors import UnavailableError
from vqe_cli.screening.workers.child import Request, encode
from vqe_cli.screening.workers.fork_server import Pipes

PRELOAD = (
    "pyscf.mp",
    "pyscf.cc",
    "pyscf.mcscf",
    "rdkit.Chem.AllChem",
    "vqe_cli.pipeline",
    "vqe_cli.screening.workers.warm_up:warm_up",
)
"""Modules and functions that tasks need; children then start at once."""

ENTRY_MODULE = "vqe_cli.screening.workers.supervisor"
"""The module of the function that every child calls first."""

LOADING_S = 600.0
"""Longest time for loading: network disks of some clusters need minutes."""

ENDING_S = 5.0
"""Longest wait for the fork server's end, which follows the closing of its socket."""

LIBRARIES = ("OMP", "OPENBLAS", "MKL", "NUMBA")

ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in LIBRARIES}
"""A task has one core, and a process with threads cannot be forked safely."""


@dataclass(frozen=True)
class Child:
    """A running child.

    Args:
        pid: Process id and process group id of the child.
        lifeline: Write end of the lifeline; closing it kills the child.
        reports: Read end of the pipe with `child.Report` lines.
        output: Read end of the pipe with standard output and standard error.
        status: Read end of the pipe on which the fork server writes exit code and peak memory.
    """

    pid: int
    lifeline: int
    reports: int
    output: int
    status: int

    def close(self) -> None:
        """Close the pipes, which kills the child."""
        for descriptor in (self.lifeline, self.reports, self.output, self.status):
            os.close(descriptor)


class ForkClient:
    """Requests children of a fork server; may be called from any thread.

    Args:
        preload: Modules to import, and functions (``module:function``) to call, before forking.
    """

    def __init__(self, preload: tuple[str, ...] = PRELOAD) -> None:
        self._preload = preload
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the fork server; None if it is not running."""
        return None if self._process is None else self._process.pid

    def child(self, request: Request) -> Child:
        """Fork a child.

        Args:
            request: The request to the child.

        Returns:
            The running child.

        Raises:
            UnavailableError: No fork server could be started, or it cannot fork.
        """
        for _ in range(2):
            child = self._forked()
            if child is not None:
                _send(child.lifeline, encode(request))
                return child
        raise UnavailableError(
            "the fork server dies at once",
            hint="look for what kills processes on this machine, such as a limit on memory",
        )

    def close(self) -> None:
        """End the fork server, and all its children with it."""
        with self._lock:
            self._end()

    def _forked(self) -> Child | None:
        """A child that waits for its request; None if the fork server has died."""
        lifeline, reports, output, status = (os.pipe() for _ in range(4))
        theirs = Pipes(lifeline[0], reports[1], output[1], status[1])
        ours = (lifeline[1], reports[0], output[0], status[0])
        try:
            sent = self._send(theirs)
        except UnavailableError:
            _close(ours)
            raise
        finally:
            _close(astuple(theirs))  # an open end here would hide that the fork server has died
        word = _line(status[0]) if sent else ""
        if word.isdigit():
            return Child(int(word), *ours)
        _close(ours)
        if word:
            raise UnavailableError(word, hint="fewer workers on this machine may help")
        return None

    def _send(self, pipes: Pipes) -> bool:
        with self._lock:
            control = self._running()
            try:
                socket.send_fds(control, [b"c"], astuple(pipes))
            except OSError:
                self._end()
                return False
        return True

    def _running(self) -> socket.socket:
        if self._control is None or self._process is None or self._process.poll() is not None:
            self._end()
            self._start()
        assert self._control is not None
        return self._control

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        server = "vqe_cli.screening.workers.fork_server"
        command = [sys.executable, "-m", server, str(theirs.fileno())]
        command += [ENTRY_MODULE, *self._preload]
        with theirs:
            self._process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # out of reach of Ctrl-C in the terminal
                env=os.environ | ONE_THREAD,
            )
        self._control = ours
        trouble = _startup_error(ours)
        if trouble is not None:
            self._end()
            raise UnavailableError(
                f"the fork server could not be started: {trouble}",
                hint="'vqe doctor' shows what is missing",
            )

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._wait(self._process)
        self._control = self._process = None

    @staticmethod
    def _wait(process: subprocess.Popen[bytes]) -> None:
        try:
            process.wait(timeout=ENDING_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@cache
def fork_client(preload: tuple[str, ...] = PRELOAD) -> ForkClient:
    """This process's client for some modules; the server ends with the process.

    Args:
        preload: See `ForkClient`.
    """
    client = ForkClient(preload)
    atexit.register(client.close)
    return client


def _startup_error(control: socket.socket) -> str | None:
    """Wait until the fork server has loaded; the error message, None for success."""
    waiting = select.poll()
    waiting.register(control, select.POLLIN)
    if not waiting.poll(1000 * LOADING_S):
        return f"it has been loading for {LOADING_S:.0f} s"
    word = _line(control.fileno())
    if not word:
        return "it died while it was loading"
    failed = json.loads(word).get("failed")
    return None if failed is None else str(failed)


def _line(descriptor: int) -> str:
    found = b""
    while not found.endswith(b"\n"):
        piece = os.read(descriptor, 1)
        if not piece:
            return ""
        found += piece
    return found.decode().strip()


def _send(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    with suppress(BrokenPipeError):  # the status of a dead child gives the cause
        while view:
            view = view[os.write(descriptor, view) :]


def _close(descriptors: Iterable[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
