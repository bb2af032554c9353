"""A device made ready: found, with its service, its prices and its limits."""

from __future__ import annotations

from typing import Any

from vqe_cli.backends.aer_simulator.devices import small_device
from vqe_cli.backends.ibm_runtime import runtime
from vqe_cli.backends.ibm_runtime.cloud import LEAST_BUSY, CloudService, find_device
from vqe_cli.backends.ibm_runtime.job import Service
from vqe_cli.backends.ibm_runtime.local import LocalService
from vqe_cli.backends.ibm_runtime.objective import Laboratory
from vqe_cli.backends.ibm_runtime.submission import JobQueue, Terms, ledger, local_folder
from vqe_cli.backends.ibm_runtime.submitter import Submitter, current_submitter


def is_fake(name: str) -> bool:
    """Whether a device runs on this machine."""
    return name.startswith("fake_")


def find(name: str, qubits: int) -> Any:
    """A device, real or fake.

    Args:
        name: As it stands in the input.
        qubits: The fewest it must have.

    Raises:
        InputError: There is no fake device of that name.
        UnavailableError: No account, no such device, or it is not at work.
    """
    if is_fake(name):
        return runtime.fake_device(name)
    return find_device(runtime.connect(), _name_on_resumption(name), qubits)


def _name_on_resumption(name: str) -> str:
    """A resumed run stays on the device whose queue was shortest when it began."""
    submitter = current_submitter()
    if name != LEAST_BUSY or not submitter.resume:
        return name
    earlier = ledger().of_run(submitter.fingerprint)
    return earlier[-1].device if earlier else name


def furnish(
    device: Any, active: tuple[int, ...], options: dict[str, Any], terms: Terms, mode: str
) -> Laboratory:
    """Put together what measuring needs.

    Args:
        device: As found.
        active: Its qubits that circuits use.
        options: For the sampler.
        terms: What a run may take.
        mode: ``job``, ``batch`` or ``session``.
    """
    submitter = current_submitter()
    details: dict[str, object] = {
        "representation": device.name,
        "mode": mode,
        "plan": terms.plan,
    }
    if terms.real:
        queue = JobQueue(_cloud(device, mode, submitter), terms, submitter)
        return Laboratory(device, queue, options, is_fake=False, details=details)
    service = LocalService(local_folder(), device.name, active)
    reduced = small_device(device, list(active))
    queue = JobQueue(service, terms, submitter)
    return Laboratory(reduced, queue, options, is_fake=True, details=details)


def _cloud(device: Any, mode: str, submitter: Submitter) -> Service:
    service = CloudService(device.service, device, mode)
    submitter.at_end.append(service.close)
    return service
