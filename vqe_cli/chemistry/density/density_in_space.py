"""The one-body density of all electrons over atomic orbitals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

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

    @classmethod
    def of(cls, selection: OrbitalSelection, density: Density) -> Self:
        """The density of all electrons of a molecule.

        Args:
            selection: The active and frozen orbitals.
            density: One-body density of the state over the active orbitals.
        """
        field = selection.field
        frozen = field.mo_coeff[:, list(selection.inactive)]
        active = field.mo_coeff[:, list(selection.active)]
        return cls(field.mole, frozen @ frozen.T + active @ density.one_body @ active.T)

    @classmethod
    def of_both_spins(
        cls, mole: Any, frozen: FloatArray, active: FloatArray, density: Density
    ) -> Self:
        """The density of all electrons of a molecule in unrestricted orbitals.

        Args:
            mole: The built `pyscf.gto.Mole`.
            frozen: Frozen orbitals of each spin, shape (2, nao, frozen).
            active: Active orbitals of each spin, shape (2, nao, norb).
            density: One-body density of the state over the active orbitals.
        """
        one_body = active @ density.one_body @ active.transpose(0, 2, 1)
        return cls(mole, frozen @ frozen.transpose(0, 2, 1) + one_body)

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


def determinant_density(selection: OrbitalSelection) -> Density:
    """The one-body density of the Hartree-Fock determinant over the active orbitals.

    Args:
        selection: The active orbitals.
    """
    occupations = selection.field.mo_occ[list(selection.active)]
    alpha, beta = (np.diag((occupations >= least).astype(float)) for least in (1, 2))
    return Density(np.array([alpha, beta]))
