"""What the user should know of how the input was read, put to the problem that was made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vqe_cli.chemistry.geometry import coordinates as geometry
from vqe_cli.chemistry.geometry.structures import settled
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
        checks=(*doubts_of(remarks), *_of_structure(spec), *problem.checks),
        notes=(*(remark.text for remark in remarks), *_of_atoms(spec), *problem.notes),
    )


def doubts_of(remarks: Iterable[Remark]) -> tuple[Check, ...]:
    """What of a file may mean something else than was understood.

    Args:
        remarks: Of its reader.
    """
    return tuple(
        doubt(name="input-understood", detail=remark.text) for remark in remarks if remark.doubtful
    )


def _of_structure(spec: RunSpec) -> tuple[Check, ...]:
    """What lines between atoms leave open and nobody says, and geometries that are rough."""
    record = None if spec.molecule is None else settled(spec.molecule)[1]
    return () if record is None else record.checks


def _of_atoms(spec: RunSpec) -> tuple[str, ...]:
    if spec.molecule is None or spec.molecule.geometry.is_structure:
        return ()
    return geometry.remarks(geometry.atoms(spec.molecule))
