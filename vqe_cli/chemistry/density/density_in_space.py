"""The one-body density of all electrons over atomic orbitals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.fermions.densities import Density


@dataclass(frozen=True, eq=False)
class DensityInSpace:
    """The one-body density of all electrons, frozen ones included, over atomic orbitals.

    Args:
        mole: The built `pyscf.gto.Mole`.
        one_body: Alpha and beta matrices ``P^σ = C γ^σ Cᵀ``, shape (2, nao, nao).
    """

    mole: Any
    one_body: FloatArray

    def __post_init__(self) -> None:
        shape = (2, self.mole.nao, self.mole.nao)
        if self.one_body.shape != shape:
            raise ValueError(f"one_body should have shape {shape}. Got {self.one_body.shape}.")

    @property
    def spin_summed(self) -> FloatArray:
        """The matrix ``P^α + P^β``, shape (nao, nao)."""
        return np.asarray(self.one_body[0] + self.one_body[1])

    @property
    def spin_density(self) -> FloatArray:
        """The matrix ``P^α − P^β``, shape (nao, nao)."""
        return np.asarray(self.one_body[0] - self.one_body[1])

    @cached_property
    def overlap(self) -> FloatArray:
        """Overlaps of the atomic orbitals, shape (nao, nao)."""
        return np.asarray(self.mole.intor_symmetric("int1e_ovlp"))


def density_in_space(selection: OrbitalSelection, density: Density) -> DensityInSpace | None:
    """The density of all electrons; None for orbitals of an FCIDUMP file.

    Args:
        selection: The active and frozen orbitals.
        density: One-body density of the state over the active orbitals.
    """
    field = selection.field
    if not field.mole.natm:
        return None
    frozen = field.mo_coeff[:, list(selection.inactive)]
    active = field.mo_coeff[:, list(selection.active)]
    core = frozen @ frozen.T
    return DensityInSpace(field.mole, core + active @ density.one_body @ active.T)
