"""What an energy with its gradient will cost, before anything is allocated.

The nanoseconds were measured with N2 cc-pVDZ, (10e,12o) and (14e,14o), on one core of a 2020s
server; machines differ by a factor of two or three either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

from vqe_cli.backends import Cost
from vqe_cli.chemistry.problem import ElectronicProblem
from vqe_cli.excitations import Excitation

VECTORS = 6
"""Of the sector's size that an energy with its gradient holds at most."""

BYTES_PER_AMPLITUDE = 120
"""Of a circuit's state: two vectors, two to work in, the Hamiltonian's diagonal, tables."""

CONTIGUOUS_NS, GATHERED_NS = 1.5, 6.0
"""Forward and back, for a pair of determinants in rows, and in rows and columns."""

HAMILTONIAN_NS = 1.1
"""For a determinant and a pair of orbitals."""


def sector_cost(problem: ElectronicProblem, excitations: Sequence[Excitation], irreps: int) -> Cost:
    """Memory and time of a product of excitations in its sector.

    Args:
        problem: The electrons.
        excitations: Of every rotation.
        irreps: How many irreps the sector falls into, one of which is kept.
    """
    determinants = -(-problem.sector_dimension // irreps)
    pairs = sum(_pair_ns(problem, excitation) for excitation in excitations) / irreps
    product = HAMILTONIAN_NS * problem.norb**2 * determinants
    return Cost(8 * VECTORS * determinants, 1e-9 * (pairs + product))


def circuit_cost(qubits: int) -> Cost:
    """Memory of a circuit; its time depends on gates that are not known yet."""
    return Cost(BYTES_PER_AMPLITUDE << qubits, None)


def _pair_ns(problem: ElectronicProblem, excitation: Excitation) -> float:
    """Nanoseconds for all pairs of determinants that an excitation connects."""
    pairs = 1
    for spin in (0, 1):
        taken = {orbital for orbital, s in excitation.annihilate if s == spin}
        filled = {orbital for orbital, s in excitation.create if s == spin}
        free = problem.norb - len(taken | filled)
        electrons = problem.nelec[spin] - len(taken)
        pairs *= comb(free, electrons) if electrons >= 0 else 0
    in_rows = all(spin == 0 for _, spin in excitation.annihilate)
    return pairs * (CONTIGUOUS_NS if in_rows else GATHERED_NS)
