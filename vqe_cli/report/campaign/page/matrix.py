"""Rank correlations as a coloured lower triangle."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vqe_cli.report.campaign.page.statistics import Correlations
from vqe_cli.report.column_labels import split_unit

SURE = 2.58
"""Number of standard errors beyond which a rank correlation counts as significant (99 %)."""


@dataclass(frozen=True)
class Cell:
    """The correlation of two columns.

    Args:
        rho: The coefficient; None if it is undefined.
        molecules: Number of molecules that have both values.
    """

    rho: float | None
    molecules: int

    @property
    def kind(self) -> str:
        """``"up"`` or ``"down"`` if significant, else ``"chance"``."""
        rho = self.rho or 0.0
        if abs(rho) * math.sqrt(self.molecules - 1) <= SURE:
            return "chance"
        return "up" if rho > 0 else "down"

    @property
    def strength(self) -> int:
        """The coefficient without its sign, percent."""
        return round(100 * abs(self.rho or 0.0))


@dataclass(frozen=True)
class Matrix:
    """The table.

    Args:
        labels: Labels of its columns, which are also its rows.
        rows: One row per label; the n-th, from 0, has n cells.
        left_out: Labels of columns that did not fit.
    """

    labels: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: tuple[str, ...]


def correlation_matrix(found: Correlations) -> Matrix:
    """The lower triangle of the correlations.

    Args:
        found: The coefficients and their numbers of molecules.
    """
    return Matrix(
        labels=tuple(_label(name) for name in found.columns),
        rows=tuple(
            tuple(_cell(found, row, column) for column in range(row))
            for row in range(len(found.columns))
        ),
        left_out=tuple(_label(name) for name in found.left_out),
    )


def _cell(found: Correlations, row: int, column: int) -> Cell:
    rho = float(found.coefficients[row, column])
    return Cell(None if math.isnan(rho) else rho, int(found.molecules[row, column]))


def _label(column: str) -> str:
    """The label of a column; errors are absolute values in statistics."""
    if column == "error_mha":
        return "|error| / mHa"
    label, unit = split_unit(column)
    return f"{label} / {unit}" if unit else label
