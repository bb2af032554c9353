"""What every test needs: a state folder of its own, and the command line as a function."""

from __future__ import annotations

import gc
import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from vqe_cli.screening.workers.fork_client import ForkClient

# Each core has a test of its own (-n auto): threads of linear algebra would wait for one another.
# Libraries read it when they are loaded, which is after this file.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Processes that tests start would compile all modules of the package, each for itself.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell has what it starts in the background ignore Ctrl-C, and all that descends from that.
    signal.signal(signal.SIGINT, signal.default_int_handler)

if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # the suite was started with nohup
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_collection(session: pytest.Session) -> None:
    """Thousands of tests and their modules stay: looking for garbage among them is in vain."""
    gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """From here on only what tests make is looked through."""
    gc.freeze()
    gc.enable()


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def record(self) -> dict[str, Any]:
        """Standard output as the one strict JSON object that it should be."""
        found = json.loads(self.out, parse_constant=_refuse)
        assert isinstance(found, dict)
        return found


RunVqe = Callable[..., Outcome]
WriteFile = Callable[..., Path]


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the user's checkpoints or terminal settings."""
    monkeypatch.setenv("VQE_STATE_DIR", str(tmp_path / "state"))
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def device_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of `shared_state`, for fixtures that live longer than a test."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture
def shared_state(device_state: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One state folder for jobs of many tests: one worker runs them, which takes seconds to start.

    It goes on for some seconds after its last job, in which the next test may begin.
    """
    monkeypatch.setenv("VQE_STATE_DIR", str(device_state))
    return device_state


@pytest.fixture(scope="module")
def devices_here() -> Iterator[None]:
    """Jobs on fake devices are computed by the process that sends them, before it goes on.

    A worker in a process of its own takes seconds of a core to load. Tests of what it does for
    its clients, and of clients that end before it, have `shared_state` alone.
    """
    from vqe_cli.backends.ibm import local
    from vqe_cli.backends.ibm.worker import serve

    def serve_all(folder: Path) -> None:
        while (job := local.next_waiting(folder)) is not None:
            serve(job)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local, "ensure_worker", serve_all)
        yield


@pytest.fixture
def write_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WriteFile:
    """Write a file in a folder that is then the working directory; gives its relative path."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def write(name: str, content: str | bytes) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return Path(name)

    return write


@pytest.fixture(scope="module", autouse=True)
def each_mean_field_once() -> Iterator[None]:
    """Tests of a module share the mean fields of their molecules, as a campaign's parts do.

    Modules in which mean fields are what is tested override this.
    """
    from vqe_cli.chemistry.scf.mean_field import MeanField
    from vqe_cli.chemistry.scf.mean_fields import MeanFields
    from vqe_cli.chemistry.scf.state_search import unheard
    from vqe_cli.chemistry.scf.unrestricted_field import UnrestrictedField

    shared: dict[str, MeanField] = {}
    unrestricted: dict[str, UnrestrictedField] = {}
    known = {"_known": shared, "_unrestricted": unrestricted, "_on_guess": unheard}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MeanFields, "__init__", lambda fields: vars(fields).update(known))
        yield


@pytest.fixture(scope="module", autouse=True)
def each_open_shell_once() -> Iterator[None]:
    """All modules share those of small open shells; tests/chemistry/scf/ overrides this, too."""
    from tests.open_shells import searched_once

    with searched_once():
        yield


@pytest.fixture(scope="session", autouse=True)
def _each_kernel_once() -> Iterator[None]:
    from tests.kernels import compiled_once

    with compiled_once():
        yield


@pytest.fixture(scope="session")
def task_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkClient]:
    """The fork server of `shared_workers`, whose children have a state folder of their own."""
    from vqe_cli.comparison import computation as rows
    from vqe_cli.scan import computation as points
    from vqe_cli.screening.workers.fork_client import ForkClient

    server = ForkClient(tuple(dict.fromkeys((*points.WARM, *rows.WARM, *rows.WARM_FOR_CIRCUITS))))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("server"))
        patch.setenv("VQE_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        server._start()
    yield server
    server.close()


@pytest.fixture
def shared_workers(task_server: ForkClient) -> Iterator[None]:
    """Comparisons, scans and campaigns of many tests have workers that are started once."""
    from tests.screening.workers_here import workers_here

    with workers_here(task_server):
        yield


@pytest.fixture
def run_vqe(capsys: pytest.CaptureFixture[str]) -> RunVqe:
    """Call ``vqe`` in this process, as its entry point would."""
    from vqe_cli.cli.main import main

    def run(*arguments: object) -> Outcome:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert isinstance(stop.value.code, int)
        return Outcome(stop.value.code, out, err)

    return run
