"""Where a run's circuits lie on a device, kept beside its jobs.

Bits are worth what they are worth under the layout, the changes of basis and the calibration
circuits that were sent. A resumed run takes all of these from here: a new calibration does not
move it, and a device that is gone is not needed to read what it has measured.
"""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from vqe_cli._core.resources import private_folder
from vqe_cli.backends.devices.compiling import CompiledCircuit, read_wrongly, small_device
from vqe_cli.backends.devices.noise_models import noise_of_device
from vqe_cli.backends.ibm.job import circuit_text
from vqe_cli.backends.ibm.local import write_whole
from vqe_cli.backends.ibm.timing import Timing, repetition_delay

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.transpiler import Target

SCHEMA = "vqe-placement/1"


@dataclass(frozen=True, eq=False)
class Placement:
    """A compiled circuit and what a device was like when it was compiled.

    Args:
        device: Name of the device.
        width: Qubits of the device.
        repetition: Seconds of delay before each execution.
        misread: P(1|0) and P(0|1) of each active qubit.
        compiled: The circuit, on active qubits only.
    """

    device: str
    width: int
    repetition: float
    misread: tuple[tuple[float, float], ...]
    compiled: CompiledCircuit

    @property
    def active(self) -> tuple[int, ...]:
        """Where on the device the circuit's qubits lie."""
        return self.compiled.active

    @property
    def reduced(self) -> Any:
        """A backend of the active qubits alone, which describes and does not run."""
        device = SimpleNamespace(name=self.device, target=self.compiled.target)
        return small_device(device, list(range(len(self.active))))

    def timing(self, places: tuple[int, ...]) -> Timing:
        """How long circuits take.

        Args:
            places: Where in these circuits the active qubits lie.
        """
        return Timing(self.compiled.target, places, self.repetition)


def placed(compiled: CompiledCircuit, device: Any, usual_delay: float) -> Placement:
    """The placement of a circuit that was compiled just now.

    Its target goes through the form in which it is kept, so that what is compiled for it later is
    the same whether it was kept meanwhile or not.

    Args:
        compiled: For the device.
        device: The device, a `BackendV2`.
        usual_delay: Seconds before each execution, where the device does not tell.
    """
    target = target_from(plain_target(compiled.target))
    misread = tuple(read_wrongly(device, qubit) for qubit in compiled.active)
    delay = repetition_delay(device, usual_delay)
    return Placement(
        device.name, device.num_qubits, delay, misread, replace(compiled, target=target)
    )


def file_of(folder: Path, fingerprint: str, circuit: QuantumCircuit) -> Path:
    """Where the placement of a run's circuit is kept; an adaptive run has several circuits.

    Args:
        folder: Of all placements.
        fingerprint: Fingerprint of the run.
        circuit: The circuit before transpilation.
    """
    import hashlib

    question = hashlib.sha256(circuit_text(circuit).encode()).hexdigest()
    return folder / f"{fingerprint[:32]}-{question[:16]}.json"


def keep(path: Path, placement: Placement) -> None:
    """Write a placement.

    Args:
        path: Where to; folders are made.
        placement: What.
    """
    from qiskit import qpy

    stream, compiled = io.BytesIO(), placement.compiled
    qpy.dump(compiled.circuit, stream)
    plain = {
        "schema": SCHEMA,
        "device": placement.device,
        "width": placement.width,
        "repetition": placement.repetition,
        "misread": placement.misread,
        "places": compiled.places,
        "active": compiled.active,
        "level": compiled.level,
        "seed": compiled.seed,
        "noisy": compiled.noise is not None,
        "target": plain_target(compiled.target),
        "circuit": base64.b64encode(stream.getvalue()).decode("ascii"),
    }
    private_folder(path.parent)
    write_whole(path, json.dumps(plain).encode("ascii"))


def recall(path: Path) -> Placement | None:
    """The inverse of `keep`; None where nothing, or nothing readable, was kept.

    Args:
        path: The file.
    """
    from qiskit import qpy

    try:
        plain = json.loads(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    if plain.get("schema") != SCHEMA:
        return None
    (circuit,) = qpy.load(io.BytesIO(base64.b64decode(plain["circuit"])))
    misread = tuple((float(one), float(other)) for one, other in plain["misread"])
    bare = CompiledCircuit(
        circuit,
        tuple(plain["places"]),
        None,
        target_from(plain["target"]),
        plain["level"],
        plain["seed"],
        tuple(plain["active"]),
    )
    found = Placement(plain["device"], plain["width"], plain["repetition"], misread, bare)
    if not plain["noisy"]:
        return found
    noise = noise_of_device(found.reduced, list(misread), 1.0)
    return replace(found, compiled=replace(bare, noise=noise))


def plain_target(target: Target) -> dict[str, Any]:
    """Instructions of a device with durations and errors, as plain data.

    Args:
        target: Of some of its qubits; control flow, which no circuit here has, is left out.
    """
    instructions = {
        name: [
            [list(qubits), getattr(each, "duration", None), getattr(each, "error", None)]
            for qubits, each in target[name].items()
            if qubits is not None
        ]
        for name in target.operation_names
        if not isinstance(target.operation_from_name(name), type)
    }
    relaxing = target.qubit_properties or [None] * target.num_qubits
    qubits = [
        None if each is None else [each.t1, each.t2, getattr(each, "frequency", None)]
        for each in relaxing
    ]
    return {
        "qubits": target.num_qubits,
        "dt": target.dt,
        "relaxing": qubits,
        "instructions": instructions,
    }


def target_from(plain: dict[str, Any]) -> Target:
    """The inverse of `plain_target`."""
    from qiskit.circuit.library import get_standard_gate_name_mapping
    from qiskit.transpiler import InstructionProperties, QubitProperties, Target

    found = Target(num_qubits=plain["qubits"], dt=plain["dt"])
    if any(each is not None for each in plain["relaxing"]):
        found.qubit_properties = [
            None if each is None else QubitProperties(*each) for each in plain["relaxing"]
        ]
    known = get_standard_gate_name_mapping()
    for name, items in plain["instructions"].items():
        if name in known and items:
            kept = {
                tuple(qubits): InstructionProperties(duration=duration, error=error)
                for qubits, duration, error in items
            }
            found.add_instruction(known[name], kept, name=name)
    return found
