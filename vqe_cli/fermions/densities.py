"""Reduced density matrices over the active orbitals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Density:
    """Reduced density matrices of a real state over the active orbitals.

    The order of indices is PySCF's, so that ``E = Σ h_pq γ_pq + ½ Σ (pq|rs) Γ_pqrs`` plus the core
    energy, with γ summed over spin.

    Args:
        one_body: One-body matrices ``γ^σ_pq = ⟨a†_pσ a_qσ⟩``, symmetric, alpha first, shape (2,
            norb, norb).
        two_body: Two-body matrix ``Γ_pqrs = Σ_στ ⟨a†_pσ a†_rτ a_sτ a_qσ⟩``, shape (norb, norb,
            norb, norb); None if it was not requested.
    """

    one_body: FloatArray
    two_body: FloatArray | None = None

    def __post_init__(self) -> None:
        norb = self.one_body.shape[-1]
        if self.one_body.shape != (2, norb, norb):
            message = f"one_body should have shape {(2, norb, norb)}. Got {self.one_body.shape}."
            raise ValueError(message)
        if self.two_body is not None and self.two_body.shape != (norb,) * 4:
            message = f"two_body should have shape {(norb,) * 4}. Got {self.two_body.shape}."
            raise ValueError(message)

    @property
    def spin_summed(self) -> FloatArray:
        """The spin-summed one-body matrix ``γ^α + γ^β``, shape (norb, norb)."""
        return np.asarray(self.one_body[0] + self.one_body[1])
