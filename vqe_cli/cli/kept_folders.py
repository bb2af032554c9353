"""Where the program keeps what, and how much of it there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path


@dataclass(frozen=True)
class Kept:
    """Files of one kind.

    Args:
        name: The kind: checkpoints, comparisons, scans, jobs, configuration or kernels.
        folder: Where they are; for kernels the first of several folders.
        number: How many entries there are.
        size: Their size on disk, bytes.
    """

    name: str
    folder: Path
    number: int
    size: int

    @property
    def detail(self) -> str:
        """The folder with number and size."""
        if not self.number:
            return f"{self.folder} (empty)"
        return f"{self.folder} ({self.number:,} kept, {shown_size(self.size)})"


def shown_size(size: int) -> str:
    """A size on disk: ``12.3 kB``, ``4.5 MB``.

    Args:
        size: The size, bytes.
    """
    from vqe_cli._core.resources import show_bytes

    return f"{size / 1e3:.1f} kB" if size < 1e5 else show_bytes(size)


def checkpoints() -> Kept:
    """The checkpoints of runs that have not ended."""
    from vqe_cli.variational.checkpoints import checkpoint_folder

    return _of_folder("checkpoints", checkpoint_folder(), "*.jsonl")


def kept_beside_checkpoints() -> Iterator[Kept]:
    """All other kinds, each with its folder."""
    from vqe_cli._core.resources import state_folder
    from vqe_cli.backends.ibm.cost import config_folder
    from vqe_cli.backends.ibm.job_files import jobs_folder

    yield _of_folder("comparisons", state_folder() / "comparisons", "*")
    yield _of_folder("scans", state_folder() / "scans", "*")
    yield _of_folder("jobs", jobs_folder(), "*")
    yield _of_folder("configuration", config_folder(), "*")
    yield kernels()


def kernels() -> Kept:
    """The compiled kernels of this installation, which Numba keeps beside it or for the user.

    Those of other versions of the program or of Numba are never loaded: an index names the source
    and the version that it belongs to.
    """
    folders, files = _kernel_folders(), kernel_files()
    modules = {file.name.partition("-")[0] for file in files}
    places = [folder for folder in folders if any(file.is_relative_to(folder) for file in files)]
    return Kept("kernels", next(iter((*places, *folders))), len(modules), sum(map(size_of, files)))


def kernel_files() -> set[Path]:
    """The files of compiled kernels, indices and code."""
    return {file for folder in _kernel_folders() for file in files_in(folder.glob("**/*.nb[ci]"))}


def _kernel_folders() -> list[Path]:
    """Numba's folders for this package: in the one that is set, in the user's, in the package.

    In the first two each folder of sources has one with a hash of its path behind its name.
    """
    from numba.core import config
    from numba.misc.appdirs import AppDirs

    import vqe_cli

    package = Path(vqe_cli.__file__).absolute().parent
    user = Path(AppDirs(appname="numba", appauthor=False).user_cache_dir)
    shared = [Path(config.CACHE_DIR), user] if config.CACHE_DIR else [user]
    sources = {source.parent for source in package.rglob("*.py")}
    names = [f"{one.name}_{sha1(str(one).encode()).hexdigest()}" for one in sorted(sources)]
    found = [place / name for place in shared for name in names]
    return [*(folder for folder in found if folder.is_dir()), package]


def _of_folder(name: str, folder: Path, entries: str) -> Kept:
    """The files of a folder, which need not exist."""
    found = [entry for entry in folder.glob(entries) if entry.is_dir() or size_of(entry)]
    size = sum(size_of(file) for file in files_in(folder.rglob("*")))
    return Kept(name, folder, len(found), size)


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """Those of some paths that are files, without links.

    Args:
        paths: The paths.
    """
    return (path for path in paths if path.is_file() and not path.is_symlink())


def size_of(file: Path) -> int:
    """The size of a file, bytes; none of one that another process has just removed.

    Args:
        file: The file.
    """
    try:
        return file.stat().st_size
    except OSError:
        return 0
