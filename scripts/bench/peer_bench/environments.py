"""An environment for every peer, made when it is first needed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Peer:
    """A program that we are measured against.

    Args:
        title: For people.
        worker: The file in ``workers/`` that runs it.
        packages: What pip installs; nothing: it runs in our own environment.
        does: What one evaluation of it gives.
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
    "aer": Peer("Qiskit Aer, statevector", "aer.py", does="energy only"),
}


class NotInstalledError(Exception):
    """A peer could not be installed; the message is pip's last line."""


def interpreter(name: str, folder: Path) -> Path:
    """The Python that has the peer; makes its environment if there is none.

    Args:
        name: Of the peer, a key of `PEERS`.
        folder: Where environments are kept.

    Raises:
        NotInstalledError: pip failed. It is tried again the next time.
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
