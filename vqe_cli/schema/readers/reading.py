"""What a reader hands back."""

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
        data: What a YAML input file would hold.
        origins: Where each value stands.
        remarks: What the user should know about how it was read.
    """

    data: dict[str, Any]
    origins: dict[KeyPath, Origin] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
