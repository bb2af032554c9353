"""What the simulator of excitations asks of the determinants that hold a state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vqe_cli._core.arrays import FloatArray
from vqe_cli.backends.exact.sweeps import Sweep
from vqe_cli.fermions.densities import Density
from vqe_cli.fermions.determinants.hamiltonian import Hamiltonian
from vqe_cli.fermions.determinants.strings import Strings
from vqe_cli.fermions.excitations import Excitation
from vqe_cli.measurement.estimates import Counts
from vqe_cli.qubits.encoding import Encoding


class Space(Protocol):
    """The order of determinants in a vector."""

    @property
    def dimension(self) -> int:
        """The number of determinants."""
        ...

    @property
    def num_irreps(self) -> int:
        """The number of irreps."""
        ...

    @property
    def strings(self) -> tuple[Strings, Strings]:
        """Alpha and beta strings in ascending order."""
        ...

    def unpack(self, psi: FloatArray) -> FloatArray:
        """The matrix of a vector over all alpha and beta strings."""
        ...


class StateSpace(Protocol):
    """What is shared by all products of excitations among some determinants."""

    @property
    def space(self) -> Space:
        """The determinants."""
        ...

    @property
    def hamiltonian(self) -> Hamiltonian:
        """The Hamiltonian between them."""
        ...

    @property
    def threads(self) -> int:
        """The number of threads of a sweep."""
        ...

    @property
    def reference(self) -> FloatArray:
        """The reference determinant, shape (dimension,)."""
        ...

    def sweep(self, excitations: Sequence[Excitation]) -> Sweep:
        """Rotations by these excitations, in order."""
        ...

    def sweep_of_pool(self, excitations: tuple[Excitation, ...]) -> Sweep:
        """Rotations by the excitations of a pool, cached."""
        ...

    def spin_squared(self, psi: FloatArray) -> float | None:
        """The expectation value of S²; None where it is unknown."""
        ...

    def squared_hamiltonian(self, psi: FloatArray, sigma: FloatArray) -> float:
        """The expectation value of H² without the core energy, of a state with ``Hψ`` known."""
        ...

    def density(self, psi: FloatArray, two_body: bool) -> Density:
        """Reduced density matrices."""
        ...

    def samples(self, encoding: Encoding, psi: FloatArray, shots: int, seed: int) -> Counts:
        """Counts of determinants drawn by their probabilities, as bits of the qubits."""
        ...
