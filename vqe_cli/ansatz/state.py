"""A parameterised state ready to be evaluated, as excitations, a circuit or both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Literal

from vqe_cli._core.arrays import Vector
from vqe_cli.ansatz._givens_networks import GivensNetwork
from vqe_cli.ansatz._jastrow import JastrowFactor
from vqe_cli.chemistry.correlation.amplitudes import AmplitudeMethod
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.qubits.encoding import Encoding

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

Block = GivensNetwork | JastrowFactor
"""Orbital rotations, or a Jastrow factor."""

Start = Literal["mp2", "ccsd", "zeros", "random", "ramp"]


@dataclass(frozen=True, eq=False)
class AdaptiveOptions:
    """Options for growing a product of excitations, operator by operator.

    Args:
        pool: Pool of operators, each a group of excitations that share a parameter.
        gradient_tolerance: Norm of the pool's gradient at which the growth stops, Hartree.
        energy_tolerance: Gain of several consecutive operators at which the growth stops, Hartree.
        max_operators: Maximum number of operators.
    """

    pool: tuple[tuple[Excitation, ...], ...]
    gradient_tolerance: float
    energy_tolerance: float
    max_operators: int


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

    @property
    def conserving(self) -> bool:
        """Whether the numbers of electrons are conserved by construction."""
        return self.product is not None or self.conserves_electrons

    @property
    def num_parameters(self) -> int:
        """The length of the parameter vector."""
        if self.product is not None:
            return self.product.num_parameters
        if self.blocks is not None:
            return sum(block.num_parameters for block in self.blocks)
        return int(self.circuit.num_parameters)

    @cached_property
    def spectra(self) -> tuple[Spectrum, ...]:
        """The spectra of the energy in each parameter."""
        if self.product is not None:
            return self.product.spectra
        if self.blocks is not None:
            return tuple(found for block in self.blocks for found in block.spectra)
        from vqe_cli.qubits.rotations import decompose

        return decompose(self.circuit).spectra
