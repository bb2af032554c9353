"""A device made ready: found, with its service, its prices and its limits."""

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
    """A device, real or fake.

    Args:
        name: As it stands in the input.
        qubits: The fewest it must have.
        submitter: The run it is for.

    Raises:
        InputError: There is no fake device of that name.
        UnavailableError: No account, no such device, or it is not at work.
    """
    if is_fake(name):
        return runtime.fake_device(name)
    chosen, notify = _name_on_resumption(name, submitter), submitter.notify
    return find_device(runtime.connect(notify), chosen, qubits, notify)


def _name_on_resumption(name: str, submitter: Submitter) -> str:
    """A resumed run stays on the device whose queue was shortest when it began."""
    if name != LEAST_BUSY or not submitter.resume:
        return name
    earlier = ledger().of_run(submitter.fingerprint)
    return earlier[-1].device if earlier else name


def recalled(circuit: QuantumCircuit, submitter: Submitter) -> Placement | None:
    """Where a resumed run's circuit lies, if jobs were sent with it.

    Args:
        circuit: The circuit before transpilation.
        submitter: The run.
    """
    if not submitter.resume or not ledger().of_run(submitter.fingerprint):
        return None
    return recall(file_of(placements_folder(), submitter.fingerprint, circuit))


def place(
    name: str, circuit: QuantumCircuit, level: int, seed: int, submitter: Submitter
) -> tuple[Placement, Any]:
    """Find a device and compile for it; a resumed run stays where it was.

    Args:
        name: As it stands in the input.
        circuit: The circuit before transpilation.
        level: Optimisation level of the transpiler.
        seed: Random seed of the transpiler.
        submitter: The run.

    Returns:
        The placement, and the device; None in its place as long as nobody had to look for it.
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
    """Put together what measuring needs.

    Args:
        placement: Where the circuit lies.
        device: As found; None where it has not been looked for.
        circuit: The circuit before transpilation.
        options: For the sampler.
        policy: What a run may take.
        mode: ``job``, ``batch`` or ``session``.
        submitter: On whose behalf jobs are sent.
    """
    notify = submitter.notify
    path = file_of(placements_folder(), submitter.fingerprint, circuit)

    @cache
    def today() -> Any:
        """The device as it is now; of a fake one the part that circuits use."""
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
    """Write down what reading the results will need: where circuits lie, and what was asked."""
    keep(path, placement)
    keep_spec(submitter.fingerprint, submitter.spec)


def _cloud(today: Callable[[], Any], mode: str, submitter: Submitter) -> Service:
    service = DistantService(lambda: runtime.connect(submitter.notify), today, mode)
    submitter.at_end.append(service.close)
    return service
