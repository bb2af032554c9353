"""Single Pauli strings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from vqe_cli._core.sizes import Size
from vqe_cli.ansatz import all_pairs
from vqe_cli.ansatz.pools import Irreps, Pool
from vqe_cli.ansatz.state import Operator
from vqe_cli.fermions.excitations import Excitation, qubit_excitations
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.pauli_strings import PauliString


class Qubit(Pool):
    """Pauli strings of qubit excitations, one by one (qubit-ADAPT-VQE).

    With Jordan-Wigner, the strings of two or four letters X and Y with an odd number of Y, whose
    circuits have 2 or 6 CNOTs. They conserve neither electron numbers nor the spin: the exact
    simulator needs a statevector of all qubits, and the state is in the right sector only as far
    as its energy has converged.

    Reference:
        Tang et al., PRX Quantum 2, 020310 (2021).
    """

    conserves_electrons: ClassVar[bool] = False

    def excitations(self, problem: ElectronicProblem) -> Iterable[Sequence[Excitation]]:
        """The qubit excitations whose strings are the operators."""
        return [[part] for part in qubit_excitations(problem.norb)]

    def count(self, size: Size) -> int:
        """Eight strings for each two or three pairs of orbital pairs."""
        return 4 * all_pairs(size)

    def operators(self, encoding: Encoding, irreps: Irreps | None) -> tuple[Operator, ...]:
        """The strings that differ, in the order of the excitations.

        On tapered qubits the generator of an excitation that vanishes in their sector has none.
        """
        strings: dict[PauliString, None] = {}
        for group in super().operators(encoding, irreps):
            for part in group:
                if isinstance(part, Excitation):
                    terms = encoding.generator(part).to_list()
                    strings |= dict.fromkeys(
                        PauliString(label) for label, weight in terms if weight
                    )
        return tuple((string,) for string in strings)
