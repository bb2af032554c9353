"""Convergence of the variants of VQE: the lines of one or more diagrams."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from vqe_cli.comparison.goals import Goal
from vqe_cli.comparison.labels import name_of
from vqe_cli.comparison.records import ComparedProblem, ComparisonRow, Progress
from vqe_cli.report.comparison.looks import Look
from vqe_cli.report.comparison.points import FLOOR_MHA

MOST_VARIANTS = 8
"""Number of variants that one diagram can tell apart; more are divided into several."""

MOST_LINES = 30
"""Number of lines up to which each seed has one besides the median."""

MEDIAN_POINTS = 80
"""Number of points of a median."""

Line = tuple[tuple[float, float], ...]
"""Evaluations or shots, and the absolute error, from one starting point."""


@dataclass(frozen=True)
class Curve:
    """The convergence of one variant.

    Args:
        name: Its name.
        look: How it is drawn.
        lines: One line for each starting point; with several seeds their median.
        seeds: The lines of single seeds, drawn faintly.
    """

    name: str
    look: Look
    lines: tuple[Line, ...]
    seeds: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Diagram:
    """Some curves with the same axes.

    Args:
        title: What they have in common; empty for a single diagram.
        unit: What is counted along the axis: evaluations or shots.
        curves: The curves.
    """

    title: str
    unit: str
    curves: tuple[Curve, ...]

    @property
    def has_steps(self) -> bool:
        """Whether a search has more than one step."""
        return any(len(line) > 1 for curve in self.curves for line in curve.lines)


def diagrams_of(problem: ComparedProblem, looks: Mapping[str, Look]) -> list[Diagram]:
    """The diagrams of the convergence of VQE; none without a search or without a bound.

    Shots are counted where every search takes them, so that the same budget ends at the same
    place; else evaluations.

    Args:
        problem: The problem.
        looks: Looks by name.
    """
    rows = [row for row in problem.rows if row.progress and row.progress[-1].evaluations > 1]
    if problem.best is None or not rows:
        return []
    sampled = all(row.progress[-1].shots > 0 for row in rows)
    unit = "shots of the search" if sampled else "evaluations of the energy"
    count = _shots if sampled else _evaluations
    variants: dict[str, list[ComparisonRow]] = {}
    for row in rows:
        variants.setdefault(name_of(row.method, row.variant), []).append(row)
    groups: dict[str, list[str]] = {}
    for name in variants:
        group = looks[name].group if len(variants) > MOST_VARIANTS else ""
        groups.setdefault(group, []).append(name)
    best = problem.best.energy
    diagrams = [
        Diagram(
            title,
            unit,
            tuple(
                _curves({name: variants[name] for name in names}, looks, best, count, problem.goal)
            ),
        )
        for title, names in groups.items()
    ]
    return [diagram for diagram in diagrams if diagram.has_steps]


def _shots(step: Progress) -> float:
    return float(max(step.shots, 1))


def _evaluations(step: Progress) -> float:
    return float(max(step.evaluations, 1))


def _curves(
    variants: Mapping[str, Sequence[ComparisonRow]],
    looks: Mapping[str, Look],
    best: float,
    count: Callable[[Progress], float],
    goal: Goal,
) -> Iterator[Curve]:
    """A curve for each variant: a median where each of several seeds has one start."""
    total = sum(len(rows) for rows in variants.values())
    for name, rows in variants.items():
        lines = [_lines(row, best, count, goal) for row in rows]
        if len(rows) > 1 and all(len(starts) == 1 for starts in lines):
            seeds = [line for (line,) in lines]
            yield Curve(
                name, looks[name], (_median(seeds),), tuple(seeds) if total <= MOST_LINES else ()
            )
        else:
            yield Curve(name, looks[name], tuple(line for starts in lines for line in starts))


def _lines(
    row: ComparisonRow, best: float, count: Callable[[Progress], float], goal: Goal
) -> list[Line]:
    """The errors of a search, one line for each starting point."""
    factor, floor = goal.units.factor, goal.scaled(FLOOR_MHA)
    return [
        tuple((count(step), max(abs(factor * (step.energy - best)), floor)) for step in steps)
        for _, steps in groupby(row.progress, key=lambda step: step.start)
    ]


def _median(lines: Sequence[Line]) -> Line:
    """The median error, from where all searches have a step; one that has ended keeps its error."""
    first = max(line[0][0] for line in lines)
    last = max(*(line[-1][0] for line in lines), first)
    share = math.log(last / first) / (MEDIAN_POINTS - 1)
    places = [first * math.exp(share * number) for number in range(MEDIAN_POINTS - 1)]
    places = list(dict.fromkeys([*places, last]))
    return tuple((place, median(_at(line, place) for line in lines)) for place in places)


def _at(line: Line, place: float) -> float:
    """The error of the last step up to a place."""
    return line[max(0, bisect_right(line, place, key=lambda point: point[0]) - 1)][1]
