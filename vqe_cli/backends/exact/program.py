"""A circuit as a short list of passes over the statevector.

Gates are merged into blocks: all consecutive gates on one qubit are one 2 × 2 matrix, any number
of gates that permute basis states or change their signs are one table, and the other gates are
4 × 4 matrices. The gradient needs one pass back over the blocks: each
yields ``Σ ψ_i λ_j*`` of its qubits, from which the slopes of all its gates follow by 2 × 2 algebra.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import ComplexArray, Vector
from vqe_cli.backends.exact.gate_kinds import LOCAL, PAIR, PERMUTE, PHASE
from vqe_cli.qubits.rotations import FixedGate, PauliRotation, RotationCircuit

State = npt.NDArray[Any]
Gate = FixedGate | PauliRotation

PAULIS: dict[str, ComplexArray] = {
    "X": np.array([[0, 1], [1, 0]], dtype=np.complex128),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.array([[1, 0], [0, -1]], dtype=np.complex128),
}


@dataclass(frozen=True)
class _Affine:
    """Basis states permuted: ``ψ'[k] = ψ[Σ columns of the bits of k ⊕ offset]``."""

    columns: tuple[int, ...]
    offset: int = 0

    def linear(self, bits: int) -> int:
        """The sum of the columns of the bits."""
        total = 0
        for qubit, column in enumerate(self.columns):
            if bits >> qubit & 1:
                total ^= column
        return total

    def after(self, gate: _Affine) -> _Affine:
        """The permutation followed by `gate`."""
        columns = tuple(self.linear(column) for column in gate.columns)
        return _Affine(columns, self.linear(gate.offset) ^ self.offset)

    def table(self) -> npt.NDArray[np.uint32]:
        """The source of every amplitude."""
        found = np.array([self.offset], dtype=np.uint32)
        for column in self.columns:
            found = np.concatenate([found, found ^ np.uint32(column)])
        return found


@dataclass
class _Stage:
    """Blocks on single qubits, then one permutation with phases."""

    locals: dict[int, list[Gate]]
    affine: _Affine
    phases: ComplexArray | None = None
    touched: set[int] = field(default_factory=set)


