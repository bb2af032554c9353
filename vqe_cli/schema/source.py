"""The origin of each value of the input: a line of a file, or a flag."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from vqe_cli.errors import Path as KeyPath


@dataclass(frozen=True)
class Origin:
    """A file and line (from 1), or the name of a flag."""

    name: str
    line: int | None = None

    def describe(self, offset: int = 0) -> str:
        """The origin as text: ``h2.yaml:4`` or ``--basis``."""
        return self.name if self.line is None else f"{self.name}:{self.line + offset}"


@dataclass(frozen=True)
class Remark:
    """A remark for the user on how a file was read.

    Args:
        text: The remark, a sentence.
        keys: Keys of the molecule that the remark concerns; it is dropped once the user sets all
            of them.
        doubtful: Whether the file may mean other values of these keys than those used.
    """

    text: str
    keys: frozenset[str] = frozenset()
    doubtful: bool = False

    def without(self, settled: Collection[str]) -> Remark | None:
        """The remark on the remaining keys when some are set elsewhere; None if none remain."""
        if not self.keys or not self.keys.intersection(settled):
            return self
        left = self.keys.difference(settled)
        return replace(self, keys=left) if left else None


@dataclass(frozen=True)
class Source:
    """The origins of all values of an input.

    Args:
        file: Path of the input file, or None; ``-`` is standard input.
        origins: Origin of each value by its keys.
        remarks: Remarks on how files were read.
        name: The name of the run in tables, if the input has none; None for that of the file.
    """

    file: Path | None = None
    origins: dict[KeyPath, Origin] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    name: str | None = None

    def settle(self, keys: Collection[str]) -> None:
        """Drop remarks on keys of the molecule that are set elsewhere."""
        self.remarks[:] = [left for one in self.remarks if (left := one.without(keys))]

    @property
    def folder(self) -> Path:
        """The folder of the input file, which relative paths refer to."""
        return self.file.parent if self.file else Path()

    @property
    def stem(self) -> str | None:
        """The name of the input file without folder and extension, or that of a record's run."""
        if self.name is not None:
            return self.name
        if self.file is None or str(self.file) == "-":
            return None
        compressed = self.file.suffix.lower() == ".gz"
        return Path(self.file.stem).stem if compressed else self.file.stem

    def flag(self, path: KeyPath) -> str | None:
        """The flag that sets a value or a part of it, if one does.

        Args:
            path: Keys of the value.
        """
        found = (
            origin.name
            for keys, origin in self.origins.items()
            if origin.name.startswith("--")
            and (keys[: len(path)] == path or (keys and keys == path[: len(keys)]))
        )
        return next(found, None)

    def describe(self, path: KeyPath, offset: int = 0) -> str | None:
        """The origin of a value as text, or that of the nearest enclosing value."""
        for end in range(len(path), -1, -1):
            origin = self.origins.get(path[:end])
            if origin is not None:
                return origin.describe(offset if end == len(path) else 0)
        return str(self.file) if self.file else None
