"""Remarks and checks on how the input was read, added to the problem."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.schema import RunSpec
from vqe_cli.schema.check_records import Check, doubt
from vqe_cli.schema.source import Remark
from vqe_cli.schema.stored_records import NOT_UNDERSTOOD


def with_remarks(problem: ElectronicProblem, spec: RunSpec) -> ElectronicProblem:
    """The problem with its reader's remarks, and checks of what the reader did not understand.

    Args:
        problem: The problem as built.
        spec: The run's specification as read.
    """
    remarks = spec.source.remarks
    return replace(
        problem,
        checks=(*doubts_of(remarks), *problem.checks),
        notes=(*(remark.text for remark in remarks), *problem.notes),
    )


def doubts_of(remarks: Iterable[Remark]) -> tuple[Check, ...]:
    """The failed checks of parts of a file that the reader may have misunderstood.

    Args:
        remarks: Remarks of the file's reader.
    """
    return tuple(
        doubt(name=NOT_UNDERSTOOD, detail=remark.text) for remark in remarks if remark.doubtful
    )
