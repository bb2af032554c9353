"""A trial state ready to be evaluated: parameters, and excitations or a circuit, or both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from vqe_cli._core.arrays import Vector
from vqe_cli.chemistry.correlation.amplitudes import AmplitudeMethod
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.qubits.encoding import Encoding

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

Start = Literal["mp2", "ccsd", "zeros", "random"]


@dataclass(frozen=True, eq=False)
class AdaptiveOptions:
    """How a product of excitations is to grow, operator by operator.

    Args:
        pool: Operators to choose from, each a group of excitations that share a parameter.
        gradient_tolerance: Norm of the pool's gradient at which to stop, Hartree.
        energy_tolerance: Gain of several operators in a row at which to stop, Hartree.
        max_operators: When to give up.
    """

    pool: tuple[tuple[Excitation, ...], ...]
    gradient_tolerance: float
    energy_tolerance: float
    max_operators: int


@dataclass(frozen=True, eq=False)
class ParameterisedState:
    """``U(θ)`` acting on a reference state of a problem.

    Args:
        encoding: The problem and its qubits.
        make_circuit: Builds the circuit on the encoding's qubits, initial state included, with
            its parameters in sorted order; called at most once.
        product: The same unitary as a list of excitations, where there is one.
        start: Where to start unless the input says.
        growth: How the product is to grow, for adaptive ansätze.
        amplitude_point: Parameters from amplitudes of a classical method, or None where the circuit
            knows no way; those of a product follow from its excitations.
        conserves_electrons: Whether the circuit keeps the electrons of each spin whatever its
            parameters; a product always does.
    """

    encoding: Encoding
    make_circuit: Callable[[], QuantumCircuit]
    product: ExcitationProduct | None = None
    start: Start = "random"
    growth: AdaptiveOptions | None = None
    amplitude_point: Callable[[AmplitudeMethod], Vector | None] | None = None
    conserves_electrons: bool = False

    @cached_property
    def circuit(self) -> QuantumCircuit:
        """The circuit."""
        return self.make_circuit()

    @property
    def conserving(self) -> bool:
        """Whether electron numbers are conserved by construction."""
        return self.product is not None or self.conserves_electrons

    @property
    def num_parameters(self) -> int:
        """Length of the parameter vector."""
        if self.product is not None:
            return self.product.num_parameters
        return int(self.circuit.num_parameters)

    @cached_property
    def spectra(self) -> tuple[Spectrum, ...]:
        """How the energy depends on each parameter."""
        if self.product is not None:
            return self.product.spectra
        from vqe_cli.qubits.rotations import decompose

        return decompose(self.circuit).spectra
