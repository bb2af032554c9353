"""Check that the tests notice faults: each mutant of the code must fail one of them.

    python scripts/mutants.py                # all, about seven minutes on two cores
    python scripts/mutants.py --only checks  # only files whose paths match

A mutant is one small fault, in one place, in a copy of the package; the tests that should notice
it are run against the copy. The exit code is 1 if a mutant survives. A text that is not found, or
is found twice, is an error: the list below must follow the code.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Mutant(NamedTuple):
    """A fault: a text of a file, and its replacement."""

    file: str
    text: str
    fault: str


CHECKPOINTS = "vqe_cli/variational/checkpoints.py"
CHECKS = "vqe_cli/variational/checks.py"
SYMMETRIES = "vqe_cli/variational/symmetry_checks.py"
CORES = "vqe_cli/chemistry/basis/cores.py"
COST = "vqe_cli/backends/ibm/cost.py"
DEVICE_NOISE = "vqe_cli/backends/devices/noise.py"
DEVICE_OBJECTIVE = "vqe_cli/backends/ibm/objective.py"
DIPOLE = "vqe_cli/properties/dipole.py"
ENCODING = "vqe_cli/qubits/encoding.py"
ESTIMATION = "vqe_cli/analysis/estimation/__init__.py"
JOURNAL = "vqe_cli/variational/journal.py"
LOG = "vqe_cli/variational/evaluation_log.py"
MATRIX = "vqe_cli/report/campaign/page/matrix.py"
MITIGATED = "vqe_cli/backends/ibm/mitigated.py"
NOISE = "vqe_cli/analysis/diagnosis/noise.py"
DIFFERENCE = "vqe_cli/properties/differences/difference.py"
RECORDING = "vqe_cli/variational/recording.py"
SEEDS = "vqe_cli/_core/seeds.py"
SHOTS = "vqe_cli/measurement/shots.py"
SOURCE = "vqe_cli/report/campaign/source.py"
TRIAGE = "vqe_cli/properties/triage.py"
UNITS = "vqe_cli/_core/units.py"
VALIDATION = "vqe_cli/screening/candidates/validation.py"
ZNE = "vqe_cli/measurement/mitigation/zne.py"

NOTICED_BY: dict[str, tuple[str, ...]] = {
    CHECKS: ("tests/variational/test_checks.py", "tests/variational/test_subspace_checks.py"),
    SYMMETRIES: ("tests/variational/test_checks.py", "tests/variational/test_subspace_checks.py"),
    CHECKPOINTS: ("tests/cli/test_checkpoints.py",),
    CORES: ("tests/chemistry/basis/test_cores.py",),
    COST: ("tests/backends/ibm/test_cost.py",),
    DEVICE_NOISE: ("tests/backends/devices/test_noise.py",),
    DEVICE_OBJECTIVE: ("tests/backends/test_mitigated_observables.py",),
    DIPOLE: ("tests/properties/test_dipole.py",),
    ENCODING: ("tests/qubits/test_encoding.py",),
    ESTIMATION: ("tests/analysis/estimation/test_estimation.py",),
    JOURNAL: ("tests/variational/test_evaluation_log.py", "tests/variational/test_minimise.py"),
    LOG: ("tests/variational/test_evaluation_log.py", "tests/variational/test_minimise.py"),
    MATRIX: ("tests/report/campaign/page/test_statistics.py",),
    MITIGATED: ("tests/backends/test_mitigated_observables.py",),
    NOISE: ("tests/analysis/diagnosis/test_noise.py",),
    DIFFERENCE: ("tests/properties/test_verdicts.py",),
    RECORDING: ("tests/variational/test_recording.py",),
    SEEDS: ("tests/_core/test_seeds.py",),
    SHOTS: ("tests/measurement/test_shots.py",),
    SOURCE: ("tests/report/campaign/test_source.py",),
    TRIAGE: ("tests/properties/test_triage.py",),
    UNITS: ("tests/_core/test_units.py",),
    VALIDATION: ("tests/screening/candidates/test_validation.py",),
    ZNE: ("tests/measurement/mitigation/test_zne.py",),
}

MUTANTS = (
    Mutant(CHECKS, "COVERAGE = 1.96", "COVERAGE = 1.0"),
    Mutant(CHECKS, "GRADIENT_TOLERANCE = 1e-2", "GRADIENT_TOLERANCE = 1e-1"),
    Mutant(CHECKS, "VARIANCE_TOLERANCE = 1.6e-3", "VARIANCE_TOLERANCE = 1.6e-2"),
    Mutant(SYMMETRIES, '"s-squared": 1e-2}', '"s-squared": 1e-1}'),
    Mutant(SYMMETRIES, "CIRCUIT_TOLERANCE = 1e-3", "CIRCUIT_TOLERANCE = 1e-1"),
    Mutant(CHECKS, "above, mitigated = difference >= -slack", "above, mitigated = difference >= 0"),
    Mutant(CHECKS, "else SIGMAS * error", "else COVERAGE * error"),
    Mutant(SYMMETRIES, "resolved = tolerance < neighbour", "resolved = True"),
    Mutant(SYMMETRIES, "else 2 * (spin + 1)", "else 2 * spin"),
    Mutant(CHECKS, "lowest = min(solution.starts)", "lowest = max(solution.starts)"),
    Mutant(CHECKS, "reference is not None or near > 1", "reference is not None or near > 0"),
    Mutant(VALIDATION, "IDENTITY_DIGITS = 4", "IDENTITY_DIGITS = 3"),
    Mutant(VALIDATION, "if atoms > caps.max_atoms", "if atoms >= caps.max_atoms"),
    Mutant(VALIDATION, "heavy > caps.max_heavy_atoms", "heavy >= caps.max_heavy_atoms"),
    Mutant(VALIDATION, '= 1 + electrons % 2', '= 1'),
    Mutant(VALIDATION, '+ 0.0:', ':'),
    Mutant(VALIDATION, "lines = sorted(", "lines = list("),
    Mutant(VALIDATION, "len(smiles) > caps.max_characters", "len(smiles) >= caps.max_characters"),
    Mutant(VALIDATION, '" ".join((identity, *sorted(doubts)))', "identity"),
    Mutant(SHOTS, "FEWEST_SHOTS = 4", "FEWEST_SHOTS = 2"),
    Mutant(SHOTS, "LEAST_SHARE = 0.1", "LEAST_SHARE = 0.0"),
    Mutant(SHOTS, "SAFETY * (deviations.sum() / self.precision) ** 2",
           "SAFETY * deviations.sum() / self.precision"),
    Mutant(SHOTS, "float(np.sqrt(shot_multiplier))", "float(shot_multiplier)"),
    Mutant(SHOTS, "blended = (spread + prior_shots * deviation**2) / (shots - 1.0 + prior_shots)",
           "blended = spread / (shots - 1.0)"),
    Mutant(SHOTS, "spread = self.square - self.total**2 / self.kept", "spread = self.square"),
    Mutant(SHOTS, "return float(np.sqrt(self.variance / share))",
           "return float(np.sqrt(self.variance))"),
    Mutant(SHOTS, "variance = sum(one.variance / one.kept",
           "variance = sum(one.variance / one.shots"),
    Mutant(SHOTS, "discarded = 1.0 - kept / total", "discarded = kept / total"),
    Mutant(SHOTS, "values = values - self.offset", "values = values + 0.0"),
    Mutant(CORES, "18, 36, 54, 86)", "18, 36, 46, 86)"),
    Mutant(CORES, "HAFNIUM = 54, 68, 72", "HAFNIUM = 54, 68, 80"),
    Mutant(CORES, "28: (3, 2, 1, 0)", "28: (4, 3, 0, 0)"),
    Mutant(CORES, "60: (4, 3, 2, 1)", "60: (5, 4, 2, 0)"),
    Mutant(CORES, "if gas < number", "if gas <= number"),
    Mutant(UNITS, "27.211386245988", "27.2113845"),
    Mutant(UNITS, "0.529177210903", "0.52917721092"),
    Mutant(UNITS, "627.5094740631", "627.509"),
    Mutant(UNITS, "2.541746473", "2.5417"),
    Mutant(UNITS, "CHEMICAL_ACCURACY_MHA = 1.6", "CHEMICAL_ACCURACY_MHA = 1.5"),
    Mutant(CHECKPOINTS, 'content |= {"se": entry.standard_error, "n": entry.shots}',
           'content |= {"se": entry.standard_error}'),
    Mutant(CHECKPOINTS, 'content["g"] = entry.gradient', 'content["g"] = None'),
    Mutant(CHECKPOINTS, "return bool(header == self._identity())", "return True"),
    Mutant(JOURNAL, "if entry.point != point or", "if"),
    Mutant(JOURNAL, "self._count += 1", "self._count += 0"),
    Mutant(LOG, "entry.value < self._best.energy", "entry.value > self._best.energy"),
    Mutant(LOG, "self._best, self._at = number, None", "self._best, self._at = number, self._best"),
    Mutant(SEEDS, '"final observables": lambda seed: Stream((seed, 2**30 + 1))',
           '"final observables": lambda seed: Stream((seed, 2**30))'),
    Mutant(SEEDS, "2**29 + number", "number"),
    Mutant(SEEDS, "word=1 + number", "word=number"),
    Mutant(COST, "int(min(left) + ROUND_OFF)", "int(max(left) + ROUND_OFF)"),
    Mutant(COST, "self.max_cost, both.money", "self.max_cost, wanted.money"),
    Mutant(DIPOLE, "np.linalg.norm(state.components.value)", "np.sum(state.components.value)"),
    Mutant(ENCODING, "alpha = np.bitwise_count(occupied & ((1 << norb) - 1))",
           "alpha, occupied = np.bitwise_count(occupied >> norb), occupied << norb"),
    Mutant(ESTIMATION, "size.two_qubit_gates + (changes[energy.measurement] or 0)",
           "size.two_qubit_gates"),
    Mutant(ESTIMATION, "None if error else asked.shots, final", "asked.shots, final"),
    Mutant(DEVICE_OBJECTIVE, "_mean(0.5 * (alpha - beta)", "_mean(0.5 * (beta - alpha)"),
    Mutant(MITIGATED, "0.5 * (alpha - beta)", "0.5 * (beta - alpha)"),
    Mutant(SOURCE, 'for row in rows if not row.get("duplicate_of"))', "for row in rows)"),
    Mutant(MATRIX, "SURE = 2.58", "SURE = 1.96"),
    Mutant(DEVICE_NOISE, "wrong = self.scale * (", "wrong = ("),
    Mutant(NOISE, "for sign in (1, -1) for root", "for sign in (1,) for root"),
    Mutant(DIFFERENCE, "math.hypot(*errors)", "abs(sum(errors))"),
    Mutant(DIFFERENCE, "_scaled(self.standard_error, scale)", "self.standard_error"),
    Mutant(DIFFERENCE, "COVERAGE * (self.standard_error or 0.0)", "0.0"),
    Mutant(RECORDING, "else energy - core", "else energy"),
    Mutant(RECORDING, "(solution.energy.value - reference.energy)",
           "(reference.energy - solution.energy.value)"),
    Mutant(TRIAGE, "(coupled_cluster - exact), False", "(exact - coupled_cluster), False"),
    Mutant(TRIAGE, "for count in problem.nelec) <= 2", "for count in problem.nelec) <= 3"),
    Mutant(ZNE, "roots = 1 / np.sqrt(variances)", "roots = np.sqrt(variances)"),
)  # fmt: skip
"""The mutants, by file."""


def main() -> None:
    """Run the tests against every mutant and name those that survive."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="Regular expression for paths of files.")
    parser.add_argument("--jobs", type=int, default=2, help="Number of parallel processes.")
    options = parser.parse_args()
    chosen = [one for one in MUTANTS if re.search(options.only, one.file)]
    with ThreadPoolExecutor(options.jobs) as pool:
        survivors = [text for text in pool.map(survival, chosen) if text]
    print(f"{len(chosen)} mutants, {len(survivors)} survive")
    sys.exit(bool(survivors))


def survival(mutant: Mutant) -> str:
    """Run the tests against a mutant.

    Args:
        mutant: The fault.

    Returns:
        The message for a mutant that no test noticed; empty otherwise.

    Raises:
        ValueError: The text does not occur exactly once.
    """
    source = (ROOT / mutant.file).read_text()
    if (count := source.count(mutant.text)) != 1:
        raise ValueError(f"{mutant.file}: {mutant.text!r} is found {count} times")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("vqe_cli", "tests", "molecules", "scripts"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        (copy / mutant.file).write_text(source.replace(mutant.text, mutant.fault))
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", *NOTICED_BY[mutant.file]]
        environment = {**os.environ, "PYTHONPATH": folder, "OMP_NUM_THREADS": "1"}
        ran = subprocess.run(
            command, check=False, cwd=copy, env=environment, capture_output=True, text=True
        )
    if ran.returncode == 1:
        return ""
    what = "survives" if ran.returncode == 0 else f"broke pytest (exit {ran.returncode})"
    text = f"{mutant.file}: {mutant.text!r} -> {mutant.fault!r} {what}"
    print(text, flush=True)
    return text


if __name__ == "__main__":
    main()
