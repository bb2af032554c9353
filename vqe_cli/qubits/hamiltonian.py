"""The electronic Hamiltonian as Pauli strings, by vectorised products.

In the mappings here a creation operator is two Pauli strings. With ``F_pq`` the sum of the
one-electron excitations from p to q and back, of both spins, which is a few strings,

    H = Σ_(p≤q) (h_pq − ½ Σ_r (pr|rq)) F_pq + ½ Σ_(p≤q) Σ_(r≤s) (pq|rs) F_pq F_rs.

Where beta orbitals differ from the alpha ones, F_pq is that of one spin, and pairs of both are
listed one after the other.

Since H is Hermitian, products of strings that anticommute cancel.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.symplectic import Strings, elementwise, identity, parity, times, together

NEGLIGIBLE = 1e-14
"""Largest weight of a product that is dropped as round-off, Hartree."""


def electronic_hamiltonian(problem: ElectronicProblem, creations: Sequence[Strings]) -> Strings:
    """The Hamiltonian on all qubits of a mapping, with the core energy as its constant.

    Args:
        problem: The problem with its integrals over spatial orbitals.
        creations: Creation operators of all spin orbitals, alpha before beta.
    """
    spins = ((0, 1),) if problem.beta is None else ((0,), (1,))
    strings, pairs = _excitations(problem.norb, creations, spins)
    fields, integrals = _on_pairs(problem)
    single = Strings(strings.x, strings.z, pairs.T @ fields)
    double = _products(strings, pairs.T @ (0.5 * integrals) @ pairs)
    whole = together([identity(problem.core_energy, len(creations)), single, double])
    return whole.collected()[0]


def _on_pairs(problem: ElectronicProblem) -> tuple[FloatArray, FloatArray]:
    """One-electron terms, shape (pairs,), and repulsion, shape (pairs, pairs), of F_pq with p ≤ q.

    Pairs of alpha orbitals come before those of beta orbitals, if they differ.
    """
    upper = np.triu_indices(problem.norb)
    (h1_a, h1_b), (aa, ab, bb) = problem.spin_h1, problem.spin_h2
    alpha, beta = (
        (h1 - 0.5 * np.einsum("prrq->pq", h2))[upper] for h1, h2 in ((h1_a, aa), (h1_b, bb))
    )
    same_a, mixed, same_b = (h2[upper][:, upper[0], upper[1]] for h2 in (aa, ab, bb))
    if problem.beta is None:
        return alpha, same_a
    return np.concatenate([alpha, beta]), np.block([[same_a, mixed], [mixed.T, same_b]])


def _excitations(
    norb: int, creations: Sequence[Strings], summed: Sequence[Sequence[int]]
) -> tuple[Strings, FloatArray]:
    """The distinct strings in all ``F_pq``, and coefficients, shape (pairs p ≤ q, strings).

    Args:
        norb: Number of spatial orbitals.
        creations: Creation operators of all spin orbitals, alpha before beta.
        summed: Spins that are summed, for each part of the pairs.
    """
    upper = [(p, q) for p in range(norb) for q in range(p, norb)]
    parts: list[Strings] = []
    owners: list[int] = []
    every_pair = ((spins, p, q) for spins in summed for p, q in upper)
    for number, (spins, p, q) in enumerate(every_pair):
        for spin in spins:
            up, down = creations[p + spin * norb], creations[q + spin * norb]
            # Twice the Hermitian part is the excitation and its adjoint.
            found = times(up, down.adjoint)
            parts.append(Strings(found.x, found.z, (2.0 - (p == q)) * found.coeffs.real))
            owners += [number] * len(found.coeffs)
    every = together(parts)
    strings, which = every.collected()
    pairs = np.zeros((len(summed) * len(upper), len(strings.coeffs)))
    np.add.at(pairs, (np.array(owners), which), every.coeffs)
    used = (pairs != 0).any(axis=0)
    return Strings(strings.x[used], strings.z[used], strings.coeffs[used]), pairs[:, used]


def _products(strings: Strings, weights: FloatArray) -> Strings:
    """The sum of products ``Σ_ab w_ab S_a S_b`` for symmetric weights."""
    first, second = np.nonzero(np.triu(np.abs(weights) > NEGLIGIBLE))
    x, z = strings.x, strings.z
    anticommute = parity(x[first], z[second]) ^ parity(z[first], x[second])
    first, second = first[~anticommute], second[~anticommute]
    factors = np.where(first == second, 1.0, 2.0) * weights[first, second]
    left = Strings(x[first], z[first], factors)
    right = Strings(x[second], z[second], np.ones(len(second)))
    product = elementwise(left, right)
    return Strings(product.x, product.z, product.coeffs.real)
