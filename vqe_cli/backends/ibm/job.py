"""Jobs on any service: circuits, parameter points and shots, and the results."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.wording import counted
from vqe_cli.backends.ibm.failures import IncompleteResultError
from vqe_cli.measurement.estimates import Counts

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

Status = Literal["queued", "running", "done", "failed", "cancelled"]
FINAL: frozenset[Status] = frozenset({"done", "failed", "cancelled"})

Results = tuple[tuple[Counts, ...], ...]
"""Counts for every circuit, or PUB, and every row of its parameters."""

REGISTER = "c"
"""Name of the classical register of all measured bits."""


@dataclass(frozen=True, eq=False)
class Request:
    """One job: circuits, each with rows of parameters, and shots for every row.

    The sampler takes one number of shots for a job. Where a circuit needs more, its parameters
    are repeated in several rows.

    Args:
        circuits: Circuits in the device's gates, measured into `REGISTER`.
        parameters: For each circuit, the values of its sorted parameters; shape (rows,
            parameters).
        shots: Number of shots for every row of every circuit.
        seed: Random seed of a simulator; hardware has none.
        question: Text that identifies the measurement, independent of the transpilation.
        options: Options of the sampler, nested as in `SamplerOptions`.
        execution_seconds: Seconds of one execution of each circuit, including the delay before
            it; empty where they are not known.
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
        """Number of rows of each circuit."""
        return tuple(len(rows) for rows in self.parameters)

    @property
    def executions(self) -> int:
        """Number of executions of all circuits."""
        return sum(self.row_counts) * self.shots

    def seconds(self, usual: float) -> float:
        """Seconds of all executions, without loading.

        Args:
            usual: Seconds of an execution whose length is not known.
        """
        lengths = self.execution_seconds or (usual,) * len(self.circuits)
        pairs = zip(self.row_counts, lengths, strict=True)
        return self.shots * sum(rows * length for rows, length in pairs)

    def check_whole(self, results: Results) -> None:
        """Refuse results that are incomplete.

        Args:
            results: The results of every PUB.

        Raises:
            IncompleteResultError: Circuits, rows or shots are missing.
        """
        expected = [
            rows
            for circuit, rows in zip(self.circuits, self.row_counts, strict=True)
            for rows in ([rows] if circuit.num_parameters else [1] * rows)
        ]
        if [len(rows) for rows in results] != expected:
            raise IncompleteResultError(
                f"{len(results)} of {counted(len(expected), 'circuit')} are complete"
            )
        fewest = min((counts.shots for rows in results for counts in rows), default=0)
        if fewest < self.shots:
            raise IncompleteResultError(
                f"{fewest} of {counted(self.shots, 'shot')} of a circuit were received"
            )

    def pubs(self) -> list[tuple[Any, ...]]:
        """The PUBs of the sampler; a circuit without parameters has no rows to broadcast."""
        found: list[tuple[Any, ...]] = []
        for circuit, rows in zip(self.circuits, self.parameters, strict=True):
            if circuit.num_parameters:
                found.append((circuit, rows, self.shots))
            else:
                found += [(circuit, None, self.shots)] * len(rows)
        return found

    def key(self, fingerprint: str, device: str) -> str:
        """A key that is equal for equal measurements of one run, in any process.

        It does not depend on transpiled circuits, which change with the calibration while results
        that were paid for remain valid.

        Args:
            fingerprint: Fingerprint of the run.
            device: Name of the device.
        """
        parts = (fingerprint, device, self.question, self.shots, self.seed, self.row_counts)
        return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()

    def by_circuit(self, results: Results) -> Results:
        """The results by circuit, where rows had to be PUBs of their own.

        Args:
            results: The results of every PUB.
        """
        pubs = iter(results)
        found: list[tuple[Counts, ...]] = []
        for circuit, rows in zip(self.circuits, self.row_counts, strict=True):
            taken = 1 if circuit.num_parameters else rows
            found.append(tuple(counts for _ in range(taken) for counts in next(pubs)))
        return tuple(found)


def circuit_text(circuit: QuantumCircuit) -> str:
    """A circuit of plain gates as text, with angles rounded to hide differences between threads.

    QPY would add identifiers that differ between processes.
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
    """Counts from the sampler's result, for every PUB and every row of it.

    Args:
        found: The sampler's result, a `PrimitiveResult`.

    Raises:
        IncompleteResultError: The result is empty, or part of it cannot be read.
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
    """A service that runs jobs independently of its client."""

    name: str
    pauses: tuple[float, float]
    """Seconds between requests for a job's status, at first and at most."""

    def submit(self, request: Request, tag: str, max_seconds: int | None) -> str:
        """Send a job.

        Args:
            request: The job.
            tag: Tag by which the job can be found again.
            max_seconds: Seconds of QPU time after which the service stops the job; None without.

        Returns:
            The id of the job at the service.
        """
        ...

    def find(self, tag: str) -> list[str]:
        """Ids of all accepted jobs with a tag, oldest first."""
        ...

    def status(self, job_id: str) -> Status:
        """The status of a job."""
        ...

    def result(self, job_id: str) -> Results:
        """The results of a job whose status is final.

        Raises:
            UnavailableError: The job failed or was cancelled.
        """
        ...

    def usage(self, job_id: str) -> float | None:
        """Seconds of QPU time billed; None while they are not known."""
        ...

    def cancel(self, job_id: str) -> None:
        """Stop a job."""
        ...
