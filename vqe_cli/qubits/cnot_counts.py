"""CNOTs of growing products of operators."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from vqe_cli.fermions.excitations import ExcitationProduct, Rotation
from vqe_cli.qubits.circuits import circuit_parts, excitation_circuit
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.pauli_strings import PauliProduct, pauli_circuit

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.transpiler import StagedPassManager


class CnotCounter:
    """Counts the CNOTs of products of operators; what they have in common is compiled once.

    Circuits are those over CNOTs and single-qubit gates between any two qubits that Qiskit compiles
    at level 0, which does not optimise across operators.

    Args:
        encoding: The problem and its qubits.
    """

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._known: dict[Hashable, int] = {}

    def of_excitations(self, product: ExcitationProduct) -> int:
        """The number of CNOTs of a product of excitations.

        Args:
            product: The product.
        """
        count = 0
        for part in circuit_parts(product, self._encoding):
            alone = _renumbered(product, part)
            circuit = partial(excitation_circuit, alone, self._encoding)
            count += self._of_part(alone.rotations, circuit)
        return count

    def of_strings(self, product: PauliProduct) -> int:
        """The number of CNOTs of a product of Pauli rotations.

        Args:
            product: The product.
        """
        return sum(
            self._of_part(one, partial(pauli_circuit, PauliProduct((one,)), self._encoding))
            for one in product.strings
        )

    def _of_part(self, part: Hashable, circuit: Callable[[], QuantumCircuit]) -> int:
        if part not in self._known:
            gates = self._compiler.run(circuit()).count_ops()
            self._known[part] = int(gates.get("cx", 0))
        return self._known[part]

    @cached_property
    def _compiler(self) -> StagedPassManager:
        from qiskit.transpiler import generate_preset_pass_manager

        return generate_preset_pass_manager(0, basis_gates=["cx", "u"])


def _renumbered(product: ExcitationProduct, part: tuple[Rotation, ...]) -> ExcitationProduct:
    """A part of a product with parameters of its own."""
    numbers = sorted({rotation.parameter for rotation in part})
    rotations = (replace(one, parameter=numbers.index(one.parameter)) for one in part)
    return replace(product, rotations=tuple(rotations), num_parameters=len(numbers))
