"""What the figures of a comparison say, in words, and nothing that they do not carry."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from vqe_cli.comparison.devices import largest_gate_error
from vqe_cli.comparison.goals import CHEMICAL, Goal
from vqe_cli.comparison.labels import name_of
from vqe_cli.comparison.records import BestBound, ComparisonRow, DeviceNeeds
from vqe_cli.variational.checks import COVERAGE

COUPLED_CLUSTER = ("ccsd", "ccsd-t")
"""Methods that chemists expect to be accurate, so that it is told where they are not."""

TIE = 2.0
"""Ratio of two measured times below which they are not ranked: machines are no quieter."""

TOO_SHORT_S = 0.1
"""Times below this are not ranked: starting a thread or filling a cache takes as long."""

FAILURE_MHA = 5.0
"""Error from which a method is said to fail."""

ROUND_OFF_MHA = 1e-6
"""Errors below this are round-off."""

NOTICEABLE_MHA = 1e-3
"""Error below the exact energy that no tolerance of an eigenvalue solver explains."""

SIGNIFICANCE = 0.05
"""Level of the test that errors over seeds differ."""


@dataclass(frozen=True)
class _Contender:
    """One method or variant with an energy for at least one seed."""

    name: str
    family: str
    variant: str
    rows: tuple[ComparisonRow, ...]
    seeds: int
    goal: Goal

    @property
    def errors(self) -> list[float]:
        return [row.error for row in self.rows if row.error is not None]

    @property
    def error(self) -> float:
        return _median(self.errors)

    @property
    def size(self) -> float:
        """Median of the absolute errors: scatter around zero does not make it small."""
        return _median([abs(error) for error in self.errors])

    @property
    def seconds(self) -> float:
        return _median([row.wall_s for row in self.rows if row.wall_s is not None])

    @property
    def accurate(self) -> bool:
        """Whether every seed is accurate."""
        return len(self.rows) == self.seeds and all(row.accurate for row in self.rows)

    @property
    def exact(self) -> bool:
        return self.rows[0].exact

    @property
    def bar(self) -> float:
        """Median of the standard errors of sampled energies; 0 for exact ones."""
        return self.goal.units.factor * _median([row.standard_error or 0.0 for row in self.rows])

    @property
    def failed(self) -> str:
        """How many seeds have no usable energy, after the name; empty for none."""
        missing = self.seeds - len(self.rows)
        return f", {missing} of whose {self.seeds} seeds failed" if missing else ""


def sentence_of(
    rows: Sequence[ComparisonRow],
    best: BestBound | None,
    circuits: Mapping[str, DeviceNeeds],
    goal: Goal = CHEMICAL,
) -> str:
    """What wins for a problem, by how much, what fails, and where a device would have to be.

    Times are ranked only where they differ by more than a factor of two, energies over seeds only
    where a Mann-Whitney test tells them apart.

    Args:
        rows: The rows of the problem.
        best: The energy that they are compared with.
        circuits: What circuits need on a device, by variant.
        goal: The accuracy by which they are judged.
    """
    if best is None:
        return "No method gave an upper bound, so that nothing can be compared."
    contenders = _contenders(rows, goal)
    parts = [
        *_winner(contenders, best, goal),
        *_best_vqe(contenders, best),
        *_left_out(rows),
        *_failures(rows, best, goal),
        *_over_seeds(contenders, goal),
        *_device(contenders, circuits, goal),
    ]
    return " ".join(parts)


def _contenders(rows: Sequence[ComparisonRow], goal: Goal) -> list[_Contender]:
    groups: dict[tuple[str, str], list[ComparisonRow]] = {}
    for row in rows:
        groups.setdefault((row.method, row.variant), []).append(row)
    found = []
    for (method, variant), members in groups.items():
        good = tuple(row for row in members if row.is_usable)
        if good:
            name = name_of(method, variant)
            found.append(_Contender(name, good[0].family, variant, good, len(members), goal))
    return found


def _winner(contenders: Sequence[_Contender], best: BestBound, goal: Goal) -> Iterator[str]:
    """Which methods reach the exact energy, and which of them is the cheapest."""
    if not best.exact:
        yield (
            f"No exact energy is known: errors are above the lowest upper bound, that of "
            f"{best.method}, and may be larger."
        )
        return
    accurate = sorted((one for one in contenders if one.accurate), key=lambda one: one.seconds)
    if not accurate:
        yield f"No method is within {goal.limit} of the exact energy with every seed."
        return
    first, *others = accurate
    reached = goal.name if goal.is_chemical else f"an error of at most {goal.name}"
    tied = [one for one in others if _as_fast(one, first)]
    if tied:
        names = _listed([first.name, *(one.name for one in tied)])
        slowest = _duration(max(one.seconds for one in (first, *tied)))
        yield (
            f"{names} reach {reached} in {_duration(first.seconds)} to {slowest}, too "
            "close to be ranked by one measurement."
        )
    elif others:
        ratio = others[0].seconds / first.seconds
        yield (
            f"{first.name} reaches {reached} first, in {_duration(first.seconds)}: "
            f"{_times_as(ratio)} times faster than {others[0].name}."
        )
    else:
        yield f"Only {first.name} reaches {reached}, in {_duration(first.seconds)}."
    exact = next((one for one in accurate if one.exact), None)
    quantum = next((one for one in accurate if one.family == "vqe"), None)
    if exact is not None and (quantum is None or exact.seconds <= quantum.seconds):
        has_vqe = any(one.family == "vqe" for one in contenders)
        end = ": VQE gains nothing" if has_vqe else ""
        yield f"{exact.name} gives the exact energy in {_duration(exact.seconds)}{end}."


def _best_vqe(contenders: Sequence[_Contender], best: BestBound) -> Iterator[str]:
    """How far the best VQE is, and how long it takes beside the exact method."""
    quantum = [one for one in contenders if one.family == "vqe"]
    if not quantum:
        return
    first = _best_of(quantum)
    alike = sum(not _told_apart(first, one) for one in quantum if one is not first)
    if alike:
        others = "another variant" if alike == 1 else f"{alike} other variants"
        subject = f"{first.name}, which is not told apart from {others} of VQE{first.failed},"
    else:
        subject = f"The best VQE, {first.name}{first.failed},"
    text = f"{subject} {_end_of(first, best)}"
    exact = next((one for one in contenders if one.exact), None)
    if exact is None:
        yield f"{text}."
    elif _as_fast(first, exact):
        yield f"{text} and takes about as long as {exact.name}."
    elif first.seconds > exact.seconds:
        ratio = _times_as(first.seconds / exact.seconds)
        yield f"{text} and takes {ratio} times as long as {exact.name}."
    else:
        ratio = _times_as(exact.seconds / first.seconds)
        yield f"{text} and is {ratio} times faster than {exact.name}."


def _best_of(quantum: Sequence[_Contender]) -> _Contender:
    """The VQE with the smallest error, accurate ones first; the fastest where errors are equal."""
    leading = [one for one in quantum if one.accurate] or quantum
    smallest = min(one.size for one in leading)
    equal = [one for one in leading if one.size - smallest <= one.goal.scaled(NOTICEABLE_MHA)]
    return min(equal, key=lambda one: one.seconds)


def _told_apart(first: _Contender, second: _Contender) -> bool:
    """Whether two variants differ by more than their seeds, or else their shots, scatter."""
    if max(first.seeds, second.seeds) > 1:
        fewest = min(len(first.rows), len(second.rows))
        return _is_testable(fewest) and _differ(first, second)
    bar = COVERAGE * math.hypot(first.bar, second.bar)
    return abs(first.size - second.size) > max(bar, first.goal.scaled(NOTICEABLE_MHA))


def _is_testable(seeds: int) -> bool:
    """Whether a Mann-Whitney test of so many seeds on both sides can tell variants apart."""
    return 2.0 / math.comb(2 * seeds, seeds) < SIGNIFICANCE


def _end_of(one: _Contender, best: BestBound) -> str:
    """Where a VQE ends, with what explains an energy below the bound, or a search cut short."""
    if not best.exact and one.rows[0].method == best.method and one.error <= 0.0:
        text = "gives this bound"
    else:
        bound = "the exact energy" if best.exact else "the lowest upper bound"
        if abs(one.error) < one.goal.scaled(ROUND_OFF_MHA):
            place = f"at {bound}"
        else:
            place = (
                f"{one.goal.size(abs(one.error))} {'above' if one.error > 0.0 else 'below'} {bound}"
            )
        scatter = f" (standard error {one.bar:.2g} {one.goal.units.error})" if one.bar else ""
        text = f"ends {place}{scatter}"
        if (
            not one.bar
            and one.error < -one.goal.scaled(NOTICEABLE_MHA)
            and all(row.variational for row in one.rows)
        ):
            text += ", which only other orbitals allow,"
    if any(row.stopped for row in one.rows):
        text += ", its search stopped at its budget,"
    return text


def _left_out(rows: Sequence[ComparisonRow]) -> Iterator[str]:
    """Variants of VQE none of whose seeds may be compared."""
    groups: dict[str, list[ComparisonRow]] = {}
    for row in rows:
        if row.family == "vqe":
            groups.setdefault(name_of(row.method, row.variant), []).append(row)
    names = [
        name
        for name, members in groups.items()
        if not any(row.is_usable for row in members)
        and any(row.energy is not None for row in members)
    ]
    if names:
        verb = "is" if len(names) == 1 else "are"
        yield f"{_listed(names)} {verb} not ranked: checks of the run failed."


def _failures(rows: Sequence[ComparisonRow], best: BestBound, goal: Goal) -> Iterator[str]:
    """Coupled cluster where it is wrong or does not converge."""
    for row in rows:
        if row.name not in COUPLED_CLUSTER:
            continue
        if row.status == "not-converged":
            yield f"{row.method} does not converge."
        elif best.exact and row.error is not None:
            size = abs(row.error)
            if size > goal.tolerance:
                side = "above" if row.error > 0.0 else "below"
                how = (
                    "fails here: it"
                    if size > goal.scaled(FAILURE_MHA)
                    else "is not accurate here: it"
                )
                yield f"{row.method} {how} lies {goal.size(size)} {side} the exact energy."


def _over_seeds(contenders: Sequence[_Contender], goal: Goal) -> Iterator[str]:
    """Which variants of VQE differ over their seeds by more than their scatter."""
    quantum = [one for one in contenders if one.family == "vqe" and one.seeds > 1]
    several = [one for one in quantum if _is_testable(len(one.rows))]
    few = [one for one in quantum if one not in several]
    if len(quantum) > 1 and few:
        numbers = sorted({len(one.rows) for one in few})
        of = f" of {_listed([one.name for one in few])}" if several else ""
        seeds = "1 seed" if numbers == [1] else f"{_listed([str(n) for n in numbers])} seeds"
        verb = "is" if numbers == [1] else "are"
        yield f"{seeds}{of} {verb} too few for a test to tell variants apart."
    if len(several) < 2:
        return
    first, *others = sorted(several, key=lambda one: one.size)
    same = [one.name for one in others if not _differ(first, one)]
    worse = [one for one in others if one.name not in same]
    text = (
        f"Over the seeds the smallest median of |error| is that of {first.name}{first.failed}, "
        f"{goal.size(first.size)}"
    )
    if same:
        verb = "does" if len(same) == 1 else "do"
        text += f"; {_listed(same)} {verb} not differ from it by more than the scatter"
    if worse:
        text += f"; {worse[0].name} follows with {goal.size(worse[0].size)}"
    yield f"{text}."


def _device(
    contenders: Sequence[_Contender], circuits: Mapping[str, DeviceNeeds], goal: Goal
) -> Iterator[str]:
    """What one energy of the best VQE would take on a device, and how good its gates must be."""
    quantum = [one for one in contenders if one.family == "vqe"]
    if not quantum:
        return
    first = _best_of(quantum)
    if first.variant not in circuits:
        yield f"What {first.name} needs on a device could not be estimated."
        return
    needs = circuits[first.variant]
    if needs.shots is None or needs.qpu_seconds is None or needs.money_usd is None:
        yield f"{first.name} does not fit on {needs.device}."
        return
    shots = "one shot" if needs.shots == 1 else f"{needs.shots:,} shots"
    yield (
        f"On {needs.device} one energy of {first.name} to {_of_device(needs, goal)} would take"
        f" {shots}, {_duration(needs.qpu_seconds)} of QPU time and {needs.money_usd:,.2f} USD"
        f"{_times(first)}."
    )
    mixed = first.rows[0].mixed_energy
    energies = [row.energy for row in first.rows if row.energy is not None]
    if needs.two_qubit_gates and mixed is not None and energies:
        largest = largest_gate_error(needs.two_qubit_gates, _median(energies), mixed, goal)
        now = "" if needs.two_qubit_error is None else f"; they are at {needs.two_qubit_error:.1e}"
        yield (
            f"Without mitigation its {needs.two_qubit_gates:,} two-qubit gates would need errors "
            f"below about {largest:.0e}{now}."
        )


def _of_device(needs: DeviceNeeds, goal: Goal) -> str:
    """The standard error of the energy on a device."""
    return goal.limit if needs.error is None else goal.size(needs.error)


def _times(one: _Contender) -> str:
    """How many energies the search asked for, the median over seeds."""
    known = [row.evaluations for row in one.rows if row.evaluations]
    if not known:
        return ""
    evaluations = _median(known)
    noun = "energy or gradient" if evaluations == 1 else "energies and gradients"
    middle = " (median)" if len(known) > 1 else ""
    return f", and the search asked for {evaluations:,.0f} {noun}{middle}"


def _as_fast(one: _Contender, other: _Contender) -> bool:
    """Whether two times are not told apart."""
    short, long = sorted((one.seconds, other.seconds))
    return long < TOO_SHORT_S or long < TIE * short


def _differ(first: _Contender, second: _Contender) -> bool:
    """Whether |error| over seeds has different distributions (Mann and Whitney, 1947)."""
    from scipy.stats import mannwhitneyu

    one, other = ([abs(error) for error in found.errors] for found in (first, second))
    return float(mannwhitneyu(one, other, alternative="two-sided").pvalue) < SIGNIFICANCE


def _times_as(ratio: float) -> str:
    """A ratio to two digits, without an exponent."""
    return f"{ratio:.2g}" if ratio < 99.5 else f"{float(f'{ratio:.2g}'):,.0f}"


def _median(values: Sequence[float]) -> float:
    return float(median(values)) if values else math.nan


def _listed(names: Sequence[str]) -> str:
    """Names in a sentence: ``A, B and C``."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _duration(value: float) -> str:
    """A duration to two digits."""
    if value < 1.0:
        return f"{float(f'{1000 * value:.2g}'):g} ms"
    for size, unit in ((60.0, "s"), (3600.0, "min"), (86400.0, "h")):
        if value < 2 * size or unit == "h":
            break
    divisor = {"s": 1.0, "min": 60.0, "h": 3600.0}[unit]
    return f"{value / divisor:.3g} {unit}"
