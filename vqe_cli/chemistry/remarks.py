"""What the user should know of how the input was read, put to the problem that was made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import Check, doubt
from vqe_cli.schema.source import Remark


def with_remarks(problem: ElectronicProblem, spec: RunSpec) -> ElectronicProblem:
    """The problem with its reader's remarks; what was not understood lowers the verdict.

    Args:
        problem: As it was built.
        spec: As it was read.
    """
    remarks = spec.source.remarks
    return replace(
        problem,
        checks=(*doubts_of(remarks), *problem.checks),
        notes=(*(remark.text for remark in remarks), *problem.notes),
    )


def doubts_of(remarks: Iterable[Remark]) -> tuple[Check, ...]:
    """What of a file may mean something else than was understood.

    Args:
        remarks: Of its reader.
    """
    return tuple(
        doubt(name="input-understood", detail=remark.text) for remark in remarks if remark.doubtful
    )
