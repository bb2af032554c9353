"""The accuracy by which rows are judged: chemical accuracy, or a share of a model's gap."""

from __future__ import annotations

from dataclasses import dataclass

from vqe_cli._core.energy_units import HARTREES, Units, units_of
from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE


@dataclass(frozen=True)
class Goal:
    """An accuracy, and the units in which it and energies are told.

    Args:
        units: Units of energies and of errors.
        tolerance: The largest accurate error, in the unit of errors.
        name: The goal in words: ``chemical accuracy``, ``1 % of the gap``.
    """

    units: Units
    tolerance: float
    name: str

    @property
    def limit(self) -> str:
        """The largest accurate error with its unit: ``1.6 mHa``."""
        return self.size(self.tolerance)

    @property
    def is_chemical(self) -> bool:
        """Whether errors are those of molecules, in mHa."""
        return self.units is HARTREES

    def size(self, error: float) -> str:
        """An error to three digits with its unit.

        Args:
            error: The error, in the unit of errors.
        """
        return f"{error:.3g} {self.units.error}"

    def scaled(self, mha: float) -> float:
        """What an error of a molecule corresponds to, in the unit of errors.

        Args:
            mha: The error of a molecule, mHa.
        """
        return mha * (self.tolerance / CHEMICAL_ACCURACY_MHA)


CHEMICAL = Goal(HARTREES, CHEMICAL_ACCURACY_MHA, "chemical accuracy")
"""The goal of molecules."""


def goal_of(unit: str, accuracy: float | None, *, of_gap: bool) -> Goal:
    """The goal for a problem.

    Args:
        unit: The unit of its energies.
        accuracy: The largest accurate error of a model, in its unit; None for Hartree.
        of_gap: Whether it is a share of the gap, not of the largest coefficient.
    """
    if unit == HARTREE or accuracy is None:
        return CHEMICAL
    what = "the gap" if of_gap else "the largest coefficient"
    return Goal(units_of(unit), accuracy, f"1 % of {what}")
