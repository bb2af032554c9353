"""Measurements of this package alone: whole commands from a cold process, large active spaces."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

from peer_bench.alternate import WORKERS
from peer_bench.processes import Finished, timed
from peer_bench.surroundings import surroundings

GOOD_ENDS = (0, 4, 5)
"""Exit codes of completed runs, whatever their verdict."""

LONGEST = 3600.0
"""Time limit of a large run in seconds."""


@dataclass(frozen=True)
class Command:
    """A command to measure.

    Args:
        name: Name of the case.
        arguments: Arguments of `vqe`.
    """

    name: str
    arguments: tuple[str, ...]


COMMANDS = (
    Command("command:lih", ("run", "molecules/lih.yaml")),
    Command("command:h2o", ("run", "molecules/h2o.yaml")),
    Command("command:n2", ("run", "molecules/n2.yaml")),
    Command("command:lih-aer", ("run", "molecules/lih.yaml", "--backend", "aer")),
)


@dataclass(frozen=True)
class Large:
    """A run of N2 in cc-pVDZ with an active space around the Fermi level.

    Args:
        name: Name of the case.
        electrons: Number of active electrons.
        orbitals: Number of active orbitals.
        symmetric: Whether the point group is used.
        on_request: Whether the case runs only when it is named.
    """

    name: str
    electrons: int
    orbitals: int
    symmetric: bool = True
    on_request: bool = False

    @property
    def title(self) -> str:
        """The title in the table."""
        group = "" if self.symmetric else ", all excitations"
        return f"N2 cc-pVDZ ({self.electrons}e,{self.orbitals}o){group}"

    def data(self) -> dict[str, Any]:
        """The content of the input file."""
        return {
            "molecule": {"geometry": "N 0 0 0\nN 0 0 1.09768\n", "basis": "cc-pvdz"},
            "active_space": {
                "name": "frontier",
                "electrons": self.electrons,
                "orbitals": self.orbitals,
            },
            "ansatz": {"name": "uccsd", "point_group": self.symmetric},
            "reference": "none",
        }


LARGE = (
    Large("large:10-12", 10, 12),
    Large("large:14-14", 14, 14),
    Large("large:14-14-all", 14, 14, symmetric=False, on_request=True),
    Large("large:16-16", 16, 16, on_request=True),
)


def measure_command(command: Command, repeats: int, cap: float) -> dict[str, Any]:
    """The result for a command, run several times after a first run, which may compile."""
    line = [sys.executable, "-m", "vqe_cli", *command.arguments, "--quiet"]
    before = surroundings(0)
    ends = [timed(line, cap)]
    if ends[0].code in GOOD_ENDS:
        ends = [timed(line, cap) for _ in range(repeats)]
    return {
        "case": command.name,
        "title": " ".join(("vqe", *command.arguments)),
        "samples": [end.seconds for end in ends if end.code in GOOD_ENDS],
        "peak_bytes": max(end.peak_bytes for end in ends),
        "problem": None if ends[0].code in GOOD_ENDS else _problem(ends[0], cap),
        "surroundings": before,
    }


def measure_large(large: Large) -> dict[str, Any]:
    """The result for one run, and for one product with the Hamiltonian in the same process."""
    line = [sys.executable, str(WORKERS / "large.py"), json.dumps(large.data())]
    before = surroundings(0)
    end = timed(line, LONGEST)
    found: dict[str, Any] = {"case": large.name, "title": large.title, "surroundings": before}
    if end.code != 0:
        return found | {"problem": _problem(end, LONGEST)}
    return found | {"problem": None, "whole": end.seconds, **json.loads(end.output)}


def _problem(end: Finished, cap: float) -> str:
    if end.code == -9 and end.seconds >= cap:
        return f"took more than {cap:.0f} s"
    last = end.errors.strip().splitlines()[-1:] or [""]
    return f"ended with code {end.code}: {last[0]}"
