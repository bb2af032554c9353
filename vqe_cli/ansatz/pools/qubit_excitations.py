"""Excitations without fermionic signs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vqe_cli._core.sizes import Size
from vqe_cli.ansatz import all_pairs
from vqe_cli.ansatz.pools import Pool
from vqe_cli.fermions.excitations import Excitation, qubit_excitations
from vqe_cli.fermions.problem import ElectronicProblem


class QubitExcitations(Pool):
    """Single and double excitations between all orbitals without fermionic signs (QEB-ADAPT-VQE).

    Each excitation is an operator. Its circuit has 2 or 13 CNOTs, whatever the distance of the
    orbitals. The total spin is not conserved.

    Reference:
        Yordanov, Armaos, Barnes and Arvidsson-Shukur, Commun. Phys. 4, 228 (2021).
    """

    def excitations(self, problem: ElectronicProblem) -> Iterable[Sequence[Excitation]]:
        """Qubit excitations one by one."""
        return [[part] for part in qubit_excitations(problem.norb)]

    def count(self, size: Size) -> int:
        """The number of pairs of orbital pairs."""
        return all_pairs(size)
