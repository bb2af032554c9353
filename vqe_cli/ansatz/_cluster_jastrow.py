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
    """The operator ``F Π_k U_k exp(iJ_k) U_k†``, in which the first factor acts first.

    Args:
        jastrow: Matrices J of alpha-alpha, alpha-beta and beta-beta, shape (layers, 3, norb, norb).
        rotations: Orbital rotations U of both spins, shape (layers, 2, norb, norb).
        final: Final orbital rotation F of both spins, shape (2, norb, norb).
    """

    jastrow: FloatArray
    rotations: ComplexArray
    final: ComplexArray

    def rotations_between(self, spin: int) -> list[ComplexArray]:
        """The rotations around the Jastrow factors, ``U_1†, U_2† U_1, …, F U_L``.

        Args:
            spin: The spin, 0 for alpha and 1 for beta.
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
    """The factorised amplitudes.

    Args:
        problem: The problem.
        amplitude: The amplitudes T1 and T2.
        layers: Number of factors, filled up with identities.
        pairs: Pairs of orbitals of equal spin, and of alpha and beta orbitals, that may be coupled;
            None for all.
        shared: Whether both spins have the same factors.
        optimize: Whether the factors are fitted to T2 instead of truncating its expansion.
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
    """T2 with ``t2[i,j,a,b]`` and ``t2[j,i,b,a]`` made exactly equal."""
    return np.asarray(0.5 * (t2 + t2.transpose(1, 0, 3, 2)))
