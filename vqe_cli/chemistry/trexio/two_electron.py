"""Two-electron integrals of a TREXIO file over its orbitals."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli.chemistry.fcidump.store import SAME, packed_size
from vqe_cli.chemistry.scf.repulsion import place_of_pair
from vqe_cli.chemistry.trexio.file import TrexioFile

HINT = "PySCF's trexio tool writes them with write_mo_eri=True, vqe by --export trexio"

Listed = npt.NDArray[np.bool_]


def has_two_electron(file: TrexioFile) -> bool:
    """Whether a file has two-electron integrals over its orbitals.

    Args:
        file: The file.
    """
    return file.has("mo_2e_int_eri") or file.has("mo_2e_int_eri_cholesky")


def two_electron(file: TrexioFile, total: int) -> tuple[FloatArray, Listed]:
    """Integrals (pq|rs) in PySCF's eightfold packing, and which of them are listed.

    Args:
        file: The file.
        total: Number of its orbitals.

    Raises:
        InputError: There are none, or they contradict one another.
    """
    if not has_two_electron(file):
        message = "has no two-electron integrals over its orbitals (mo_2e_int_eri)"
        raise file.fault(message, HINT)
    if not file.has("mo_2e_int_eri"):
        return _from_cholesky(file, total)
    eri, listed = np.zeros(packed_size(total)), np.zeros(packed_size(total), dtype=bool)
    for indices, values in file.chunks("mo_2e_int_eri"):
        # Physicists' ⟨ij|kl⟩ is chemists' (ik|jl).
        bra = place_of_pair(indices[:, 0], indices[:, 2])
        places = place_of_pair(bra, place_of_pair(indices[:, 1], indices[:, 3]))
        before = np.where(listed[places], eri[places], values)
        eri[places], listed[places] = values, True
        for others in (before, eri[places]):
            _compare(file, indices, values, others)
    return eri, listed


def _compare(file: TrexioFile, indices: IntArray, values: FloatArray, others: FloatArray) -> None:
    """Refuse values of one integral that differ."""
    apart = np.abs(values - others) > SAME * np.maximum(1.0, np.abs(values))
    if apart.any():
        first = int(np.argmax(apart))
        shown = " ".join(map(str, indices[first]))
        two = f"{others[first]:.10g} and {values[first]:.10g}"
        raise file.fault(
            f"gives one integral ({shown}) two values: {two}",
            "over real orbitals ⟨ij|kl⟩ = ⟨kj|il⟩ = ⟨ji|lk⟩, in physicists' order",
        )


def _from_cholesky(file: TrexioFile, total: int) -> tuple[FloatArray, Listed]:
    """Integrals from vectors: ⟨ij|kl⟩ = Σ_a G_ika G_jla."""
    from pyscf import ao2mo

    number = int(file.needed("mo_2e_int_eri_cholesky_num", "number of vectors"))
    vectors = np.zeros((number, total * (total + 1) // 2))
    for indices, values in file.chunks("mo_2e_int_eri_cholesky"):
        vectors[indices[:, 2], place_of_pair(indices[:, 0], indices[:, 1])] = values
    eri = np.asarray(ao2mo.restore(8, vectors.T @ vectors, total))
    return eri, np.ones(len(eri), dtype=bool)
