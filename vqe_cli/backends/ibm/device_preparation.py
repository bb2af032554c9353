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
from vqe_cli.backends.ibm.objective import Laboratory
from vqe_cli.backends.ibm.placement import Placement, file_of, keep, placed, recall
from vqe_cli.backends.ibm.sending import Terms
from vqe_cli.backends.ibm.submission import JobQueue
from vqe_cli.backends.ibm.submitter import Submitter, current_submitter

if TYPE_CHECKING:
    from qiskit import QuantumCircuit


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


def recalled(circuit: QuantumCircuit) -> Placement | None:
    """Where a resumed run's circuit lies, if jobs were sent with it.

    Args:
        circuit: Before it is compiled.
    """
    submitter = current_submitter()
    if not submitter.resume or not ledger().of_run(submitter.fingerprint):
        return None
    return recall(file_of(placements_folder(), submitter.fingerprint, circuit))


def place(name: str, circuit: QuantumCircuit, level: int, seed: int) -> tuple[Placement, Any]:
    """Find a device and compile for it; a resumed run stays where it was.

    Args:
        name: As it stands in the input.
        circuit: Before it is compiled.
        level: Of the compiler.
        seed: Of the compiler.

    Returns:
        The placement, and the device; None in its place as long as nobody had to look for it.
    """
    kept = recalled(circuit)
    if kept is not None:
        return kept, None
    device = find(name, circuit.num_qubits)
    compiled = compile_for_device(circuit, device, level, seed)
    return placed(compiled, device, prices().repetition), device


def furnish(
    placement: Placement,
    device: Any,
    circuit: QuantumCircuit,
    options: dict[str, Any],
    terms: Terms,
    mode: str,
) -> Laboratory:
    """Put together what measuring needs.

    Args:
        placement: Where the circuit lies.
        device: As found; None where it has not been looked for.
        circuit: Before it was compiled.
        options: For the sampler.
        terms: What a run may take.
        mode: ``job``, ``batch`` or ``session``.
    """
    submitter = current_submitter()
    path = file_of(placements_folder(), submitter.fingerprint, circuit)

    @cache
    def today() -> Any:
        """The device as it is now; of a fake one the part that circuits use."""
        if not terms.real:
            return placement.reduced
        return device or find_device(runtime.connect(), placement.device, circuit.num_qubits)

    queue = JobQueue(
        _cloud(today, mode, submitter)
        if terms.real
        else LocalService(local_folder(), placement.device, placement.active),
        terms,
        submitter,
        check=lambda request: check_request(request, today()),
        keep=lambda: _keep(path, placement, submitter),
    )
    width = placement.width if terms.real else len(placement.active)
    places = placement.active if terms.real else tuple(range(len(placement.active)))
    return Laboratory(
        width=width,
        places=places,
        timing=placement.timing(places),
        queue=queue,
        options=options,
        device=placement.device,
        mode=mode,
        plan=terms.plan,
    )


def _keep(path: Path, placement: Placement, submitter: Submitter) -> None:
    """Write down what reading the results will need: where circuits lie, and what was asked."""
    keep(path, placement)
    keep_spec(submitter.fingerprint, submitter.spec)


def _cloud(today: Callable[[], Any], mode: str, submitter: Submitter) -> Service:
    service = DistantService(runtime.connect, today, mode)
    submitter.at_end.append(service.close)
    return service
