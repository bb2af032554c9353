"""Energies with error bars from shots: allocation, rounds, post-selection."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli._core.seeds import stream
from vqe_cli._core.wording import counted
from vqe_cli.errors import ResourceLimitError
from vqe_cli.measurement import NORMAL_KURTOSIS, MeasurementBasis, MeasurementPlan, Sampler
from vqe_cli.measurement.estimates import Counts, Estimate

FEWEST_SHOTS = 4
"""Fewest shots in a basis; a variance needs two, and a reliable one more."""

LEAST_SHARE = 0.1
"""Fewest shots in a basis, as a share of the mean number of shots."""

FEWEST_KEPT, MOST_IN_VAIN = 2, 10_000
"""Shots that a basis must keep after post-selection, and those after which none are added."""

PILOT = 0.1
"""Share of the shots in the pilot, which corrects the predicted variances."""

PILOT_FROM = 50
"""Mean number of shots in a basis from which a pilot pays off."""

SAFETY = 1.05
"""Factor on the shots for a precision, since the variances of the pilot scatter."""

MOST_SHOTS = 10**12
"""Largest number of shots in one measurement; more are taken for a mistake."""


@dataclass(frozen=True)
class Budget:
    """The extent of a measurement: a number of shots, or a standard error to reach.

    Args:
        shots: Mean number of shots in each basis; None if precision is given.
        precision: Standard error to reach, Hartree; None if shots is given.
        pilot: Whether a first round may correct the predicted variances; backends with queues do
            without.
    """

    shots: int | None
    precision: float | None
    pilot: bool = True

    def __post_init__(self) -> None:
        if (self.shots is None) == (self.precision is None):
            raise ValueError("a budget should have shots or precision, not both.")

    def total(self, deviations: FloatArray) -> int:
        """The number of shots in all bases together.

        Args:
            deviations: Standard deviation of one shot in each basis, Hartree; shape (bases,).

        Raises:
            ResourceLimitError: The precision is out of reach.
        """
        least = FEWEST_SHOTS * deviations.size
        if self.shots is not None:
            return max(self.shots * deviations.size, least)
        assert self.precision is not None
        needed = SAFETY * (deviations.sum() / self.precision) ** 2
        if needed > MOST_SHOTS:
            raise ResourceLimitError(
                f"the standard error that is asked for takes {needed:.2g} shots",
                hint="ask for a larger precision",
            )
        return max(int(np.ceil(needed)), least)

    def scaled(self, shot_multiplier: float) -> Budget:
        """The budget with shots multiplied by `shot_multiplier`."""
        if self.shots is not None:
            return replace(self, shots=max(1, round(self.shots * shot_multiplier)))
        assert self.precision is not None
        return replace(self, precision=self.precision / float(np.sqrt(shot_multiplier)))


def allocate(deviations: FloatArray, total: int) -> IntArray:
    """The number of shots in every basis, proportional to the deviations; shape (bases,).

    Minimising the variance ``Σ σ²/m`` at fixed ``Σ m`` gives ``m ∝ σ``. No basis gets fewer than
    `FEWEST_SHOTS`, nor less than `LEAST_SHARE` of the mean: a deviation may be predicted too small.

    Args:
        deviations: Standard deviation of one shot in each basis, Hartree; shape (bases,).
        total: Number of shots in all bases together.
    """
    least = max(FEWEST_SHOTS, LEAST_SHARE * total / deviations.size)
    free = np.ones(deviations.size, dtype=bool)
    shares = np.full(deviations.size, float(least))
    while free.any():
        left = max(total - least * int(np.count_nonzero(~free)), 0.0)
        proposed = deviations[free] * (left / float(deviations[free].sum()))
        low = proposed < least
        if not low.any():
            shares[free] = proposed
            break
        free[np.flatnonzero(free)[low]] = False
    edges = np.floor(np.cumsum(shares) + 0.5).astype(np.int64)
    return np.maximum(np.diff(edges, prepend=0), FEWEST_SHOTS)


def prudent_variance(spread: float, shots: float, deviation: float, prior_shots: float) -> float:
    """The variance of one shot: the sample's, or more if few shots may have missed rare outcomes.

    The prediction counts like that many further shots, enough for one such outcome. It never makes
    an error bar smaller.

    Args:
        spread: ``Σ (v − mean)²`` of the sample, Hartree².
        shots: Number of shots in the sample, at least two.
        deviation: Predicted standard deviation of one shot, Hartree.
        prior_shots: Effective prior shots: the number of shots that the prediction counts for.
    """
    spread = max(spread, 0.0)
    blended = (spread + prior_shots * deviation**2) / (shots - 1.0 + prior_shots)
    return max(spread / (shots - 1.0), blended)


@dataclass
class RunningStatistics:
    """Running statistics of the shots in one basis.

    Args:
        basis: The measurement basis.
        deviation: Predicted standard deviation of one shot, Hartree.
        post_select: Whether outcomes with wrong electron numbers are discarded.
        prior_shots: Effective prior shots: the number of shots that the prediction counts for.
    """

    basis: MeasurementBasis
    deviation: float
    post_select: bool
    prior_shots: float = NORMAL_KURTOSIS
    shots: int = 0
    kept: float = 0.0
    total: float = 0.0
    square: float = 0.0
    offset: float | None = None

    def add(self, counts: Counts) -> None:
        """Add counts."""
        outcomes, weights = counts.outcomes, counts.repetitions.astype(np.float64)
        self.shots += counts.shots
        allowed = self.basis.allowed(outcomes) if self.post_select else None
        if allowed is not None:
            outcomes, weights = outcomes[allowed], weights[allowed]
        if not outcomes.size:
            return
        values = self.basis.values(outcomes)
        if self.offset is None:
            self.offset = float(values @ weights) / float(weights.sum())
        values = values - self.offset  # squares of large means would cancel
        self.kept += float(weights.sum())
        self.total += float(values @ weights)
        self.square += float(values**2 @ weights)

    @property
    def mean(self) -> float:
        """The mean of the kept outcomes, Hartree."""
        if self.offset is None:
            raise ResourceLimitError(
                f"none of {counted(self.shots, 'shot')} had the right numbers of electrons",
                hint="take more shots, or measure without post_select",
            )
        return self.offset + self.total / self.kept

    @property
    def variance(self) -> float:
        """The variance of one shot, Hartree²."""
        if self.kept < FEWEST_KEPT:
            return self.deviation**2
        spread = self.square - self.total**2 / self.kept
        return prudent_variance(spread, self.kept, self.deviation, self.prior_shots)

    @property
    def cost(self) -> float:
        """The deviation that determines the basis's shots; discarded shots increase it, Hartree."""
        share = self.kept / self.shots if self.kept else 1.0
        return float(np.sqrt(self.variance / share))


