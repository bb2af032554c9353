"""The writer of FCIDUMP files."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.problem import ElectronicProblem, abelian_subgroup

NEGLIGIBLE = 1e-14
"""Largest integral that is omitted, Hartree."""

FLOAT_FORMAT = " %.17g"


def write_fcidump(problem: ElectronicProblem, path: Path, *, labelled: bool = True) -> None:
    """Write the active-space integrals of a problem.

    Unrestricted orbitals are written as blocks of αα, ββ, αβ, h of α and h of β (IUHF=1), without
    irreps.

    Args:
        problem: The problem.
        path: The file to write.
        labelled: Whether irreps are written: ORBSYM those of the orbitals and ISYM that of the
            reference determinant, in Molpro's numbering.
    """
    from pyscf.tools import fcidump

    norb = problem.norb
    with path.open("w", encoding="ascii") as file:
        if problem.beta is None:
            file.write(_header(problem, labelled=labelled))
            fcidump.write_eri(file, problem.h2, norb, NEGLIGIBLE, FLOAT_FORMAT)
            fcidump.write_hcore(file, problem.h1, norb, NEGLIGIBLE, FLOAT_FORMAT)
        else:
            file.write(_header(problem, labelled=False))
            _write_blocks(problem, file)
        file.write(FLOAT_FORMAT % problem.core_energy + "    0    0    0    0\n")


def _header(problem: ElectronicProblem, *, labelled: bool) -> str:
    alpha, beta = problem.nelec
    labels, state = [1] * problem.norb, 1
    irreps, product = problem.orbital_irreps, problem.reference_irrep
    if labelled and irreps is not None and product is not None:
        numbers = molpro_numbers(problem.point_group)
        labels, state = [numbers[irrep] for irrep in irreps], numbers[product]
    unrestricted = "" if problem.beta is None else "  IUHF=1,\n"
    return (
        f" &FCI NORB={problem.norb:4d},NELEC={alpha + beta:2d},MS2={alpha - beta},\n"
        f"  ORBSYM={''.join(f'{label},' for label in labels)}\n"
        f"  ISYM={state},\n{unrestricted} &END\n"
    )


def molpro_numbers(point_group: str | None) -> tuple[int, ...]:
    """Molpro's numbers of irreps, which less one multiply by exclusive or, by those of PySCF.

    Args:
        point_group: PySCF's name of the group; None for irreps that were found in integrals, and
            have no names.
    """
    from pyscf.tools.fcidump import ORBSYM_MAP

    if point_group is None:
        return tuple(range(1, 9))
    return tuple(ORBSYM_MAP[abelian_subgroup(point_group)])


def _write_blocks(problem: ElectronicProblem, file: TextIO) -> None:
    """Write integrals over alpha and beta orbitals, with lines of zeros between the blocks."""
    from pyscf import ao2mo
    from pyscf.tools import fcidump

    norb = problem.norb
    aa, ab, bb = problem.spin_h2
    separator = " 0.0    0    0    0    0\n"
    for packed in (ao2mo.restore(8, aa, norb), ao2mo.restore(8, bb, norb), _fourfold(ab)):
        fcidump.write_eri(file, packed, norb, NEGLIGIBLE, FLOAT_FORMAT)
        file.write(separator)
    for h1 in problem.spin_h1:
        fcidump.write_hcore(file, h1, norb, NEGLIGIBLE, FLOAT_FORMAT)
        file.write(separator)


def _fourfold(h2: FloatArray) -> FloatArray:
    """The integrals (pq|rs) with p ≥ q and r ≥ s, shape (pairs, pairs)."""
    pairs = np.tril_indices(len(h2))
    return np.ascontiguousarray(h2[pairs][:, pairs[0], pairs[1]])
