"""Requests split into jobs that the service accepts, and their results joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vqe_cli.backends.ibm.job import Request, Results
from vqe_cli.errors import ResourceLimitError
from vqe_cli.measurement.estimates import Counts

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

MOST_EXECUTIONS = 10_000_000
"""Largest number of executions in one job, by the service's limits."""

MOST_INSTRUCTIONS = 26_800_000
"""Largest number of control instructions for each qubit in one job, by the service's limits."""

MOST_TWO_QUBIT_GATES = 5_000_000
"""Largest number in one job: the service's limit for a circuit, which holds for whole jobs."""

MOST_SECONDS = 10_000.0
"""Longest QPU time of one job in seconds; the service stops it after three hours."""

MOST_ROWS = 5000
"""Largest number of parameter points in one job, over all circuits; they are uploaded together."""

USUAL_EXECUTION = 325e-6
"""Seconds of an execution of a circuit whose length is not known."""

INSTRUCTIONS = {
    "rz": 1, "delay": 1, "sx": 2, "x": 2, "rx": 2, "cx": 5, "cz": 5, "ecr": 5, "rzz": 5,
    "measure": 10, "reset": 17, "init": 50, "barrier": 0,
}  # fmt: skip
"""Control instructions for each kind of gate, as the service counts them:
https://quantum.cloud.ibm.com/docs/guides/job-limits."""

DEAREST = 5
"""Control instructions of gates that the service's table does not have."""

BEFORE_EACH = 50
"""Control instructions that prepare each qubit."""

PULSES = {"XX": 2, "XpXm": 2, "XY4": 4}
"""Pulses of dynamical decoupling in each idle time."""


@dataclass(frozen=True, eq=False)
class Load:
    """The load of one circuit on the control system.

    Args:
        instructions: Control instructions for each of the device's qubits; shape (qubits,).
        two_qubit_gates: Number of two-qubit gates.
    """

    instructions: npt.NDArray[np.int64]
    two_qubit_gates: int


def load_of(circuit: QuantumCircuit, options: dict[str, Any]) -> Load:
    """The load of a circuit as the service counts it, with the effect of options.

    Args:
        circuit: The circuit in the device's instructions.
        options: Options of the sampler; twirled circuits count once for each randomisation.
    """
    index = {bit: number for number, bit in enumerate(circuit.qubits)}
    counts = np.zeros(circuit.num_qubits, dtype=np.int64)
    idle = np.zeros(circuit.num_qubits, dtype=np.int64)
    gates = 0
    for item in circuit.data:
        qubits = [index[bit] for bit in item.qubits]
        counts[qubits] += INSTRUCTIONS.get(item.operation.name, DEAREST)
        if len(qubits) == 2:
            gates += 1
        if len(qubits) > 1:
            idle[qubits] += 1
    counts[counts > 0] += BEFORE_EACH
    decoupling = options.get("dynamical_decoupling", {})
    if decoupling.get("enable"):
        pulses = PULSES[decoupling["sequence_type"]]
        # At most one idle time before each gate that has to wait for another qubit.
        counts += idle * (pulses * INSTRUCTIONS["x"] + (pulses + 1) * INSTRUCTIONS["delay"])
    copies = _copies(options)
    return Load(copies * counts, copies * gates)


def split(request: Request) -> list[tuple[Request, tuple[int, ...]]]:
    """Split a request into jobs that are each small enough for the service.

    Args:
        request: One or more circuits with their rows.

    Returns:
        Each job, and the indices of the request's circuits in it.

    Raises:
        ResourceLimitError: One circuit alone is too large.
    """
    ends = _ends(request)
    rows = [(index, row) for index, rows in enumerate(request.parameters) for row in rows]
    found = []
    for number, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        part = rows[start:end]
        grouped = {index: [row for other, row in part if other == index] for index, _ in part}
        lengths = request.execution_seconds
        job = replace(
            request,
            circuits=tuple(request.circuits[index] for index in grouped),
            parameters=tuple(np.array(rows) for rows in grouped.values()),
            question=request.question if len(ends) == 1 else f"{request.question} #{number}",
            execution_seconds=tuple(lengths[index] for index in grouped) if lengths else (),
        )
        found.append((job, tuple(grouped)))
    return found


