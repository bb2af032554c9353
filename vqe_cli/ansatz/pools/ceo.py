"""Coupled exchange operators with as many parameters as have a derivative."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vqe_cli._core.sizes import Size
from vqe_cli.ansatz import all_pairs
from vqe_cli.ansatz.pools import Pool
from vqe_cli.ansatz.pools._exchanges import coupled_exchanges, doubles_on
from vqe_cli.ansatz.state import Operator
from vqe_cli.fermions.excitations import Excitation, acting
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding


class Ceo(Pool):
    """Coupled exchange operators with one or several parameters (CEO-ADAPT-VQE).

    The operators are those of *ovp-ceo*. Where more than one double qubit excitation on the four
    spin orbitals of the steepest operator has a derivative above `gradient_tolerance`, these are
    appended in its place with parameters of their own (MVP-CEO): one circuit of 13 CNOTs for up to
    three parameters, in place of one of 9 CNOTs for one. The total spin is not conserved.

    Reference:
        Ramôa, Anastasiou, Santos, Mayhall, Barnes and Economou, npj Quantum Inf. 11, 86 (2025);
        arXiv:2407.08696, there DVG-CEO.
    """

    def excitations(self, problem: ElectronicProblem) -> Iterable[Sequence[Excitation]]:
        """Sums and differences of qubit excitations."""
        return coupled_exchanges(problem.norb)

    def count(self, size: Size) -> int:
        """Twice the number of pairs of orbital pairs at most."""
        return 2 * all_pairs(size)

    def parts(self, encoding: Encoding, operator: Operator) -> tuple[Operator, ...]:
        """The double qubit excitations on the operator's orbitals."""
        assert isinstance(encoding.problem, ElectronicProblem)
        doubles = [[double] for double in doubles_on(operator[0].orbitals)]
        found = acting(encoding.problem.norb, encoding.problem.nelec, doubles)
        return tuple(tuple(group) for group in found)
