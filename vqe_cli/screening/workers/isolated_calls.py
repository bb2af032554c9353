"""A function applied to many small items in supervised children: a crash costs only one item."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import chain

from vqe_cli.screening.model import Failure, Limits, failure_of
from vqe_cli.screening.workers.retry import has_another_chance
from vqe_cli.screening.workers.supervisor import failure_of_child, in_child

BATCH = 50
"""Number of items for one child: forking then costs a fraction of a millisecond per item."""


def in_children(
    function: str,
    items: Sequence[str],
    limits: Limits,
    *,
    children: int = 1,
    preload: tuple[str, ...] = (),
) -> Iterator[str | Failure]:
    """Apply a function to every item, in order.

    Args:
        function: Function from text to text, as ``module:function``.
        items: Arguments of the function, usually JSON.
        limits: Memory limit of a child, and time limit for one item.
        children: Number of children that run at the same time.
        preload: Modules loaded before forking, besides the function's module.

    Yields:
        The function's answer for each item, or the reason why there is none.
    """
    batches = [items[start : start + BATCH] for start in range(0, len(items), BATCH)]

    loaded = (*preload, function.partition(":")[0])

    def answers(batch: Sequence[str]) -> list[str | Failure]:
        return _answers(function, batch, limits, loaded)

    pool = ThreadPoolExecutor(children)
    try:
        yield from chain.from_iterable(pool.map(answers, batches))
    finally:
        pool.shutdown(cancel_futures=True)  # the caller needs no more answers


def _answers(
    function: str, items: Sequence[str], limits: Limits, preload: tuple[str, ...]
) -> list[str | Failure]:
    """Answers for one batch; where a child dies, another continues with the same item.

    An item fails after the permitted retries: what kills a child may come from outside.
    """
    found: list[str | Failure] = []
    deaths: list[Failure] = []
    while len(found) < len(items):
        argument = json.dumps({"function": function, "items": list(items[len(found) :])})
        seen = in_child(perform_batch, argument, limits, preload=preload, each_report_in_time=True)
        answers = [_answer(report.at) for report in seen.reports if report.at is not None]
        found += answers
        failure = failure_of_child(seen)
        if failure is None or len(found) == len(items):
            continue
        deaths = [failure] if answers else [*deaths, failure]
        if not has_another_chance(deaths):
            found.append(failure)
            deaths = []
    return found


def perform_batch(argument: str, tell: Callable[[str], None]) -> None:
    """Process a batch, in the child.

    Args:
        argument: Function and items as JSON, written by `_answers`.
        tell: Callback, called with each answer.
    """
    data = json.loads(argument)
    module, _, name = data["function"].partition(":")
    function = getattr(import_module(module), name)
    for item in data["items"]:
        tell(json.dumps(_attempt(function, item)))


def _attempt(function: Callable[[str], str], item: str) -> dict[str, object]:
    try:
        return {"answer": function(item)}
    except Exception as error:
        return {"failure": failure_of(error).model_dump()}


def _answer(line: str) -> str | Failure:
    said = json.loads(line)
    return Failure(**said["failure"]) if "failure" in said else str(said["answer"])
