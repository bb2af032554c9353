"""Durations of transpiled circuits on their device, from the longest chain of instructions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

WITHOUT_TIME = frozenset({"barrier"})


@dataclass(frozen=True, eq=False)
class Timing:
    """Durations of executions on some of a device's qubits.

    Args:
        target: Instructions of these qubits, with their durations.
        active: The circuit's qubits that these are, in the target's order.
        repetition: Seconds of delay before each execution.

    Reference:
        https://quantum.cloud.ibm.com/docs/guides/estimate-job-run-time
    """

    target: Any
    active: tuple[int, ...]
    repetition: float

    def execution(self, circuit: QuantumCircuit) -> float:
        """Seconds from one execution of a circuit to the next: the delay and its length.

        Args:
            circuit: The circuit in the target's instructions, on active qubits only.
        """
        return self.repetition + self.length(circuit)

    def length(self, circuit: QuantumCircuit) -> float:
        """Seconds from the first instruction of a circuit to the end of its last.

        Args:
            circuit: The circuit in the target's instructions, on active qubits only.
        """
        places = {qubit: index for index, qubit in enumerate(self.active)}
        clocks = [0.0] * len(self.active)
        known: dict[tuple[str, tuple[int, ...]], float] = {}
        for name, qubits, item in _instructions(circuit):
            local = tuple(places[qubit] for qubit in qubits if qubit in places)
            if not local:
                continue
            if (name, local) not in known and name != "delay":
                known[name, local] = self._duration(name, local)
            spent = self._delay(item) if name == "delay" else known[name, local]
            end = max(clocks[place] for place in local) + spent
            for place in local:
                clocks[place] = end
        return max(clocks, default=0.0)

    def _duration(self, name: str, qubits: tuple[int, ...]) -> float:
        """Seconds of an instruction; the longest of its kind where these qubits have none."""
        if name in WITHOUT_TIME or name not in self.target.operation_names:
            return 0.0
        own = self.target[name].get(qubits)
        if own is not None and own.duration is not None:
            return float(own.duration)
        kin = (each.duration for each in self.target[name].values() if each is not None)
        return max((float(duration) for duration in kin if duration is not None), default=0.0)

    def _delay(self, operation: Any) -> float:
        """Seconds of a delay, from its own length."""
        length, unit = float(operation.duration), operation.unit
        if unit == "dt":
            return length * float(self.target.dt or 0.0)
        return length * {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "ps": 1e-12}[unit]


def _instructions(circuit: QuantumCircuit) -> Iterator[tuple[str, tuple[int, ...], Any]]:
    index = {bit: number for number, bit in enumerate(circuit.qubits)}
    for item in circuit.data:
        yield item.operation.name, tuple(index[bit] for bit in item.qubits), item.operation


def repetition_delay(device: Any, usual: float) -> float:
    """Seconds that a device waits before each execution by default.

    Args:
        device: The device, a `BackendV2`.
        usual: Seconds for a device that does not specify them.
    """
    own = getattr(device, "default_rep_delay", None)
    return float(own) if isinstance(own, (int, float)) and own > 0 else usual
