"""Atomic charges, spin populations and bond orders."""

from __future__ import annotations

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.density.density_in_space import DensityInSpace
from vqe_cli.schema.density_records import AtomRecord, BondRecord

WORTH_LISTING = 0.01
"""Bond order below which a pair of atoms is left out."""


def atom_records(density: DensityInSpace) -> tuple[AtomRecord, ...]:
    """Charges and spin populations of the atoms, by Mulliken and by Löwdin.

    Mulliken, J. Chem. Phys. 23, 1833 (1955): the trace of PS over an atom's functions. Löwdin, J.
    Chem. Phys. 18, 365 (1950): the trace of S^½PS^½.

    Args:
        density: The density of all electrons.
    """
    mole = density.mole
    protons = mole.atom_charges()
    mulliken = [_by_atom(density, np.diagonal(matrix)) for matrix in _mulliken(density)]
    lowdin = [_by_atom(density, np.diagonal(matrix)) for matrix in _lowdin(density)]
    return tuple(
        AtomRecord(
            number=atom + 1,
            symbol=mole.atom_pure_symbol(atom).replace("GHOST", "ghost"),
            mulliken_charge=float(protons[atom] - mulliken[0][atom] - mulliken[1][atom]),
            lowdin_charge=float(protons[atom] - lowdin[0][atom] - lowdin[1][atom]),
            mulliken_spin=float(mulliken[0][atom] - mulliken[1][atom]),
            lowdin_spin=float(lowdin[0][atom] - lowdin[1][atom]),
        )
        for atom in range(mole.natm)
    )


def bond_records(density: DensityInSpace) -> tuple[BondRecord, ...]:
    """Bond orders of pairs of atoms by Mayer and by Wiberg, from the one-body density.

    Both are ``2 Σ_σ Σ_{μ∈A, ν∈B} M^σ_μν M^σ_νμ``, with M = PS by Mayer, Chem. Phys. Lett. 97, 270
    (1983), and M = S^½PS^½ after Wiberg, Tetrahedron 24, 1083 (1968). Of a correlated state that is
    the part which its one-body density determines (Mayer, J. Comput. Chem. 28, 204 (2007)).

    Args:
        density: The density of all electrons.
    """
    mayer, wiberg = _orders(density, _mulliken(density)), _orders(density, _lowdin(density))
    count = density.mole.natm
    return tuple(
        BondRecord(
            atoms=(first + 1, second + 1),
            mayer=float(mayer[first, second]),
            wiberg=float(wiberg[first, second]),
        )
        for first in range(count)
        for second in range(first + 1, count)
        if max(abs(mayer[first, second]), wiberg[first, second]) >= WORTH_LISTING
    )


def _mulliken(density: DensityInSpace) -> FloatArray:
    """The matrices PS of both spins, shape (2, nao, nao)."""
    return np.asarray(density.one_body @ density.overlap)


def _lowdin(density: DensityInSpace) -> FloatArray:
    """The matrices S^½PS^½ of both spins, shape (2, nao, nao)."""
    eigenvalues, vectors = np.linalg.eigh(density.overlap)
    root = vectors * np.sqrt(np.maximum(eigenvalues, 0.0)) @ vectors.T
    return np.asarray(root @ density.one_body @ root)


def _by_atom(density: DensityInSpace, populations: FloatArray) -> FloatArray:
    """Sums over the functions of each atom, shape (natm, ...)."""
    slices = density.mole.aoslice_by_atom()[:, 2:]
    return np.array([populations[start:stop].sum(axis=0) for start, stop in slices])


def _orders(density: DensityInSpace, matrices: FloatArray) -> FloatArray:
    """Bond orders of all pairs of atoms, shape (natm, natm)."""
    products = 2.0 * np.sum(matrices * matrices.transpose(0, 2, 1), axis=0)
    return _by_atom(density, _by_atom(density, products).T)
