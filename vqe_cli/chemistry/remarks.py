"""What the user should know of how the input was read, put to the problem that was made of it."""

from __future__ import annotations

from dataclasses import replace

from vqe_cli.chemistry import geometry
from vqe_cli.chemistry.problem import ElectronicProblem
from vqe_cli.chemistry.structures import structure_of
from vqe_cli.records import Check, doubt
from vqe_cli.spec import RunSpec


def with_remarks(problem: ElectronicProblem, spec: RunSpec) -> ElectronicProblem:
    """The problem with its reader's remarks; what was not understood lowers the verdict.

    Args:
        problem: As it was built.
        spec: As it was read.
    """
    remarks = spec.source.remarks
    checks = [
        doubt(name="input-understood", detail=remark.text) for remark in remarks if remark.doubtful
    ]
    return replace(
        problem,
        checks=(*checks, *_of_structure(spec), *problem.checks),
        notes=(*(remark.text for remark in remarks), *_of_atoms(spec), *problem.notes),
    )


def _of_structure(spec: RunSpec) -> tuple[Check, ...]:
    """What a structure leaves open, and nobody says."""
    if spec.molecule is None or not spec.molecule.geometry.is_structure:
        return ()
    structure, _ = structure_of(spec.molecule)
    spin = float(structure.multiplicity)
    of_spin = (doubt("spin-stated", note, value=spin) for note in structure.spin_notes)
    return (*structure.doubts, *of_spin)


def _of_atoms(spec: RunSpec) -> tuple[str, ...]:
    if spec.molecule is None or spec.molecule.geometry.is_structure:
        return ()
    return geometry.remarks(geometry.atoms(spec.molecule))
