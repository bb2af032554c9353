"""The lock of a campaign: one process writes at a time."""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import socket
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from vqe_cli.errors import UnavailableError
from vqe_cli.screening.workers.disk_errors import storage

PATIENCE = 1.0
"""Seconds for which a holder may be between taking the lock and writing its name."""


class CampaignLock:
    """Held until it is released or its process is gone, however that came about.

    The kernel keeps the lock (``flock``), so that a dead holder's is free and no stale file
    has to be judged. The file stays: removing it would let two processes lock two files of the
    same name.

    Args:
        folder: The campaign.

    Raises:
        UnavailableError: Somebody else holds it. The command is right, and will work when the
            other has ended; that is why it is no `InputError`.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "lock"
        with storage(self.path), ExitStack() as stack:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
            stack.callback(os.close, handle)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise _refusal(folder, _read_holder(handle)) from None
            _sign(handle)
            self._held = stack.pop_all()

    def release(self) -> None:
        """Let others have it."""
        self._held.close()


def _sign(handle: int) -> None:
    holder = {
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "user": _user(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(holder).encode() + b"\n", 0)


def _read_holder(handle: int) -> dict[str, object] | None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            found = json.loads(os.pread(handle, 4096, 0))
        except ValueError:
            time.sleep(0.05)
            continue
        return found if isinstance(found, dict) else None
    return None


def _refusal(folder: Path, holder: dict[str, object] | None) -> UnavailableError:
    who = "another process"
    if holder:
        who = "process {pid} of {user} on {host}, since {since}".format_map(_Unknown(holder))
    return UnavailableError(
        f"the campaign {folder} is already running in {who}",
        hint="wait until it has finished, or stop it; status and export work meanwhile",
    )


class _Unknown(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
