"""Single excitations of second-order perturbation theory on orbitals of open shells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vqe_cli._core.arrays import FloatArray


def singles_energy(unrestricted: Any, focks: Sequence[FloatArray], nelec: tuple[int, int]) -> float:
    """The energy of single excitations, nonzero without Brillouin's theorem, Hartree.

    Args:
        unrestricted: A UHF object with semicanonical orbitals.
        focks: Fock matrices of both spins in the basis of these orbitals' coefficients, Hartree.
        nelec: Numbers of alpha and beta electrons.
    """
    energy = 0.0
    for spin, count in enumerate(nelec):
        orbitals, levels = unrestricted.mo_coeff[spin], unrestricted.mo_energy[spin]
        fock = orbitals.T @ focks[spin] @ orbitals
        gaps = levels[:count, None] - levels[None, count:]
        energy += float((fock[:count, count:] ** 2 / gaps).sum())
    return energy
