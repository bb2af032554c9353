"""Functions that children run in tests: successes, and failures of all kinds."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from vqe_cli.errors import NotConvergedError
from vqe_cli.screening.model import Task

Tell = Callable[[str], None]


def act(task: Task, spool: Path, tell: Tell) -> None:
    """Do what the task's spec names, and leave a file with its name."""
    deed = str(task.spec["deed"])
    for wanted in task.properties:
        tell(wanted.key)
    DEEDS[deed](task)
    (spool / f"{task.id}.done").write_text(deed)


def _sleep(task: Task) -> None:
    time.sleep(float(task.spec.get("seconds", 0.0)))


def _burn(task: Task) -> None:
    end = time.process_time() + float(task.spec["seconds"])
    while time.process_time() < end:
        sum(range(1000))


def _segfault(task: Task) -> None:
    print("about to read address zero", flush=True)
    ctypes.string_at(0)


def _hog(task: Task) -> None:
    kept = []
    while True:
        kept.append(b"x" * 50_000_000)
        time.sleep(0.001)


def _hog_in_grandchild(task: Task) -> None:
    hog = "kept = []\nwhile True: kept.append(b'x' * 20_000_000); __import__('time').sleep(0.01)"
    subprocess.run([sys.executable, "-c", hog], check=True)


def _map(task: Task) -> None:
    """Ask for far more address space than any memory cap of a test allows."""
    bytearray(1 << 46)


def _hang_with_the_lock(task: Task) -> None:
    """Hang in compiled code that never lets go of Python's lock."""
    ctypes.PyDLL(None).pause()


def _fail(task: Task) -> None:
    raise RuntimeError("nobody foresaw this")


def _no_convergence(task: Task) -> None:
    raise NotConvergedError("the density oscillates", hint="try level shifts")


def _kill_self(task: Task) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _leave(task: Task) -> None:
    os._exit(0)


def _print_secret(task: Task) -> None:
    """What a careless package would do before it crashes."""
    print(os.environ, flush=True)
    raise RuntimeError(f"cannot log in with {os.environ.get('QISKIT_IBM_TOKEN')}")


def _print_secret_and_die(task: Task) -> None:
    print("token:", os.environ.get("QISKIT_IBM_TOKEN"), flush=True)
    os.abort()


def _flood(task: Task) -> None:
    """Print more than any pipe holds."""
    for _ in range(2000):
        print("x" * 1000)


def _escape(task: Task) -> None:
    """Leave a grandchild behind that has its own session and another parent."""
    note = str(task.spec["note"])
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            Path(note).write_text(str(os.getpid()))
            time.sleep(600)
        os._exit(0)
    while not Path(note).exists() or not Path(note).read_text():
        time.sleep(0.01)


def _stay(task: Task) -> None:
    """Write down who this is, and stay."""
    Path(str(task.spec["note"])).write_text(str(os.getpid()))
    time.sleep(600)


DEEDS = {
    "stay": _stay,
    "sleep": _sleep,
    "burn": _burn,
    "segfault": _segfault,
    "hog": _hog,
    "hog-in-grandchild": _hog_in_grandchild,
    "map": _map,
    "hang": _hang_with_the_lock,
    "fail": _fail,
    "no-convergence": _no_convergence,
    "kill-self": _kill_self,
    "leave": _leave,
    "print-secret": _print_secret,
    "print-secret-and-die": _print_secret_and_die,
    "flood": _flood,
    "escape": _escape,
}
