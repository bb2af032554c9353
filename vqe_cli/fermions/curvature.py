"""Second derivatives of the energy with respect to excitations, from orbital energies."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct
from vqe_cli.fermions.problem import ElectronicProblem

SMALLEST_GAP = 0.1
"""Hartree; keeps the curvature of near-degenerate excitations positive."""


def curvature(problem: ElectronicProblem, product: ExcitationProduct) -> tuple[float, ...]:
    """Estimated second derivatives of the energy at the reference, Hartree.

    ``2 Σ factor² Δ`` over the rotations that share a parameter, where Δ is the mean of the
    difference of orbital energies (Møller and Plesset) and that of the energies of the two
    determinants (Epstein and Nesbet), the exact second derivative of a single rotation. The mean
    needs fewer evaluations than either, near equilibrium and for stretched bonds.

    Args:
        problem: The electronic problem, whose Fock operators give the orbital energies.
        product: The product of excitations.
    """
    levels = tuple(np.diag(fock) for fock in problem.fock)
    coulomb = np.array([[np.einsum("ppqq->pq", h2) for h2 in row] for row in problem.h2_of_spins])
    exchange = np.array([np.einsum("pqqp->pq", h2) for h2 in problem.spin_h2[::2]])
    found = np.zeros(product.num_parameters)
    for rotation in product.rotations:
        excitation = rotation.excitation
        gap = sum(levels[spin][orbital] for orbital, spin in excitation.create)
        gap -= sum(levels[spin][orbital] for orbital, spin in excitation.annihilate)
        if excitation.leaves(problem.nelec):
            gap += 0.5 * _pair_interaction(excitation, coulomb, exchange)
        found[rotation.parameter] += 2.0 * rotation.factor**2 * max(gap, SMALLEST_GAP)
    return tuple(float(value) if value > 0 else 1.0 for value in found)


def _pair_interaction(excitation: Excitation, coulomb: FloatArray, exchange: FloatArray) -> float:
    """Interaction energy of the excited electrons and the holes, Hartree.

    Args:
        excitation: The excitation.
        coulomb: Coulomb integrals by the spins of both orbitals, shape (2, 2, norb, norb).
        exchange: Exchange integrals by spin, shape (2, norb, norb).
    """
    charges = [(*place, 1.0) for place in excitation.create]
    charges += [(*place, -1.0) for place in excitation.annihilate]
    total = 0.0
    for (p, spin, charge), (q, other_spin, other_charge) in combinations(charges, 2):
        energy = coulomb[spin, other_spin, p, q]
        energy -= exchange[spin, p, q] if spin == other_spin else 0.0
        total += charge * other_charge * float(energy)
    return total