class Program:
    """The passes of a circuit.

    Args:
        circuit: The circuit, of gates on one or two qubits.
    """

    def __init__(self, circuit: RotationCircuit) -> None:
        self._circuit = circuit
        self._identity = _Affine(tuple(1 << q for q in range(circuit.num_qubits)))
        self._kinds: list[int] = []
        self._places: list[tuple[int, int]] = []
        self._gates: list[list[Gate]] = []
        self._tables: dict[_Affine, int] = {}
        self._phases: list[ComplexArray] = []
        self._stage = self._new_stage()
        for gate in circuit.gates:
            self._add(gate)
        self._flush()
        self._finish()

    @property
    def num_passes(self) -> int:
        """Number of passes over the state."""
        return len(self._kinds)

    @cached_property
    def is_real(self) -> bool:
        """Whether real states stay real at all angles."""
        real = all(
            np.all(matrix.real == 0) if rotation else np.all(matrix.imag == 0)
            for matrix, rotation in zip(self._matrices, self._is_rotation, strict=True)
        )
        return real and all(np.all(phase.imag == 0) for phase in self._phases)

    def state(self, x: Vector, dtype: type) -> State:
        """The circuit's state, of type complex, or float where `is_real`.

        Args:
            x: Parameters, shape (num_parameters,).
            dtype: Type of the amplitudes.
        """
        psi: State = np.zeros(1 << self._circuit.num_qubits, dtype=dtype)
        psi[0] = 1.0
        return self.applied(psi, x)

    def applied(self, psi: State, x: Vector) -> State:
        """The state after the circuit; the given state is overwritten.

        Args:
            psi: Amplitudes, shape (2^qubits,), complex, or float where `is_real`.
            x: Parameters, shape (num_parameters,).
        """
        from vqe_cli.backends.exact import gate_kernels

        dtype = psi.dtype.type
        scratch, blocks = np.empty_like(psi), self._blocks(self._angles(x), dtype)
        tables = self._tables_for(dtype)
        state, _ = gate_kernels.forward(psi, scratch, *self._heads, blocks, *tables)
        return np.asarray(state)

    def slopes(self, x: Vector, psi: State, bra: State) -> Vector:
        """``Σ weight · Im⟨λ|P|ψ⟩`` for every parameter; both vectors are overwritten.

        Args:
            x: Parameters, shape (num_parameters,).
            psi: The state at x.
            bra: ``Hψ``, of the same type.
        """
        from vqe_cli.backends.exact import gate_kernels

        angles = self._angles(x)
        blocks = self._blocks(angles, psi.dtype.type)
        transitions = np.zeros_like(blocks)
        scratch = np.empty_like(psi)
        gate_kernels.backward(
            psi,
            bra,
            scratch,
            *self._heads,
            blocks,
            *self._tables_for(psi.dtype.type),
            transitions,
        )
        slopes = gate_kernels.slopes_of_blocks(
            *self._chains, angles, transitions.astype(np.complex128)
        )
        count = self._circuit.num_parameters
        gradient = np.bincount(self._index, self._weight * slopes[self._gate_of], minlength=count)
        return np.asarray(gradient, dtype=np.float64)

    def _angles(self, x: Vector) -> Vector:
        angles: Vector = self._offsets.copy()
        parts = self._weight * np.asarray(x, dtype=float)[self._index]
        angles += np.bincount(self._gate_of, parts, minlength=angles.size)
        return angles

    def _blocks(self, angles: Vector, dtype: type) -> State:
        from vqe_cli.backends.exact import gate_kernels

        blocks = gate_kernels.block_matrices(*self._chains, angles)
        return np.asarray(blocks if dtype is np.complex128 else np.ascontiguousarray(blocks.real))

    def _tables_for(self, dtype: type) -> tuple[State, State]:
        sources, phases = self._fixed
        return sources, phases if dtype is np.complex128 else np.ascontiguousarray(phases.real)

    def _new_stage(self) -> _Stage:
        return _Stage({}, self._identity)

    def _add(self, gate: Gate) -> None:
        """Add a gate to the stage, or begin another stage where it does not commute."""
        if len(gate.qubits) == 1:
            if gate.qubits[0] in self._stage.touched:
                self._flush()
            self._stage.locals.setdefault(gate.qubits[0], []).append(gate)
        elif isinstance(gate, FixedGate) and _is_permutation(gate.matrix):
            self._permute(gate)
        elif isinstance(gate, FixedGate) and _is_diagonal(gate.matrix):
            self._rephase(gate)
        else:
            self._flush()
            self._pair(gate)

    def _permute(self, gate: FixedGate) -> None:
        stage, n = self._stage, self._circuit.num_qubits
        step = _affine(gate, n)
        if stage.phases is not None:
            stage.phases = stage.phases[step.table()]
        stage.affine = stage.affine.after(step)
        stage.touched.update(gate.qubits)

    def _rephase(self, gate: FixedGate) -> None:
        stage, n = self._stage, self._circuit.num_qubits
        states = np.arange(1 << n)
        bits = sum(((states >> q) & 1) << place for place, q in enumerate(gate.qubits))
        factors = np.diag(gate.matrix)[bits]
        stage.phases = factors if stage.phases is None else stage.phases * factors
        stage.touched.update(gate.qubits)

    def _pair(self, gate: Gate) -> None:
        same = self._kinds and self._kinds[-1] == PAIR and self._places[-1] == gate.qubits
        if same:
            self._gates[-1].append(gate)
        else:
            self._emit(PAIR, (gate.qubits[0], gate.qubits[1]), [gate])

    def _flush(self) -> None:
        """Emit the blocks of the stage."""
        stage, self._stage = self._stage, self._new_stage()
        for qubit, gates in stage.locals.items():
            self._emit(LOCAL, (qubit, 0), gates)
        if stage.affine != self._identity:
            place = self._tables.setdefault(stage.affine, len(self._tables))
            self._emit(PERMUTE, (place, 0), [])
        if stage.phases is not None:
            self._emit(PHASE, (self._phase(stage.phases), 0), [])

    def _phase(self, phases: ComplexArray) -> int:
        """The index of a table of phases; equal tables are stored once."""
        for place, known in enumerate(self._phases):
            if np.array_equal(known, phases):
                return place
        self._phases.append(phases)
        return len(self._phases) - 1

    def _emit(self, kind: int, places: tuple[int, int], gates: list[Gate]) -> None:
        self._kinds.append(kind)
        self._places.append(places)
        self._gates.append(gates)

    def _finish(self) -> None:
        """Convert all blocks to flat arrays for the kernels."""
        size = 1 << self._circuit.num_qubits
        flat = [gate for gates in self._gates for gate in gates]
        self._matrices = np.zeros((len(flat), 4, 4), dtype=np.complex128)
        for place, gate in enumerate(flat):
            matrix = gate.matrix if isinstance(gate, FixedGate) else _pauli(gate)
            self._matrices[place, : len(matrix), : len(matrix)] = matrix
        self._is_rotation = np.array([isinstance(g, PauliRotation) for g in flat], dtype=bool)
        self._offsets = np.array([g.offset if isinstance(g, PauliRotation) else 0.0 for g in flat])
        weights = [
            (place, index, weight)
            for place, gate in enumerate(flat)
            if isinstance(gate, PauliRotation)
            for index, weight in gate.weights
        ]
        self._gate_of = np.array([place for place, _, _ in weights], dtype=np.int64)
        self._index = np.array([index for _, index, _ in weights], dtype=np.int64)
        self._weight = np.array([weight for _, _, weight in weights], dtype=np.float64)
        sizes = {LOCAL: 2, PAIR: 4}
        first = np.cumsum([0, *(len(gates) for gates in self._gates)]).astype(np.int64)
        self._chains = (
            np.array([sizes.get(kind, 0) for kind in self._kinds], dtype=np.int64),
            first,
            self._matrices,
            self._is_rotation,
        )
        self._heads = (
            np.array(self._kinds, dtype=np.int64),
            np.array(self._places, dtype=np.int64).reshape(-1, 2),
        )
        tables = [affine.table() for affine in self._tables]
        self._fixed = (
            np.array(tables, dtype=np.uint32).reshape(-1, size),
            np.array(self._phases, dtype=np.complex128).reshape(-1, size),
        )


def _is_permutation(matrix: ComplexArray) -> bool:
    return bool(np.all((matrix == 0) | (matrix == 1)))


def _is_diagonal(matrix: ComplexArray) -> bool:
    return bool(np.all(matrix == np.diag(np.diag(matrix))))


def _affine(gate: FixedGate, num_qubits: int) -> _Affine:
    """The affine map of a permutation of two qubits' states; all of these are affine."""
    sources = np.argmax(gate.matrix.real, axis=1)

    def spread(bits: int) -> int:
        return sum(1 << q for place, q in enumerate(gate.qubits) if bits >> place & 1)

    offset = int(sources[0])
    columns = [1 << qubit for qubit in range(num_qubits)]
    for place, qubit in enumerate(gate.qubits):
        columns[qubit] = spread(int(sources[1 << place]) ^ offset)
    return _Affine(tuple(columns), spread(offset))


def _pauli(gate: PauliRotation) -> ComplexArray:
    """The Pauli matrix of a rotation, the first qubit the lowest bit."""
    matrix: ComplexArray = np.ones((1, 1), dtype=np.complex128)
    for letter in gate.pauli:
        matrix = np.asarray(np.kron(PAULIS[letter], matrix))
    return matrix
