"""Bundles: zip files of results with a checksum of every file.

The same content gives the same bytes: files are sorted and have no times of their own.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import textwrap
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from vqe_cli._core.files import write_atomic
from vqe_cli.errors import InputError

BUNDLE_SCHEMA = "vqe-bundle/1"
BUNDLE_SUFFIX = ".zip"

RECORD = "record.json"
MANIFEST = "manifest.json"
README = "README.txt"

MAX_MEMBER_BYTES = 2_000_000_000
"""Largest size of one file of a bundle, bytes, decompressed."""

MAX_MANIFEST_BYTES = 10_000_000

COLUMNS = 80

_CHUNK = 1 << 20
"""Number of bytes of which a checksum is made at a time."""

_USES = """\
`vqe replay` computes runs again from this file and says what differs;
`vqe run --from` takes it as an input, which flags can change.
"""

_BEGINNING = b"PK\x03\x04"
"""The first bytes of zip files that hold a file."""

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of all files: the earliest that zip files know."""

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What `zipfile` raises for damaged, encrypted or exotic files."""


@dataclass(frozen=True)
class BundledFile:
    """A file of a bundle.

    Args:
        name: Its name, with ``/`` between folders.
        content: Its content.
        about: What it is, for the README, a noun phrase.
    """

    name: str
    content: bytes
    about: str


def write_bundle(path: Path, title: str, files: Sequence[BundledFile], uses: str = _USES) -> None:
    """Write a bundle: the files, a README that explains them, and a manifest of checksums.

    Args:
        path: Path of the bundle, which appears complete or not at all.
        title: What the bundle holds, the first line of the README.
        files: The files, of different names.
        uses: What can be done with it, the end of the README.

    Raises:
        OSError: The bundle cannot be written.
    """
    write_atomic(path, _archived([*files, _readme(title, files, uses)]))


def names_bundle(path: Path) -> bool:
    """Whether an output file is to be a bundle, by its name.

    Args:
        path: Path of the output file.
    """
    return path.suffix.lower() == BUNDLE_SUFFIX


OFFICE = (".docx", ".xlsx", ".pptx", ".odt", ".ods")
"""Extensions of office documents, which are zip archives too."""


def is_bundle(path: Path) -> bool:
    """Whether a path is that of a zip file, by its content, even if its end is missing.

    Args:
        path: The path.
    """
    # Unlike Path.is_file, no error for a path that cannot exist.
    if not os.path.isfile(path) or not os.access(path, os.R_OK):
        return False
    with path.open("rb") as stream:
        return stream.read(len(_BEGINNING)) == _BEGINNING or zipfile.is_zipfile(stream)


def bundle_around(path: Path) -> Path | None:
    """The bundle that a path such as ``result.zip/record.json`` leads into; None if in none.

    Args:
        path: The path.
    """
    return next((parent for parent in path.parents if is_bundle(parent)), None)


class Bundle:
    """A bundle that is read.

    Args:
        path: Path of the bundle.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files, the manifest's included.

        Raises:
            InputError: The bundle is damaged.
        """
        return tuple(entry.filename for entry in self._entries())

    def read(self, name: str, limit: int = MAX_MEMBER_BYTES) -> bytes:
        """The content of a file.

        Args:
            name: Name of the file.
            limit: Largest size in bytes.

        Raises:
            InputError: There is no such file, or it is damaged or too large.
        """
        try:
            with zipfile.ZipFile(self.path) as archive:
                # No more than this size is decompressed, whatever the file holds.
                if archive.getinfo(name).file_size > limit:
                    raise self._about(f"{name} is larger than {limit // 10**6} MB")
                return archive.read(name)
        except KeyError:
            raise self._about(f"has no {name}") from None
        except _DAMAGED as error:
            raise self._damaged(error) from None

    def sha256(self, name: str) -> str:
        """The checksum of a file, which is not kept in memory.

        Args:
            name: Name of the file.

        Raises:
            InputError: The file is damaged.
        """
        digest = hashlib.sha256()
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(name) as stream:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
        except _DAMAGED as error:
            raise self._damaged(error) from None
        return digest.hexdigest()

    @cached_property
    def listed(self) -> dict[str, tuple[str, int]]:
        """SHA-256 and size in bytes of every file by the manifest.

        Raises:
            InputError: There is no manifest, or it is damaged.
        """
        try:
            files = json.loads(self.read(MANIFEST, MAX_MANIFEST_BYTES))["files"].items()
            return {str(name): (str(one["sha256"]), int(one["bytes"])) for name, one in files}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise self._about("has no readable manifest") from None

    def faults(self) -> tuple[str, ...]:
        """What differs from the manifest: changed, missing and added files, as sentences.

        Raises:
            InputError: The bundle is damaged.
        """
        sizes: dict[str, list[int]] = {}
        for entry in self._entries():
            sizes.setdefault(entry.filename, []).append(entry.file_size)
        found = [f"{name} is missing" for name in sorted(self.listed.keys() - sizes.keys())]
        added = sizes.keys() - self.listed.keys() - {MANIFEST}
        found += [f"{name} was added later" for name in sorted(added)]
        found += [f"{name} is in it twice" for name in sorted(sizes) if len(sizes[name]) > 1]
        for name in sorted(self.listed.keys() & sizes.keys()):
            sha256, size = self.listed[name]
            if sizes[name][-1] != size:
                found.append(f"{name} was changed: its size is not that of the manifest")
            elif self.sha256(name) != sha256:
                found.append(f"{name} was changed: its checksum is not that of the manifest")
        return tuple(found)

    def _entries(self) -> list[zipfile.ZipInfo]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                return archive.infolist()
        except _DAMAGED as error:
            raise self._damaged(error) from None

    def _about(self, message: str) -> InputError:
        error = InputError(message, hint="write the bundle again: vqe run FILE -o NAME.zip")
        error.where = str(self.path)
        return error

    def _damaged(self, error: BaseException) -> InputError:
        if self.path.suffix.lower() in OFFICE:
            office = InputError("is an Office document, not a text file", hint="save it as text")
            office.where = str(self.path)
            return office
        return self._about(f"is damaged or no bundle: {error}")


def sha256(content: bytes) -> str:
    """The SHA-256 checksum of some bytes, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _archived(files: Sequence[BundledFile]) -> bytes:
    """The zip file with the manifest."""
    listed: dict[str, Any] = {
        one.name: {"sha256": sha256(one.content), "bytes": len(one.content)}
        for one in sorted(files, key=lambda one: one.name)
    }
    if len(listed) < len(files):
        raise ValueError(f"files should have different names. Got {[one.name for one in files]}.")
    manifest = {"schema": BUNDLE_SCHEMA, "files": listed}
    text = json.dumps(manifest, indent=2) + "\n"
    content = {MANIFEST: text.encode(), **{one.name: one.content for one in files}}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(content):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content[name], compresslevel=6)
    return stream.getvalue()


def _readme(title: str, files: Sequence[BundledFile], uses: str) -> BundledFile:
    """The README: a paragraph for each file."""
    told = [(one.name, one.about) for one in files]
    told.append((MANIFEST, "SHA-256 checksum of every file"))
    widest = max(len(name) for name, _ in told) + 2
    lines = [
        textwrap.fill(f"{name:{widest}}{about}", COLUMNS, subsequent_indent=" " * widest)
        for name, about in told
    ]
    text = "\n".join([textwrap.fill(title, COLUMNS), "", *lines, "", uses])
    return BundledFile(README, text.encode(), "this text")
