"""Excitations between all orbitals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vqe_cli._core.sizes import Size
from vqe_cli.ansatz import all_pairs
from vqe_cli.ansatz.pools import Pool
from vqe_cli.fermions.excitations import Excitation, generalized, shared_generalized
from vqe_cli.fermions.problem import ElectronicProblem


class Generalized(Pool):
    """Single and double excitations between all orbitals, occupied or empty.

    An excitation and its spin flip are one operator for closed shells.

    Reference:
        Grimsley, Economou, Barnes and Mayhall, Nat. Commun. 10, 3007 (2019).
    """

    def excitations(self, problem: ElectronicProblem) -> Iterable[Sequence[Excitation]]:
        """Singles and doubles between any orbitals."""
        found = list(generalized(problem.norb))
        return shared_generalized(found) if problem.is_closed_shell else [[part] for part in found]

    def count(self, size: Size) -> int:
        """The number of pairs of orbital pairs."""
        return all_pairs(size)
