"""Virtual environments of the peers, made when they are first needed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Peer:
    """A program to compare with.

    Args:
        title: Title in the table.
        worker: Name of the file in ``workers/`` that runs it.
        packages: Packages to install by pip; empty for the current environment.
        does: Result of one evaluation.
    """

    title: str
    worker: str
    packages: tuple[str, ...] = ()
    does: str = "energy and gradient"


OURS = Peer("ours, exact", "ours.py")

PEERS = {
    "mqchem": Peer("MindQuantum mqchem", "mqchem.py", ("mindquantum", "scipy")),
    "lightning": Peer(
        "PennyLane lightning.qubit, adjoint",
        "lightning.py",
        ("pennylane", "pennylane-lightning", "scipy"),
    ),
    "qulacs": Peer("Qulacs, backpropagation", "qulacs_circuit.py", ("qulacs", "scipy")),
    "ffsim": Peer("ffsim, sector", "ffsim_lucj.py", does="energy only"),
    "aer": Peer("Qiskit Aer, statevector", "aer.py", does="energy only"),
}


class NotInstalledError(Exception):
    """A peer could not be installed; the message is pip's last line."""


def interpreter(name: str, folder: Path) -> Path:
    """The Python interpreter of a peer's environment, which is made if missing.

    Args:
        name: Name of the peer, a key of `PEERS`.
        folder: Folder of environments.

    Raises:
        NotInstalledError: pip failed; the next call tries again.
    """
    packages = PEERS[name].packages
    if not packages:
        return Path(sys.executable)
    place = folder.resolve() / name
    python, done = place / "bin" / "python", place / "installed"
    if done.exists():
        return python
    print(f"installing {' '.join(packages)} into {place}", file=sys.stderr)
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(place)],
        [str(python), "-m", "pip", "install", "--quiet", *packages],
    ):
        found = subprocess.run(command, check=False, capture_output=True, text=True)
        if found.returncode:
            lines = [line for line in found.stderr.splitlines() if line.startswith("ERROR")]
            raise NotInstalledError(lines[-1] if lines else f"pip returned {found.returncode}")
    done.touch()
    return python
