"""Counts and probabilities of a circuit on Aer after changes of basis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.seeds import stream
from vqe_cli.backends.devices.compiling import CompiledCircuit, Tail
from vqe_cli.backends.devices.noise_models import readout_confusion
from vqe_cli.errors import ResourceLimitError
from vqe_cli.measurement import MeasurementBasis
from vqe_cli.measurement.estimates import Counts
from vqe_cli.measurement.mitigation.folding import folded
from vqe_cli.schema.backend_records import BackendRecord

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit_aer import AerSimulator
    from qiskit_aer.noise import NoiseModel

BYTES_OF_A_RUN = 1 << 27
"""Largest memory of final states or probabilities that one run of the simulator returns, bytes."""

AMPLITUDES_OF_A_RUN = 1_000_000
"""Number of gates times amplitudes that Aer simulates in the time in which a run begins."""

NO_COUNTS = Counts(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))

Method = Literal["statevector", "density_matrix", "matrix_product_state"]


@dataclass(frozen=True, eq=False)
class AerCircuit:
    """A transpiled circuit, and how it is simulated.

    Args:
        compiled: The transpiled circuit, with its noise model if there is one.
        method: Aer's simulation method.
        noise: Name of the noise in the record; None to leave it out.
    """

    compiled: CompiledCircuit
    method: Method
    noise: str | None = None

    @property
    def record(self) -> BackendRecord:
        """The record of the circuit: its representation, qubits, depth and gates."""
        circuit = self.compiled.circuit
        found = BackendRecord(
            representation=self.method,
            qubits=circuit.num_qubits,
            depth=circuit.depth(),
            two_qubit_gates=sum(1 for item in circuit.data if len(item.qubits) == 2),
            gates=dict(sorted(circuit.count_ops().items())),
        )
        return found if self.noise is None else found.model_copy(update={"noise": self.noise})


class AerSampler:
    """Counts, or probabilities, of a transpiled circuit after any change of basis.

    Where the state before the change of basis is one object (a statevector without noise, a
    density matrix with it), it is computed once for each point and used for all bases.

    Args:
        simulator: Aer's simulator.
        circuit: The circuit, and how it is simulated.
    """

    def __init__(self, simulator: AerSimulator, circuit: AerCircuit) -> None:
        self._simulator, self._compiled = simulator, circuit.compiled
        clean_state = circuit.method == "statevector" and circuit.compiled.noise is None
        self.reuses_state = clean_state or circuit.method == "density_matrix"
        self._tails: dict[MeasurementBasis, Tail] = {}

    def run(
        self,
        start: QuantumCircuit | Any,
        bases: Sequence[MeasurementBasis],
        shots: Sequence[int],
        seed: int,
        folds: int = 0,
    ) -> list[Counts]:
        """Take shots.

        Args:
            start: The state, or the circuit that prepares it.
            bases: The measurement bases.
            shots: Number of shots in each basis.
            seed: Random seed of Aer.
            folds: Number of times that the changes of basis are undone and repeated.

        Returns:
            The counts in each basis.
        """
        tails = [self.tail(basis) for basis in bases]
        if folds:
            tails = [replace(tail, circuit=folded(tail.circuit, folds)) for tail in tails]
        if self.reuses_state:
            return draw(self._probabilities(start, tails), shots, seed)
        return self._measured(start, tails, shots, seed)

    def probabilities(
        self, start: QuantumCircuit | Any, bases: Sequence[MeasurementBasis]
    ) -> list[FloatArray]:
        """Probabilities of all outcomes in each basis, with noise and readout errors.

        Args:
            start: The state, or the circuit that prepares it.
            bases: The measurement bases.
        """
        return list(self._probabilities(start, [self.tail(basis) for basis in bases]))

    def prepares_quickly(self, count: int) -> bool:
        """Whether a run that prepares the state for each basis is faster than one run more.

        Args:
            count: Number of bases.
        """
        circuit = self._compiled.circuit
        size = 1 << circuit.num_qubits * (1 if self._compiled.noise is None else 2)
        return bool(count * len(circuit.data) * size <= AMPLITUDES_OF_A_RUN)

    def _measured(
        self, start: QuantumCircuit, tails: Sequence[Tail], shots: Sequence[int], seed: int
    ) -> list[Counts]:
        """Counts of whole circuits, those with equal numbers of shots in one run."""
        circuits = [self._measuring(tail, start) for tail in tails]
        batches: dict[int, list[int]] = defaultdict(list)
        for index, count in enumerate(shots):
            if count:
                batches[count].append(index)
        found = [NO_COUNTS] * len(tails)
        for number, (count, members) in enumerate(sorted(batches.items())):
            result = self._simulator.run(
                [circuits[index] for index in members],
                shots=count,
                seed_simulator=stream(seed, "simulated circuits", number).seed,
            ).result()
            raise_if_failed(result)
            for position, index in enumerate(members):
                found[index] = counts_of(result.data(position)["counts"])
        return found

    def _probabilities(
        self, start: QuantumCircuit | Any, tails: Sequence[Tail]
    ) -> Iterator[FloatArray]:
        """Probabilities after each change of basis, as many in one run as `BYTES_OF_A_RUN` hold."""
        size = 8 << max((len(tail.places) for tail in tails), default=0)
        at_once = max(1, BYTES_OF_A_RUN // size)
        for first in range(0, len(tails), at_once):
            part = tails[first : first + at_once]
            circuits = [self._saving_probabilities(tail, start) for tail in part]
            result = self._simulator.run(circuits, shots=1).result()
            raise_if_failed(result)
            for index, tail in enumerate(part):
                found = result.data(index)["p"]
                yield read_out(found, self._compiled.noise, tail.places)

    def tail(self, basis: MeasurementBasis) -> Tail:
        """The transpiled change of basis, cached."""
        if basis not in self._tails:
            self._tails[basis] = self._compiled.tail(basis.circuit())
        return self._tails[basis]

    def _measuring(self, tail: Tail, start: QuantumCircuit) -> QuantumCircuit:
        """State preparation, basis change and measurement in one circuit."""
        from qiskit import QuantumCircuit

        whole = QuantumCircuit(self._compiled.circuit.num_qubits, len(tail.places))
        whole.compose(start, inplace=True)
        whole.compose(tail.circuit, inplace=True)
        whole.measure(tail.places, range(len(tail.places)))
        return whole

    def _saving_probabilities(self, tail: Tail, start: QuantumCircuit | Any) -> QuantumCircuit:
        from qiskit import QuantumCircuit

        circuit = QuantumCircuit(self._compiled.circuit.num_qubits)
        if isinstance(start, QuantumCircuit):
            circuit.compose(start, inplace=True)
        else:
            set_state(circuit, start)
        circuit.compose(tail.circuit, inplace=True)
        circuit.save_probabilities(list(tail.places), label="p")
        return circuit


class Outcomes:
    """Shots of one state, whose probabilities in each basis are computed once.

    Args:
        sampler: The sampler.
        circuit: The circuit that prepares the state.
        state: Function that computes the state.
    """

    def __init__(
        self, sampler: AerSampler, circuit: QuantumCircuit, state: Callable[[], Any]
    ) -> None:
        self._sampler, self._circuit = sampler, circuit
        self._state = cache(state)
        self._known: dict[MeasurementBasis, FloatArray] = {}

    def __call__(
        self, bases: Sequence[MeasurementBasis], shots: Sequence[int], seed: int
    ) -> list[Counts]:
        """Take shots in each basis."""
        asked = [basis for basis, count in zip(bases, shots, strict=True) if count]
        fresh = [basis for basis in dict.fromkeys(asked) if basis not in self._known]
        quick = self._sampler.prepares_quickly(len(fresh))
        found = self._sampler.probabilities(self._circuit if quick else self._state(), fresh)
        self._known.update(zip(fresh, found, strict=True))
        nothing = np.ones(1)
        return draw((self._known.get(basis, nothing) for basis in bases), shots, seed)


def counts_of(raw: dict[str, int]) -> Counts:
    """Counts from Aer's counts by hexadecimal outcome."""
    outcomes = np.array([int(key, 16) for key in raw], dtype=np.int64)
    return Counts(outcomes, np.array(list(raw.values()), dtype=np.int64))


