"""FCIDUMP files of molecules over any orbitals, written by PySCF."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from pyscf import ao2mo, gto, scf
from pyscf.tools import fcidump

from vqe_cli._core.arrays import FloatArray

GEOMETRIES = {
    "h2": ("H 0 0 0; H 0 0 0.735", 0),
    "h4": ("H 0 0 0; H 0 0 1; H 0 0 2; H 0 0 3", 0),
    "lih": ("Li 0 0 0; H 0 0 1.6", 0),
    "h2o": ("O 0 0 0; H 0 0.757 0.587; H 0 -0.757 0.587", 0),
    "ch2": ("C 0 0 0; H 0 0.99 0.42; H 0 -0.99 0.42", 2),
    "oh": ("O 0 0 0; H 0 0 0.97", 1),
    "n2": ("N 0 0 0; N 0 0 1.1", 0),
    "n2-stretched": ("N 0 0 0; N 0 0 1.8", 0),
    "o2": ("O 0 0 0; O 0 0 1.2", 2),
    "o2-singlet": ("O 0 0 0; O 0 0 1.21", 0),
}


@cache
def solved(name: str) -> Any:
    """Converged RHF or ROHF orbitals in STO-3G, with the point group."""
    atoms, spin = GEOMETRIES[name]
    mole = gto.M(atom=atoms, basis="sto-3g", spin=spin, symmetry=True, verbose=0)
    field = scf.RHF(mole) if spin == 0 else scf.ROHF(mole)
    field.conv_tol = 1e-13
    return field.run()


@cache
def over_canonical(name: str) -> tuple[FloatArray, FloatArray]:
    """h and (pq|rs) over the orbitals of `solved`."""
    field = solved(name)
    orbitals = np.asarray(field.mo_coeff)
    h1 = orbitals.T @ field.get_hcore() @ orbitals
    h2 = ao2mo.restore(1, ao2mo.kernel(field.mol, orbitals), len(h1))
    return h1, np.asarray(h2)


def write_over(path: Path, name: str, rotation: FloatArray, **options: Any) -> Path:
    """Write the integrals of a molecule over rotated orbitals.

    Args:
        path: The file to write.
        name: Of `GEOMETRIES`.
        rotation: The orbitals over those of Hartree-Fock, shape (norb, norb).
        **options: For PySCF's writer.
    """
    field, (h1, h2) = solved(name), over_canonical(name)
    turned = np.einsum("pqrs,pa,qb,rc,sd->abcd", h2, *[rotation] * 4, optimize=True)
    norb = len(h1)
    fcidump.from_integrals(
        str(path),
        rotation.T @ h1 @ rotation,
        ao2mo.restore(8, turned, norb),
        norb,
        field.mol.nelectron,
        nuc=field.mol.energy_nuc(),
        ms=field.mol.spin,
        tol=1e-15,
        float_format=" %.17g",
        **options,
    )
    return path
