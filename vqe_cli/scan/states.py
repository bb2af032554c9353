"""Solutions of finished points, from which others start, in a folder beside the spool."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.files import write_atomic
from vqe_cli.chemistry.neighbours import Neighbour
from vqe_cli.fermions.state_overlaps import StateVectors

FOLDER = "states"
"""The folder of solutions, which only this user can write."""


@dataclass(frozen=True, eq=False)
class State:
    """The solution at one point.

    Args:
        neighbour: Orbitals and parameters.
        positions: Positions of the atoms of a relaxed geometry, bohr, shape (natm, 3); else None.
        states: Vectors of the states in ascending order of energy; None without any.
    """

    neighbour: Neighbour
    positions: FloatArray | None = None
    states: StateVectors | None = None


def keep_state(folder: Path, key: str, state: State) -> None:
    """Write the solution at a point, for the processes of others.

    Args:
        folder: The folder of the scan.
        key: Key of the point.
        state: The solution.
    """
    write_atomic(_file(folder, key), pickle.dumps(state))


def kept_state(folder: Path, key: str) -> State | None:
    """Read a solution that another process of this scan has written; None without one.

    Args:
        folder: The folder of the scan.
        key: Key of the point.
    """
    path = _file(folder, key)
    if not path.is_file():
        return None
    found: State = pickle.loads(path.read_bytes())
    return found


def _file(folder: Path, key: str) -> Path:
    return folder / FOLDER / f"{key}.pickle"
