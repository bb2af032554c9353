"""Unrestricted orbitals of FCIDUMP and Molden files, ordered so that the first are occupied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli.chemistry.fcidump.blocks import UnrestrictedIntegrals, read_blocks
from vqe_cli.chemistry.fcidump.header import Header
from vqe_cli.chemistry.molden.reading import read_unrestricted_molden
from vqe_cli.chemistry.scf.mean_field_of_integrals import joined_integrals, mole_without_atoms
from vqe_cli.chemistry.scf.unrestricted_field import UnrestrictedField
from vqe_cli.schema.problem_records import ScfRecord
from vqe_cli.schema.readers.content import is_molden

Orders = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]
"""Orders of the alpha and the beta orbitals, occupied ones first, each of shape (norb,)."""

MAX_CYCLES = 50
"""Maximum number of times that orbitals are ordered by their energies."""


def unrestricted_field_of_file(
    path: Path,
    choice: Literal["canonical", "as-given"],
    check: Callable[[Any], None] | None = None,
    memory: Memory = MACHINE,
) -> UnrestrictedField:
    """The orbitals of a file over unrestricted orbitals, which are ordered but not rotated.

    Args:
        path: The file.
        choice: Whether the orbitals of lowest energy are occupied, or the first ones.
        check: Callback that may refuse a `pyscf.gto.Mole` without atoms, called after the header
            has been read.
        memory: The memory limit.
    """
    from pyscf import ao2mo

    def check_size(header: Header) -> None:
        if check is not None:
            check(mole_without_atoms(header.norb, header.nelec, 0.0))

    overlap = None
    if is_molden(path):
        integrals, overlap = read_unrestricted_molden(path, check_size, memory)
    else:
        integrals = read_blocks(path, check_size, memory)
    header, norb = integrals.header, integrals.header.norb
    given = (np.arange(norb), np.arange(norb))
    order = given if choice == "as-given" else _lowest(integrals)
    energy, levels = _determinant(integrals, order)
    hcore, eri = joined_integrals(integrals.h1, integrals.h2)
    unit = np.eye(2 * norb)
    return UnrestrictedField(
        mole=mole_without_atoms(norb, header.nelec, integrals.core_energy),
        mo_coeff=np.array([unit[:, order[0]], unit[:, norb + order[1]]]),
        mo_energy=np.array([own[places] for own, places in zip(levels, order, strict=True)]),
        hcore=hcore,
        nuclear_energy=integrals.core_energy,
        report=ScfRecord(
            method="UHF",
            energy=energy,
            converged=False,
            stable=None,
            externally_stable=None,
            steps=("orbitals as given: no iterations",),
            iterations=0,
            wall_s=0.0,
        ),
        overlap=None if overlap is None else overlap[np.ix_(*order)],
        eri=np.asarray(ao2mo.restore(8, eri, 2 * norb)),
        checks=integrals.checks,
        assumed=header.assumed,
        notes=(*header.notes, *integrals.notes, _note(given, order)),
        memory=memory,
    )


def _note(given: Orders, order: Orders) -> str:
    same = all(np.array_equal(one, other) for one, other in zip(given, order, strict=True))
    which = "the first ones occupied" if same else "those of lowest energy occupied"
    return f"the file's unrestricted orbitals are not rotated, {which}"


def _lowest(integrals: UnrestrictedIntegrals) -> Orders:
    """The orders with the lowest determinant among those that were tried."""
    tried = list(_orders(integrals))
    energies = [_determinant(integrals, order)[0] for order in tried]
    return tried[int(np.argmin(np.round(energies, 8)))]


def _orders(integrals: UnrestrictedIntegrals) -> Iterator[Orders]:
    """Orders of the file, of one-electron energies, and of Fock energies from either."""
    norb = integrals.header.norb
    by_core = [np.argsort(np.diag(h1), kind="stable") for h1 in integrals.h1]
    for first in ((np.arange(norb), np.arange(norb)), (by_core[0], by_core[1])):
        order: Orders = first
        for _ in range(MAX_CYCLES):
            yield order
            _, levels = _determinant(integrals, order)
            alpha, beta = (np.argsort(own, kind="stable") for own in levels)
            if np.array_equal(alpha, order[0]) and np.array_equal(beta, order[1]):
                break
            order = (alpha, beta)


def _determinant(
    integrals: UnrestrictedIntegrals, order: Orders
) -> tuple[float, tuple[FloatArray, FloatArray]]:
    """The energy of a determinant, and the Fock energies of all orbitals, Hartree."""
    aa, ab, bb = (np.einsum("ppqq->pq", h2) for h2 in integrals.h2)
    same = [
        coulomb - np.einsum("pqqp->pq", h2)
        for coulomb, h2 in zip((aa, bb), integrals.h2[::2], strict=True)
    ]
    occupied = [own[:count] for own, count in zip(order, integrals.header.nelec, strict=True)]
    other = (ab[:, occupied[1]].sum(axis=1), ab[occupied[0]].sum(axis=0))
    cores = [np.diag(h1) for h1 in integrals.h1]
    alpha, beta = (
        core + own[:, chosen].sum(axis=1) + opposite
        for core, own, chosen, opposite in zip(cores, same, occupied, other, strict=True)
    )
    energy = integrals.core_energy
    for core, levels, chosen in zip(cores, (alpha, beta), occupied, strict=True):
        energy += 0.5 * float((core + levels)[chosen].sum())
    return energy, (alpha, beta)
