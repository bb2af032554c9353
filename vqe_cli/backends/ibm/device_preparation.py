"""Preparation of a device: finding it, placing the circuit, and connecting its job queue."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vqe_cli.backends.devices.compiling import compile_for_device
from vqe_cli.backends.ibm import runtime
from vqe_cli.backends.ibm.cloud import LEAST_BUSY, DistantService, find_device
from vqe_cli.backends.ibm.cost import prices
from vqe_cli.backends.ibm.isa import check_request
from vqe_cli.backends.ibm.job import Service
from vqe_cli.backends.ibm.job_files import keep_spec, ledger, local_folder, placements_folder
from vqe_cli.backends.ibm.local import LocalService
from vqe_cli.backends.ibm.objective import PreparedDevice
from vqe_cli.backends.ibm.placement import Placement, file_of, keep, placed, recall
from vqe_cli.backends.ibm.sending import SpendingPolicy
from vqe_cli.backends.ibm.submission import JobQueue
from vqe_cli.backends.submitter import Submitter

if TYPE_CHECKING:
    from qiskit import QuantumCircuit


def is_fake(name: str) -> bool:
    """Whether a device runs on this machine."""
    return name.startswith("fake_")


def find(name: str, qubits: int, submitter: Submitter) -> Any:
    """A device, real or fake, as a `BackendV2`.

    Args:
        name: Name of the device in the input.
        qubits: Fewest qubits that the device must have.
        submitter: The run that needs the device.

    Raises:
        InputError: There is no fake device of that name.
        UnavailableError: No account, no such device, or the device is not operational.
    """
    if is_fake(name):
        return runtime.fake_device(name)
    chosen, notify = _name_on_resumption(name, submitter), submitter.notify
    return find_device(runtime.connect(notify), chosen, qubits, notify)


def _name_on_resumption(name: str, submitter: Submitter) -> str:
    """The name of the device; for a resumed run, the one whose queue was shortest at its start."""
    if name != LEAST_BUSY or not submitter.resume:
        return name
    earlier = ledger().of_run(submitter.fingerprint)
    return earlier[-1].device if earlier else name


def recalled(circuit: QuantumCircuit, submitter: Submitter) -> Placement | None:
    """The placement of a resumed run's circuit if jobs were sent with it, else None.

    Args:
        circuit: The circuit before transpilation.
        submitter: The run on whose behalf jobs are sent.
    """
    if not submitter.resume or not ledger().of_run(submitter.fingerprint):
        return None
    return recall(file_of(placements_folder(), submitter.fingerprint, circuit))


def place(
    name: str, circuit: QuantumCircuit, level: int, seed: int, submitter: Submitter
) -> tuple[Placement, Any]:
    """Find a device and transpile for it; a resumed run keeps its placement.

    Args:
        name: Name of the device in the input.
        circuit: The circuit before transpilation.
        level: Optimisation level of the transpiler.
        seed: Random seed of the transpiler.
        submitter: The run on whose behalf jobs are sent.

    Returns:
        The placement, and the device; None if it was not necessary to look it up.
    """
    kept = recalled(circuit, submitter)
    if kept is not None:
        return kept, None
    device = find(name, circuit.num_qubits, submitter)
    compiled = compile_for_device(circuit, device, level, seed)
    return placed(compiled, device, prices().repetition), device


def prepare_device(
    placement: Placement,
    device: Any,
    circuit: QuantumCircuit,
    options: dict[str, Any],
    policy: SpendingPolicy,
    mode: str,
    *,
    submitter: Submitter,
) -> PreparedDevice:
    """Prepare a device for measurements.

    Args:
        placement: The placement of the circuit on the device.
        device: The device, a `BackendV2`; None if it has not been looked up.
        circuit: The circuit before transpilation.
        options: Options of the sampler.
        policy: The plan and the limits of the run.
        mode: Execution mode: ``job``, ``batch`` or ``session``.
        submitter: The run on whose behalf jobs are sent.

    Returns:
        The device with its job queue.
    """
    notify = submitter.notify
    path = file_of(placements_folder(), submitter.fingerprint, circuit)

    @cache
    def today() -> Any:
        """The device in its present state; of a fake one the part that circuits use."""
        if not policy.real:
            return placement.reduced
        wanted = placement.device, circuit.num_qubits
        return device or find_device(runtime.connect(notify), *wanted, notify)

    queue = JobQueue(
        _cloud(today, mode, submitter)
        if policy.real
        else LocalService(local_folder(), placement.device, placement.active),
        policy,
        submitter,
        check=lambda request: check_request(request, today()),
        keep=lambda: _keep(path, placement, submitter),
    )
    width = placement.width if policy.real else len(placement.active)
    places = placement.active if policy.real else tuple(range(len(placement.active)))
    return PreparedDevice(
        width=width,
        places=places,
        timing=placement.timing(places),
        queue=queue,
        options=options,
        name=placement.device,
        mode=mode,
        plan=policy.plan,
    )


def _keep(path: Path, placement: Placement, submitter: Submitter) -> None:
    """Store what is needed to read the results: the placement, and the run's input."""
    keep(path, placement)
    keep_spec(submitter.fingerprint, submitter.spec)


def _cloud(today: Callable[[], Any], mode: str, submitter: Submitter) -> Service:
    service = DistantService(lambda: runtime.connect(submitter.notify), today, mode)
    submitter.at_end.append(service.close)
    return service
