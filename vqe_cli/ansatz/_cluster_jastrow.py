"""Coupled-cluster amplitudes factorised into rotations and Jastrow factors, by ffsim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli._core.arrays import ComplexArray, FloatArray
from vqe_cli.ansatz._jastrow import OrbitalPair
from vqe_cli.chemistry.correlation.amplitudes import Amplitudes
from vqe_cli.fermions.problem import ElectronicProblem


@dataclass(frozen=True, eq=False)
class ClusterJastrow:
    """``F Π_k U_k exp(iJ_k) U_k†``, the first factor acting first.

    Args:
        jastrow: J of alpha-alpha, alpha-beta and beta-beta, shape (layers, 3, norb, norb).
        rotations: U of both spins, shape (layers, 2, norb, norb).
        final: F of both spins, shape (2, norb, norb).
    """

    jastrow: FloatArray
    rotations: ComplexArray
    final: ComplexArray

    def rotations_between(self, spin: int) -> list[ComplexArray]:
        """``U_1†, U_2† U_1, …, F U_L``: what acts before, between and after the Jastrow factors.

        Args:
            spin: 0 for alpha.
        """
        norb = self.final.shape[-1]
        after = [np.eye(norb, dtype=np.complex128), *(pair[spin] for pair in self.rotations)]
        before = [*(pair[spin].conj().T for pair in self.rotations), self.final[spin]]
        return [left @ right for left, right in zip(before, after, strict=True)]


def cluster_jastrow(
    problem: ElectronicProblem,
    amplitude: Amplitudes,
    layers: int,
    pairs: tuple[list[OrbitalPair], list[OrbitalPair]] | None,
    shared: bool,
    optimize: bool,
) -> ClusterJastrow:
    """Factorise amplitudes.

    Args:
        problem: Electrons.
        amplitude: T1 and T2.
        layers: How many factors to keep; identities where there are fewer.
        pairs: Orbitals of equal spin, and alpha and beta orbitals, that may be coupled; None for
            all.
        shared: Whether both spins are alike.
        optimize: Fit the factors to T2 instead of cutting its expansion off.
    """
    import ffsim

    t1, t2 = amplitude.blocks(problem.nelec)
    options: dict[str, Any] = {"n_reps": layers, "optimize": optimize}
    if shared:
        balanced = ffsim.UCJOpSpinBalanced.from_t_amplitudes(
            _pair_symmetric(t2[1]), t1=t1[0], interaction_pairs=pairs, **options
        )
        assert balanced.final_orbital_rotation is not None  # since T1 was given
        return ClusterJastrow(
            jastrow=balanced.diag_coulomb_mats[:, [0, 1, 0]],
            rotations=np.stack([balanced.orbital_rotations] * 2, axis=1).astype(np.complex128),
            final=np.stack([balanced.final_orbital_rotation] * 2).astype(np.complex128),
        )
    triple = None if pairs is None else (pairs[0], pairs[1], pairs[0])
    operator = ffsim.UCJOpSpinUnbalanced.from_t_amplitudes(
        t2, t1=t1, interaction_pairs=triple, **options
    )
    return ClusterJastrow(
        jastrow=operator.diag_coulomb_mats,
        rotations=operator.orbital_rotations.astype(np.complex128),
        final=np.asarray(operator.final_orbital_rotation, dtype=np.complex128),
    )


def _pair_symmetric(t2: FloatArray) -> FloatArray:
    """Remove what iterations left between ``t2[i,j,a,b]`` and ``t2[j,i,b,a]``."""
    return np.asarray(0.5 * (t2 + t2.transpose(1, 0, 3, 2)))
