"""Conserved parities of electron numbers: those of each spin, and those of the point group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vqe_cli.fermions.excitations import Excitation

if TYPE_CHECKING:
    from vqe_cli.fermions.problem import ElectronicProblem


@dataclass(frozen=True)
class ConservedParity:
    """The parity of the number of electrons in some spin orbitals, which commutes with H.

    Args:
        label: The electrons in words: ``alpha electrons``, ``electrons in B1u``.
        spin_orbitals: Bit mask of the spin orbitals, alpha before beta.
    """

    label: str
    spin_orbitals: int

    def is_odd(self, occupied: int) -> bool:
        """Whether a determinant has an odd number of these electrons.

        Args:
            occupied: Bit mask of the occupied spin orbitals, alpha before beta.
        """
        return (self.spin_orbitals & occupied).bit_count() % 2 == 1

    def is_conserved_by(self, excitation: Excitation, norb: int) -> bool:
        """Whether an excitation keeps the parity.

        Args:
            excitation: The excitation.
            norb: Number of spatial orbitals.
        """
        moved = 0
        for orbital, spin in (*excitation.create, *excitation.annihilate):
            moved ^= 1 << (orbital + spin * norb)
        return not self.is_odd(moved)


def conserved_parities(
    problem: ElectronicProblem, *, point_group: bool
) -> tuple[ConservedParity, ...]:
    """The independent parities that the Hamiltonian conserves.

    An irrep of D2h or of a subgroup of it is a string of bits, and irreps are multiplied by
    exclusive or: the number of electrons in orbitals with an odd bit keeps its parity.

    Args:
        problem: The problem.
        point_group: Whether parities of the point group are included, besides those of the spins.

    Returns:
        The parities; none for a single orbital, whose qubits would all be constant.
    """
    if problem.norb == 1:
        return ()
    half = (1 << problem.norb) - 1
    found = [
        ConservedParity("alpha electrons", half),
        ConservedParity("beta electrons", half << problem.norb),
    ]
    for parity in _of_point_group(problem) if point_group else ():
        if _is_independent(parity, found):
            found.append(parity)
    return tuple(found)


def _of_point_group(problem: ElectronicProblem) -> Iterator[ConservedParity]:
    """The parity of each bit of the irreps."""
    irreps = problem.orbital_irreps or ()
    for bit in range(max(irreps, default=0).bit_length()):
        odd = [orbital for orbital, irrep in enumerate(irreps) if irrep >> bit & 1]
        names = sorted({problem.irrep_name(irreps[orbital]) for orbital in odd})
        mask = sum(1 << orbital for orbital in odd)
        yield ConservedParity(f"electrons in {', '.join(names)}", mask | mask << problem.norb)


def _is_independent(parity: ConservedParity, others: list[ConservedParity]) -> bool:
    """Whether a parity is not a sum of others, modulo 2."""
    basis: list[int] = []
    for other in (*others, parity):
        rest = other.spin_orbitals
        for row in basis:
            rest = min(rest, rest ^ row)
        if rest == 0:
            return False
        basis = sorted([*basis, rest], reverse=True)
    return True
