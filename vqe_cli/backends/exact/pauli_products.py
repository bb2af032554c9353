"""Products of Pauli rotations on a statevector, with analytic gradients, which can be extended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import Vector
from vqe_cli.ansatz.state import Operator, ParameterisedState
from vqe_cli.backends.exact import pauli_kernels
from vqe_cli.backends.exact.program import State
from vqe_cli.backends.exact.statevector import Prepared, StatevectorObjective
from vqe_cli.qubits.pauli_strings import PauliString
from vqe_cli.qubits.pauli_sum import PauliSum


class PauliProgram:
    """Rotations by Pauli strings, each one pass over the state, which keeps real states real.

    Args:
        strings: The strings, in the order in which they act, each with a parameter.
        start: The basis state from which the product starts.
        num_qubits: Number of qubits.
    """

    is_real = True

    def __init__(self, strings: Sequence[PauliString], start: int, num_qubits: int) -> None:
        self._tables = tables_of(strings)
        self._start, self._size = start, 1 << num_qubits
        self.num_passes = len(strings)

    def state(self, x: Vector, dtype: type) -> State:
        """The state, of a given type.

        Args:
            x: Parameters, shape (num_parameters,).
            dtype: Type of the amplitudes.
        """
        psi: State = np.zeros(self._size, dtype=dtype)
        psi[self._start] = 1.0
        pauli_kernels.forward(psi, *self._tables, np.asarray(x, dtype=float))
        return psi

    def slopes(self, x: Vector, psi: State, bra: State) -> Vector:
        """``2 Re⟨λ|−iP|ψ⟩`` for every parameter; both vectors are overwritten.

        Args:
            x: Parameters, shape (num_parameters,).
            psi: The state at x.
            bra: ``Hψ``, of the same type.
        """
        found = np.zeros(self.num_passes)
        pauli_kernels.backward(psi, bra, *self._tables, np.asarray(x, dtype=float), found)
        return found


class PauliObjective(StatevectorObjective):
    """Energy and gradient of a product of Pauli rotations, exact.

    Args:
        state: The parameterised state, a product of Pauli rotations.
        hamiltonian: The Hamiltonian, if it has been prepared.
    """

    def __init__(self, state: ParameterisedState, hamiltonian: PauliSum | None = None) -> None:
        assert state.strings is not None
        encoding = state.encoding
        start = sum(1 << qubit for qubit, bit in enumerate(encoding.reference_bits) if bit)
        program = PauliProgram(state.strings.strings, start, encoding.num_qubits)
        known = hamiltonian or PauliSum(encoding.hamiltonian, encoding.memory)
        gates = state.strings.num_parameters
        super().__init__(state, Prepared(program, gates, state.strings.spectra, known))

    def grown(self, state: ParameterisedState) -> PauliObjective:
        """The objective of another product of Pauli rotations with the same Hamiltonian."""
        return PauliObjective(state, self._hamiltonian)

    def pool_gradient(self, x: Vector, pool: Sequence[Operator]) -> tuple[float, Vector]:
        """The total energy, and its derivative by every string of a pool if it acted next.

        Args:
            x: Parameters of this product, shape (num_parameters,).
            pool: Operators, each a Pauli string.
        """
        psi = self.state(x)
        bra = self._hamiltonian.times(psi)
        strings = [part for one in pool for part in one if isinstance(part, PauliString)]
        found = np.zeros(len(strings))
        pauli_kernels.all_slopes(psi, bra, *tables_of(strings), found)
        return float(np.vdot(psi, bra).real), found


def tables_of(strings: Sequence[PauliString]) -> tuple[npt.NDArray[Any], ...]:
    """Flips, signs, highest flips and factors of strings, each of shape (strings,)."""
    flips = [string.flips for string in strings]
    factors = [1.0 if string.letters.count("Y") % 4 == 1 else -1.0 for string in strings]
    return (
        np.array(flips, dtype=np.uint64),
        np.array([string.signs for string in strings], dtype=np.uint64),
        np.array([1 << (x.bit_length() - 1) for x in flips], dtype=np.uint64),
        np.array(factors),
    )
