"""The bundle of a comparison: its record, and what each row was computed from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from vqe_cli._core.bundles import BundledFile, write_bundle
from vqe_cli._core.log import package_logger
from vqe_cli.analysis.bundles.environment import input_file, record_file, requirements_file
from vqe_cli.analysis.bundles.problem import input_files, integral_files, with_bundled_inputs
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.comparison.plan import VQE, PlannedProblem
from vqe_cli.comparison.records import Comparison
from vqe_cli.errors import VqeError
from vqe_cli.parts import located, look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec

LOG = package_logger(__name__)


def write_comparison_bundle(
    path: Path, record: Comparison, problems: Sequence[PlannedProblem]
) -> None:
    """Write the bundle of a comparison.

    The integrals are those of the mean field of each problem, which is computed once more here; if
    that fails, the reason is in their place.

    Args:
        path: Path of the bundle.
        record: The record of the comparison.
        problems: Its problems, in the same order.

    Raises:
        OSError: The bundle cannot be written.
    """
    found = [record_file(record), requirements_file(record.provenance)]
    for number, problem in enumerate(problems):
        for file in _files(problem):
            found.append(replace(file, name=f"{problem_folder(number)}{file.name}"))
    names = ", ".join(problem.name for problem in problems[:10])
    write_bundle(path, f"Bundle of `vqe compare`: {names}", found)


def problem_folder(number: int) -> str:
    """The folder of a problem in a bundle.

    Args:
        number: The place of the problem, from 0.
    """
    return f"problem-{number + 1}/"


def _files(problem: PlannedProblem) -> Iterator[BundledFile]:
    """The input of a problem, its integrals, and the inputs of its variants of VQE."""
    spec = problem.spec
    yield input_file(with_bundled_inputs(problem.resolved))
    yield from input_files(spec)
    try:
        yield from _integrals(spec)
    except VqeError as error:
        LOG.warning("no integrals of %s: %s", problem.name, error.message)
        reason = f"{error}\n".encode(errors="replace")
        yield BundledFile("no-integrals.txt", reason, "the reason why there are no integrals")
    variants = [row for row in problem.rows if row.name == VQE]
    for number, row in enumerate(variants, start=1):
        file = input_file(with_bundled_inputs(row.data), f"vqe-{number}.json")
        yield replace(file, about=f"the input of {row.label} {row.variant} seed {row.data['seed']}")


def _integrals(spec: RunSpec) -> list[BundledFile]:
    """The files of the integrals of a problem.

    Raises:
        VqeError: The mean field fails.
    """
    with located(spec):
        parts = look_up_parts(spec)
        encoding = Encoding(build_problem(spec, parts.active_space), parts.mapper, spec.memory)
        return list(integral_files(spec, parts.ansatz, encoding))
