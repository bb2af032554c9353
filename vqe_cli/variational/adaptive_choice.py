"""Which operators an adaptive ansatz appends in a cycle, and which it removes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vqe_cli._core.arrays import BoolArray, Vector
from vqe_cli.ansatz.state import AdaptiveOptions, Operator

EQUAL = 1e-7
"""Derivatives count as equal if they differ by less than this share of the largest."""

RECENT = 4
"""Number of the last operators, with whose parameters those of the others are compared."""

SMALL = 0.1
"""Share of the recent operators' mean parameter below which a parameter is small."""

DECAY = 10.0
"""How fast the preference for removal falls from the first operator to the last, as an exponent:
later operators are expected to have smaller parameters."""


class Candidates:
    """The operators whose derivatives are computed: those of the pool, and their parts.

    Args:
        options: The options of the growth.
    """

    def __init__(self, options: AdaptiveOptions) -> None:
        self._options = options
        parts = [part for found in options.parts for part in found]
        self._extra = {part: place for place, part in enumerate(dict.fromkeys(parts))}
        self.operators: tuple[Operator, ...] = (*options.pool, *self._extra)
        self._orbitals = [_orbitals(operator) for operator in options.pool]

    def norm(self, slopes: Vector) -> float:
        """The norm of the derivatives by the operators of the pool, without parts; Hartree."""
        return float(np.linalg.norm(slopes[: len(self._options.pool)]))

    def chosen(self, slopes: Vector, room: int) -> list[Operator]:
        """The operators to append, steepest first.

        Args:
            slopes: Derivatives by `operators`, Hartree.
            room: Maximum number of operators.
        """
        options = self._options
        sizes = np.abs(slopes[: len(options.pool)])
        most = room if options.operators_per_cycle is None else options.operators_per_cycle
        found: list[Operator] = []
        taken: list[frozenset[tuple[int, int]]] = []
        while sizes.max(initial=-1.0) >= 0 and len(taken) < most and len(found) < room:
            steepest = int(np.flatnonzero(sizes >= (1.0 - EQUAL) * sizes.max())[0])
            if taken and sizes[steepest] <= options.gradient_tolerance:
                break
            found += self._in_place_of(steepest, slopes)
            taken.append(self._orbitals[steepest])
            sizes = np.where(self._are_free(taken), sizes, -1.0)
        return found[:room]

    def _in_place_of(self, index: int, slopes: Vector) -> list[Operator]:
        """The parts of an operator if several of them have a derivative, else itself."""
        options = self._options
        parts = options.parts[index] if options.parts else ()
        steep = [
            part
            for part in parts
            if abs(slopes[len(options.pool) + self._extra[part]]) > options.gradient_tolerance
        ]
        return steep if len(steep) > 1 else [options.pool[index]]

    def _are_free(self, taken: Sequence[frozenset[tuple[int, int]]]) -> BoolArray:
        """Whether each operator may still be appended, shape (pool,)."""
        if self._options.operators_per_cycle is None:
            free = [all(one.isdisjoint(other) for other in taken) for one in self._orbitals]
        else:
            free = [one not in taken for one in self._orbitals]
        return np.array(free, dtype=bool)


def idle(x: Vector) -> int | None:
    """The index of an operator whose parameter has become small; None if there is none.

    The first choice is the operator with the largest ``exp(−10 k / n) / θ_k²``, which is idle if
    |θ_k| is below a tenth of the mean of the last four.

    Args:
        x: Parameters of the operators in the order in which they act, shape (operators,).

    Reference:
        Vaquero-Sabater, Carreras and Casanova, J. Chem. Theory Comput. 21, 8720 (2025).
    """
    if x.size <= RECENT:
        return None
    sizes = np.maximum(np.abs(x), np.finfo(float).tiny)
    preference = -DECAY * np.arange(x.size) / x.size - 2.0 * np.log(sizes)
    candidate = int(np.argmax(preference))
    return candidate if sizes[candidate] < SMALL * sizes[-RECENT:].mean() else None


def _orbitals(operator: Operator) -> frozenset[tuple[int, int]]:
    """The spin orbitals, or qubits, on which an operator acts."""
    return frozenset(place for part in operator for place in part.orbitals)