def _ends(request: Request) -> list[int]:
    """Cumulative numbers of rows at which jobs end, as large as every limit allows."""
    most_rows = max(1, min(MOST_ROWS, MOST_EXECUTIONS // request.shots))
    if _surely_one_job(request, most_rows):
        return [sum(request.row_counts)]
    loads = [load_of(circuit, request.options) for circuit in request.circuits]
    lengths = request.execution_seconds or (USUAL_EXECUTION,) * len(loads)
    ends: list[int] = []
    rows = total = 0
    seconds, gates = 0.0, 0
    instructions = np.zeros(loads[0].instructions.shape, dtype=np.int64)
    for count, load, length in zip(request.row_counts, loads, lengths, strict=True):
        _refuse_too_large(load)
        left = count
        while left:
            fits = min(
                most_rows - rows,
                (MOST_TWO_QUBIT_GATES - gates) // max(load.two_qubit_gates, 1),
                _fitting(MOST_INSTRUCTIONS - instructions, load.instructions),
                int((MOST_SECONDS - seconds) / (request.shots * length)),
            )
            if fits < 1 and rows:
                ends.append(total)
                rows, seconds, gates = 0, 0.0, 0
                instructions = np.zeros_like(instructions)
                continue
            taken = min(left, max(fits, 1))
            left, rows, total = left - taken, rows + taken, total + taken
            gates += taken * load.two_qubit_gates
            instructions = instructions + taken * load.instructions
            seconds += taken * request.shots * length
    return [*ends, total]


def _surely_one_job(request: Request, most_rows: int) -> bool:
    """Whether upper bounds, with all gates on one qubit, stay below the limits."""
    factor = _added(request.options)
    instructions = gates = 0
    for circuit, rows in zip(request.circuits, request.row_counts, strict=True):
        ops = circuit.count_ops()
        each = sum(INSTRUCTIONS.get(name, DEAREST) * count for name, count in ops.items())
        instructions += rows * (factor * each + BEFORE_EACH)
        gates += rows * factor * sum(ops.values())
    return (
        sum(request.row_counts) <= most_rows
        and instructions <= MOST_INSTRUCTIONS
        and gates <= MOST_TWO_QUBIT_GATES
        and request.seconds(USUAL_EXECUTION) <= MOST_SECONDS
    )


def _added(options: dict[str, Any]) -> int:
    """Largest factor by which twirling and decoupling multiply instructions."""
    pulses = PULSES.get(options.get("dynamical_decoupling", {}).get("sequence_type", ""), 0)
    return _copies(options) * (1 + 4 * pulses)


def _copies(options: dict[str, Any]) -> int:
    """Number of circuits that twirling makes of one."""
    twirling = options.get("twirling", {})
    return int(twirling.get("num_randomizations", 1)) if twirling.get("enable_gates") else 1


def _fitting(room: npt.NDArray[np.int64], each: npt.NDArray[np.int64]) -> int:
    """The number of times that a load fits on every qubit that it uses."""
    used = each > 0
    return int((room[used] // each[used]).min()) if used.any() else MOST_ROWS


def _refuse_too_large(load: Load) -> None:
    most = int(load.instructions.max(initial=0))
    for what, number, limit in (
        ("two-qubit gates", load.two_qubit_gates, MOST_TWO_QUBIT_GATES),
        ("control instructions on a qubit", most, MOST_INSTRUCTIONS),
    ):
        if number > limit:
            raise ResourceLimitError(
                f"one circuit has {number:,} {what}; IBM takes {limit:,} in a job",
                hint="take a shorter ansatz, no twirling, or smaller factors of zne",
            )


def joined(count: int, parts: Iterable[tuple[tuple[int, ...], Results]]) -> Results:
    """The inverse of `split`, for results.

    Args:
        count: Number of circuits of the request.
        parts: For each job, the indices of its circuits, and their results.
    """
    found: list[tuple[Counts, ...]] = [()] * count
    for indices, results in parts:
        for index, rows in zip(indices, results, strict=True):
            found[index] += rows
    return tuple(found)
