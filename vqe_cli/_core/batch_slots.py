"""Memory and cores that a batch system has assigned to a job, from environment variables.

Not every batch system enforces these limits; a job that exceeds them is killed, or slows down other
jobs.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

_MEGABYTE = 2**20

_UNITS = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
"""Units of SGE, with or without an appended B."""


def slot_bytes(environment: Mapping[str, str] = os.environ) -> int | None:
    """The job's memory on this machine, bytes; None if no batch system states it.

    Args:
        environment: Environment variables of the process.
    """
    return min(_memory(environment), default=None)


def slot_cores(environment: Mapping[str, str] = os.environ) -> int | None:
    """The number of cores of the job or its task on this machine; None if not stated.

    Args:
        environment: Environment variables of the process.
    """
    return min(_cores(environment), default=None)


def _memory(environment: Mapping[str, str]) -> Iterator[int]:
    """Limits, bytes; SLURM's are in MB with 0 for all memory, PBS's in bytes, SGE's have units."""
    whole = _count(environment.get("SLURM_MEM_PER_NODE"))
    if whole:
        yield whole * _MEGABYTE
    each = _count(environment.get("SLURM_MEM_PER_CPU"))
    if each:
        cores = _slurm_cores(environment)
        yield each * _MEGABYTE * (cores or 1)
    for name in ("PBS_RESC_MEM", "SGE_HGR_h_vmem"):
        amount = _amount(environment.get(name, ""))
        if amount:
            yield amount


def _cores(environment: Mapping[str, str]) -> Iterator[int]:
    found = _slurm_cores(environment)
    if found:
        yield found
    for name in ("NCPUS", "PBS_NUM_PPN", "NSLOTS", "LSB_DJOB_NUMPROC"):
        count = _count(environment.get(name))
        if count:
            yield count


def _slurm_cores(environment: Mapping[str, str]) -> int | None:
    """Cores of the task, or else of the job on this node."""
    task = _count(environment.get("SLURM_CPUS_PER_TASK"))
    return task or _count(environment.get("SLURM_CPUS_ON_NODE"))


def _count(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _amount(text: str) -> int | None:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([kmgtb]?)b?", text.strip().lower(), re.ASCII)
    return int(float(found[1]) * _UNITS[found[2]]) if found else None
