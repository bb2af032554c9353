"""Parametrised families of which a few members run by default, and the others by ``-m slow``."""

from __future__ import annotations

from collections.abc import Iterable
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
