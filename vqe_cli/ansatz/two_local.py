"""Qiskit's TwoLocal, with selectable gates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, field_validator

from vqe_cli.ansatz._hardware_efficient import HardwareEfficient

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

Rotation = Literal["rx", "ry", "rz", "p", "h", "x", "y", "z", "s", "sdg", "t", "tdg", "sx"]
Entangler = Literal["cx", "cy", "cz", "ch", "crx", "cry", "crz", "cp", "rxx", "ryy", "rzz", "swap"]


class TwoLocal(HardwareEfficient):
    """Alternating layers of selected one-qubit and two-qubit gates.

    Reference:
        Qiskit's `n_local` with blocks of one and two qubits.
    """

    label: ClassVar[str | None] = "TwoLocal"

    rotation_blocks: tuple[Rotation, ...] = Field(
        default=("ry", "rz"), description="One-qubit gates of a layer."
    )
    entanglement_blocks: tuple[Entangler, ...] = Field(
        default=("cx",), description="Two-qubit gates of a layer."
    )

    @field_validator("rotation_blocks", "entanglement_blocks", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        if isinstance(value, str):
            return (value,)
        return tuple(value) if isinstance(value, list) else value

    def layers(self, num_qubits: int) -> QuantumCircuit:
        """Qiskit's `n_local`."""
        from qiskit.circuit.library import n_local

        return n_local(
            num_qubits,
            list(self.rotation_blocks),
            list(self.entanglement_blocks),
            entanglement=self.entanglement,
            reps=self.reps,
        )

    def single_qubit_gates(self) -> tuple[str, ...]:
        """Names of the rotations of a layer."""
        return self.rotation_blocks
