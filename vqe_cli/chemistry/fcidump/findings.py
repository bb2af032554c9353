"""Checks of properties that Coulomb integrals over real orthonormal orbitals must have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.fcidump.header import Header
from vqe_cli.chemistry.fcidump.lines import fault
from vqe_cli.chemistry.scf.repulsion import coulomb_integrals, exchange_integrals, place_of_pair
from vqe_cli.schema.check_records import Check, doubt

BoolArray = npt.NDArray[np.bool_]

SLACK = 1e-6
"""Tolerance, Hartree: files omit small integrals and round the others."""

POSITIVE_UP_TO = 60
"""Maximum number of orbitals for which the repulsion is diagonalised as a matrix of pairs."""

SPIN_PARTNERS = 0.5
"""Repulsion of two orbitals, relative to that within one, from which they are spin partners."""


def findings(
    path: Path,
    header: Header,
    h1: FloatArray,
    eri: FloatArray,
    found1: BoolArray,
    found2: BoolArray,
) -> tuple[Check, ...]:
    """Check the integrals for contradictions.

    Args:
        path: The file, for messages.
        header: The file's header.
        h1: One-electron integrals, Hartree, shape (norb, norb).
        eri: Two-electron integrals, Hartree, eightfold packing.
        found1: Whether the file lists each one-electron integral, packed. A file without any
            diagonal element is not cut short: models with hopping alone are written so.
        found2: Whether the file lists each two-electron integral, packed.

    Returns:
        Failed checks, one for each doubt about the file.

    Raises:
        InputError: The indices count spin orbitals.
    """
    norb = header.norb
    diagonal = place_of_pair(np.arange(norb), np.arange(norb))
    coulomb, exchange = coulomb_integrals(eri, norb), exchange_integrals(eri, norb)
    _refuse_spin_orbitals(path, header, h1, eri, coulomb)
    missing = (
        *(_missing(found1[diagonal], "({0}|h|{0})") if found1[diagonal].any() else ()),
        *_missing(found2[place_of_pair(diagonal, diagonal)], "({0} {0}|{0} {0})"),
    )
    return (*missing, *_repulsive(eri, norb, coulomb, exchange))


def _missing(found: BoolArray, notation: str) -> Iterator[Check]:
    if found.all():
        return
    first = int(np.argmin(found)) + 1
    count = int((~found).sum())
    yield doubt(
        name="diagonal-integrals",
        value=float(found.size - count),
        expected=float(found.size),
        detail=f"{notation.format(first)}{' and others' if count > 1 else ''} not in the file:"
        " taken as zero; the file may have been cut short",
    )


def _repulsive(
    eri: FloatArray, norb: int, coulomb: FloatArray, exchange: FloatArray
) -> Iterator[Check]:
    """The failed checks of a repulsion that is not a positive form, or not J ≥ K ≥ 0."""
    excess = exchange - coulomb
    if excess.max() > SLACK:
        p, q = sorted(int(index) + 1 for index in np.unravel_index(excess.argmax(), excess.shape))
        detail = (
            f"({p} {q}|{p} {q}) is larger than ({p} {p}|{q} {q}), which Coulomb repulsion forbids:"
            " are the indices in physicists' order?"
        )
        yield _repulsion_check(float(excess.max()), detail)
        return
    lowest = _lowest_repulsion(eri, norb)
    if lowest < -SLACK * norb:
        detail = "a charge distribution attracts itself: integrals are missing or wrong"
        yield _repulsion_check(lowest, detail)


def _repulsion_check(value: float, detail: str) -> Check:
    return doubt(
        name="coulomb-repulsion",
        value=value,
        expected=0.0,
        tolerance=SLACK,
        detail=detail,
    )


def _lowest_repulsion(eri: FloatArray, norb: int) -> float:
    """The lowest eigenvalue of (pq|rs) as a matrix of pairs, Hartree."""
    from pyscf import ao2mo

    if norb > POSITIVE_UP_TO:
        return 0.0
    matrix = np.asarray(ao2mo.restore(4, eri, norb))
    return float(np.linalg.eigvalsh(matrix)[0])


def _refuse_spin_orbitals(
    path: Path, header: Header, h1: FloatArray, eri: FloatArray, coulomb: FloatArray
) -> None:
    """Refuse two uncoupled sets of orbitals in which each orbital has a partner in its place."""
    norb = header.norb
    if norb % 2:
        return
    half = norb // 2
    for second in (np.arange(norb) % 2 == 1, np.arange(norb) >= half):
        one, other = np.flatnonzero(~second), np.flatnonzero(second)
        partners = coulomb[one, other]
        own = np.minimum(np.diag(coulomb)[one], np.diag(coulomb)[other])
        overlap = (own > 0).all() and (partners > SPIN_PARTNERS * own).all()
        if overlap and not h1[np.ix_(one, other)].any() and not _mixes(eri, norb, second):
            message = "no integral connects one half of the orbitals with the other: they count"
            raise fault(
                path,
                f"{message} spin orbitals",
                header.line,
                f"write integrals over the {half} spatial orbitals",
            )


def _mixes(eri: FloatArray, norb: int, second: BoolArray) -> bool:
    """Whether some (pq|rs) has p of one kind and q of the other."""
    from pyscf import ao2mo

    rows, columns = np.tril_indices(norb)
    mixed = second[rows] != second[columns]
    return bool(np.asarray(ao2mo.restore(4, eri, norb))[mixed].any())
