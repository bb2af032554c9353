"""The unit in which errors are judged: chemical accuracy, or the gap of a model."""

from __future__ import annotations

from dataclasses import dataclass

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE, HARTREE_IN_MILLIHARTREE
from vqe_cli.fermions.problem import Problem, has_own_unit
from vqe_cli.schema.records import ReferenceRecord

GAP_ACCURACY = 0.01
"""Error in units of the gap up to which at least 99 % of the state is in the lowest level.

A state with a share p in the lowest level has an energy of at least (1 − p) gaps above it.
"""


@dataclass(frozen=True)
class Accuracy:
    """The accuracy that is wanted of an energy.

    Args:
        check: Name of the check.
        unit: Unit of energies.
        error_unit: Unit in which errors are judged, as it stands in a sentence.
        factor: Errors in `error_unit` per unit of energy.
        tolerance: The largest accurate error, in `error_unit`.
        scale: Scale of energies that gradients and variances are compared with.
    """

    check: str
    unit: str
    error_unit: str
    factor: float
    tolerance: float
    scale: float = 1.0


CHEMICAL = Accuracy(
    "chemical-accuracy", HARTREE, "mHa", HARTREE_IN_MILLIHARTREE, CHEMICAL_ACCURACY_MHA
)
"""Chemical accuracy."""


def accuracy_check(unit: str, reference: ReferenceRecord | None) -> str:
    """The name of the check of the accuracy.

    Args:
        unit: The unit of the problem.
        reference: The exact energy, with the gap above it; None if there is none.
    """
    if unit == HARTREE:
        return CHEMICAL.check
    return "accuracy" if reference is None or reference.gap is None else "gap-accuracy"


def accuracy_of(problem: Problem, reference: ReferenceRecord | None) -> Accuracy:
    """Chemical accuracy, or that in units of the gap for a problem with a unit of its own.

    Without a gap, errors are judged in units of the largest coefficient.

    Args:
        problem: The problem.
        reference: The exact energy, with the gap above it; None if there is none.
    """
    if not has_own_unit(problem):
        return CHEMICAL
    check, scale = accuracy_check(problem.unit, reference), problem.scale
    if reference is None or reference.gap is None:
        what = "units of the largest coefficient"
        return Accuracy(check, problem.unit, what, 1 / scale, GAP_ACCURACY, scale)
    return Accuracy(check, problem.unit, "gaps", 1 / reference.gap, GAP_ACCURACY, scale)
