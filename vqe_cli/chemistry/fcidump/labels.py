"""Checks of a file's irreps, orbital energies and state against its integrals."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import xor

import numpy as np

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli.chemistry.fcidump import FileIntegrals
from vqe_cli.chemistry.symmetry.sign_symmetries import FORBIDDEN
from vqe_cli.schema.check_records import Check, doubt

MOST_IRREPS = 8
"""Number of irreps of D2h, the largest abelian point group."""

LEVELS_AGREE = 1e-4
"""Tolerance of orbital energies, Hartree, for rounding and imperfect convergence."""

PURE = 1e-6
"""Largest share of an orbital outside the irrep that it belongs to."""


def fock_diagonal(
    integrals: FileIntegrals, order: IntArray | None = None
) -> tuple[float, FloatArray]:
    """The energy and Fock diagonal of a determinant of the file's orbitals.

    Args:
        integrals: The integrals of the file.
        order: Indices of the file's orbitals, occupied ones first, shape (norb,); None for the
            file's order.

    Returns:
        The total energy, Hartree, and the Fock energies of the file's orbitals, Hartree, shape
        (norb,).
    """
    from pyscf.scf import hf

    places = np.arange(integrals.norb)
    order = places if order is None else order
    occupied = [np.diag(np.isin(places, order[:n]).astype(float)) for n in integrals.nelec]
    (coulomb, exchange) = hf.dot_eri_dm(integrals.eri, np.array(occupied), hermi=1)
    focks = [integrals.h1 + coulomb.sum(axis=0) - own for own in exchange]
    energy = sum(
        0.5 * float(np.sum(density * (integrals.h1 + fock)))
        for density, fock in zip(occupied, focks, strict=True)
    )
    return energy + integrals.core_energy, np.diag(0.5 * (focks[0] + focks[1]))


def labels_fit(integrals: FileIntegrals) -> Iterator[Check]:
    """The failed check of irreps that forbid integrals which the file has.

    One-electron integrals need equal labels. For two-electron integrals the labels are those of an
    abelian group with up to eight irreps, numbered so that labels minus one multiply by exclusive
    or: the order of Molpro, and that of Cotton, which Psi4 follows.

    Args:
        integrals: The integrals of the file.
    """
    labels = integrals.header.orbsym
    if labels is None:
        return
    largest = max(_forbidden_pairs(integrals, np.array(labels)), _forbidden(integrals, labels))
    if largest > FORBIDDEN:
        yield doubt(
            name="orbsym",
            value=largest,
            expected=0.0,
            tolerance=FORBIDDEN,
            detail="integrals that ORBSYM forbids do not vanish: the labels are not used, and"
            " belong to other orbitals, or an integral is wrong",
        )


def _forbidden_pairs(integrals: FileIntegrals, labels: IntArray) -> float:
    """The largest one-body element between different labels, Hartree."""
    from pyscf.scf import hf

    coulomb, exchange = hf.dot_eri_dm(integrals.eri, np.eye(integrals.norb), hermi=1)
    forbidden = labels[:, None] != labels[None, :]
    return max(
        float(np.abs(operator[forbidden]).max(initial=0.0))
        for operator in (integrals.h1, coulomb, exchange)
    )


def _forbidden(integrals: FileIntegrals, labels: tuple[int, ...]) -> float:
    """The largest (pq|rs) whose four labels do not multiply to the first irrep, Hartree."""
    if not set(labels) <= set(range(1, MOST_IRREPS + 1)):
        return 0.0
    irreps = np.array(labels) - 1
    rows, columns = np.tril_indices(integrals.norb)
    pairs = irreps[rows] ^ irreps[columns]
    largest, start = 0.0, 0
    for number, irrep in enumerate(pairs, 1):
        row = integrals.eri[start : start + number]
        largest = float(np.abs(row[pairs[:number] != irrep]).max(initial=largest))
        start += number
    return largest


def levels_fit(integrals: FileIntegrals) -> Iterator[Check]:
    """The failed check of orbital energies that do not belong to the file's determinant.

    The determinant is that of the file's first orbitals, or of those with the lowest energies. Only
    closed shells are checked: programs define the energies of open ones differently.

    Args:
        integrals: The integrals of the file.
    """
    levels, (alpha, beta) = integrals.orbital_energies, integrals.nelec
    if levels is None or alpha != beta or not levels.any():
        return
    orders = (np.arange(integrals.norb), np.argsort(levels, kind="stable"))
    largest = min(
        float(np.abs(fock_diagonal(integrals, order)[1] - levels).max()) for order in orders
    )
    if largest > LEVELS_AGREE:
        yield doubt(
            name="orbital-energies",
            value=largest,
            expected=0.0,
            tolerance=LEVELS_AGREE,
            detail="Hartree, between the orbital energies that the file lists and those of its"
            " integrals: they belong to other orbitals or another state, or an integral is wrong",
        )


def state_symmetry(integrals: FileIntegrals, coefficients: FloatArray) -> Iterator[Check]:
    """The failed check of an ISYM that differs from the reference determinant's irrep."""
    header = integrals.header
    if header.isym <= 1 or _irrep_of_open_shells(integrals, coefficients) == header.isym:
        return
    yield doubt(
        name="state-symmetry",
        value="the lowest of all irreps",
        expected=f"ISYM={header.isym}",
        detail="the file asks for a state of one irrep; the lowest state of all is looked for",
    )


def _irrep_of_open_shells(integrals: FileIntegrals, coefficients: FloatArray) -> int | None:
    """The product of the singly occupied orbitals' irreps in the file's numbering, from 1."""
    labels, (alpha, beta) = integrals.header.orbsym, integrals.nelec
    if labels is None or min(labels) < 1:
        return None
    weights = coefficients[:, beta:alpha] ** 2
    irreps = []
    for column in weights.T:
        shares = np.bincount(np.array(labels) - 1, weights=column)
        if shares.max() < 1.0 - PURE:
            return None
        irreps.append(int(shares.argmax()))
    return reduce(xor, irreps, 0) + 1
