"""Points of an unfinished optimisation, in a file named by its fingerprint."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.files import write_atomic
from vqe_cli._core.resources import private_folder
from vqe_cli.analysis.geometries.surface import Point
from vqe_cli.chemistry.neighbours import Neighbour
from vqe_cli.variational.checkpoints import checkpoint_folder

SCHEMA = "vqe-optimize-checkpoint/1"
SAME = 1e-9
"""Largest difference of positions that are the same, bohr."""


class Checkpoint:
    """Energies and gradients by geometry; the file is written anew after every point.

    Only the solution at the last point is kept.

    Args:
        fingerprint: The fingerprint of the settings.
        resume: Whether to answer from the points of an earlier run.
        warn: Callback, called once with a message if the file cannot be written.
        folder: The folder of checkpoints. Default: the user's.
    """

    def __init__(
        self,
        fingerprint: str,
        *,
        resume: bool,
        warn: Callable[[str], None],
        folder: Path | None = None,
    ) -> None:
        self.path = (folder or checkpoint_folder()) / f"optimize-{fingerprint[:32]}.json"
        self._fingerprint, self._warn, self._broken = fingerprint, warn, False
        self._points: list[Point] = self._read() if resume else []
        self.found = len(self._points)

    def known(self, positions: FloatArray) -> Point | None:
        """The point at a geometry; None if it is not known.

        Args:
            positions: Positions of the atoms, bohr, shape (natm, 3).
        """
        for point in self._points:
            if np.abs(point.positions - positions).max() < SAME:
                return point
        return None

    def keep(self, point: Point) -> None:
        """Keep a new point.

        Args:
            point: The point.
        """
        self._points.append(point)
        if self._broken:
            return
        try:
            private_folder(self.path.parent)
            write_atomic(self.path, json.dumps(self._content()))
        except OSError as error:
            self._broken = True
            self._warn(f"no checkpoint can be kept in {self.path.parent}: {error.strerror}")

    def remove(self) -> None:
        """Remove the file, when the result has been delivered."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            self.path.unlink()

    def _content(self) -> dict[str, Any]:
        neighbour = self._points[-1].neighbour
        return {
            "schema": SCHEMA,
            "fingerprint": self._fingerprint,
            "points": [
                [one.positions.tolist(), one.energy, one.gradient.tolist(), one.remarks]
                for one in self._points
            ],
            "orbitals": neighbour.mo_coeff.tolist(),
            "active": neighbour.active,
            "inactive": neighbour.inactive,
            "parameters": None if neighbour.x is None else neighbour.x.tolist(),
        }

    def _read(self) -> list[Point]:
        """The points of an earlier run; none from a file that is damaged or of other settings."""
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            if (content["schema"], content["fingerprint"]) != (SCHEMA, self._fingerprint):
                return []
            x = content["parameters"]
            neighbour = Neighbour(
                np.array(content["orbitals"]),
                tuple(content["active"]),
                tuple(content["inactive"]),
                None if x is None else np.array(x),
            )
            return [
                Point(np.array(place), float(energy), np.array(slope), neighbour, tuple(remarks))
                for place, energy, slope, remarks in content["points"]
            ]
        except (OSError, ValueError, KeyError, TypeError):
            return []
