"""Conditions on the two-particle density matrix that every state of N electrons fulfils.

All matrices are summed over spin, as those of a multiplet averaged over its Sz. With the real
matrix over ordered pairs of orbitals

    P[pr, qs] = Σ_στ ⟨a†_pσ a†_rτ a_sτ a_qσ⟩,

which is unchanged by the exchange of both particles, and γ_pq = Σ_r P[pr, qr] / (N − 1), the
following are sums of Gram matrices (of a a, a† a†, a†a and its triplet components), hence positive
semidefinite; the first four are the parts for symmetric (singlet) and antisymmetric (triplet)
pairs:

    D singlet, D triplet:  P
    Q singlet:             2 − (γ⊗1 + 1⊗γ) + P
    Q triplet:             6 − 3 (γ⊗1 + 1⊗γ) + P
    G singlet [pq, rs]:    δ_qs γ_pr + P[ps, qr]
    G triplet [pq, rs]:    3/2 δ_qs γ_pr − P[ps, rq] − 1/2 P[ps, qr]

The traces of both parts of D follow from N and S. The condition G: Garrod and Percus, J. Math.
Phys. 5, 1756 (1964); a review of such conditions: Mazziotti, Chem. Rev. 112, 244 (2012). The parts
for singlets and triplets are derived here, and tested with states of full CI.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from vqe_cli._core.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Condition:
    """A matrix ``M = constant + linear(P)`` that is positive semidefinite for every state.

    Args:
        name: Name of the condition.
        constant: Multiple of the unit matrix in M.
        linear: Matrix that takes P, as a vector of length norb⁴, to the other part of M.
        irreps: Irrep of each row of M.
    """

    name: str
    constant: float
    linear: sparse.csr_array
    irreps: IntArray

    @property
    def dimension(self) -> int:
        """The number of rows of M."""
        return len(self.irreps)

    def matrix(self, pairs: FloatArray) -> FloatArray:
        """The matrix M of a state, shape (dimension,)*2.

        Args:
            pairs: The matrix P, shape (norb²,)*2.
        """
        size = self.dimension
        found = (self.linear @ pairs.ravel()).reshape(size, size)
        return np.asarray(0.5 * (found + found.T) + self.constant * np.eye(size))

    def adjoint(self, weight: FloatArray) -> FloatArray:
        """The operator K with ⟨Y, M⟩ = ⟨K, P⟩ + constant · Tr Y, as a vector of length norb⁴.

        Args:
            weight: The symmetric matrix Y, shape (dimension,)*2.
        """
        return np.asarray(self.linear.T @ weight.ravel())


@dataclass(frozen=True)
class PairSpace:
    """Pairs of orbitals of N electrons with total spin S.

    Args:
        norb: Number of spatial orbitals.
        electrons: Number of electrons, at least two.
        spin: Total spin S.
        irreps: Irreps of the orbitals, multiplied by exclusive or; None without symmetry.
    """

    norb: int
    electrons: int
    spin: float
    irreps: tuple[int, ...] | None = None

    @property
    def traces(self) -> tuple[float, float]:
        """The traces of D for singlet and triplet pairs."""
        n, s = self.electrons, self.spin
        exchange = 2 * n - 0.5 * n**2 - 2 * s * (s + 1)
        return 0.5 * (n * (n - 1) + exchange), 0.5 * (n * (n - 1) - exchange)

    @property
    def largest_block(self) -> int:
        """The largest number of ordered pairs of orbitals of one irrep."""
        return int(np.bincount(self._pair_irreps).max())

    def hamiltonian(self, h1: FloatArray, h2: FloatArray) -> FloatArray:
        """The operator K with ⟨K, P⟩ the electronic energy, Hartree, shape (norb²,)*2.

        Args:
            h1: One-electron integrals, shape (norb, norb).
            h2: Two-electron integrals (pq|rs), shape (norb,)*4.
        """
        one_body = self._one_body.T @ h1.ravel()
        repulsion = h2.transpose(0, 2, 1, 3).ravel()
        return self.symmetrised(one_body + 0.5 * repulsion)

    def symmetrised(self, operator: FloatArray) -> FloatArray:
        """A pair operator averaged over transposition and the exchange of both particles.

        Args:
            operator: The operator, with norb⁴ elements.
        """
        norb = self.norb
        tensor = operator.reshape((norb,) * 4)
        both = 0.5 * (tensor + tensor.transpose(1, 0, 3, 2)).reshape(norb**2, norb**2)
        return np.asarray(0.5 * (both + both.T))

    @cached_property
    def pair_density(self) -> tuple[Condition, Condition]:
        """D for singlet and for triplet pairs."""
        identity = sparse.eye_array(self.norb**4, format="csr")
        return (
            self._within("D singlet", self.singlets, 0.0, identity),
            self._within("D triplet", self.triplets, 0.0, identity),
        )

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions Q and G."""
        whole, mean = sparse.eye_array(self.norb**4, format="csr"), self._mean_field
        return (
            self._within("Q singlet", self.singlets, 2.0, whole - mean),
            self._within("Q triplet", self.triplets, 6.0, whole - 3.0 * mean),
            *self._particle_hole(),
        )

    @cached_property
    def singlets(self) -> sparse.csr_array:
        """Orthonormal symmetric pairs, shape (norb², norb (norb + 1) / 2)."""
        return self._pairs(1.0)

    @cached_property
    def triplets(self) -> sparse.csr_array:
        """Orthonormal antisymmetric pairs, shape (norb², norb (norb − 1) / 2)."""
        return self._pairs(-1.0)

    def _pairs(self, sign: float) -> sparse.csr_array:
        rows, columns = np.triu_indices(self.norb, k=0 if sign > 0 else 1)
        places = np.arange(rows.size)
        scale = np.where(rows == columns, 0.5, np.sqrt(0.5))
        values = np.concatenate((scale, sign * scale))
        where = np.concatenate((rows * self.norb + columns, columns * self.norb + rows))
        shape = (self.norb**2, rows.size)
        return sparse.coo_array((values, (where, np.tile(places, 2))), shape=shape).tocsr()

    def _within(
        self, name: str, basis: sparse.csr_array, constant: float, operator: sparse.csr_array
    ) -> Condition:
        """The part of an operator on pairs in an orthonormal basis of pairs."""
        pairs = basis.T.tocsr()
        first = basis.tocsc().indices[basis.tocsc().indptr[:-1]]
        irreps = self._pair_irreps[first]
        return Condition(name, constant, sparse.kron(pairs, pairs, format="csr") @ operator, irreps)

    @cached_property
    def _pair_irreps(self) -> IntArray:
        """The irrep of each ordered pair of orbitals, shape (norb²,)."""
        irreps = np.array(self.irreps or (0,) * self.norb, dtype=np.int64)
        return np.asarray((irreps[:, None] ^ irreps[None, :]).ravel())

    @property
    def _places(self) -> IntArray:
        """The place of P[pr, qs] in its vector, with axes p, r, q, s."""
        return np.arange(self.norb**4).reshape((self.norb,) * 4)

    @cached_property
    def _one_body(self) -> sparse.csr_array:
        """The map from P to γ, shape (norb², norb⁴)."""
        columns = np.einsum("prqr->pqr", self._places).reshape(self.norb**2, self.norb)
        rows = np.repeat(np.arange(self.norb**2), self.norb)
        values = np.full(rows.size, 1.0 / (self.electrons - 1))
        shape = (self.norb**2, self.norb**4)
        return sparse.coo_array((values, (rows, columns.ravel())), shape=shape).tocsr()

    @cached_property
    def _mean_field(self) -> sparse.csr_array:
        """The map from P to γ⊗1 + 1⊗γ."""
        return (self._spread("prqr") + self._spread("rprq")).tocsr()

    def _spread(self, axes: str) -> sparse.csr_array:
        """The map from P to γ_pq at the places of a tensor with these axes, zero elsewhere."""
        rows = np.einsum(f"{axes}->pqr", self._places).reshape(self.norb**2, self.norb)
        columns = np.repeat(np.arange(self.norb**2), self.norb)
        shape = (self.norb**4, self.norb**2)
        values = np.ones(columns.size)
        return sparse.coo_array((values, (rows.ravel(), columns)), shape=shape) @ self._one_body

    def _particle_hole(self) -> tuple[Condition, Condition]:
        """The conditions G."""
        singlet = (self._spread("prqr") + self._permuted(0, 2, 3, 1)).tocsr()
        return (
            Condition("G singlet", 0.0, singlet, self._pair_irreps),
            self._within("G triplet", self._excitations, 0.0, self._triplet_hole),
        )

    @cached_property
    def _triplet_hole(self) -> sparse.csr_array:
        """The map from P to G triplet over all ordered pairs."""
        direct, exchange = self._permuted(0, 2, 3, 1), self._permuted(0, 3, 2, 1)
        return (1.5 * self._spread("prqr") - exchange - 0.5 * direct).tocsr()

    @cached_property
    def _excitations(self) -> sparse.csr_array:
        """Orthonormal ordered pairs; for singlets without that of Sz, whose row in G vanishes."""
        pairs = sparse.eye_array(self.norb**2, format="lil")
        if self.spin > 0:
            return pairs.tocsr()
        # The reflection of the first pair 00 to the sum of all pp; the others stay orthonormal.
        axis = np.full(self.norb, 1.0 / np.sqrt(self.norb))
        axis[0] -= 1.0
        length = float(axis @ axis)
        reflection = np.eye(self.norb)
        if length > 0:
            reflection -= 2.0 * np.outer(axis, axis) / length
        pairs[np.ix_(self._diagonal, self._diagonal)] = reflection
        return pairs.tocsc()[:, 1:].tocsr()

    @cached_property
    def equalities(self) -> sparse.csr_array:
        """The map from P to what vanishes for every singlet, shape (equations, norb⁴).

        The operator Sz gives zero when it acts on a singlet, so that Σ_r G triplet [pq, rr] = 0,
        and `conditions` has G triplet without that direction. No equations for other spins.
        """
        if self.spin > 0:
            return sparse.csr_array((0, self.norb**4))
        rows = np.repeat(np.arange(self.norb**2), self.norb)
        columns = (rows.reshape(-1, self.norb) * self.norb**2 + self._diagonal).ravel()
        shape = (self.norb**2, self.norb**4)
        summed = sparse.coo_array((np.ones(rows.size), (rows, columns)), shape=shape).tocsr()
        return (summed @ self._triplet_hole).tocsr()

    @property
    def _diagonal(self) -> IntArray:
        """The places of the pairs pp among ordered pairs, shape (norb,)."""
        return np.arange(self.norb) * (self.norb + 1)

    def _permuted(self, *axes: int) -> sparse.csr_array:
        """The permutation of P's elements that transposes its axes p, r, q, s."""
        columns = self._places.transpose(axes).ravel()
        values, rows = np.ones(columns.size), np.arange(columns.size)
        return sparse.coo_array((values, (rows, columns)), shape=(columns.size,) * 2).tocsr()


def blocks(irreps: IntArray) -> Sequence[IntArray]:
    """Rows of a matrix by irrep.

    Args:
        irreps: Irrep of each row.
    """
    return [np.flatnonzero(irreps == irrep) for irrep in np.unique(irreps)]
