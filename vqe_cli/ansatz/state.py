"""A parameterised state ready to be evaluated, as excitations, a circuit or both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Literal

from vqe_cli._core.arrays import Vector
from vqe_cli.ansatz._givens_networks import GivensNetwork
from vqe_cli.ansatz._jastrow import JastrowFactor
from vqe_cli.chemistry.correlation.amplitudes import AmplitudeMethod
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct, shared_product
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.qubits.cnot_counts import CnotCounter
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.pauli_strings import PauliProduct, PauliString, pauli_circuit
from vqe_cli.schema.records import OperatorRecord

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

Block = GivensNetwork | JastrowFactor
"""Orbital rotations, or a Jastrow factor."""

Start = Literal["mp2", "ccsd", "zeros", "random", "ramp"]


Operator = tuple[Excitation, ...] | tuple[PauliString, ...]
"""An operator with one parameter: excitations that share it, or a Pauli string."""


def operator_of(record: OperatorRecord) -> Operator:
    """The operator of a record.

    Args:
        record: The operator as it stands in the record of a run.
    """
    if record.pauli is not None:
        return (PauliString(record.pauli),)
    moves = zip(record.create, record.annihilate, strict=True)
    return tuple(Excitation(create, annihilate, record.qubit) for create, annihilate in moves)


def label_of(operator: Operator) -> str:
    """A label for display: of coupled exchanges all parts, else that of the first.

    Args:
        operator: The operator; excitations with fermionic signs share a parameter with spin flips.
    """
    shown = [part for part in operator if isinstance(part, Excitation) and part.qubit]
    return " + ".join(part.label() for part in shown or operator[:1])


@dataclass(frozen=True, eq=False)
class AdaptiveOptions:
    """Options for growing a product of operators.

    Args:
        pool: Pool of operators, each with one parameter.
        gradient_tolerance: Norm of the pool's gradient at which the growth stops, Hartree.
        energy_tolerance: Gain of several consecutive cycles at which the growth stops, Hartree.
        max_operators: Maximum number of operators.
        operators_per_cycle: Maximum number of operators appended in a cycle; None for as many as
            act on different orbitals.
        prunes: Whether operators of small parameters are removed.
        parts: For each operator of the pool the operators that can take its place, each with a
            parameter of its own.
    """

    pool: tuple[Operator, ...]
    gradient_tolerance: float
    energy_tolerance: float
    max_operators: int
    operators_per_cycle: int | None = 1
    prunes: bool = False
    parts: tuple[tuple[Operator, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class ParameterisedState:
    """The state of ``U(θ)`` acting on a problem's reference state.

    Args:
        encoding: The problem and its qubits.
        make_circuit: Function that builds the circuit on the encoding's qubits, including the
            initial state, with parameters in sorted order; called at most once.
        product: The same unitary as a product of excitations; None for a circuit only.
        start: The default initial point.
        adaptive: Options for growing the product; None for a fixed one.
        blocks: The same unitary as orbital rotations and Jastrow factors, in the order in which
            they act, which is that of their parameters; None for others. The first ones rotate
            the reference determinant.
        amplitude_point: Function that returns the circuit's parameters from a classical method's
            amplitudes; None if not available. Those of a product follow from its excitations.
        ramp_point: Function that returns parameters of a linear ramp; None if not available.
        conserves_electrons: Whether the circuit conserves the electrons of each spin for all
            parameters, as a product always does.
        strings: The same unitary as a product of Pauli rotations; None for others.
        conserves_spin: Whether S² is conserved for all parameters.
    """

    encoding: Encoding
    make_circuit: Callable[[], QuantumCircuit]
    product: ExcitationProduct | None = None
    start: Start = "random"
    adaptive: AdaptiveOptions | None = None
    blocks: tuple[Block, ...] | None = None
    amplitude_point: Callable[[AmplitudeMethod], Vector | None] | None = None
    ramp_point: Callable[[], Vector] | None = None
    conserves_electrons: bool = False
    strings: PauliProduct | None = None
    conserves_spin: bool = False

    @cached_property
    def circuit(self) -> QuantumCircuit:
        """The circuit."""
        return self.make_circuit()

    def with_product(self, product: ExcitationProduct) -> ParameterisedState:
        """The state with another, fixed product of excitations.

        Args:
            product: The product that an adaptive ansatz has grown to.
        """
        from vqe_cli.qubits.circuits import excitation_circuit

        circuit = partial(excitation_circuit, product, self.encoding)
        return replace(self, make_circuit=circuit, product=product, adaptive=None)

    def with_operators(self, operators: Sequence[Operator]) -> ParameterisedState:
        """The state with a fixed product of operators, each with a parameter.

        Args:
            operators: Operators in the order in which they act, of the kind of the state's own.
        """
        if self.strings is not None:
            strings = (part for one in operators for part in one if isinstance(part, PauliString))
            return self.with_strings(PauliProduct(tuple(strings)))
        assert self.product is not None
        groups = [[part for part in one if isinstance(part, Excitation)] for one in operators]
        return self.with_product(shared_product(self.product.norb, self.product.nelec, groups))

    def with_strings(self, strings: PauliProduct) -> ParameterisedState:
        """The state with another, fixed product of Pauli rotations.

        Args:
            strings: The product that an adaptive ansatz has grown to.
        """
        circuit = partial(pauli_circuit, strings, self.encoding)
        return replace(self, make_circuit=circuit, strings=strings, adaptive=None)

    def cnots(self, counter: CnotCounter) -> int:
        """The number of CNOTs of a product of operators.

        Args:
            counter: The counter, which remembers the parts of other products.
        """
        if self.strings is not None:
            return counter.of_strings(self.strings)
        assert self.product is not None
        return counter.of_excitations(self.product)

    @property
    def conserving(self) -> bool:
        """Whether the numbers of electrons are conserved by construction."""
        return self.product is not None or self.conserves_electrons

    @property
    def num_parameters(self) -> int:
        """The length of the parameter vector."""
        if self.product is not None:
            return self.product.num_parameters
        if self.strings is not None:
            return self.strings.num_parameters
        if self.blocks is not None:
            return sum(block.num_parameters for block in self.blocks)
        return int(self.circuit.num_parameters)

    @cached_property
    def spectra(self) -> tuple[Spectrum, ...]:
        """The spectra of the energy in each parameter."""
        if self.product is not None:
            return self.product.spectra
        if self.strings is not None:
            return self.strings.spectra
        if self.blocks is not None:
            return tuple(found for block in self.blocks for found in block.spectra)
        from vqe_cli.qubits.rotations import decompose

        return decompose(self.circuit).spectra
