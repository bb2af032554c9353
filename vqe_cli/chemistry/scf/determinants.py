"""Determinants over converged orbitals, with holes and electrons in other frontier orbitals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray

Indices = npt.NDArray[np.intp]

FRONTIER = 12
"""Number of frontier orbitals whose occupations are tried."""


@dataclass(frozen=True, eq=False)
class Parent:
    """Orbitals from which determinants are made.

    Args:
        label: Description of the molecule that they belong to.
        scf: A converged PySCF object, possibly with another number of electrons.
    """

    label: str
    scf: Any


@dataclass(frozen=True, eq=False)
class Determinant:
    """A determinant over the orbitals of a parent.

    Args:
        name: Its occupation in words.
        occupations: Numbers of electrons in the orbitals, shape (nmo,).
    """

    name: str
    occupations: FloatArray


def lowest_determinants(mole: Any, parent: Parent, most: int) -> list[Determinant]:
    """The determinants of lowest energy, one for each occupation of irreps.

    Args:
        mole: The molecule, with its number of electrons.
        parent: The orbitals.
        most: The largest number of determinants.
    """
    window, core = _window(mole, parent.scf)
    occupations = _occupations(len(window), mole.nelec[1] - len(core), mole.spin)
    energies = _energies(parent.scf, core, window, occupations)
    irreps = _irreps(parent.scf)
    found: dict[Any, Determinant] = {}
    for index in np.argsort(energies.round(8), kind="stable"):
        chosen = occupations[index]
        kind = index if irreps is None else _by_irrep(irreps[window], chosen)
        if kind in found:
            continue
        whole = np.zeros(len(parent.scf.mo_occ))
        whole[core], whole[window] = 2.0, chosen
        digits = "".join(f"{count:.0f}" for count in chosen)
        first, last = len(core) + 1, len(core) + len(window)
        found[kind] = Determinant(f"{parent.label}, {digits} in orbitals {first} to {last}", whole)
        if len(found) == most:
            break
    return list(found.values())


def _window(mole: Any, scf: Any) -> tuple[Indices, Indices]:
    """Indices of the frontier orbitals, and of the doubly occupied ones below them."""
    order = np.lexsort((scf.mo_energy, -scf.mo_occ))
    alpha, beta = mole.nelec
    around = max(1, (FRONTIER - (alpha - beta)) // 2)
    start = max(0, beta - around)
    return order[start : alpha + around], order[:start]


def _occupations(orbitals: int, doubly: int, singly: int) -> FloatArray:
    """All occupations of some orbitals, shape (occupations, orbitals)."""
    pairs, unpaired = (_chosen(orbitals, count) for count in (doubly, singly))
    first, second = np.nonzero(pairs @ unpaired.T == 0)
    return np.asarray(2.0 * pairs[first] + unpaired[second])


def _chosen(orbitals: int, count: int) -> FloatArray:
    """All choices of some of the orbitals, as ones among zeros, shape (choices, orbitals)."""
    ways = list(combinations(range(orbitals), count))
    found = np.zeros((len(ways), orbitals))
    for row, way in zip(found, ways, strict=True):
        row[list(way)] = 1.0
    return found


def _energies(scf: Any, core: Indices, window: Indices, occupations: FloatArray) -> FloatArray:
    """Energies of determinants up to a constant, Hartree, shape (determinants,)."""
    active, inactive = scf.mo_coeff[:, window], scf.mo_coeff[:, core]
    densities = [2.0 * inactive @ inactive.T, *(np.outer(c, c) for c in active.T)]
    coulomb, exchange = scf.get_jk(scf.mol, np.array(densities), hermi=1)
    frozen = scf.get_hcore() + coulomb[0] - 0.5 * exchange[0]
    one = np.einsum("pi,pq,qi->i", active, frozen, active)
    direct, crossed = (
        np.einsum("kpq,pi,qi->ki", matrix[1:], active, active) for matrix in (coulomb, exchange)
    )
    alpha, beta = np.minimum(occupations, 1.0), np.maximum(occupations - 1.0, 0.0)
    return np.asarray(
        occupations @ one
        + 0.5 * np.einsum("di,ij,dj->d", occupations, direct, occupations)
        - 0.5 * np.einsum("di,ij,dj->d", alpha, crossed, alpha)
        - 0.5 * np.einsum("di,ij,dj->d", beta, crossed, beta)
    )


def _irreps(scf: Any) -> FloatArray | None:
    if not scf.mol.symmetry or len(scf.mol.irrep_id) < 2:
        return None
    return np.asarray(scf.get_orbsym(scf.mo_coeff))


def _by_irrep(irreps: FloatArray, occupation: FloatArray) -> tuple[Sequence[int], Sequence[int]]:
    """Irreps of the doubly and of the singly occupied orbitals."""
    return tuple(sorted(irreps[occupation == 2])), tuple(sorted(irreps[occupation == 1]))
