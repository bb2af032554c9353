"""Densities and orbitals on a grid, in Gaussian's cube format, by PySCF."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.resources import Memory
from vqe_cli._core.threads import threads_for
from vqe_cli._core.units import BOHR_IN_ANGSTROM

BYTES_OF_A_POINT = 110
"""Memory of one grid point: its position twice, its value, and 13 characters in three copies."""

AT_ONCE = 8000
"""Number of grid points at which PySCF evaluates atomic orbitals at once."""


@dataclass(frozen=True)
class Grid:
    """A grid around a molecule, with axes along those of the coordinates.

    Args:
        spacing: Largest distance of neighbouring points, Ångström.
        margin: Distance of the outermost atoms from the sides of the box, Ångström.
    """

    spacing: float
    margin: float

    def points(self, mole: Any) -> tuple[int, int, int]:
        """Numbers of points along x, y and z.

        Args:
            mole: The built `pyscf.gto.Mole`.
        """
        widths = BOHR_IN_ANGSTROM * np.ptp(mole.atom_coords(), axis=0) + 2.0 * self.margin
        x, y, z = (1 + math.ceil(width / self.spacing) for width in widths)
        return x, y, z

    def arguments(self, mole: Any) -> dict[str, Any]:
        """PySCF's arguments, in bohr.

        Args:
            mole: The built `pyscf.gto.Mole`.
        """
        x, y, z = self.points(mole)
        return {"nx": x, "ny": y, "nz": z, "margin": self.margin / BOHR_IN_ANGSTROM}

    def refuse_if_too_large(self, mole: Any, memory: Memory) -> None:
        """Refuse a grid that does not fit into memory.

        Args:
            mole: The built `pyscf.gto.Mole`.
            memory: The memory limit.

        Raises:
            ResourceLimitError: It does not fit.
        """
        x, y, z = self.points(mole)
        memory.refuse_if_larger(
            BYTES_OF_A_POINT * x * y * z + 8 * AT_ONCE * mole.nao,
            f"a cube of {x} × {y} × {z} points",
            "choose a larger spacing or a smaller margin: {name: cube, spacing: ...}",
        )


def density_cube(mole: Any, density: FloatArray, grid: Grid, title: str, subtitle: str) -> str:
    """A density in electrons per cubic bohr.

    Args:
        mole: The built `pyscf.gto.Mole`.
        density: One-body density over atomic orbitals, shape (nao, nao).
        grid: The grid.
        title: First line of the file.
        subtitle: Second line of the file.
    """
    from pyscf.tools import cubegen

    with threads_for(mole.nao**2), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cube"
        cubegen.density(mole, str(path), density, **grid.arguments(mole))
        return _titled(path, title, subtitle)


def orbital_cube(mole: Any, orbital: FloatArray, grid: Grid, title: str, subtitle: str) -> str:
    """An orbital in bohr^(-3/2).

    Args:
        mole: The built `pyscf.gto.Mole`.
        orbital: Coefficients over atomic orbitals, shape (nao,).
        grid: The grid.
        title: First line of the file.
        subtitle: Second line of the file.
    """
    from pyscf.tools import cubegen

    with threads_for(mole.nao**2), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cube"
        cubegen.orbital(mole, str(path), orbital, **grid.arguments(mole))
        return _titled(path, title, subtitle)


def _titled(path: Path, title: str, subtitle: str) -> str:
    """A cube file with other comments than PySCF's, which have the date."""
    *_, content = path.read_text(encoding="utf-8").split("\n", 2)
    return f"{title}\n{subtitle}\n{content}"
