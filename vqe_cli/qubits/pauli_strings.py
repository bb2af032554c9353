"""Products of rotations by Pauli strings, which keep real states real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vqe_cli.fermions.spectra import Spectrum, spectrum
from vqe_cli.qubits.circuits import reference_circuit
from vqe_cli.qubits.encoding import Encoding

if TYPE_CHECKING:
    from qiskit import QuantumCircuit


@dataclass(frozen=True)
class PauliString:
    """A tensor product P of Pauli matrices with an odd number of Y, so that −iP is real.

    Args:
        letters: A letter I, X, Y or Z for each qubit, qubit 0 last, as Qiskit writes it.
    """

    letters: str

    def __post_init__(self) -> None:
        if self.letters.strip("IXYZ") or self.letters.count("Y") % 2 == 0:
            raise ValueError(f"a string should have an odd number of Y. Got {self.letters}.")

    def label(self) -> str:
        """A label for display: ``Y0 X1 X4 X5``."""
        places = enumerate(reversed(self.letters))
        return " ".join(f"{letter}{place}" for place, letter in places if letter != "I")

    @property
    def orbitals(self) -> frozenset[tuple[int, int]]:
        """The qubits on which it acts, as pairs with −1, apart from spin orbitals."""
        places = enumerate(reversed(self.letters))
        return frozenset((place, -1) for place, letter in places if letter != "I")

    @property
    def flips(self) -> int:
        """Bit mask of the qubits with X or Y."""
        return self._mask("XY")

    @property
    def signs(self) -> int:
        """Bit mask of the qubits with Y or Z."""
        return self._mask("YZ")

    def _mask(self, letters: str) -> int:
        places = enumerate(reversed(self.letters))
        return sum(1 << place for place, letter in places if letter in letters)


@dataclass(frozen=True)
class PauliProduct:
    """``exp(−iθ_n P_n) … exp(−iθ_1 P_1)`` acting on the reference state.

    Args:
        strings: The Pauli strings, in the order in which they act, each with a parameter.
    """

    strings: tuple[PauliString, ...]

    @property
    def num_parameters(self) -> int:
        """The length of the parameter vector."""
        return len(self.strings)

    @property
    def spectra(self) -> tuple[Spectrum, ...]:
        """The spectra of the energy in each parameter, of frequency 2."""
        return tuple(spectrum([2.0]) for _ in self.strings)


def pauli_circuit(product: PauliProduct, encoding: Encoding) -> QuantumCircuit:
    """The circuit of a product of Pauli rotations.

    Args:
        product: The product; parameter k of the circuit is θ[k].
        encoding: The problem and its qubits.
    """
    from qiskit.circuit import ParameterVector
    from qiskit.circuit.library import PauliEvolutionGate
    from qiskit.quantum_info import SparsePauliOp
    from qiskit.synthesis import LieTrotter

    theta = ParameterVector("θ", product.num_parameters)
    circuit = reference_circuit(encoding)
    for angle, string in zip(theta, product.strings, strict=True):
        operator = SparsePauliOp(string.letters)
        gate = PauliEvolutionGate(operator, time=angle, synthesis=LieTrotter())
        circuit.append(gate, range(encoding.num_qubits))
    return circuit
