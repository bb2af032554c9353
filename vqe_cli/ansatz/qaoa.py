"""The quantum approximate optimisation algorithm."""

from __future__ import annotations

from math import acos, sqrt
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from vqe_cli._core.arrays import Vector
from vqe_cli._core.validation import SpecError
from vqe_cli._core.wording import counted
from vqe_cli.ansatz import Ansatz
from vqe_cli.ansatz._pauli_layers import evolve, ramp, typical_size
from vqe_cli.ansatz.state import Start
from vqe_cli.errors import InputError
from vqe_cli.qubits.encoding import Encoding

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import SparsePauliOp


class Qaoa(Ansatz):
    """Layers of the Hamiltonian's diagonal part and of a mixer (QAOA), for qubit Hamiltonians.

    The parameters are γ₁, β₁, γ₂, β₂, …: a layer is exp(−iβM) exp(−iγC) with the diagonal part C
    of the Hamiltonian, over twice the root mean square of its coefficients, and the mixer M, by
    default −Σ X, whose ground state |+…+⟩ is the initial state. The initial parameters are a linear
    ramp.

    Reference:
        Farhi, Goldstone and Gutmann, arXiv:1411.4028 (2014); mixer xy: Hadfield et al., Algorithms
        12, 34 (2019), and Wang et al., Phys. Rev. A 101, 012320 (2020).
    """

    serves: ClassVar[frozenset[Literal["electrons", "qubits"]]] = frozenset({"qubits"})
    label: ClassVar[str | None] = "QAOA"
    depth_option: ClassVar[str | None] = "layers"
    start: ClassVar[Start | None] = "ramp"

    layers: int = Field(default=1, ge=1, le=100, description="Number p of layers.")
    mixer: Literal["x", "xy"] = Field(
        default="x",
        description="x: flips of qubits. xy: exchanges of neighbours on a ring of all qubits, which"
        " keep the number of ones.",
    )
    ones: int | None = Field(
        default=None,
        ge=1,
        description="Number of ones of all bit strings, for mixer xy: the initial state is the "
        "equal superposition of all strings with it.",
    )

    @model_validator(mode="after")
    def _counts_ones(self) -> Qaoa:
        if self.mixer == "xy" and self.ones is None:
            raise SpecError("mixer xy keeps the number of ones, which is missing", "add 'ones'")
        if self.mixer == "x" and self.ones is not None:
            raise SpecError("mixer x changes the number of ones", "use mixer xy", ("ones",))
        return self

    def circuit(self, encoding: Encoding) -> QuantumCircuit:
        """The initial state, followed by the layers."""
        from qiskit.circuit import ParameterVector

        cost, theta = self._cost(encoding), ParameterVector("θ", 2 * self.layers)
        circuit = self._initial(encoding.num_qubits)
        for layer in range(self.layers):
            evolve(circuit, cost, theta[2 * layer])
            self._mix(circuit, theta[2 * layer + 1])
        return circuit

    def ramp_point(self, encoding: Encoding) -> Vector:
        """Rising angles γ and falling angles β."""
        return ramp(self.layers, 1, falling=1)

    def _cost(self, encoding: Encoding) -> SparsePauliOp:
        """The diagonal terms of the Hamiltonian without the constant, divided by their size."""
        operator = encoding.hamiltonian
        diagonal = ~operator.paulis.x.any(axis=1) & operator.paulis.z.any(axis=1)
        if not diagonal.any():
            raise InputError(
                "ansatz 'qaoa' needs a diagonal part of the Hamiltonian, which has none",
                path=("ansatz",),
                hint="use hva, or a circuit such as efficient-su2",
            )
        cost = operator[diagonal]
        return cost / (2 * typical_size(cost))

    def _initial(self, count: int) -> QuantumCircuit:
        """The superposition of all bit strings, or of those with the given number of ones."""
        from qiskit import QuantumCircuit

        if self.ones is None:
            circuit = QuantumCircuit(count)
            circuit.h(range(count))
            return circuit
        if self.ones >= count:
            leave = counted(self.ones, "one leaves", "ones leave")
            message = f"{leave} no choice among {counted(count, 'qubit')}"
            raise InputError(message, path=("ansatz", "ones"))
        return dicke_circuit(count, self.ones)

    def _mix(self, circuit: QuantumCircuit, angle: Any) -> None:
        count = circuit.num_qubits
        if self.mixer == "x":
            for qubit in range(count):
                circuit.rx(-2 * angle, qubit)
            return
        ring = [(k, (k + 1) % count) for k in range(count if count > 2 else 1)]
        for a, b in ring[0::2] + ring[1::2]:  # −(XX + YY)/2 on each pair
            circuit.rxx(-angle, a, b)
            circuit.ryy(-angle, a, b)


def dicke_circuit(count: int, ones: int) -> QuantumCircuit:
    """A circuit of the equal superposition of all bit strings with a number of ones.

    Bärtschi and Eidenbenz, FCT 2019, LNCS 11651, 126: ones at the end are spread to one qubit more
    at a time.

    Args:
        count: Number of qubits.
        ones: Number of ones, below `count`.
    """
    from qiskit import QuantumCircuit
    from qiskit.circuit.library import RYGate

    circuit = QuantumCircuit(count)
    circuit.x(range(count - ones, count))
    for last in range(count - 1, 0, -1):
        size = last + 1
        for step in range(1, min(ones, last) + 1):
            place = last - step
            angle = 2 * acos(sqrt(step / size))
            controls = [last] if step == 1 else [last, place + 1]
            circuit.cx(place, last)
            rotation = RYGate(angle).control(len(controls), annotated=False)
            circuit.append(rotation, [*controls, place])
            circuit.cx(place, last)
    return circuit
