"""Records of the qubits that conserved parities remove."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vqe_cli.schema.record import Record


class SymmetryRecord(Record):
    """A conserved parity by which a qubit is tapered."""

    label: str = Field(description="The electrons whose number keeps its parity.")
    pauli: str = Field(
        description="The parity on all qubits of the mapping, one for each spin orbital, the "
        "rightmost letter for qubit 0."
    )
    sector: Literal[1, -1] = Field(
        description="Its value in the reference determinant: 1 for even, -1 for odd."
    )


class TaperingRecord(Record):
    """The tapering of qubits by conserved parities."""

    symmetries: tuple[SymmetryRecord, ...] = Field(description="The parities, each with a qubit.")
    removed_qubits: tuple[int, ...] = Field(
        description="Numbers of the removed qubits among all qubits of the mapping."
    )
    qubits_before: int = Field(description="Number of qubits before tapering.")
    pauli_terms_before: int | None = Field(
        description="Number of Pauli terms before tapering; None if they were not counted."
    )
