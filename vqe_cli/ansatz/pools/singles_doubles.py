"""Excitations of the reference determinant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from vqe_cli._core.sizes import Size
from vqe_cli.ansatz import singles_and_doubles
from vqe_cli.ansatz.pools import Pool
from vqe_cli.fermions.excitations import (
    Excitation,
    joined_with_spin_flips,
    opposite_spin_doubles,
    same_spin_doubles,
    singles,
)
from vqe_cli.fermions.problem import ElectronicProblem


class SinglesDoubles(Pool):
    """Single and double excitations from occupied to empty orbitals.

    An excitation and its spin flip are one operator for closed shells.

    Reference:
        Grimsley, Economou, Barnes and Mayhall, Nat. Commun. 10, 3007 (2019).
    """

    def excitations(self, problem: ElectronicProblem) -> Iterable[Sequence[Excitation]]:
        """Singles and doubles of the reference determinant."""
        found = list(_from_reference(problem.norb, problem.nelec))
        return (
            joined_with_spin_flips(found) if problem.is_closed_shell else [[part] for part in found]
        )

    def count(self, size: Size) -> int:
        """The number of excitations of the reference determinant."""
        return singles_and_doubles(size)


def _from_reference(norb: int, nelec: tuple[int, int]) -> Iterator[Excitation]:
    for spin in (0, 1):
        yield from singles(norb, nelec, spin)
    yield from opposite_spin_doubles(norb, nelec)
    for spin in (0, 1):
        yield from same_spin_doubles(norb, nelec, spin)
