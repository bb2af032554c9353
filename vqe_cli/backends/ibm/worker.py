"""The process that runs local jobs in order, as a device would, until there are none."""

from __future__ import annotations

import os
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

from vqe_cli._core.seeds import stream
from vqe_cli.backends.ibm.job import Request, Results, read_results
from vqe_cli.backends.ibm.local import finish, next_waiting, read_request, save_results, write_whole
from vqe_cli.measurement.estimates import Counts

IDLE_SECONDS = 8.0
"""Seconds without jobs after which the worker ends; starting one takes as long as some jobs."""

POLL_SECONDS = 0.02


def main(folder: Path, lock: int) -> None:
    """Run the jobs of a folder, until there have been none for a while.

    Args:
        folder: The folder of jobs.
        lock: File descriptor that holds the worker's lock until this process ends.
    """
    os.ftruncate(lock, 0)
    os.write(lock, f"{os.getpid()}\n".encode())
    until = time.monotonic() + IDLE_SECONDS
    while time.monotonic() < until:
        job = next_waiting(folder)
        if job is None:
            time.sleep(POLL_SECONDS)
            continue
        serve(job)
        until = time.monotonic() + IDLE_SECONDS


def serve(job: Path) -> None:
    """Run one job; an exception becomes the job's result and does not end the worker."""
    (job / "running").touch()
    try:
        request, about = read_request(job)
        results = simulate(request, about["device"], tuple(about["active"]))
    except Exception as error:
        write_whole(job / "error.txt", f"{type(error).__name__}: {error}".encode())
    else:
        save_results(job / "result.npz", results)
    finish(job)


def simulate(request: Request, device: str, active: tuple[int, ...]) -> Results:
    """The results of a job from IBM's own sampler on the reduced fake device.

    Args:
        request: The job.
        device: Name of the fake device.
        active: The device's qubits that are kept.
    """
    from vqe_cli.backends.ibm import runtime

    found: list[tuple[Counts, ...]] = []
    for index, pub in enumerate(request.pubs()):
        # With one seed all circuits would get the same random numbers.
        seed = stream(request.seed, "simulated circuits", index).seed
        options = {**request.options, "simulator": {"seed_simulator": seed}}
        sampler = runtime.sampler(_simulator(device, active), options)
        found += read_results(sampler.run([pub]).result())
    return tuple(found)


@cache
def _simulator(device: str, active: tuple[int, ...]) -> Any:
    from qiskit_aer import AerSimulator

    from vqe_cli.backends.devices.compiling import reduced_device, small_device
    from vqe_cli.backends.ibm.runtime import fake_device

    whole = fake_device(device)
    _, noise = reduced_device(whole, active, 1.0)
    small = small_device(whole, list(active))
    return AerSimulator.from_backend(small, noise_model=noise, max_parallel_threads=1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