@dataclass
class Measuring:
    """A measurement in progress: perhaps a pilot, then the measurement itself.

    The pilot only determines the allocation of shots. It does not enter the mean: if a basis got
    fewer further shots because its first ones lay close together, the mean would be biased.

    Args:
        plan: The measurement plan.
        budget: The shots, or the precision to reach.
        post_select: Whether outcomes with wrong electron numbers are discarded.
    """

    plan: MeasurementPlan
    budget: Budget
    post_select: bool = False
    statistics: list[RunningStatistics] = field(init=False)
    pilot: list[RunningStatistics] | None = None
    is_last: bool = False

    def __post_init__(self) -> None:
        self.statistics = self._fresh(self.plan.deviations)

    def next_round(self) -> IntArray:
        """Number of shots to take in each basis, all zero when the measurement is complete."""
        count = len(self.statistics)
        if self.is_last:
            return self._again()
        deviations = np.array([one.cost for one in self.statistics])
        total = self.budget.total(deviations)
        if count and self.budget.pilot and self.pilot is None and total >= PILOT_FROM * count:
            self.pilot = self.statistics
            return allocate(deviations, max(int(PILOT * total), FEWEST_SHOTS * count))
        self.is_last = True
        if not count:
            return np.zeros(0, dtype=np.int64)
        if self.pilot is not None:
            self.statistics = self._fresh(np.sqrt([one.variance for one in self.pilot]))
            if self.budget.shots is not None:
                total -= sum(one.shots for one in self.pilot)
        return allocate(deviations, total)

    def _again(self) -> IntArray:
        """As many shots again in bases where almost none had the right numbers of electrons."""
        in_vain = [t.kept < FEWEST_KEPT and t.shots < MOST_IN_VAIN for t in self.statistics]
        taken = np.array([one.shots for one in self.statistics], dtype=np.int64)
        return np.where(np.array(in_vain, dtype=bool), taken, 0)

    def add(self, index: int, counts: Counts) -> None:
        """Add the counts of one basis."""
        if counts.shots:
            self.statistics[index].add(counts)

    def result(self) -> Estimate:
        """The energy, summed over the bases; variances add, as the bases are independent."""
        value = self.plan.constant + sum(one.mean for one in self.statistics)
        variance = sum(one.variance / one.kept for one in self.statistics)
        everything = [*self.statistics, *(self.pilot or ())]
        total = sum(one.shots for one in everything)
        kept = sum(one.kept for one in everything)
        discarded = 1.0 - kept / total if self.post_select and total else None
        return Estimate(value, float(np.sqrt(variance)), total, discarded)

    def _fresh(self, deviations: FloatArray) -> list[RunningStatistics]:
        bases, prior_shots = self.plan.bases, self.plan.prior_shots
        return [
            RunningStatistics(basis, float(sigma), self.post_select, float(prior))
            for basis, sigma, prior in zip(bases, deviations, prior_shots, strict=True)
        ]


def measure(
    plan: MeasurementPlan, sample: Sampler, budget: Budget, seed: int, *, post_select: bool = False
) -> Estimate:
    """Measure an energy.

    Args:
        plan: The measurement plan.
        sample: Function that takes shots.
        budget: The shots, or the precision to reach.
        seed: Random seed of the shots.
        post_select: Whether outcomes with wrong electron numbers are discarded.

    Returns:
        The energy with its standard error, Hartree.

    Raises:
        ResourceLimitError: The precision takes too many shots, or no shot is left.
    """
    measuring = Measuring(plan, budget, post_select)
    rounds = count()
    while (shots := measuring.next_round()).any():
        own = stream(seed, "round", next(rounds)).seed
        found = sample(plan.bases, [int(wanted) for wanted in shots], own)
        for index, counts in enumerate(found):
            measuring.add(index, counts)
    return measuring.result()
