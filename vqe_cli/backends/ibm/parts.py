"""Requests cut into jobs that the service takes, and their results joined."""

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
"""In one job, by the service's limits."""

MOST_INSTRUCTIONS = 26_800_000
"""Of the control system, for each qubit in one job, by the service's limits."""

MOST_TWO_QUBIT_GATES = 5_000_000
"""In one job: the service states it for a circuit, and that its limits hold for whole jobs."""

MOST_SECONDS = 10_000.0
"""Of QPU time in one job; the service stops it after three hours."""

MOST_ROWS = 5000
"""Parameter points in one job, counted for each circuit; they are uploaded together."""

USUAL_EXECUTION = 325e-6
"""Seconds, for circuits whose length is not known."""

INSTRUCTIONS = {
    "rz": 1, "delay": 1, "sx": 2, "x": 2, "rx": 2, "cx": 5, "cz": 5, "ecr": 5, "rzz": 5,
    "measure": 10, "reset": 17, "init": 50, "barrier": 0,
}  # fmt: skip
"""Control instructions for one of a circuit's, as the service counts them:
https://quantum.cloud.ibm.com/docs/guides/job-limits."""

DEAREST = 5
"""Of gates that the service's table does not have."""

BEFORE_EACH = 50
"""Control instructions that prepare each qubit."""

PULSES = {"XX": 2, "XpXm": 2, "XY4": 4}
"""Of dynamical decoupling in each idle time."""


@dataclass(frozen=True, eq=False)
class Load:
    """What one execution-ready circuit puts into the control system.

    Args:
        instructions: For each of the device's qubits; shape (qubits,).
        two_qubit_gates: On all of them.
    """

    instructions: npt.NDArray[np.int64]
    two_qubit_gates: int


def load_of(circuit: QuantumCircuit, options: dict[str, Any]) -> Load:
    """Count as the service does, with what its options add.

    Args:
        circuit: In the device's instructions.
        options: For the sampler; twirled circuits are counted once for each randomisation.
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
    """Jobs that are each small enough for the service.

    Args:
        request: One or more circuits with their rows.

    Returns:
        Each job, and which of the request's circuits are in it.

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
    """After how many rows in all each job ends: as late as every limit allows."""
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
    """Whether even counts that take all gates for those of one qubit stay below the limits."""
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
    """By what factor twirling and decoupling multiply instructions, at most."""
    pulses = PULSES.get(options.get("dynamical_decoupling", {}).get("sequence_type", ""), 0)
    return _copies(options) * (1 + 4 * pulses)


def _copies(options: dict[str, Any]) -> int:
    """Circuits that twirling makes of one."""
    twirling = options.get("twirling", {})
    return int(twirling.get("num_randomizations", 1)) if twirling.get("enable_gates") else 1


def _fitting(room: npt.NDArray[np.int64], each: npt.NDArray[np.int64]) -> int:
    """How often something fits on every qubit that it uses."""
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
        count: Circuits of the whole.
        parts: For each job, which circuits are in it, and their results.
    """
    found: list[tuple[Counts, ...]] = [()] * count
    for indices, results in parts:
        for index, rows in zip(indices, results, strict=True):
            found[index] += rows
    return tuple(found)
