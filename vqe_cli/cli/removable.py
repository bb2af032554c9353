"""What `vqe clean` may remove: files that the program keeps and can do without."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from vqe_cli.cli.kept_folders import files_in, kernel_files, size_of


@dataclass(frozen=True)
class Removable:
    """A checkpoint, the rows of a comparison, the points of a scan, or a file of a kernel.

    Args:
        kind: Its kind.
        path: The file or folder.
        lock: The file that a process locks while it uses it; None if removing it harms no process.
        size: Size of all its files, bytes.
        changed: When the last of its files was changed, in seconds since 1970.
        has_jobs: Whether it belongs to a run with jobs on devices: without it, the run that resumes
            may send others, which are paid for again.
    """

    kind: str
    path: Path
    lock: Path | None
    size: int
    changed: float
    has_jobs: bool = False

    def remove(self, *, force: bool) -> bool:
        """Remove it, unless a process or jobs need it.

        Args:
            force: Whether it is removed even then.

        Returns:
            Whether it was removed.

        Raises:
            OSError: It cannot be removed.
        """
        with _locked(self.lock) as is_free:
            if not force and (self.has_jobs or not is_free):
                return False
            if self.path.is_dir() and not self.path.is_symlink():
                shutil.rmtree(self.path)
            else:
                self.path.unlink(missing_ok=True)
        return True

    @property
    def is_in_use(self) -> bool:
        """Whether a process uses it now, or jobs need it."""
        with _locked(self.lock) as is_free:
            return self.has_jobs or not is_free


def _checkpoints() -> Iterator[Removable]:
    from vqe_cli.variational.checkpoints import checkpoint_folder

    runs = _runs_with_jobs()
    for path in sorted(checkpoint_folder().glob("*.jsonl")):
        has_jobs = any(fingerprint.startswith(path.stem) for fingerprint in runs)
        yield replace(_entry("checkpoints", path, path), has_jobs=has_jobs)


def _runs_with_jobs() -> set[str]:
    """Fingerprints of runs with jobs on devices that a resumed run would use."""
    from vqe_cli.backends.ibm.job_files import jobs_folder, ledger

    if not jobs_folder().is_dir():
        return set()
    return {entry.fingerprint for entry in ledger().all() if not entry.superseded}


def _comparisons() -> Iterator[Removable]:
    yield from _of_state_folder("comparisons")


def _scans() -> Iterator[Removable]:
    yield from _of_state_folder("scans")


def _kernels() -> Iterator[Removable]:
    for path in sorted(kernel_files()):
        yield _entry("kernels", path, None)


KINDS: dict[str, Callable[[], Iterator[Removable]]] = {
    "checkpoints": _checkpoints,
    "comparisons": _comparisons,
    "scans": _scans,
    "kernels": _kernels,
}
"""The kinds by name. Jobs are not among them: their results were paid for."""


def _of_state_folder(kind: str) -> Iterator[Removable]:
    from vqe_cli._core.resources import state_folder

    for path in sorted((state_folder() / kind).glob("*")):
        yield _entry(kind, path, path / "lock")


def _entry(kind: str, path: Path, lock: Path | None) -> Removable:
    files = list(files_in([path, *path.rglob("*")]))
    changed = max((_changed(one) for one in (path, *files)), default=0.0)
    return Removable(kind, path, lock, sum(map(size_of, files)), changed)


def _changed(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:  # removed by another process
        return 0.0


@contextmanager
def _locked(lock: Path | None) -> Iterator[bool]:
    """Hold a lock within a block, so that no process begins to use what is removed.

    Args:
        lock: The file; None or a missing one is free.

    Yields:
        Whether no other process holds it.
    """
    if lock is None or not lock.is_file():
        yield True
        return
    with lock.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
