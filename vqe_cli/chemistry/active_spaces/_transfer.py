"""Active orbitals of one molecule in a related one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.active_spaces._overlap import squared_overlap
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.scf_objects import restricted_scf
from vqe_cli.errors import InputError

SAME_PLACE = 1e-3
"""Largest distance of an atom from itself, bohr: coordinates are written with few decimals."""

SAME_OVERLAP = 1e-6
"""Largest difference between overlap matrices of one basis."""

SAME = 6
"""Decimals to which populations are compared; of equal ones the energies decide."""


def overlap_with_active(field: MeanField, origin: OrbitalSelection) -> FloatArray:
    """The sum of squared overlaps with another molecule's active orbitals.

    The orbitals move with their atoms. Atoms are the same if all elements are the same in the same
    order, else if they are in the same place; of orbitals on other atoms only the rest counts.

    Args:
        field: The mean field.
        origin: The other molecule's active orbitals.

    Returns:
        The matrix over the molecular orbitals, shape (nmo, nmo).

    Raises:
        InputError: The molecules have no atom in common.
    """
    mole, vectors = _moved(origin, field.mole)
    return squared_overlap(field, mole, vectors)


def _moved(origin: OrbitalSelection, mole: Any) -> tuple[Any, FloatArray]:
    """The other molecule at this one's positions, and its active orbitals on common atoms."""
    other = origin.field.mole
    vectors = np.array(origin.field.mo_coeff[:, list(origin.active)])
    if _elements(other) == _elements(mole):
        moved = other.copy()
        moved.symmetry = False
        return moved.set_geom_(mole.atom_coords(), unit="Bohr", inplace=False), vectors
    kept = _common_atoms(other, mole)
    for atom, (*_, start, stop) in enumerate(other.aoslice_by_atom()):
        if atom not in kept:
            vectors[start:stop] = 0.0
    return other, vectors


def _elements(mole: Any) -> list[str]:
    """Elements of all atoms in order, with the marks of ghosts."""
    return [mole.atom_symbol(atom).upper() for atom in range(mole.natm)]


def _common_atoms(other: Any, mole: Any) -> set[int]:
    """Indices of the other molecule's atoms that have the same nucleus in the same place here."""
    positions, charges = mole.atom_coords(), mole.atom_charges()
    found = {
        atom
        for atom, (place, charge) in enumerate(
            zip(other.atom_coords(), other.atom_charges(), strict=True)
        )
        if charge
        and ((np.linalg.norm(positions - place, axis=1) < SAME_PLACE) & (charges == charge)).any()
    }
    if not found:
        raise InputError(
            "no atom is in the same place as in the molecule whose active space is carried over",
            path=("active_space", "molecule"),
            hint="give both molecules the same elements in the same order, or common coordinates",
        )
    return found


def require_same_functions(field: MeanField, other: MeanField) -> None:
    """Refuse to share orbitals between different basis functions.

    Args:
        field: The mean field.
        other: The mean field whose orbitals are shared.

    Raises:
        InputError: Atoms, positions or basis sets differ.
    """
    own, overlap = (one.mole.intor_symmetric("int1e_ovlp") for one in (field, other))
    if own.shape == overlap.shape and np.abs(own - overlap).max() < SAME_OVERLAP:
        return
    raise InputError(
        "orbitals are shared only between molecules with the same atoms, positions and basis",
        path=("active_space", "orbitals_of"),
        hint="`orbitals_of: molecule` keeps each molecule's own orbitals",
    )


def populations(field: MeanField, orbitals: FloatArray) -> FloatArray:
    """The numbers of electrons of the Hartree-Fock density in some orbitals, shape (n,).

    Args:
        field: The mean field.
        orbitals: Orthonormal orbitals over its basis, shape (nao, n).
    """
    overlap = field.mole.intor_symmetric("int1e_ovlp")
    return np.asarray((orbitals.T @ overlap @ field.mo_coeff) ** 2 @ field.mo_occ)


def over_orbitals_of(
    field: MeanField, origin: OrbitalSelection
) -> tuple[MeanField, tuple[int, ...], FloatArray]:
    """A mean field in which another one's orbitals take the place of its own.

    The active orbitals are occupied by their population in the field's own density: an ion has its
    hole where Hartree-Fock puts it, which need not be the neutral molecule's highest orbital.

    Args:
        field: The mean field.
        origin: The other molecule's active orbitals, over the same basis.

    Returns:
        The mean field over the other orbitals, the indices of the active ones, and the populations
        of all orbitals.
    """
    other, frozen = origin.field, len(origin.inactive)
    found = populations(field, other.mo_coeff)
    by_population = sorted(
        origin.active, key=lambda index: (-round(float(found[index]), SAME), other.mo_energy[index])
    )
    alpha, beta = (count - frozen for count in field.mole.nelec)
    active = [
        *sorted(by_population[:beta]),
        *sorted(by_population[beta:alpha]),
        *sorted(by_population[alpha:]),
    ]
    rest = set(range(other.num_orbitals)) - {*origin.inactive, *active}
    order = [*origin.inactive, *active, *sorted(rest)]
    numbers = np.arange(other.num_orbitals)
    occupied = (numbers < field.mole.nelec[0]).astype(float) + (numbers < field.mole.nelec[1])
    keeps_group = field.point_group == other.point_group
    shared = replace(
        field,
        mo_coeff=other.mo_coeff[:, order],
        mo_occ=occupied,
        orbsym=tuple(other.orbsym[i] for i in order) if other.orbsym and keeps_group else None,
        point_group=field.point_group if other.orbsym and keeps_group else None,
    )
    levels = _levels(shared)
    return (
        replace(shared, mo_energy=levels),
        tuple(range(frozen, frozen + len(active))),
        found[order],
    )


def _levels(field: MeanField) -> FloatArray:
    """The diagonal of the spin-averaged Fock operator of the determinant, Hartree."""
    method = restricted_scf(field)
    with threads_for(field.mole.nao**2):
        potential = method.get_veff(dm=method.make_rdm1())
    fock = field.hcore + (potential if potential.ndim == 2 else potential.mean(axis=0))
    return np.asarray(np.einsum("pi,pq,qi->i", field.mo_coeff, fock, field.mo_coeff))
