"""Where each value of the input came from: a line of a file, or a flag."""

from __future__ import annotations

from dataclasses import dataclass, field
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
class Source:
    """The origin of every value, by its path in the input.

    Args:
        file: The input file, if there is one.
        origins: Path in the input to origin.
    """

    file: Path | None = None
    origins: dict[KeyPath, Origin] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The folder that relative paths in the input start from."""
        return self.file.parent if self.file else Path()

    @property
    def stem(self) -> str | None:
        """The file's name without folder and ending."""
        return self.file.stem if self.file else None

    def describe(self, path: KeyPath, offset: int = 0) -> str | None:
        """Name the origin of a value, or of the nearest thing around it that has one."""
        for end in range(len(path), -1, -1):
            origin = self.origins.get(path[:end])
            if origin is not None:
                return origin.describe(offset if end == len(path) else 0)
        return str(self.file) if self.file else None
