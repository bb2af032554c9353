"""Placements of a run's circuits on a device, stored beside its jobs.

The energies of bit strings depend on the layout, the changes of basis and the calibration circuits
that were sent. A resumed run reads all of these from here, so that it is independent of a new
calibration, and needs no device to read what was measured.
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
    """A transpiled circuit, and the device's properties when it was transpiled.

    Args:
        device: Name of the device.
        width: Qubits of the device.
        repetition: Seconds of delay before each execution.
        misread: P(1|0) and P(0|1) of each active qubit.
        compiled: The transpiled circuit on the active qubits.
    """

    device: str
    width: int
    repetition: float
    misread: tuple[tuple[float, float], ...]
    compiled: CompiledCircuit

    @property
    def active(self) -> tuple[int, ...]:
        """The device's qubits that the circuit uses."""
        return self.compiled.active

    @property
    def reduced(self) -> Any:
        """A backend of the active qubits alone, which only describes and cannot run circuits."""
        device = SimpleNamespace(name=self.device, target=self.compiled.target)
        return small_device(device, list(range(len(self.active))))

    def timing(self, places: tuple[int, ...]) -> Timing:
        """The durations of circuits.

        Args:
            places: The qubits in these circuits for the active qubits.
        """
        return Timing(self.compiled.target, places, self.repetition)


def placed(compiled: CompiledCircuit, device: Any, usual_delay: float) -> Placement:
    """The placement of a circuit that was just transpiled.

    Its target is converted to the stored form and back, so that later transpilations are the same
    with a stored placement.

    Args:
        compiled: The circuit transpiled for the device.
        device: The device, a `BackendV2`.
        usual_delay: Seconds of delay before each execution if the device specifies none.
    """
    target = target_from(plain_target(compiled.target))
    misread = tuple(read_wrongly(device, qubit) for qubit in compiled.active)
    delay = repetition_delay(device, usual_delay)
    return Placement(
        device.name, device.num_qubits, delay, misread, replace(compiled, target=target)
    )


def file_of(folder: Path, fingerprint: str, circuit: QuantumCircuit) -> Path:
    """The file of the placement of a run's circuit; an adaptive run has several circuits.

    Args:
        folder: The folder of all placements.
        fingerprint: Fingerprint of the run.
        circuit: The circuit before transpilation.
    """
    import hashlib

    question = hashlib.sha256(circuit_text(circuit).encode()).hexdigest()
    return folder / f"{fingerprint[:32]}-{question[:16]}.json"


def keep(path: Path, placement: Placement) -> None:
    """Write a placement.

    Args:
        path: Path of the file; folders are created.
        placement: The placement.
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
    """The inverse of `keep`; None if nothing readable was stored.

    Args:
        path: Path of the file.
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
        target: Target of some of the device's qubits; control flow, which is not used, is left out.
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
