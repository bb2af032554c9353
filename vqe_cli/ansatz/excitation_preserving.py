"""Qiskit's ExcitationPreserving."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from vqe_cli.ansatz._hardware_efficient import HardwareEfficient
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

    from vqe_cli.qubits.mappers import Mapper


class ExcitationPreserving(HardwareEfficient):
    """Layers of gates that conserve the number of ones, the electron number in Jordan-Wigner.

    Only the sum of alpha and beta electrons is conserved, not each number.

    Reference:
        Barkoutsos et al., Phys. Rev. A 98, 022322 (2018); Qiskit's `excitation_preserving`.
    """

    label: ClassVar[str | None] = "ExcitationPreserving"

    mode: Literal["iswap", "fsim"] = Field(
        default="fsim",
        description="Exchange with a controlled phase, or iswap, without it: between neighbours "
        "iswap alone makes single determinants only.",
    )

    def check_for_electrons(self, mapper: Mapper) -> None:
        """Refuse mappings other than Jordan-Wigner, and a state without electrons."""
        if not mapper.stores_occupations:
            raise InputError(
                f"excitation-preserving conserves electrons in Jordan-Wigner only,"
                f" not in {mapper.label}",
                path=("mapper",),
                hint="mapper: jordan-wigner",
            )
        if self.initial_state == "zero":
            raise InputError(
                "excitation-preserving from |0…0⟩ has no electrons",
                path=("ansatz", "initial_state"),
                hint="initial_state: reference",
            )

    def circuit(self, encoding: Encoding) -> QuantumCircuit:
        """The initial state and the layers; electrons need the Jordan-Wigner mapping."""
        if isinstance(encoding.problem, ElectronicProblem):
            self.check_for_electrons(encoding.mapper)
        return super().circuit(encoding)

    def layers(self, num_qubits: int) -> QuantumCircuit:
        """Qiskit's `excitation_preserving`, but for the global phase."""
        from qiskit.circuit.library import excitation_preserving

        layers = excitation_preserving(
            num_qubits, mode=self.mode, entanglement=self.entanglement, reps=self.reps
        )
        return _without_phases(layers.decompose("Interaction"))

    def single_qubit_gates(self) -> tuple[str, ...]:
        """Names of the rotations of a layer."""
        return ("rz",)


def _without_phases(circuit: QuantumCircuit) -> QuantumCircuit:
    """The circuit with rotations in place of controlled phases, equal up to the global phase.

    Qiskit's transpiler adds up the global phases of all gates as one symbolic expression, which for
    a few dozen controlled phases takes it minutes.
    """
    rotated = circuit.copy_empty_like()
    for instruction in circuit.data:
        if instruction.operation.name != "cp":
            rotated.append(instruction)
            continue
        (angle,), (first, second) = instruction.operation.params, instruction.qubits
        rotated.rz(angle / 2, first)
        rotated.rz(angle / 2, second)
        rotated.rzz(-angle / 2, first, second)
    return rotated
