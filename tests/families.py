"""Families of tests: slow members of parametrised ones, and those that one test goes through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest


def slow_but(quick: Iterable[object], values: Iterable[Any]) -> list[Any]:
    """Parameters for `pytest.mark.parametrize`, slow except for the quick ones.

    Args:
        quick: Values that run by default.
        values: All values, the quick ones included.
    """
    chosen = list(quick)
    return [v if v in chosen else pytest.param(v, marks=pytest.mark.slow) for v in values]


def slow(*values: Any) -> Any:
    """A member of a family that runs by ``-m slow``.

    Args:
        values: One value for each name of the parametrisation.
    """
    return pytest.param(*values, marks=pytest.mark.slow)


@contextmanager
def member(*names: object) -> Iterator[None]:
    """Name the member of a family at which a test failed that goes through all of them.

    A test of its own for each of some hundred members takes longer than what is checked.

    Args:
        names: Names of the member.
    """
    try:
        yield
    except BaseException as error:
        error.add_note(f"at {' '.join(map(str, names))}")
        raise
