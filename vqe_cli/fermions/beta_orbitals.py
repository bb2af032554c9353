"""Beta orbitals that differ from the alpha ones, and the total spin over both sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray

SAME_SPACE = 1e-6
"""Largest deviation from orthogonality of overlaps of orbitals that span one space."""


UNKNOWN_SPIN = "S² is unknown: overlaps of alpha with beta orbitals are not in the file"
"""The remark on orbitals of a file without their overlaps."""


@dataclass(frozen=True, eq=False)
class TotalSpin:
    """The operator S² over active alpha orbitals p, q and active beta orbitals r, s.

    With the overlaps ``O_pr = ⟨p|r⟩``, ``S₊ = Σ O_pr a†_p b_r``, and frozen electrons in the state,

        S² = Sz(Sz + 1) + c + Σ A_pq a†_p a_q + Σ B_rs b†_r b_s − Σ O_ps O_qr a†_p a_q b†_r b_s.

    Löwdin, Phys. Rev. 97, 1474 (1955).

    Args:
        overlap: Overlaps O of alpha with beta orbitals, shape (norb, norb).
        one_body: The matrices A and B, shape (2, norb, norb).
        constant: The constant c, of the frozen electrons among themselves.
    """

    overlap: FloatArray
    one_body: FloatArray
    constant: float = 0.0

    @classmethod
    def of(cls, overlap: FloatArray, frozen: int, norb: int) -> TotalSpin:
        """The operator for frozen orbitals followed by active ones.

        Args:
            overlap: Overlaps of all alpha with all beta orbitals, which both are complete, shape
                (nmo, nmo).
            frozen: Number of frozen orbitals of each spin.
            norb: Number of active orbitals of each spin.
        """
        core, active = slice(0, frozen), slice(frozen, frozen + norb)
        alpha, beta = overlap[active, core], overlap[core, active]
        one_body = np.array([-alpha @ alpha.T, np.eye(norb) - beta.T @ beta])
        constant = frozen - float(np.sum(overlap[core, core] ** 2))
        return cls(overlap[active, active], one_body, constant)

    @property
    def is_conserved(self) -> bool:
        """Whether both sets span one space, so that a spin-free Hamiltonian conserves S²."""
        excess = self.overlap.T @ self.overlap - np.eye(len(self.overlap))
        return bool(np.abs(excess).max(initial=0.0) < SAME_SPACE)

    def expectation(
        self, nelec: tuple[int, int], one_body: FloatArray, opposite: FloatArray
    ) -> float:
        """The expectation value of S² from density matrices.

        Args:
            nelec: Numbers of active alpha and beta electrons.
            one_body: ``⟨a†_p a_q⟩`` of alpha and beta, shape (2, norb, norb).
            opposite: ``⟨a†_p a_q b†_r b_s⟩``, shape (norb, norb, norb, norb).
        """
        sz = (nelec[0] - nelec[1]) / 2
        exchanged = np.einsum("ps,qr,pqrs->", self.overlap, self.overlap, opposite, optimize=True)
        single = float(np.sum(self.one_body * one_body))
        return sz * (sz + 1) + self.constant + single - float(exchanged)


@dataclass(frozen=True, eq=False)
class BetaOrbitals:
    """Integrals over beta orbitals where they differ from the alpha ones, Hartree.

    Args:
        h1: One-electron integrals, including the field of frozen electrons, shape (norb, norb).
        h2: Two-electron integrals (rs|tu), chemists' order, shape (norb,) * 4.
        mixed: Two-electron integrals (pq|rs) of alpha orbitals p, q and beta orbitals r, s, shape
            (norb,) * 4.
        spin: The total spin; None where overlaps with the alpha orbitals are unknown.
        dipole: Position integrals ⟨r|x|s⟩, bohr, shape (3, norb, norb); None if unknown.
    """

    h1: FloatArray
    h2: FloatArray
    mixed: FloatArray
    spin: TotalSpin | None = None
    dipole: FloatArray | None = None

    def __post_init__(self) -> None:
        norb = len(self.h1)
        shapes = {"h1": (norb,) * 2, "h2": (norb,) * 4, "mixed": (norb,) * 4}
        for name, shape in shapes.items():
            array: FloatArray = getattr(self, name)
            if array.shape != shape:
                raise ValueError(f"beta.{name} should have shape {shape}. Got {array.shape}.")
            if not np.isfinite(array).all():
                raise ValueError(f"beta.{name} should be finite.")

    @property
    def conserves_spin(self) -> bool:
        """Whether S² is known and conserved."""
        return self.spin is not None and self.spin.is_conserved
