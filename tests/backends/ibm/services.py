"""Services that behave like IBM's, without a network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector

from vqe_cli.backends.ibm.job import REGISTER, Request, Results, Status
from vqe_cli.measurement.estimates import Counts


def request(rows: int = 2, shots: int = 10, question: str = "energy") -> Request:
    """A job of one circuit with two parameters."""
    circuit = QuantumCircuit(2)
    angles = ParameterVector("θ", 2)
    circuit.ry(angles[0], 0)
    circuit.ry(angles[1], 1)
    measured = with_register(circuit)
    values = np.arange(2.0 * rows).reshape(rows, 2)
    return Request((measured,), (values,), shots, seed=3, question=question)


def with_register(circuit: QuantumCircuit) -> QuantumCircuit:
    from qiskit import ClassicalRegister

    found = circuit.copy()
    found.add_register(ClassicalRegister(circuit.num_qubits, REGISTER))
    found.measure(range(circuit.num_qubits), range(circuit.num_qubits))
    return found


@dataclass
class ScriptedService:
    """A service whose jobs return outcome 1 in all shots, with scripted events on the way."""

    name: str = "cloud"
    pauses: tuple[float, float] = (0.0, 0.0)
    submitted: list[tuple[str, Request, int | None]] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    before: dict[str, Callable[[], None]] = field(default_factory=dict)
    billed: float | None = 3.5
    cancelled: list[str] = field(default_factory=list)

    def _call(self, name: str) -> None:
        self.before.get(name, lambda: None)()

    def submit(self, request: Request, tag: str, max_seconds: int | None) -> str:
        self._call("submit")
        self.submitted.append((tag, request, max_seconds))
        self._call("after_submit")
        return f"job{len(self.submitted)}"

    def find(self, tag: str) -> list[str]:
        self._call("find")
        tags = [known for known, _, _ in self.submitted]
        return [f"job{place + 1}" for place, known in enumerate(tags) if known == tag]

    def status(self, job_id: str) -> Status:
        self._call("status")
        return self.statuses.pop(0) if self.statuses else "done"

    def result(self, job_id: str) -> Results:
        self._call("result")
        _, request, _ = self.submitted[int(job_id[3:]) - 1]
        one = Counts(np.array([1]), np.array([request.shots]))
        return tuple((one,) * rows for rows in request.row_counts)

    def usage(self, job_id: str) -> float | None:
        return self.billed

    def cancel(self, job_id: str) -> None:
        self.cancelled.append(job_id)


class Raising:
    """A function that raises one of some errors at each call, then none."""

    def __init__(self, *errors: BaseException) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)


class FakeConnection:
    """The part of `QiskitRuntimeService` that this program uses."""

    def __init__(self, device: Any = None, **raising: Raising) -> None:
        self.device = device
        self.raising = raising
        self.limit_reached = False
        self.asked: list[tuple[str, Any]] = []

    def _call(self, name: str, about: Any = None) -> None:
        self.asked.append((name, about))
        if name in self.raising:
            self.raising[name]()

    def backend(self, name: str) -> Any:
        self._call("backend", name)
        return self.device

    def least_busy(self, min_num_qubits: int) -> Any:
        self._call("least_busy", min_num_qubits)
        return self.device

    def usage(self) -> dict[str, Any]:
        self._call("usage")
        return {"usage_limit_reached": self.limit_reached}

    def jobs(self, job_tags: list[str], limit: int) -> list[Any]:
        self._call("jobs", job_tags)
        return []

    def job(self, job_id: str) -> Any:
        self._call("job", job_id)
        return SimpleNamespace(status=self._status, result=self._result)

    def _status(self) -> str:
        self._call("status")
        return "DONE"

    def _result(self) -> Any:
        self._call("result")
        return []
