"""Distribution of errors and rank correlations of a campaign."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA
from vqe_cli.report.campaign.page.columns import table_columns
from vqe_cli.report.campaign.page.data import CampaignReport

FEWEST = 8
"""Smallest number of molecules for which a correlation is given."""

MOST_COLUMNS = 12
"""Number of columns that fit on a printed page."""

TOTAL_ENERGIES = frozenset({"energy_hartree", "reference_hartree"})
"""Columns that mainly reflect the number of electrons and are left out."""

SIZE = "heavy_atoms"
"""Column of the molecular size, which correlates with much else; it is never left out."""

FLOOR_MHA = 1e-6
"""Errors below this are round-off and form one class."""

BINS_A_DECADE = 2


@dataclass(frozen=True)
class ErrorClass:
    """VQE errors of one size.

    Args:
        lower: Lower end of the class, mHa.
        upper: Upper end, mHa.
        above: Number of cases with an energy above the reference.
        below: Number of cases with an energy below the reference.
    """

    lower: float
    upper: float
    above: int
    below: int

    @property
    def count(self) -> int:
        """The number of errors in the class."""
        return self.above + self.below


@dataclass(frozen=True)
class Errors:
    """The distribution of VQE errors.

    Args:
        lower: Lower ends of the classes in mHa; the first is 0.
        upper: Upper ends of the classes in mHa.
        above: Number of cases in each class with an energy above the reference.
        below: Number of cases in each class with an energy below the reference.
        median: Median of the absolute errors, mHa.
        ninetieth: 90th percentile of the absolute errors, mHa.
        largest: Largest absolute error, mHa.
        accurate: Number of errors within chemical accuracy.
    """

    lower: tuple[float, ...]
    upper: tuple[float, ...]
    above: tuple[int, ...]
    below: tuple[int, ...]
    median: float
    ninetieth: float
    largest: float
    accurate: int

    @property
    def count(self) -> int:
        """The number of errors."""
        return sum(self.above) + sum(self.below)

    @property
    def classes(self) -> tuple[ErrorClass, ...]:
        """The distribution, class by class."""
        bounds = zip(self.lower, self.upper, self.above, self.below, strict=True)
        return tuple(ErrorClass(*found) for found in bounds)


def error_distribution(errors: Sequence[float | None]) -> Errors | None:
    """The distribution of errors over logarithmic classes and one for round-off.

    Args:
        errors: VQE minus reference energy in mHa; None if unknown.

    Returns:
        The distribution; None if there is no error.
    """
    known = np.array([value for value in errors if value is not None], dtype=float)
    if not known.size:
        return None
    sizes = np.abs(known)
    top = max(math.ceil(math.log10(max(sizes.max() * 1.0001, 10.0))), 1)
    decades = top - round(math.log10(FLOOR_MHA))
    edges = np.logspace(math.log10(FLOOR_MHA), top, decades * BINS_A_DECADE + 1)
    bounds = np.concatenate([[0.0], edges])
    above = np.histogram(sizes[known >= 0], bounds)[0]
    below = np.histogram(sizes[known < 0], bounds)[0]
    return Errors(
        lower=tuple(bounds[:-1].tolist()),
        upper=tuple(bounds[1:].tolist()),
        above=tuple(above.tolist()),
        below=tuple(below.tolist()),
        median=float(np.median(sizes)),
        ninetieth=float(np.quantile(sizes, 0.9)),
        largest=float(sizes.max()),
        accurate=int((sizes <= CHEMICAL_ACCURACY_MHA).sum()),
    )


@dataclass(frozen=True)
class Correlations:
    """Spearman's rank correlation of every pair of columns.

    Args:
        columns: Names of the columns; the error enters as its absolute value.
        coefficients: Coefficients, shape (len(columns),) * 2; NaN if too few pairs are known.
        molecules: Number of molecules with both values, shape (len(columns),) * 2; the variants
            of a molecule are not independent and count once.
        left_out: Names of numeric columns that did not fit.
    """

    columns: tuple[str, ...]
    coefficients: np.ndarray
    molecules: np.ndarray
    left_out: tuple[str, ...]


def correlations(report: CampaignReport) -> Correlations | None:
    """Rank correlations of the table's first columns and the molecular size.

    Ranks are robust against outliers and scales; VQE errors span many decades.

    Args:
        report: The data of the campaign.

    Returns:
        The correlations; None if fewer than two columns vary.

    Reference:
        Spearman, Am. J. Psychol. 15, 72 (1904).
    """
    varying = {
        column.name: values
        for column in table_columns(report)
        if column.kind in {"number", "integer"}
        and column.name not in TOTAL_ENERGIES
        and _varies(values := _values(report, column.name))
    }
    kept = sorted(varying, key=lambda name: name != SIZE)[:MOST_COLUMNS]
    kept = [name for name in varying if name in kept]
    if len(kept) < 2:
        return None
    names = np.array([str(row.get("candidate")) for row in report.own])
    found = [
        [_spearman(varying[first], varying[second], names) for second in kept] for first in kept
    ]
    return Correlations(
        columns=tuple(kept),
        coefficients=np.array([[rho for rho, _ in row] for row in found]),
        molecules=np.array([[count for _, count in row] for row in found]),
        left_out=tuple(name for name in varying if name not in kept),
    )


def _values(report: CampaignReport, column: str) -> np.ndarray:
    numbers = report.own_numbers(column)
    values = np.array([math.nan if number is None else number for number in numbers], dtype=float)
    return np.abs(values) if column == "error_mha" else values


def _varies(values: np.ndarray) -> bool:
    known = values[np.isfinite(values)]
    return bool(known.size >= FEWEST and known.min() < known.max())


def _spearman(first: np.ndarray, second: np.ndarray, names: np.ndarray) -> tuple[float, int]:
    """Pearson's coefficient of the ranks, ties sharing theirs, and of how many molecules."""
    from scipy.stats import rankdata

    both = np.isfinite(first) & np.isfinite(second)
    molecules = len(set(names[both]))
    if molecules < FEWEST:
        return math.nan, molecules
    ranks = [rankdata(values[both]) for values in (first, second)]
    spreads = [values - values.mean() for values in ranks]
    scale = math.sqrt(float((spreads[0] ** 2).sum() * (spreads[1] ** 2).sum()))
    return (float(spreads[0] @ spreads[1]) / scale if scale else math.nan), molecules
