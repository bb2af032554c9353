"""What a job is, wherever it runs: circuits, parameter points, shots; and what comes back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.ibm.failures import IncompleteResultError
from vqe_cli.measurement.estimates import Counts

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

Status = Literal["queued", "running", "done", "failed", "cancelled"]
FINAL: frozenset[Status] = frozenset({"done", "failed", "cancelled"})

Results = tuple[tuple[Counts, ...], ...]
"""For every circuit, or PUB, and every row of its parameters what was read."""

REGISTER = "c"
"""Name of the classical register that all bits are read into."""


@dataclass(frozen=True, eq=False)
class Request:
    """One job: circuits, each with rows of parameters, and shots for every row.

    The sampler takes one number of shots for a job. Where a circuit needs more, its parameters
    stand in several rows.

    Args:
        circuits: In the device's gates, measured into `REGISTER`.
        parameters: For each circuit its values in the order of its sorted parameters; shape
            (rows, parameters).
        shots: For every row of every circuit.
        seed: For a simulator; hardware has none.
        question: What is asked, in words that do not depend on how it was compiled.
        options: For the sampler, nested as in `SamplerOptions`.
        execution_seconds: How long one execution of each circuit takes, the delay before it
            included; none where that is not known.
    """

    circuits: tuple[QuantumCircuit, ...]
    parameters: tuple[Vector, ...]
    shots: int
    seed: int
    question: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    execution_seconds: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for circuit, rows in zip(self.circuits, self.parameters, strict=True):
            if rows.ndim != 2 or rows.shape[1] != circuit.num_parameters:
                shape = f"(rows, {circuit.num_parameters})"
                raise ValueError(f"parameters should have shape {shape}. Got {rows.shape}.")

    @property
    def row_counts(self) -> tuple[int, ...]:
        """Rows of parameters of each circuit."""
        return tuple(len(rows) for rows in self.parameters)

    @property
    def executions(self) -> int:
        """How often a circuit is run."""
        return sum(self.row_counts) * self.shots

    def seconds(self, usual: float) -> float:
        """All executions one after another, without what loading takes.

        Args:
            usual: Of an execution whose length is not known.
        """
        lengths = self.execution_seconds or (usual,) * len(self.circuits)
        pairs = zip(self.row_counts, lengths, strict=True)
        return self.shots * sum(rows * length for rows, length in pairs)

    def check_whole(self, results: Results) -> None:
        """Hold what the service has sent to what was asked for.

        Args:
            results: For every PUB.

        Raises:
            IncompleteResultError: Circuits, rows or shots are missing.
        """
        expected = [
            rows
            for circuit, rows in zip(self.circuits, self.row_counts, strict=True)
            for rows in ([rows] if circuit.num_parameters else [1] * rows)
        ]
        if [len(rows) for rows in results] != expected:
            raise IncompleteResultError(f"{len(results)} of {len(expected)} circuits came whole")
        fewest = min((counts.shots for rows in results for counts in rows), default=0)
        if fewest < self.shots:
            raise IncompleteResultError(f"{fewest} of {self.shots} shots of a circuit came")

    def pubs(self) -> list[tuple[Any, ...]]:
        """As the sampler takes them; a circuit without parameters has no rows to broadcast."""
        found: list[tuple[Any, ...]] = []
        for circuit, rows in zip(self.circuits, self.parameters, strict=True):
            if circuit.num_parameters:
                found.append((circuit, rows, self.shots))
            else:
                found += [(circuit, None, self.shots)] * len(rows)
        return found

    def key(self, fingerprint: str, device: str) -> str:
        """Equal for equal questions of one run, in any process.

        Compiled circuits play no part: after a new calibration they differ, and what was paid for
        is still the answer.

        Args:
            fingerprint: Fingerprint of the run.
            device: Where it is to run.
        """
        parts = (fingerprint, device, self.question, self.shots, self.seed, self.row_counts)
        return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()

    def by_circuit(self, results: Results) -> Results:
        """Join what belongs to one circuit, where its rows had to be PUBs of their own.

        Args:
            results: For every PUB.
        """
        pubs = iter(results)
        found: list[tuple[Counts, ...]] = []
        for circuit, rows in zip(self.circuits, self.row_counts, strict=True):
            taken = 1 if circuit.num_parameters else rows
            found.append(tuple(counts for _ in range(taken) for counts in next(pubs)))
        return tuple(found)


def circuit_text(circuit: QuantumCircuit) -> str:
    """What a circuit of plain gates does, in angles rounded beyond what threads can change.

    QPY would add identifiers that differ from process to process.
    """
    lines = [f"{circuit.num_qubits} {circuit.num_clbits}"]
    for item in circuit.data:
        places = [circuit.find_bit(bit).index for bit in (*item.qubits, *item.clbits)]
        angles = [
            f"{value:.9f}" if isinstance(value, float) else str(value) for value in item.params
        ]
        lines.append(f"{item.operation.name} {places} {angles}")
    return "\n".join(lines)


def read_results(found: Any) -> Results:
    """Counts from the sampler's answer, for every PUB and every row of it.

    Args:
        found: A `PrimitiveResult`.

    Raises:
        IncompleteResultError: There is none, or part of it cannot be read.
    """
    if found is None:
        raise IncompleteResultError("the answer was empty")
    try:
        return tuple(_rows(getattr(pub.data, REGISTER)) for pub in found)
    except (AttributeError, TypeError, ValueError, KeyError) as error:
        raise IncompleteResultError(f"{type(error).__name__}: {error}") from None


def _rows(bits: Any) -> tuple[Counts, ...]:
    if not bits.shape:
        return (_counts(bits.get_int_counts()),)
    return tuple(_counts(bits.get_int_counts(row)) for row in range(bits.shape[0]))


def _counts(raw: dict[int, int]) -> Counts:
    outcomes = np.array(sorted(raw), dtype=np.int64)
    return Counts(outcomes, np.array([raw[int(key)] for key in outcomes], dtype=np.int64))


class Service(Protocol):
    """Something that runs jobs, whether its client lives or not."""

    name: str
    pauses: tuple[float, float]
    """Seconds between questions about a job, at first and at most."""

    def submit(self, request: Request, tag: str, max_seconds: int | None) -> str:
        """Send a job and return its id.

        Args:
            request: The job.
            tag: By which it can be found again.
            max_seconds: Of QPU time, after which the service stops it.
        """
        ...

    def find(self, tag: str) -> list[str]:
        """Ids of all jobs with that tag that were ever accepted, oldest first."""
        ...

    def status(self, job_id: str) -> Status:
        """How far it is."""
        ...

    def result(self, job_id: str) -> Results:
        """What was read, for every PUB, once its status is final.

        Raises:
            UnavailableError: It failed or was cancelled.
        """
        ...

    def usage(self, job_id: str) -> float | None:
        """Seconds of QPU time billed; None while they are not known."""
        ...

    def cancel(self, job_id: str) -> None:
        """Stop it."""
        ...
