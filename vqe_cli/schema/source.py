"""Where each value of the input came from: a line of a file, or a flag."""

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
        """``h2.yaml:4`` or ``--basis``."""
        return self.name if self.line is None else f"{self.name}:{self.line + offset}"


@dataclass(frozen=True)
class Remark:
    """Something about how a file was read that its reader should know.

    Args:
        text: A sentence.
        keys: Keys of the molecule that it is about; once the user has set all of them, it says
            nothing any more.
        doubtful: Whether the file may have meant another value of these keys than is used.
    """

    text: str
    keys: frozenset[str] = frozenset()
    doubtful: bool = False

    def without(self, settled: Collection[str]) -> Remark | None:
        """What is left of it when these keys are set elsewhere; None where that is nothing."""
        if not self.keys or not self.keys.intersection(settled):
            return self
        left = self.keys.difference(settled)
        return replace(self, keys=left) if left else None


@dataclass(frozen=True)
class Source:
    """The origin of every value, by its path in the input.

    Args:
        file: The input file, if there is one; ``-`` is standard input.
        origins: Path in the input to origin.
        remarks: How files were read.
    """

    file: Path | None = None
    origins: dict[KeyPath, Origin] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def settle(self, keys: Collection[str]) -> None:
        """Drop remarks about keys of the molecule that are set elsewhere."""
        self.remarks[:] = [left for one in self.remarks if (left := one.without(keys))]

    @property
    def folder(self) -> Path:
        """The folder that relative paths in the input start from."""
        return self.file.parent if self.file else Path()

    @property
    def stem(self) -> str | None:
        """The file's name without folder and ending."""
        if self.file is None or str(self.file) == "-":
            return None
        compressed = self.file.suffix.lower() == ".gz"
        return Path(self.file.stem).stem if compressed else self.file.stem

    def describe(self, path: KeyPath, offset: int = 0) -> str | None:
        """Name the origin of a value, or of the nearest thing around it that has one."""
        for end in range(len(path), -1, -1):
            origin = self.origins.get(path[:end])
            if origin is not None:
                return origin.describe(offset if end == len(path) else 0)
        return str(self.file) if self.file else None
