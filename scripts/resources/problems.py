"""The problems and ansätze of the resource table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vqe_cli.ansatz import ANSATZE
from vqe_cli.ansatz.pools import POOLS

READ_FROM_A_FILE = "grown"
"""The ansatz that has no operators of its own."""

SIX = {"name": "frontier", "electrons": 6, "orbitals": 6}


@dataclass(frozen=True)
class Problem:
    """A molecule in STO-3G and its active orbitals.

    Args:
        label: The name in the table.
        geometry: Atoms in Å.
        active_space: The active space of the input file.
    """

    label: str
    geometry: str
    active_space: Any = "full"


def _chain(spacing: float) -> str:
    return "\n".join(f"H 0 0 {spacing * place:g}" for place in range(6))


PROBLEMS = {
    "lih": Problem("LiH, 1.6 Å", "Li 0 0 0\nH 0 0 1.6"),
    "beh2": Problem("BeH2, 1.3264 Å", "Be 0 0 0\nH 0 0 1.3264\nH 0 0 -1.3264"),
    "h6-1": Problem("H6, 1 Å", _chain(1.0)),
    "h6-2": Problem("H6, 2 Å", _chain(2.0)),
    "h6-3": Problem("H6, 3 Å", _chain(3.0)),
    "n2-1.1": Problem("N2 (6e,6o), 1.1 Å", "N 0 0 0\nN 0 0 1.1", SIX),
    "n2-2.0": Problem("N2 (6e,6o), 2.0 Å", "N 0 0 0\nN 0 0 2.0", SIX),
}


def label_of(selection: dict[str, Any]) -> str:
    """The ansatz in the table: its name and pool."""
    return " ".join(selection.values())


def selections() -> Iterator[dict[str, Any]]:
    """Every ansatz for electrons with its defaults, and adaptive ones with each of the pools."""
    for name in ANSATZE.names():
        ansatz = ANSATZE.get(name)
        if "electrons" not in ansatz.serves or name == READ_FROM_A_FILE:
            continue
        if "pool" in ansatz.model_fields:
            yield from ({"name": name, "pool": pool} for pool in POOLS.names())
        else:
            yield {"name": name}
