"""One driver for one campaign."""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import socket
import time
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path

from vqe_cli.errors import UnavailableError
from vqe_cli.screening.disk import storage

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
        with storage(self.path):
            self._stream = self.path.open("a+", encoding="utf-8")
            try:
                fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = _read_holder(self._stream)
                self._stream.close()
                raise _refusal(folder, holder) from None
            self._sign()

    def release(self) -> None:
        """Let others have it."""
        self._stream.close()

    def _sign(self) -> None:
        holder = {
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "user": _user(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        self._stream.truncate(0)
        self._stream.write(json.dumps(holder) + "\n")
        self._stream.flush()


def _read_holder(stream: TextIOWrapper) -> dict[str, object] | None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        stream.seek(0)
        try:
            found = json.loads(stream.read())
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
        f"the campaign {folder} is being worked on by {who}",
        hint="wait until it has ended, or stop it; status and export work meanwhile",
    )


class _Unknown(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
