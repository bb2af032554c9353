"""An open TREXIO file whose faults are errors of the input."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli.chemistry.trexio import library
from vqe_cli.errors import InputError
from vqe_cli.schema.readers.content import MAX_FCIDUMP_BYTES, about, read_bytes

CHUNK = 1_000_000
"""Number of elements of a sparse array that are read at a time."""

GROUPS = frozenset({"electron", "mo"})
"""Groups by which TREXIO files are told from those of other programs."""


class TrexioFile:
    """A file that is open for reading.

    Args:
        path: The file, for messages.
        file: The `trexio.File`.
    """

    def __init__(self, path: Path, file: Any) -> None:
        self.path = path
        self._file, self._trexio = file, library()

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[Self]:
        """Open a file in HDF5, possibly compressed by gzip, or in a bundle.

        Args:
            path: The file.

        Raises:
            InputError: It is no TREXIO file.
            UnavailableError: TREXIO's library is not installed.
        """
        trexio = library()
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "file.h5"
            copy.write_bytes(read_bytes(path, MAX_FCIDUMP_BYTES))
            _refuse_other_files(path, copy)
            try:
                with trexio.File(str(copy), "r", trexio.TREXIO_HDF5) as file:
                    yield cls(path, file)
            except trexio.Error as error:
                message = f"is no TREXIO file that can be read: {error.message}"
                raise about(path, message) from None

    def has(self, name: str) -> bool:
        """Whether the file has a group or attribute.

        Args:
            name: Its name, such as ``mo_class``.
        """
        return bool(getattr(self._trexio, f"has_{name}")(self._file))

    def known(self, name: str) -> Any:
        """An attribute of the file, or None where it is not there.

        Args:
            name: Its name, such as ``mo_class``.
        """
        return self._read(name) if self.has(name) else None

    def needed(self, name: str, what: str, hint: str | None = None) -> Any:
        """An attribute of the file.

        Args:
            name: Its name, such as ``mo_num``.
            what: What it is, for the message.
            hint: How to write it.

        Raises:
            InputError: It is not there.
        """
        if not self.has(name):
            raise self.fault(f"has no {what} ({name})", hint)
        return self._read(name)

    def _read(self, name: str) -> Any:
        """An attribute of the file, whose numbers are finite."""
        found = getattr(self._trexio, f"read_{name}")(self._file)
        self._refuse_infinite(name, found)
        return found

    def _refuse_infinite(self, name: str, found: Any) -> None:
        values = np.asarray(found)
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise self.fault(f"has a number that is not finite ({name})")

    def chunks(self, name: str) -> Iterator[tuple[IntArray, FloatArray]]:
        """Indices, one row for each element, and values of a sparse array.

        Args:
            name: Its name, such as ``mo_2e_int_eri``.
        """
        size = int(getattr(self._trexio, f"read_{name}_size")(self._file))
        read = getattr(self._trexio, f"read_{name}")
        for start in range(0, size, CHUNK):
            indices, values, *_ = read(self._file, start, min(CHUNK, size - start))
            self._refuse_infinite(name, values)
            yield np.asarray(indices, dtype=np.int64), np.asarray(values)

    def fault(self, message: str, hint: str | None = None) -> InputError:
        """The error for a fault of the file.

        Args:
            message: What is wrong.
            hint: What would be right.
        """
        return about(self.path, message, hint)


def _refuse_other_files(path: Path, copy: Path) -> None:
    """Refuse damaged files and those of other programs, on which TREXIO prints HDF5's faults."""
    import h5py

    try:
        with h5py.File(copy, "r") as file:
            groups = set(file)
    except OSError as error:
        raise about(path, f"is a damaged HDF5 file: {error}") from None
    if not groups >= GROUPS:
        raise about(path, "is an HDF5 file, but not of TREXIO", "only TREXIO is read in HDF5")
