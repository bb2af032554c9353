"""Orbitals in space with their occupations: those of the active space, and natural ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.scf.mean_field import with_fixed_signs
from vqe_cli.fermions.densities import Density


@dataclass(frozen=True, eq=False)
class OccupiedOrbitals:
    """Orbitals of a molecule with their occupations.

    Args:
        mole: The built `pyscf.gto.Mole`.
        coefficients: Orbitals over atomic orbitals, as columns, shape (nao, nmo).
        occupations: Number of electrons in each orbital, shape (nmo,).
        energies: Orbital energies, Hartree, shape (nmo,); zero where orbitals have none.
        irreps: Names of the irreps; None where they are not known.
    """

    mole: Any
    coefficients: FloatArray
    occupations: FloatArray
    energies: FloatArray
    irreps: tuple[str, ...] | None = None


def molecular_orbitals(selection: OrbitalSelection, density: Density | None) -> OccupiedOrbitals:
    """The orbitals in which the problem is stated, frozen and empty ones included.

    Args:
        selection: The active and frozen orbitals.
        density: One-body density of the active electrons, whose diagonal are their occupations;
            None for the occupations of the mean field.
    """
    field = selection.field
    occupations = np.array(field.mo_occ, dtype=float)
    if density is not None:
        occupations[list(selection.active)] = np.diagonal(density.spin_summed)
    names = tuple(field.irrep_name(index) for index in range(field.num_orbitals))
    return OccupiedOrbitals(
        mole=field.mole,
        coefficients=field.mo_coeff,
        occupations=occupations,
        energies=field.mo_energy,
        irreps=names if all(names) else None,
    )


def natural_orbitals(selection: OrbitalSelection, density: Density) -> OccupiedOrbitals:
    """The natural orbitals of a state, by descending occupation; they have no energies.

    Löwdin, Phys. Rev. 97, 1474 (1955). Frozen orbitals, with two electrons, come first, empty ones
    last.

    Args:
        selection: The active and frozen orbitals.
        density: One-body density of the active electrons.
    """
    field = selection.field
    numbers, vectors = np.linalg.eigh(density.spin_summed)
    active = field.mo_coeff[:, list(selection.active)] @ vectors[:, ::-1]
    used = {*selection.inactive, *selection.active}
    empty = [index for index in range(field.num_orbitals) if index not in used]
    columns = (field.mo_coeff[:, list(selection.inactive)], active, field.mo_coeff[:, empty])
    frozen = np.full(len(selection.inactive), 2.0)
    return OccupiedOrbitals(
        mole=field.mole,
        coefficients=with_fixed_signs(np.hstack(columns)),
        occupations=np.concatenate([frozen, numbers[::-1], np.zeros(len(empty))]),
        energies=np.zeros(field.num_orbitals),
    )
