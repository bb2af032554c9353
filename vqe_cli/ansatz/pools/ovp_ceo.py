"""Coupled exchange operators with one parameter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vqe_cli._core.sizes import Size
from vqe_cli.ansatz import all_pairs
from vqe_cli.ansatz.pools import Pool
from vqe_cli.ansatz.pools._exchanges import coupled_exchanges
from vqe_cli.fermions.excitations import Excitation
from vqe_cli.fermions.problem import ElectronicProblem


class OvpCeo(Pool):
    """Coupled exchange operators with one parameter (OVP-CEO).

    Sums and differences of two double qubit excitations on the same four spin orbitals, whose
    circuit has 9 CNOTs, and single qubit excitations with 2. The total spin is not conserved.

    Reference:
        Ramôa, Anastasiou, Santos, Mayhall, Barnes and Economou, npj Quantum Inf. 11, 86 (2025);
        arXiv:2407.08696.
    """

    def excitations(self, problem: ElectronicProblem) -> Iterable[Sequence[Excitation]]:
        """Sums and differences of qubit excitations."""
        return coupled_exchanges(problem.norb)

    def count(self, size: Size) -> int:
        """Twice the number of pairs of orbital pairs at most."""
        return 2 * all_pairs(size)
