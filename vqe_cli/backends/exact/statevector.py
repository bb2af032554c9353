"""Circuits on a statevector, with analytic gradients from one sweep back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from vqe_cli._core.arrays import ComplexArray, Vector
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.exact.program import Program, State
from vqe_cli.backends.objective import PointByPoint, Traits
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.measurement.estimates import Counts, Estimate
from vqe_cli.qubits.pauli_sum import PauliSum
from vqe_cli.qubits.rotations import decompose
from vqe_cli.schema.backend_records import BackendRecord


class Passes(Protocol):
    """A unitary as passes over a statevector."""

    @property
    def num_passes(self) -> int:
        """Number of passes."""
        ...

    @property
    def is_real(self) -> bool:
        """Whether real states stay real at all angles."""
        ...

    def state(self, x: Vector, dtype: type) -> State:
        """The state of the unitary, of a given type."""
        ...

    def slopes(self, x: Vector, psi: State, bra: State) -> Vector:
        """The derivatives of the energy; both vectors, the state and ``Hψ``, are overwritten."""
        ...


@dataclass(frozen=True, eq=False)
class Prepared:
    """A parameterised state and its Hamiltonian, ready for a statevector.

    Args:
        program: The passes over the statevector that prepare the state.
        gates: Number of gates.
        spectra: Frequencies with which the energy depends on each parameter.
        hamiltonian: The Hamiltonian.
    """

    program: Passes
    gates: int
    spectra: tuple[Spectrum, ...]
    hamiltonian: PauliSum

    @classmethod
    def of_circuit(cls, state: ParameterisedState) -> Prepared:
        """The gates of a state's circuit, in few passes."""
        circuit, encoding = decompose(state.circuit), state.encoding
        hamiltonian = PauliSum(encoding.hamiltonian, encoding.memory)
        return cls(Program(circuit), len(circuit.gates), circuit.spectra, hamiltonian)


class StatevectorObjective(PointByPoint):
    """Energy and gradient of a circuit, exact.

    Amplitude k belongs to the basis state whose qubit q is bit q of k. Rotations are
    ``exp(-iφP/2)``, so that ``∂E/∂φ = Im⟨λ|P|ψ⟩`` with ``λ = Hψ`` carried back to the gate
    (Jones and Gacon, arXiv:2009.02823). States are real numbers where circuit and Hamiltonian
    allow it.

    Args:
        state: The parameterised state.
        prepared: The state's unitary and the Hamiltonian; None to prepare those of the circuit.
    """

    def __init__(self, state: ParameterisedState, prepared: Prepared | None = None) -> None:
        prepared = prepared or Prepared.of_circuit(state)
        self._encoding = state.encoding
        self._program, self._hamiltonian = prepared.program, prepared.hamiltonian
        is_real = self._program.is_real and self._hamiltonian.is_real
        self._dtype = np.float64 if is_real else np.complex128
        self.traits = Traits(
            num_parameters=len(prepared.spectra),
            sampled=False,
            noisy=False,
            conserving=state.conserving,
            spectra=prepared.spectra,
        )
        self.record = BackendRecord(
            representation="statevector",
            dimension=2**state.encoding.num_qubits,
            gates=prepared.gates,
            passes=self._program.num_passes,
            amplitudes="real" if is_real else "complex",
        )

    def state(self, x: Vector) -> State:
        """The amplitudes, shape (2^qubits,); real where circuit and Hamiltonian are."""
        return self._program.state(x, self._dtype)

    def amplitudes(self, x: Vector) -> ComplexArray:
        """The amplitudes as complex numbers, shape (2^qubits,)."""
        return self.state(x).astype(np.complex128)

    def energy(self, x: Vector, seed: int = 0, shot_multiplier: float = 1.0) -> Estimate:
        """The total energy, Hartree; `seed` and `shot_multiplier` have no effect."""
        return Estimate(self._hamiltonian.expectation(self.state(x)))

    def energy_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The total energy and its derivatives from one sweep forward and one back."""
        psi = self.state(x)
        bra = self._hamiltonian.times(psi)
        energy = float(np.vdot(psi, bra).real)
        return energy, self._program.slopes(x, psi, bra)

    def observables(self, x: Vector, seed: int = 0) -> dict[str, Estimate]:
        """Conserved quantities of the problem, and the energy variance."""
        psi = self.state(x)
        sigma = self._hamiltonian.times(psi)
        energy = float(np.vdot(psi, sigma).real)
        variance = float(np.vdot(sigma, sigma).real) - energy**2
        found = {"energy-variance": Estimate(max(variance, 0.0))}
        psi = psi.astype(np.complex128)
        for name, operator in self._encoding.symmetries.items():
            prepared = PauliSum(operator, self._encoding.memory)
            found[name] = Estimate(prepared.expectation(psi))
        return found

    def samples(self, x: Vector, shots: int, seed: int) -> Counts:
        """Counts of basis states drawn by their probabilities."""
        from vqe_cli.backends.exact.sampling import StatevectorSampler

        sampler = StatevectorSampler(self._encoding.num_qubits)
        return sampler.computational(self.state(x), shots, seed)

    def fidelity(
        self, x: Vector, y: Vector, seed: int = 0, shot_multiplier: float = 1.0
    ) -> Estimate:
        """The squared overlap of two states."""
        return Estimate(float(abs(np.vdot(self.state(x), self.state(y))) ** 2))
