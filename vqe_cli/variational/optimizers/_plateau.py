"""The test whether a sequence of energies has stopped falling."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

WINDOW = 0.2
"""Share of the history that each of the two compared windows takes."""


def has_levelled_off(energies: Sequence[float], tolerance: float) -> bool:
    """Whether the last fifth of a history is no lower than the fifth before it.

    The two means are compared with the larger of the tolerance and twice the standard error of
    their difference.

    Args:
        energies: Energies of all steps, Hartree.
        tolerance: Difference of the means that counts as level, Hartree.
    """
    window = max(5, int(WINDOW * len(energies)))
    if len(energies) < 2 * window:
        return False
    last, before = np.array(energies[-window:]), np.array(energies[-2 * window : -window])
    scatter = np.sqrt((last.var(ddof=1) + before.var(ddof=1)) / window)
    return bool(abs(before.mean() - last.mean()) <= max(tolerance, 2.0 * scatter))
