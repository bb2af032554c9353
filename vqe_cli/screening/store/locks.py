"""The lock of a campaign, which admits one writing process at a time."""

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
"""Longest time in seconds between taking the lock and writing the holder's name."""


class CampaignLock:
    """A lock that is held until its release or the end of its process.

    The kernel keeps the lock (``flock``), so that a dead process leaves it free. The file is never
    removed, since two processes could otherwise lock two files of the same name.

    Args:
        folder: Campaign folder.
        what: Name of what the folder belongs to.

    Raises:
        UnavailableError: Another process holds the lock.
    """

    def __init__(self, folder: Path, what: str = "campaign") -> None:
        self.path = folder / "lock"
        with storage(self.path), ExitStack() as stack:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
            stack.callback(os.close, handle)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise _refusal(folder, what, _read_holder(handle)) from None
            _sign(handle)
            self._held = stack.pop_all()

    def release(self) -> None:
        """Release the lock."""
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


def _refusal(folder: Path, what: str, holder: dict[str, object] | None) -> UnavailableError:
    who = "another process"
    if holder:
        who = "process {pid} of {user} on {host}, since {since}".format_map(_Unknown(holder))
    meanwhile = "; status and export work meanwhile" if what == "campaign" else ""
    return UnavailableError(
        f"the {what} {folder} is already running in {who}",
        hint=f"wait until it has finished, or stop it{meanwhile}",
    )


class _Unknown(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
