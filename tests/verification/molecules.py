"""Energies and states of small molecules by PySCF alone, and files of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from pyscf import ao2mo, ci, fci, mp
from pyscf.tools import fcidump

from tests.problems import H2, pyscf_mean_field


@dataclass(frozen=True, eq=False)
class Solved:
    """A molecule in the orbitals of PySCF's mean field.

    Args:
        molecule: The molecule section of an input file.
    """

    molecule: Mapping[str, Any]

    @cached_property
    def field(self) -> Any:
        return pyscf_mean_field(self.molecule)

    @property
    def hartree_fock(self) -> float:
        return float(self.field.e_tot)

    @property
    def nuclear(self) -> float:
        return float(self.field.mol.energy_nuc())

    @property
    def nelec(self) -> tuple[int, int]:
        alpha, beta = self.field.mol.nelec
        return int(alpha), int(beta)

    @property
    def norb(self) -> int:
        return int(self.field.mo_coeff.shape[1])

    @property
    def spin_squared(self) -> float:
        spin = self.field.mol.spin / 2
        return spin * (spin + 1)

    @cached_property
    def h1(self) -> np.ndarray:
        orbitals = self.field.mo_coeff
        return np.asarray(orbitals.T @ self.field.get_hcore() @ orbitals)

    @cached_property
    def h2(self) -> np.ndarray:
        found = ao2mo.full(self.field.mol, self.field.mo_coeff)
        return np.asarray(ao2mo.restore(1, found, self.norb))

    @cached_property
    def ground(self) -> tuple[float, np.ndarray]:
        """Full CI: the total energy and the state."""
        solver = fci.direct_spin1.FCI()
        fci.addons.fix_spin_(solver, shift=0.5, ss=self.spin_squared)
        solver.conv_tol, solver.max_cycle = 1e-12, 300
        energy, state = solver.kernel(self.h1, self.h2, self.norb, self.nelec, nroots=1)
        return float(energy) + self.nuclear, np.asarray(state)

    @property
    def exact(self) -> float:
        return self.ground[0]

    @property
    def cisd(self) -> float:
        kind = ci.RCISD if self.field.mol.spin == 0 else ci.UCISD
        reference = self.field if self.field.mol.spin == 0 else self.field.to_uhf()
        solver = kind(reference)
        solver.conv_tol = 1e-11
        return float(solver.run(verbose=0).e_tot)

    @property
    def mp2(self) -> float:
        return float(mp.RMP2(self.field).run(verbose=0).e_tot)

    def densities(self, state: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """One-body matrices of both spins, and the two-body matrix summed over spin."""
        chosen = self.ground[1] if state is None else state
        first = fci.direct_spin1.make_rdm1s(chosen, self.norb, self.nelec)
        second = fci.direct_spin1.make_rdm12(chosen, self.norb, self.nelec)[1]
        return np.array(first), np.asarray(second)

    def write_integrals(self, path: Path) -> None:
        """An FCIDUMP file in these orbitals."""
        fcidump.from_integrals(
            str(path),
            self.h1,
            ao2mo.restore(8, self.h2, self.norb),
            self.norb,
            self.nelec,
            nuc=self.nuclear,
            ms=self.field.mol.spin,
            tol=1e-15,
            float_format="% .17g",
        )

    def bits(self, count: int) -> list[str]:
        """The determinants of the largest weights in the exact state, as bit strings."""
        state = self.ground[1]
        order = np.argsort(-np.abs(state).ravel())[:count]
        rows, columns = np.unravel_index(order, state.shape)
        alpha, beta = (fci.cistring.make_strings(range(self.norb), n) for n in self.nelec)
        width = self.norb
        return [
            f"{beta[column]:0{width}b}{alpha[row]:0{width}b}"
            for row, column in zip(rows, columns, strict=True)
        ]

    def energy_of_bits(self, texts: list[str]) -> float:
        """The lowest energy in the products of the strings of both spins, by PySCF."""
        strings = tuple(
            np.array(sorted({int(half, 2) for half in halves}))
            for halves in (
                [text[self.norb :] for text in texts],
                [text[: self.norb] for text in texts],
            )
        )
        solver = fci.selected_ci.SelectedCI()
        solver.conv_tol = 1e-12
        energy, _ = fci.selected_ci.kernel_fixed_space(
            solver, self.h1, self.h2, self.norb, self.nelec, ci_strs=strings
        )
        return float(energy) + self.nuclear

    def amplitudes(self) -> np.ndarray:
        """The exact state on qubits: Jordan-Wigner, alpha before beta, qubit 0 the lowest bit."""
        state = self.ground[1]
        alpha, beta = (fci.cistring.make_strings(range(self.norb), n) for n in self.nelec)
        found = np.zeros(4**self.norb)
        # PySCF's determinants are (alpha creators)(beta creators), each from the highest orbital
        # down; from the lowest up, as Jordan-Wigner has them, both change by the same sign.
        for row, one in enumerate(alpha):
            for column, other in enumerate(beta):
                found[one | other << self.norb] = state[row, column]
        return found / np.linalg.norm(found)


SOLVED_H2 = Solved(H2)
