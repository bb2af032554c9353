"""The spool: results between a child and the store, one file with a checksum for each.

A file is called ``<key>.<random>.json``; the first line is the SHA-256 of the rest, which is a
`PropertyResult`. The file is removed only after the store has committed the result.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from vqe_cli._core.files import sync_folder, write_atomic
from vqe_cli._core.plain_json import compact_json
from vqe_cli._core.resources import private_folder
from vqe_cli.screening.model import PropertyResult
from vqe_cli.screening.workers.disk_errors import storage

BATCH = 200
"""Largest number of results in one commit."""

STALE_SECONDS = 3600.0
"""An older temporary file has lost its writer."""

_NAME = re.compile(r"([0-9a-f]{64})\.[0-9a-f]+\.json")
_TEMPORARY = re.compile(r"\.[0-9a-f]{64}\.[0-9a-f]+\.json\..+")


@dataclass(frozen=True)
class Damaged:
    """A damaged file.

    Args:
        reason: Description of the damage.
        moved_to: Path to which the file was moved.
        key: Content key of the expected result; None if the file name does not give it.
    """

    reason: str
    moved_to: Path
    key: str | None

    @property
    def note(self) -> str:
        """A line for the user."""
        return (
            f"a damaged result was moved to {self.moved_to} ({self.reason}) and is computed again"
        )


def write_result(folder: Path, result: PropertyResult) -> Path:
    """Leave a result for the scheduler, durably: it survives a power cut.

    Args:
        folder: Folder of the spool.
        result: Result of a finished property.

    Returns:
        The path of the file.

    Raises:
        UnavailableError: The disk is full or cannot be written to.
    """
    name = f"{result.key}.{secrets.token_hex(8)}.json"
    if not _NAME.fullmatch(name):
        raise ValueError(f"a key is a SHA-256 in hexadecimal, not {result.key!r}")
    body = compact_json(result.model_dump(mode="python")).encode()
    path = folder / name
    with storage(folder):
        write_atomic(path, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    return path


def read_spool(folder: Path) -> Iterator[tuple[Path, PropertyResult | Damaged]]:
    """Read the results in the spool, and move damaged files to the campaign's ``quarantine``.

    Names that begin with a dot are unfinished files, or signals between processes.

    Args:
        folder: Folder of the spool, in the campaign folder.

    Yields:
        The path of each file, and its result or damage.
    """
    with storage(folder):
        entries = sorted(
            entry.name for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)
        )
    for name in entries:
        path = folder / name
        if name.startswith("."):
            _remove_if_stale(path)
            continue
        match = _NAME.fullmatch(name)
        found = "its name is not that of a result" if match is None else _read(path, match[1])
        if isinstance(found, str):
            key = match[1] if match else None
            yield path, Damaged(found, _quarantine(path, folder.parent / "quarantine"), key)
        else:
            yield path, found


def drain(folder: Path, ingest: Callable[[Sequence[PropertyResult]], int]) -> tuple[Damaged, ...]:
    """Store all results of the spool, batch by batch, and remove their files.

    Args:
        folder: Folder of the spool.
        ingest: Function that stores results durably.

    Returns:
        The damaged files.
    """
    damaged: list[Damaged] = []
    found = read_spool(folder)
    while batch := list(islice(found, BATCH)):
        results = {path: item for path, item in batch if isinstance(item, PropertyResult)}
        damaged.extend(item for _, item in batch if isinstance(item, Damaged))
        if results:
            ingest(list(results.values()))
        _remove(results)
    return tuple(damaged)


def _remove(paths: Iterable[Path]) -> None:
    """Remove files without sync: storing a file again after a power cut does no harm."""
    for path in paths:
        with storage(path):
            path.unlink(missing_ok=True)


def _read(path: Path, key: str) -> PropertyResult | str:
    """The result in a file, or a description of the damage."""
    with storage(path):
        checksum, newline, body = path.read_bytes().partition(b"\n")
    if not newline:
        return "it is truncated"
    if hashlib.sha256(body).hexdigest().encode() != checksum:
        return "its checksum does not match"
    try:
        result = PropertyResult.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        return f"it is not a result: {where}: {fault['msg']}"
    return result if result.key == key else "it contains the result of another key"


def _quarantine(path: Path, folder: Path) -> Path:
    with storage(folder):
        private_folder(folder)
        target = folder / f"{path.name}.{secrets.token_hex(4)}"
        os.replace(path, target)
        sync_folder(folder)
        sync_folder(path.parent)
    return target


def _remove_if_stale(path: Path) -> None:
    if not _TEMPORARY.fullmatch(path.name):
        return
    with contextlib.suppress(FileNotFoundError):
        if time.time() - path.stat().st_mtime > STALE_SECONDS:
            path.unlink()
