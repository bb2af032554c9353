"""Computation of points by the workers of campaigns; finished points are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from vqe_cli._core.log import package_logger
from vqe_cli._core.resources import LIBRARIES
from vqe_cli.comparison.computation import Demand, share_of
from vqe_cli.comparison.kept_rows import KeptRows, Results
from vqe_cli.comparison.turn import Turn
from vqe_cli.errors import InterruptedRunError
from vqe_cli.fermions.state_overlaps import StateVectors
from vqe_cli.scan.plan import Chain, PlannedPoint, PlannedScan
from vqe_cli.scan.records import ScanPoint
from vqe_cli.scan.states import kept_state
from vqe_cli.screening.model import Limits, PropertyResult, Task
from vqe_cli.screening.workers.executor import DaskExecutor
from vqe_cli.screening.workers.fork_client import PRELOAD
from vqe_cli.screening.workers.places import executor_at

LOG = package_logger(__name__)

FUNCTION = "vqe_cli.scan.point_computation:compute"
"""The function that computes a point, in a child."""

WARM = (*PRELOAD, "vqe_cli.scan.point_computation")
"""What is loaded before children are forked."""


@dataclass
class ComputedPoints:
    """The points of a scan with their results.

    Args:
        points: The planned points, those of refinement included.
        results: Results by key.
        at_once: Largest number of points that were computed at the same time.
        folder: The folder with the solutions at points; None without one.
    """

    points: list[PlannedPoint] = field(default_factory=list)
    results: Results = field(default_factory=dict)
    at_once: int = 1
    folder: Path | None = None

    def of(self, point: PlannedPoint) -> PropertyResult:
        """The result of a point.

        Args:
            point: The point.
        """
        return self.results[point.key]

    def vectors(self, at: ScanPoint) -> StateVectors | None:
        """The vectors of the states of a point, of the direction that is kept; None without any.

        Args:
            at: The point.
        """
        if self.folder is None:
            return None
        keys = [
            one.key
            for one in self.points
            if one.value == at.value and one.direction == at.direction
        ]
        state = kept_state(self.folder, keys[0]) if keys else None
        return None if state is None else state.states


def compute_points(
    scan: PlannedScan,
    kept: KeptRows,
    demand: Demand,
    *,
    refine: Callable[[ComputedPoints], Sequence[Chain]],
    say: Callable[[str], None],
    on_result: Callable[[Task, PropertyResult], None] = lambda *_: None,
) -> ComputedPoints:
    """Compute points that are not kept yet, each in a process of its own.

    The points of a chain follow one another, and chains are computed at the same time. A point
    after one that failed starts from the last one that did not.

    Args:
        scan: The scan.
        kept: The folder of finished points.
        demand: Where points are computed, and what they may take.
        refine: Function that returns further chains for the points so far; none to end.
        say: Callback, called with messages for the user.
        on_result: Callback, called with each point that ends.

    Raises:
        ResourceLimitError: The memory is too small for any point.
        InterruptedRunError: Ctrl-C; finished points are kept.
        UnavailableError: The workers are lost.
    """
    work = _Work(scan, kept, demand, on_result)
    turn: Turn | None = None
    chains: Sequence[Chain] = scan.chains
    try:
        with ExitStack() as stack:
            while chains:
                heads = work.begin(chains)
                if heads and turn is None:
                    executor = stack.enter_context(_executor(kept, demand, len(heads)))
                    turn = Turn(executor, kept, demand.budget, work.keep, say, follow=work.follow)
                if turn is not None:
                    turn.run(heads)
                    work.found.at_once = turn.at_once
                chains = () if demand.budget.is_spent else refine(work.found)
    except KeyboardInterrupt:
        kept.take_in(work.keep)
        done = sum(point.key in work.found.results for point in work.found.points)
        raise InterruptedRunError(
            f"the scan was stopped after {done} of {len(work.found.points)} points",
            hint="repeat the command with --resume",
        ) from None
    return work.found


def _executor(kept: KeptRows, demand: Demand, chains: int) -> AbstractContextManager[DaskExecutor]:
    """Workers on this machine or elsewhere: as many as there are chains to begin with."""
    place = demand.place
    if place.is_local:
        place = replace(place, workers=min(demand.at_once, chains))
    return executor_at(place, kept.path, kept.spool, function=FUNCTION, preload=WARM)


class _Work:
    """What is finished, and what can be computed next.

    Args:
        scan: The scan.
        kept: The folder of finished points.
        demand: What points may take.
        on_result: Callback, called with each point that ends.
    """

    def __init__(
        self,
        scan: PlannedScan,
        kept: KeptRows,
        demand: Demand,
        on_result: Callable[[Task, PropertyResult], None],
    ) -> None:
        self.found = ComputedPoints(folder=kept.path)
        memory = LIBRARIES + share_of(scan.spec.memory, demand, "point")
        self._limits = Limits(memory_bytes=memory, seconds=demand.seconds)
        self._budget = demand.budget
        self._name, self._kept, self._on_result = scan.name, kept, on_result
        self._chains: dict[str, Chain] = {}
        self._tasks: dict[str, Task] = {}

    def begin(self, chains: Sequence[Chain]) -> list[Task]:
        """Add chains, of which points may be kept.

        Args:
            chains: The chains.

        Returns:
            The first missing point of each.
        """
        points = [point for chain in chains for point in chain]
        self.found.points += points
        self._chains |= {point.key: chain for chain in chains for point in chain}
        tasks = {point.key: self._task(point) for point in points}
        kept = self._kept.read(tasks)
        self.found.results |= kept
        self._budget.spent += sum(result.wall_s for result in kept.values())
        LOG.info("points: %d, kept: %d", len(points), len(kept))
        return [task for chain in chains for task in self._next(chain)]

    def keep(self, result: PropertyResult) -> None:
        """Note a result.

        Args:
            result: The result of a point.
        """
        self.found.results[result.key] = result
        if result.key in self._tasks:
            self._on_result(self._tasks[result.key], result)

    def follow(self, result: PropertyResult) -> list[Task]:
        """The next missing point of a chain.

        Args:
            result: The result of the point before.
        """
        chain = self._chains.get(result.key)
        return [] if chain is None else self._next(chain)

    def _next(self, chain: Chain) -> list[Task]:
        """The first missing point of a chain; none if it is complete."""
        for point in chain:
            if point.key not in self.found.results:
                task = self._tasks[point.key] = self._task(point)
                return [task]
        return []

    def _task(self, point: PlannedPoint) -> Task:
        """The task of a point, which starts from the last one before it with an energy."""
        start = point.start
        for before in self._chains[point.key]:
            if before.key == point.key:
                break
            result = self.found.results.get(before.key)
            if result is not None and result.failure is None:
                start = before.key
        return point.task(self._name, self._limits, start)
