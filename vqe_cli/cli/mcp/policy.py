"""What a server allows its clients: folders, time, memory, shots and money."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field

from vqe_cli._core.validation import Frozen
from vqe_cli.errors import InputError

STATE = "state"
"""The folder of checkpoints and jobs in that of results."""


class Policy(Frozen):
    """Limits of every call, and the folders that are open to it.

    Args:
        roots: Folders from which files may be read, without symbolic links.
        output: The folder in which files may be written; None for none.
        seconds: Longest time of a call.
        memory: Most memory of a call with all its processes, bytes.
        shots: Most shots of a search, and of one circuit.
        qpu_seconds: Most seconds of a real device for one call; None without a limit of its own.
        money: Highest cost of one call on real devices; None without a limit of its own.
    """

    roots: tuple[Path, ...] = ()
    output: Path | None = None
    seconds: float = Field(gt=0)
    memory: int = Field(gt=0)
    shots: int = Field(gt=0)
    qpu_seconds: float | None = None
    money: float | None = None

    @property
    def has_hardware(self) -> bool:
        """Whether jobs may be sent to real devices, which needs a limit of their own."""
        return self.qpu_seconds is not None or self.money is not None

    @property
    def readable(self) -> tuple[Path, ...]:
        """All folders from which files may be read."""
        return self.roots if self.output is None else (*self.roots, self.output)

    @property
    def folder(self) -> Path:
        """The folder to which relative paths refer, which calls work in."""
        return self.readable[0] if self.readable else Path()

    def existing(self, name: str) -> Path:
        """The file or folder with a name, which is relative to an open folder or absolute.

        Args:
            name: The name in a call.

        Raises:
            InputError: It does not exist, or lies outside of the open folders.
        """
        if not self.readable:
            raise InputError(
                "this server opens no folder",
                hint="give the input itself as 'input', or start the server with --root DIR",
            )
        found = [path for root in self.readable if os.path.exists(path := root / name)]
        if not found:
            self._refuse_outside(name, Path(os.path.realpath(self.readable[0] / name)))
            raise InputError(f"{name}: no such file or folder", hint=self._open_folders)
        real = Path(os.path.realpath(found[0]))
        self._refuse_outside(name, real)
        return real

    def writable(self, name: str) -> Path:
        """The path of a result, which is relative to the folder of results or absolute.

        Args:
            name: The name in a call.

        Raises:
            InputError: Nothing may be written, or the path lies outside of the folder.
        """
        if self.output is None:
            raise InputError("this server writes no files", hint="start it with --output-dir DIR")
        path = Path(os.path.realpath(self.output / name))
        if not path.is_relative_to(self.output):
            raise InputError(f"{name} is outside of the folder of results {self.output}")
        if path.is_relative_to(self.output / STATE):
            raise InputError(
                f"{self.output / STATE} is the folder of checkpoints and jobs", hint="name another"
            )
        return path

    def refuse_texts_outside(self, value: Any, folder: Path) -> None:
        """Refuse an input with a text that names a file outside of the open folders.

        Any key could name a file; a text that leads to no file is not refused.

        Args:
            value: The input as plain data.
            folder: The folder to which relative paths in it refer.

        Raises:
            InputError: A text leads outside.
        """
        for text in _texts(value):
            if _names_file(text, folder):
                self._refuse_outside(text, Path(os.path.realpath(folder / text)))

    def _refuse_outside(self, name: str, real: Path) -> None:
        if not any(real.is_relative_to(root) for root in self.readable):
            raise InputError(
                f"{name} is outside of the folders that this server opens", hint=self._open_folders
            )

    @property
    def _open_folders(self) -> str:
        return f"open folders: {', '.join(map(str, self.readable)) or 'none'}"


def _texts(value: Any) -> Iterator[str]:
    """All texts in plain data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _names_file(text: str, folder: Path) -> bool:
    """Whether a text is a path that exists, or one into a bundle (``result.zip/record.json``).

    Args:
        text: The text.
        folder: The folder to which relative paths refer.
    """
    whole = folder / text
    if whole == folder:
        return False
    return os.path.lexists(whole) or any(os.path.isfile(part) for part in whole.parents)
