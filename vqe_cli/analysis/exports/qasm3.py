"""The ansatz as OpenQASM 3."""

from __future__ import annotations

from typing import ClassVar

from vqe_cli.analysis.exports import Exportable, TextExport


class Qasm3(TextExport):
    """The ansatz as an OpenQASM 3 program whose inputs are the parameters.

    Reference:
        Cross et al., ACM Trans. Quantum Comput. 3, 12 (2022).
    """

    suffix: ClassVar[str] = ".qasm"
    unrestricted: ClassVar[bool] = True

    def text(self, source: Exportable) -> str:
        """The circuit transpiled to CX, RZ, SX and X with all qubits connected."""
        from qiskit import qasm3
        from qiskit.transpiler import generate_preset_pass_manager

        circuit = source.ansatz.state(source.encoding).circuit
        passes = generate_preset_pass_manager(1, basis_gates=["cx", "rz", "sx", "x"])
        program: str = qasm3.dumps(passes.run(circuit))
        return program
