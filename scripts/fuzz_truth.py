"""Give the program random problems in many input formats, and compare the answers with PySCF.

    python scripts/fuzz_truth.py [--seeds 200] [--first 0] [--jobs 2] [--ways 8] [--verbose]

Each seed is a molecule with charge, spin, basis (with its core potential) and active space. It is
given as YAML, .xyz, Z-matrix, QCSchema and FCIDUMP, also rotated and reordered, and in spoilt files
that must be refused. An answer is

    equal    the right mean field and the right exact energy, to 1 microhartree
    told     another energy, and a check or a refusal says why
    refused  a valid file is refused; read the reason
    unsaid   right in its point group, but a lower mean field of broken symmetry is not mentioned
    SILENT   another energy without a warning, or any energy for a spoilt file
    BROKEN   an error of the program

A question that PySCF itself cannot answer is unanswered.

The exit code is 1 if any answer is SILENT or BROKEN.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import multiprocessing
import os
import sys
import tempfile
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from truth.answers import Answer, Integrals, answer
from truth.questions import Question, random_question
from truth.ways import Way, of_integrals, of_molecule

TOLERANCE = 1e-6
"""Tolerance of energies in Hartree."""

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")

OF_THE_SOLUTION = {"chemical-accuracy", "energy-variance", "gradient-norm", "restarts"}
"""Checks of the VQE solution, which do not concern the input."""


@dataclass(frozen=True)
class Finding:
    """The result for one input file.

    Args:
        seed: Seed of the question.
        way: Name of the input format.
        kind: One of equal, told, refused, unsaid, SILENT, BROKEN and unanswered.
        detail: Energies or reasons.
        question: Description of the question.
    """

    seed: int
    way: str
    kind: str
    detail: str
    question: str


def main() -> None:
    """Run all questions, compare the answers and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200, help="Number of questions.")
    parser.add_argument("--first", type=int, default=0, help="First seed.")
    parser.add_argument("--jobs", type=int, default=2, help="Number of parallel processes.")
    parser.add_argument("--ways", type=int, default=8, help="Number of files for each question.")
    parser.add_argument("--verbose", action="store_true", help="Print every answer.")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.seeds)
    found: list[Finding] = []
    os.environ.update({name: "1" for name in ONE_THREAD if name not in os.environ})
    workers = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.jobs, mp_context=workers) as pool:
        for findings in pool.map(asked, seeds, [options.ways] * len(seeds)):
            found += findings
            for finding in findings:
                if options.verbose or finding.kind in (
                    "SILENT",
                    "BROKEN",
                    "refused",
                    "unsaid",
                    "unanswered",
                ):
                    print(_line(finding), flush=True)
    counts = Counter(finding.kind for finding in found)
    print(f"{len(seeds)} questions, {len(found)} answers: ", end="")
    print(", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())))
    sys.exit(1 if counts["SILENT"] or counts["BROKEN"] else 0)


def _line(finding: Finding) -> str:
    return (
        f"{finding.seed:5d} {finding.kind:8s}{finding.way:22s}{finding.question}: {finding.detail}"
    )


def asked(seed: int, ways: int) -> list[Finding]:
    """Answer one question in some of the possible input formats.

    Args:
        seed: Random seed of the question and of the choice of formats.
        ways: Number of formats.

    Returns:
        A finding for each format.
    """
    random = np.random.default_rng(seed)
    question = random_question(random)
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        try:
            right = answer(question)
        except (RuntimeError, ArithmeticError, np.linalg.LinAlgError) as error:
            return [Finding(seed, "PySCF", "unanswered", repr(error), str(question))]
        integrals = right.solutions[0].active
        every: list[tuple[Way, Integrals | None]] = []
        every += [(way, None) for way in of_molecule(question, Path(folder))]
        every += list(of_integrals(integrals, Path(folder), random))
        chosen = random.permutation(len(every))[:ways]
        asked_in = [every[index] for index in sorted(chosen)]
        return [_finding(seed, way, given, right, question) for way, given in asked_in]


def _finding(
    seed: int, way: Way, integrals: Integrals | None, right: Answer, question: Question
) -> Finding:
    kind, detail = _compared(way, integrals, right)
    return Finding(seed, way.name, kind, detail, str(question))


def _compared(way: Way, integrals: Integrals | None, right: Answer) -> tuple[str, str]:
    code, record = _run(way)
    if code == 1 or record is None:
        return "BROKEN", json.dumps(record)[:300]
    if "error" in record:
        message = str(record["error"]["message"])
        return ("told" if way.spoilt else "refused"), f"exit {code}: {message}"
    words = _words(record)
    if way.spoilt and not words:
        return "SILENT", f"a spoilt file gives {record['result']['energy']:.9f}"
    try:
        differences = list(_differences(record, right, integrals))
    except RuntimeError as error:
        return "unanswered", str(error)
    if differences:
        return ("told" if words else "SILENT"), "; ".join([*differences, *words])
    return _equal(record, right, unsaid=integrals is None and not words)


def _equal(record: dict[str, Any], right: Answer, *, unsaid: bool) -> tuple[str, str]:
    lower = record["problem"]["scf"]["energy"] - right.broken if unsaid else 0.0
    if lower > TOLERANCE:
        return "unsaid", f"a mean field without symmetry lies {1e3 * lower:.3f} mHa lower"
    return "equal", f"{record['result']['energy']:.9f}"


def _run(way: Way) -> tuple[int, dict[str, Any] | None]:
    """Run the command line in this process; exit code, and output as JSON."""
    from vqe_cli.cli.main import main as vqe

    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            vqe(["run", str(way.file), "--json", "--quiet", *way.flags])
        except SystemExit as stop:
            code = int(stop.code or 0)
    try:
        return code, json.loads(out.getvalue())
    except ValueError:
        return code, None


def _words(record: dict[str, Any]) -> list[str]:
    """Names and details of failed checks that concern the input."""
    return [
        f"{check['name']}: {check['detail']}"
        for check in record["checks"]
        if check["status"] in ("warn", "fail") and check["name"] not in OF_THE_SOLUTION
    ]


def _differences(record: dict[str, Any], right: Answer, integrals: Integrals | None) -> list[str]:
    """Descriptions of wrong mean fields, exact energies and VQE energies."""
    if integrals is None:
        ours, lowest = float(record["problem"]["scf"]["energy"]), right.lowest
        same = [one for one in right.solutions if abs(one.energy - ours) < TOLERANCE]
        if any(one.cut for one in same):
            return ["the space cuts between orbitals of equal energy"]
        possible = [one.active for one in same]  # none where brute force missed the mean field
    else:
        claimed = record["problem"]["hartree_fock_energy"]  # null where nothing is called so
        ours = float("-inf") if claimed is None else float(claimed)
        lowest, possible = float(integrals.mean_field.e_tot), [integrals]
    if ours > lowest + TOLERANCE:
        return [f"mean field {ours:.9f}, PySCF {lowest:.9f}"]
    return _of_the_exact_energy(record, [found.exact for found in possible]) if possible else []


def _of_the_exact_energy(record: dict[str, Any], values: list[float]) -> list[str]:
    exact = record["reference"] and float(record["reference"]["energy"])
    if exact is None or min(abs(exact - value) for value in values) > TOLERANCE:
        return [f"exact {exact}, PySCF {min(values):.9f}"]
    if record["verdict"] == "pass" and abs(record["result"]["energy"] - exact) > 1.6e-3:
        return [f"pass with {record['result']['energy']:.9f}, exact {exact:.9f}"]
    return []


if __name__ == "__main__":
    main()
