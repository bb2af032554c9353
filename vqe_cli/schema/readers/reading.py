"""The result of a reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from vqe_cli.errors import Path as KeyPath
from vqe_cli.schema.source import Origin, Remark

GEOMETRY: KeyPath = ("molecule", "geometry")
CARTESIAN: KeyPath = (*GEOMETRY, "cartesian")
ZMATRIX: KeyPath = (*GEOMETRY, "zmatrix")
MOLFILE: KeyPath = (*GEOMETRY, "molfile")


@dataclass(frozen=True)
class Reading:
    """The content of a file as input data.

    Args:
        data: Data as in a YAML input file.
        origins: Origin of each value by its keys.
        remarks: Remarks for the user on how the file was read.
        record: The content of a record of this program; None for other files.
    """

    data: dict[str, Any]
    origins: dict[KeyPath, Origin] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    record: dict[str, Any] | None = None
