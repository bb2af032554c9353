"""The writer of FCIDUMP files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.problem import ElectronicProblem

NEGLIGIBLE = 1e-14
"""Largest integral that is omitted, Hartree."""

FLOAT_FORMAT = " %.17g"


def write_fcidump(problem: ElectronicProblem, path: Path) -> None:
    """Write the active-space integrals of a problem.

    Unrestricted orbitals are written as blocks of αα, ββ, αβ, h of α and h of β (IUHF=1).

    Args:
        problem: The problem; its irreps are omitted, since numberings differ between programs.
        path: The file to write.
    """
    from pyscf.tools import fcidump

    if problem.beta is not None:
        _write_blocks(problem, path)
        return
    fcidump.from_integrals(
        str(path),
        problem.h1,
        problem.h2,
        problem.norb,
        sum(problem.nelec),
        nuc=problem.core_energy,
        ms=problem.nelec[0] - problem.nelec[1],
        tol=NEGLIGIBLE,
        float_format=FLOAT_FORMAT,
    )


def _write_blocks(problem: ElectronicProblem, path: Path) -> None:
    """Write integrals over alpha and beta orbitals, with lines of zeros between the blocks."""
    from pyscf import ao2mo
    from pyscf.tools import fcidump

    norb, (alpha, beta) = problem.norb, problem.nelec
    aa, ab, bb = problem.spin_h2
    separator = " 0.0    0    0    0    0\n"
    with path.open("w", encoding="ascii") as file:
        file.write(f" &FCI NORB={norb:4d},NELEC={alpha + beta:2d},MS2={alpha - beta},\n")
        file.write(f"  ORBSYM={'1,' * norb}\n  ISYM=1,\n  IUHF=1,\n &END\n")
        for packed in (ao2mo.restore(8, aa, norb), ao2mo.restore(8, bb, norb), _fourfold(ab)):
            fcidump.write_eri(file, packed, norb, NEGLIGIBLE, FLOAT_FORMAT)
            file.write(separator)
        for h1 in problem.spin_h1:
            fcidump.write_hcore(file, h1, norb, NEGLIGIBLE, FLOAT_FORMAT)
            file.write(separator)
        file.write(FLOAT_FORMAT % problem.core_energy + "    0    0    0    0\n")


def _fourfold(h2: FloatArray) -> FloatArray:
    """The integrals (pq|rs) with p ≥ q and r ≥ s, shape (pairs, pairs)."""
    pairs = np.tril_indices(len(h2))
    return np.ascontiguousarray(h2[pairs][:, pairs[0], pairs[1]])
