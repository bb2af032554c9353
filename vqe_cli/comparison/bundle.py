"""The bundle of a comparison: its record, and what each row was computed from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from vqe_cli._core.bundles import BundledFile, write_bundle
from vqe_cli.analysis.bundles.environment import input_file, record_file, requirements_file
from vqe_cli.analysis.bundles.problem import input_files, integral_files, with_bundled_inputs
from vqe_cli.comparison.plan import VQE, PlannedProblem
from vqe_cli.comparison.records import ComparedProblem, Comparison
from vqe_cli.comparison.shared_problem import kept_problem, problem_file
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding


def write_comparison_bundle(
    path: Path, record: Comparison, problems: Sequence[PlannedProblem], folder: Path
) -> None:
    """Write the bundle of a comparison.

    The integrals are those that the rows had, over the orbitals of the mean field; where there are
    none, the reason is in their place.

    Args:
        path: Path of the bundle.
        record: The record of the comparison.
        problems: Its problems, in the same order.
        folder: The folder in which its problems are kept.

    Raises:
        OSError: The bundle cannot be written.
    """
    found = [record_file(record), requirements_file(record.provenance)]
    for number, (problem, compared) in enumerate(zip(problems, record.problems, strict=True)):
        for file in _files(problem, compared, folder):
            found.append(replace(file, name=f"{problem_folder(number)}{file.name}"))
    names = ", ".join(problem.name for problem in problems[:10])
    write_bundle(path, f"Bundle of `vqe compare`: {names}", found)


def problem_folder(number: int) -> str:
    """The folder of a problem in a bundle.

    Args:
        number: The place of the problem, from 0.
    """
    return f"problem-{number + 1}/"


def _files(
    problem: PlannedProblem, compared: ComparedProblem, folder: Path
) -> Iterator[BundledFile]:
    """The input of a problem, its integrals, and the inputs of its variants of VQE."""
    spec = problem.spec
    yield input_file(with_bundled_inputs(problem.resolved))
    yield from input_files(spec)
    if compared.refusal is None:
        shared = kept_problem(problem_file(folder, problem.preparation.key))
        parts = look_up_parts(spec)
        encoding = Encoding(shared.problem, parts.mapper, spec.memory)
        yield from integral_files(spec, parts.ansatz, encoding)
    else:
        reason = f"{compared.refusal.message}\n".encode(errors="replace")
        yield BundledFile("no-integrals.txt", reason, "the reason why there are no integrals")
    variants = [row for row in problem.rows if row.name == VQE]
    for number, row in enumerate(variants, start=1):
        file = input_file(with_bundled_inputs(row.data), f"vqe-{number}.json")
        yield replace(file, about=f"the input of {row.label} {row.variant} seed {row.data['seed']}")
