"""A temporary SLURM installation on this machine, with one node."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

CONFIGURATION = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/slurmd
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerType=sched/builtin
ReturnToService=2
MpiDefault=none
SwitchType=switch/none
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=2000 State=UNKNOWN
PartitionName=debug Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> str | None:
    """Why no SLURM can be started here, if so."""
    absent = [name for name in ("slurmctld", "slurmd", "munged") if shutil.which(name) is None]
    if absent:
        return f"{', '.join(absent)} not installed (Debian: slurm-wlm, munge)"
    return None if os.geteuid() == 0 else "slurmd needs root"


@contextmanager
def running_slurm(folder: Path) -> Iterator[Path]:
    """Start it, and end it.

    Args:
        folder: Folder for its state.

    Yields:
        Its ``slurm.conf``.
    """
    configuration = _written(folder)
    environment = os.environ | {"SLURM_CONF": str(configuration)}
    with ExitStack() as stack:
        for command in (_munged(folder), ["slurmctld", "-D", "-c"], ["slurmd", "-D"]):
            log = stack.enter_context((folder / f"{command[0]}.log").open("w"))
            daemon = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
            stack.callback(_end, daemon)
            time.sleep(0.5)  # each of them needs the one before
        _wait_until_idle(environment, folder)
        yield configuration


def _written(folder: Path) -> Path:
    for name in ("state", "slurmd"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(1024))
    path = folder / "slurm.conf"
    ports, host = (_free_port(), _free_port()), socket.gethostname()
    cpus = os.cpu_count() or 1
    path.write_text(CONFIGURATION.format(host=host, ports=ports, folder=folder, cpus=cpus))
    return path


def _munged(folder: Path) -> list[str]:
    return [
        "munged",
        "--foreground",
        "--force",
        f"--socket={folder}/munge.socket",
        f"--key-file={folder}/munge.key",
        f"--log-file={folder}/munged.log",
        f"--pid-file={folder}/munged.pid",
        f"--seed-file={folder}/munged.seed",
    ]


def _wait_until_idle(environment: dict[str, str], folder: Path) -> None:
    end = time.monotonic() + 30
    while True:
        command = ["sinfo", "--noheader", "--format=%T"]
        said = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if said.stdout.strip() == "idle":
            return
        if time.monotonic() > end:
            logs = "\n".join(log.read_text()[-1000:] for log in folder.glob("slurm*.log"))
            raise RuntimeError(f"SLURM does not come up: {said.stdout}{said.stderr}\n{logs}")
        time.sleep(0.2)


def _end(daemon: subprocess.Popen[bytes]) -> None:
    daemon.terminate()
    try:
        daemon.wait(timeout=10)
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
