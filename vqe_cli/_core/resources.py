"""Resources of this machine: threads, memory, and a folder for persistent state."""

from __future__ import annotations

import os
import re
import resource
from dataclasses import dataclass
from pathlib import Path

from vqe_cli._core.batch_slots import slot_bytes, slot_cores
from vqe_cli._core.cgroups import ControlGroups
from vqe_cli.errors import ResourceLimitError

USABLE = 0.8
"""Share of the available memory that a run may use."""

LIBRARIES = 400_000_000
"""Memory of PySCF, Qiskit, Aer and ffsim once they are loaded, bytes."""


def available_threads() -> int:
    """The number of cores this process may use, or ``OMP_NUM_THREADS``.

    Limits are the affinity, the quota of control groups, and the batch system's assignment.
    """
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    limits = (_cores_of_machine(), ControlGroups().cores(), slot_cores())
    return min(limit for limit in limits if limit is not None)


def _cores_of_machine() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def available_bytes() -> int:
    """The memory that can be allocated now without swapping or being killed, bytes.

    Limits are the free memory of the machine, of the control groups, of the batch system's
    assignment and of ``ulimit -v``.
    """
    limits = (_free_on_machine(), ControlGroups().free_bytes(), _free_in_slot(), _free_addresses())
    coming = max(LIBRARIES - _held_pages(1), 0)
    return max(min(limit for limit in limits if limit is not None) - coming, 0)


def _free_on_machine() -> int:
    try:
        with open("/proc/meminfo", encoding="ascii") as stream:
            for line in stream:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass  # not Linux: fall through to POSIX
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _free_in_slot() -> int | None:
    """The batch system's memory minus that of this process, bytes; None without a limit."""
    promised = slot_bytes()
    return None if promised is None else promised - _held_pages(1)


def _free_addresses() -> int | None:
    """Free address space by ``ulimit -v``, bytes; None without a limit."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else limit - _held_pages(0)


def _held_pages(field: int) -> int:
    """Size of this process by a field of ``/proc/self/statm``, bytes: 0 addresses, 1 memory."""
    try:
        with open("/proc/self/statm", encoding="ascii") as stream:
            return int(stream.read().split()[field]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0  # not Linux


def state_folder() -> Path:
    """The folder of checkpoints and jobs: ``$VQE_STATE_DIR``, or the user's state folder."""
    own = os.environ.get("VQE_STATE_DIR")
    if own:
        return Path(own)
    from platformdirs import user_state_path

    return user_state_path("vqe")


def private_folder(path: Path) -> Path:
    """Create a folder that only this user can access, with its missing parents.

    An existing folder of this user is closed to others: earlier versions left it open.

    Args:
        path: The folder.

    Returns:
        The folder.

    Raises:
        OSError: The folder cannot be created.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    found = path.stat()
    if found.st_uid == os.geteuid() and found.st_mode & 0o077:
        path.chmod(0o700)
    return path


@dataclass(frozen=True)
class Memory:
    """How much memory a run may plan for.

    Args:
        limit: Bytes that it may not exceed, whatever the machine has; None for no such limit.
    """

    limit: int | None = None

    @property
    def usable(self) -> int:
        """Bytes that a run may plan for now."""
        return self.allowance()[0]

    def allowance(self) -> tuple[int, str]:
        """Bytes that a run may plan for now, and what decides, as it goes on after the number."""
        usable = int(USABLE * available_bytes())
        if self.limit is not None and self.limit <= usable:
            return self.limit, "are allowed"
        addresses = _free_addresses()
        if addresses is not None and USABLE * addresses < usable + 1:
            return usable, "are left of what ulimit -v allows"
        return usable, "can be used"

    def too_little_for(self, needed: int, what: str) -> str:
        """Why something does not fit, a sentence.

        Args:
            needed: Bytes.
            what: What they are for.
        """
        usable, limited = self.allowance()
        return f"{what} needs {show_bytes(needed)} of memory, {show_bytes(usable)} {limited}"

    def refuse_if_larger(self, needed: int, what: str, hint: str) -> None:
        """Refuse before allocating more than there is, or than is allowed.

        Args:
            needed: Bytes.
            what: What they are for.
            hint: What to do instead.

        Raises:
            ResourceLimitError: It exceeds the usable share of the available memory, or the limit.
        """
        if needed > self.usable:
            raise ResourceLimitError(self.too_little_for(needed, what), hint=hint)


MACHINE = Memory()
"""What the machine has, with no limit of a run."""


def show_bytes(count: int) -> str:
    """A number of bytes for display, such as ``4.0 GB``."""
    if count < 1e8:
        return f"{count / 1e6:.1f} MB"
    return f"{count / 1e9:.1f} GB" if count < 1e15 else f"{count / 1e15:.1e} PB"


_UNITS = {"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "mib": 2**20, "gib": 2**30, "tib": 2**40}


def bytes_of(text: str) -> int | None:
    """The number of bytes in a text such as ``4 GB``; None if the text is not a size.

    Args:
        text: The text.
    """
    found = re.fullmatch(r"\s*([0-9]{1,15}(?:\.[0-9]*)?)\s*([kKmMgGtT][iI]?[bB])\s*", text)
    if found is None or found[2].lower() not in _UNITS:
        return None
    amount = int(float(found[1]) * _UNITS[found[2].lower()])
    return amount if amount > 0 else None