def draw(probabilities: Iterable[FloatArray], shots: Sequence[int], seed: int) -> list[Counts]:
    """Counts drawn from probabilities, whose sum is one up to round-off.

    Args:
        probabilities: Probabilities of all outcomes in each basis, each of shape (outcomes,).
        shots: Number of shots in each basis.
        seed: Random seed.
    """
    found, random = [], stream(seed, "shots").generator
    for weights, count in zip(probabilities, shots, strict=True):
        positive = np.clip(weights, 0.0, None)
        repetitions = random.multinomial(count, positive / positive.sum())
        outcomes = np.flatnonzero(repetitions)
        found.append(Counts(outcomes, repetitions[outcomes]))
    return found


def set_state(circuit: QuantumCircuit, state: Any) -> None:
    """Append the preparation of a statevector or a density matrix to an empty circuit."""
    if state.ndim == 2:
        circuit.set_density_matrix(state)
    else:
        circuit.set_statevector(state)


def read_out(
    probabilities: Any, noise: NoiseModel | None, places: Sequence[int]
) -> npt.NDArray[np.float64]:
    """Probabilities of the read outcomes, from those of the true ones."""
    tensor = np.asarray(probabilities).reshape((2,) * len(places))
    if noise is not None:
        for qubit, matrix in enumerate(readout_confusion(noise, places)):
            axis = len(places) - 1 - qubit
            tensor = np.moveaxis(np.tensordot(matrix, tensor, axes=(1, axis)), 0, axis)
    return np.ascontiguousarray(tensor).reshape(-1)


def raise_if_failed(result: Any) -> None:
    """Raise the error that Aer reports in its result, if there is one.

    Raises:
        ResourceLimitError: Memory does not suffice.
        RuntimeError: Aer reports any other error.
    """
    if result is None or result.success:
        return
    said = [str(result.status), *(str(part.status) for part in result.results)]
    short = next((text for text in said if "memory" in text.lower()), None)
    if short is not None:
        hint = "choose a smaller active space: --active-space '{name: frontier, ...}'"
        raise ResourceLimitError(f"Aer: {short}", hint=hint)
    raise RuntimeError(f"Aer: {result.status}")
