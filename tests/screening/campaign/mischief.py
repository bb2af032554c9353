"""A property that fails in many ways, chosen by the bond length."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import psutil

from vqe_cli.properties import Case, Column, Finding, Property

ENTRY_POINTS = """\
[vqe_cli.property]
first-nap = quick_campaign:FirstNap
second-nap = quick_campaign:SecondNap
mischief = tests.screening.campaign.mischief:Mischief
"""


class Mischief(Property):
    """What the bond length stands for.

    Reference:
        None: it is the length itself.
    """

    columns: ClassVar[tuple[Column, ...]] = (Column("mischief_number", "number", "The length."),)

    def compute(self, case: Case) -> Finding:
        assert case.spec.molecule is not None
        length = float((case.spec.molecule.geometry.cartesian or "").split()[-1])
        if deed := DEEDS_BY_LENGTH.get(length):
            return Finding({"mischief_number": deed()})
        return Finding({"mischief_number": length})


def _segfault() -> float:
    ctypes.string_at(0)
    return 0.0


def _hog() -> float:
    kept = []
    while True:
        kept.append(b"x" * 50_000_000)
        time.sleep(0.001)


def _hang() -> float:
    time.sleep(600)
    return 0.0


def _raise() -> float:
    print(os.environ, flush=True)
    raise RuntimeError(f"cannot log in with {os.environ.get('QISKIT_IBM_TOKEN')}")


def _abort() -> float:
    print("token:", os.environ.get("QISKIT_IBM_TOKEN"), flush=True)
    os.abort()


def _nan() -> float:
    return float("nan")


def _kill_parents_group() -> float:
    os.killpg(os.getpgid(os.getppid()), signal.SIGKILL)
    return _hang()


def _kill_worker() -> float:
    """The worker is the fork server's parent."""
    psutil.Process(os.getppid()).parent().kill()
    return _hang()


def _no_scf() -> float:
    """Hartree-Fock that is given one cycle for every step of its ladder."""
    from vqe_cli import run, spec_from_data
    from vqe_cli.chemistry.scf import hartree_fock, mean_field

    hartree_fock.MAX_CYCLES = mean_field.MAX_CYCLES = 1
    water = "O 0 0 0\nH 0 0.76 0.59\nH 0 -0.76 0.59"
    return float(run(spec_from_data({"molecule": {"geometry": water}})).result.energy)


DEEDS: dict[str, Callable[[], float]] = {
    "segfault": _segfault,
    "hog": _hog,
    "hang": _hang,
    "raise": _raise,
    "abort": _abort,
    "nan": _nan,
    "no-scf": _no_scf,
    "kill-group": _kill_parents_group,
    "kill-worker": _kill_worker,
}
LENGTHS = {name: 0.9 + number / 100 for number, name in enumerate(DEEDS)}
DEEDS_BY_LENGTH = {LENGTHS[name]: deed for name, deed in DEEDS.items()}


def write_molecule(folder: Path, name: str, length: float) -> None:
    """Hydrogen as a candidate."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.xyz").write_text(f"2\n{name}\nH 0 0 0\nH 0 0 {length!r}\n")


def write_culprits(folder: Path, *names: str) -> None:
    """One candidate for each deed."""
    for name in names:
        write_molecule(folder, name, LENGTHS[name])


def write_innocents(folder: Path, count: int) -> None:
    """Candidates that mean no harm."""
    for number in range(count):
        write_molecule(folder, f"innocent-{number}", 0.6 + number / 1000)
