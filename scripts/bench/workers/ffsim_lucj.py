"""ffsim's orbital rotations, diagonal Coulomb evolutions and Hamiltonian in a sector."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ffsim
import numpy as np
from serve import serve


class Lucj:
    """Orbital rotations alternating with Jastrow factors.

    Args:
        folder: Folder of the case.
        case: Content of ``case.json``.
    """

    def __init__(self, folder: Path, case: dict[str, Any]) -> None:
        self._norb, self._nelec = case["norb"], tuple(case["nelec"])
        self._blocks = case["blocks"]
        h1, h2 = np.load(folder / "h1.npy"), np.load(folder / "h2.npy")
        hamiltonian = ffsim.MolecularHamiltonian(h1, h2, constant=case["core_energy"])
        self._where = {"norb": self._norb, "nelec": self._nelec}
        self._hamiltonian = ffsim.linear_operator(hamiltonian, **self._where)
        self.notes = {"threads": 1}

    def evaluate(self, x: np.ndarray) -> tuple[float, None]:
        """The energy in Hartree."""
        state, first = ffsim.hartree_fock_state(**self._where), 0
        for block in self._blocks:
            if "places" in block:
                count, phases = len(block["places"]), (self._norb - 1) * block["phases"]
                angles = x[first : first + 2 * count + phases]
                state = self._rotated(state, block, angles)
            else:
                angles = x[first : first + len(block["couplings"])]
                state = self._rephased(state, block, angles)
            first += angles.size
        return float(np.vdot(state, self._hamiltonian @ state).real), None

    def _rotated(self, state: np.ndarray, block: dict[str, Any], angles: np.ndarray) -> np.ndarray:
        count = len(block["places"])
        matrix = np.eye(self._norb, dtype=complex)
        for p, theta, phi in zip(block["places"], angles, angles[count:], strict=False):
            c, s = np.cos(theta), np.sin(theta) * np.exp(-1j * phi)
            matrix[p : p + 2] = np.array([[c, s], [-s.conj(), c]]) @ matrix[p : p + 2]
        if block["phases"]:
            matrix = np.exp(1j * np.concatenate([[0], angles[2 * count :]]))[:, None] * matrix
        alpha, beta = (matrix if spin in block["spins"] else None for spin in (0, 1))
        return ffsim.apply_orbital_rotation(state, (alpha, beta), **self._where)

    def _rephased(self, state: np.ndarray, block: dict[str, Any], angles: np.ndarray) -> np.ndarray:
        """``ZZ = 1 − 2n − 2n + 4nn``, up to a global phase."""
        norb = self._norb
        pairs, single = np.zeros((2 * norb, 2 * norb)), np.zeros(2 * norb)
        for qubits, angle in zip(block["couplings"], angles, strict=True):
            for p, q in qubits:
                pairs[p, q] += 2 * angle
                pairs[q, p] += 2 * angle
                single[[p, q]] -= angle
        matrices = pairs[:norb, :norb], pairs[:norb, norb:], pairs[norb:, norb:]
        state = ffsim.apply_diag_coulomb_evolution(state, matrices, 1.0, **self._where)
        fields = single[:norb], single[norb:]
        return ffsim.apply_num_op_sum_evolution(state, fields, 1.0, **self._where)


if __name__ == "__main__":
    serve(Lucj, ("ffsim", "numpy", "scipy", "pyscf"))
