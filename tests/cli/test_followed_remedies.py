"""What the screen says to do next is typed as it stands, and helps.

Errors are those from the exact energies, which tests/classical/ compares with PySCF.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RunVqe, WriteFile
from tests.families import slow

H4 = "molecule: {geometry: 'H 0 0 0; H 0 0 1; H 0 0 2; H 0 0 3'}\n"
SQUARE = "molecule: {geometry: 'H 0 0 0; H 1.23 0 0; H 1.23 1.23 0; H 0 1.23 0'}\n"
H2 = "molecule: {geometry: 'H 0 0 0; H 0 0 0.735'}\n"
STRETCHED = "molecule: {geometry: 'H 0 0 0; H 0 0 1.5'}\n"
LIH = "molecule: {geometry: 'Li 0 0 0; H 0 0 1.6'}\n"
RING = "hamiltonian: {model: heisenberg, sites: 6, lattice: ring, coupling: 1.0}\n"

NOISY = "--mapper parity --backend aer --noise fake_manila --shots 4000"


def advised(screen: str, check: str) -> list[str]:
    """The words of the first remedy of a check, as they would be copied from the screen."""
    text = " ".join(screen.split())
    _, _, after = text.partition(f": {check}")
    own = re.split(r" (?:warn|fail): |\(-v explains", after)[0]
    _, _, remedy = own.partition("next: ")
    for part in re.split(r"; | or ", remedy):
        flags = [one for one in re.findall("`([^`]*)`", part) if one.startswith("--")]
        if flags:
            return [word for one in flags for word in shlex.split(one)]
    return shlex.split(re.findall(r"--[a-z-]+ '[^']*'", own)[0])


class Desk:
    """A terminal at which a run is typed, and once more with what it advised."""

    def __init__(self, run_vqe: RunVqe, path: Path) -> None:
        self.run_vqe, self.path = run_vqe, path

    def run(self, words: list[str]) -> tuple[str, dict[str, Any]]:
        """The screen and the record."""
        output = self.path.with_suffix(".json")
        done = self.run_vqe("run", self.path, *words, "-q", "-o", output)
        assert done.code in (0, 4, 5), done.err
        return done.out, json.loads(output.read_text())


def status(record: dict[str, Any], name: str) -> str:
    """The status of a check; one that is not made has nothing to say."""
    found = [check["status"] for check in record["checks"] if check["name"] == name]
    return found[0] if found else "pass"


REMEDIES = {
    "few iterations": (H4, "--maxiter 2", "optimizer-converged"),
    "stochastic search": (H4, "--optimizer spsa --maxiter 50", "optimizer-converged"),
    "simplex that ended early": (H4, "--optimizer cobyla --maxiter 40", "optimizer-converged"),
    "budget": (H4, "--optimizer cobyla --max-evaluations 20", "optimizer-converged"),
    "few operators": (H4, "--ansatz '{name: adapt, max_operators: 2}'", "optimizer-converged"),
    "gradient left": (H4, "--optimizer spsa --maxiter 500", "gradient-norm"),
    "pairs only": (H4, "--ansatz puccd", "chemical-accuracy"),
    "not optimised": (H2, "--optimizer none", "chemical-accuracy"),
    "few shots": (H2, "--shots 1000", "chemical-accuracy"),
    "weak tolerance of an adaptive ansatz": (
        STRETCHED,
        "--ansatz '{name: adapt, gradient_tolerance: 1}'",
        "correlation-found",
    ),
    "one product of pairs": (H4, "--ansatz '{name: k-upccgsd, k: 1}'", "chemical-accuracy"),
    "one layer": (RING, "--ansatz '{name: hva, layers: 1}'", "gap-accuracy"),
    "other electrons": (
        H2,
        "--ansatz real-amplitudes --initial random --optimizer none",
        "particle-number",
    ),
    "square of hydrogens": (SQUARE, "", "symmetry-broken-solution"),
    "space that cuts": (
        LIH,
        "--active-space '{name: frontier, electrons: 2, orbitals: 3}'",
        "active-space-cut",
    ),
    "subspace of excited states": (H4, "--states 4", "state-3"),
    "device": (H2, NOISY, "noise-free"),
}
"""Input, flags, and the check that does not hold."""

HEAVY = ("square of hydrogens", "subspace of excited states", "device", "one product of pairs")


@pytest.mark.parametrize("case", [slow(case) if case in HEAVY else case for case in REMEDIES])
def test_first_remedy_is_typed_as_it_stands_and_helps(
    case: str, run_vqe: RunVqe, write_file: WriteFile
) -> None:
    text, flags, check = REMEDIES[case]
    desk = Desk(run_vqe, write_file("in.yaml", text))
    screen, before = desk.run(shlex.split(flags))
    assert status(before, check) in ("warn", "fail")
    remedy = advised(screen, check)
    _, after = desk.run([*shlex.split(flags), *remedy])
    error = [abs(one["error_mha"] or one["error_in_unit"] or 0.0) for one in (before, after)]
    assert status(after, check) == "pass" or error[1] < 0.5 * error[0], (remedy, error)
