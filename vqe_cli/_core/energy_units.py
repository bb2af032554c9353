"""The units in which energies and errors of a problem are told."""

from __future__ import annotations

from dataclasses import dataclass

from vqe_cli._core.units import HARTREE, HARTREE_IN_MILLIHARTREE


@dataclass(frozen=True)
class Units:
    """Units of energies and of their errors.

    Args:
        energy: Unit of energies, as it is written behind a number.
        error: Unit of errors.
        factor: Errors in `error` per unit of energy.
    """

    energy: str
    error: str
    factor: float

    def bar(self, standard_error: float | None) -> str:
        """A standard error to two digits; empty for None.

        Args:
            standard_error: The standard error, in units of energy.
        """
        return "" if standard_error is None else f"{self.factor * standard_error:.2g}"

    def difference(self, thousandths: float, form: str = "+.4g") -> str:
        """A difference of energies with its unit.

        Args:
            thousandths: The difference, in thousandths of the unit of energies: mHa for Hartree.
            form: Format of the number.
        """
        return f"{self.of_thousandths(thousandths):{form}} {self.error}"

    def of_thousandths(self, value: float) -> float:
        """A difference in the unit of errors.

        Args:
            value: The difference, in thousandths of the unit of energies.
        """
        return value * self.factor / HARTREE_IN_MILLIHARTREE


HARTREES = Units("Ha", "mHa", HARTREE_IN_MILLIHARTREE)
"""Hartree, and errors in millihartree."""


def units_of(unit: str) -> Units:
    """The units that are told for energies in a unit.

    Args:
        unit: The unit of the problem, such as ``Hartree`` or ``J``.
    """
    return HARTREES if unit == HARTREE else Units(unit, unit, 1.0)
