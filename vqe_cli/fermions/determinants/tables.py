"""Tables of the determinants that an excitation connects, over strings.

``T|p⟩ = s|q⟩`` for disjoint pairs of determinants. Excitations of alpha electrons connect whole
rows of the vector, all others pairs of rows times pairs of columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import IntArray
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.determinants.strings import Ladder, SignArray, Transition, split_by_spin
from vqe_cli.fermions.excitations import Excitation


@dataclass(frozen=True, eq=False)
class RowPairs:
    """An excitation of alpha electrons as pairs of rows."""

    source: IntArray
    target: IntArray
    sign: SignArray
    length: IntArray

    @property
    def count(self) -> int:
        """The number of pairs of determinants."""
        return int(self.length.sum())

    @property
    def arrays(self) -> tuple[Any, ...]:
        """The arguments of the kernels."""
        return unsigned(self.source), unsigned(self.target), self.sign, unsigned(self.length)


@dataclass(frozen=True, eq=False)
class GridPairs:
    """An excitation as pairs of rows times pairs of columns; equal rows for beta alone."""

    rows_p: IntArray
    rows_q: IntArray
    row_sign: SignArray
    begin: IntArray
    end: IntArray
    cols_p: IntArray
    cols_q: IntArray
    col_sign: SignArray

    @property
    def count(self) -> int:
        """The number of pairs of determinants."""
        return int((self.end - self.begin).sum())

    @property
    def arrays(self) -> tuple[Any, ...]:
        """The arguments of the kernels."""
        rows = (unsigned(self.rows_p), unsigned(self.rows_q), self.row_sign)
        ranges = (unsigned(self.begin), unsigned(self.end))
        return (*rows, *ranges, unsigned(self.cols_p), unsigned(self.cols_q), self.col_sign)


def unsigned(places: IntArray) -> npt.NDArray[np.uint64]:
    """The positions as unsigned integers, for which kernels need no test for negative ones.

    Numba's negative indices count from the end; the test for them takes up to two thirds of the
    time of a loop that mainly loads and stores.
    """
    return places.view(np.uint64)


class PairTables:
    """Cached tables of excitations over the strings of a sector.

    Args:
        space: The determinants.
    """

    def __init__(self, space: SectorSpace) -> None:
        self._space = space
        self._known: dict[Excitation, RowPairs | GridPairs] = {}
        self._transitions: dict[tuple[int, bool, tuple[Ladder, ...]], Transition] = {}

    def of(self, excitation: Excitation) -> RowPairs | GridPairs:
        """The table of an excitation, including the sign of reordering its spins."""
        if excitation not in self._known:
            alpha, beta, sign = split_by_spin(excitation)
            signed = not excitation.qubit
            rows = self._transition(0, signed, alpha) if alpha else None
            columns = self._transition(1, signed, beta) if beta else None
            self._known[excitation] = self._pairs(rows, columns, sign if signed else 1.0)
        return self._known[excitation]

    def places(self, excitation: Excitation) -> tuple[IntArray, IntArray]:
        """The places p and q with ``T|p⟩ = |q⟩``; a negative sign exchanges the two."""
        return _places(self.of(excitation))

    def _pairs(
        self, alpha: Transition | None, beta: Transition | None, sign: float
    ) -> RowPairs | GridPairs:
        if beta is not None:
            return self._grid(alpha, beta, sign)
        assert alpha is not None
        return self._rows(alpha, sign)

    def _transition(self, spin: int, signed: bool, ladders: tuple[Ladder, ...]) -> Transition:
        key = (spin, signed, ladders)
        if key not in self._transitions:
            strings = self._space.strings[spin]
            self._transitions[key] = strings.transition(ladders, signed=signed)
        return self._transitions[key]

    def _rows(self, found: Transition, sign: float) -> RowPairs:
        space = self._space
        return RowPairs(
            space.row_start[found.source],
            space.row_start[found.target],
            sign * found.sign,
            space.columns[space.irreps[0][found.source]],
        )

    def _grid(self, rows: Transition | None, columns: Transition, sign: float) -> GridPairs:
        space = self._space
        if rows is not None:
            source, target, row_sign = rows.source, rows.target, sign * rows.sign
        else:
            source = target = np.arange(space.irreps[0].size)
            row_sign = np.full(source.size, sign)
        irreps = space.irreps[1][columns.source]
        order = np.argsort(irreps, kind="stable")
        ends = np.cumsum(np.bincount(irreps, minlength=space.num_irreps))
        wanted = space.irreps[0][source] ^ space.target
        return GridPairs(
            space.row_start[source],
            space.row_start[target],
            row_sign,
            np.concatenate([[0], ends])[wanted],
            ends[wanted],
            space.column[columns.source][order],
            space.column[columns.target][order],
            columns.sign[order],
        )


def listed(pairs: Sequence[tuple[IntArray, IntArray]]) -> tuple[Any, Any, Any]:
    """All connected determinants in one list.

    Args:
        pairs: Places before and after each move.

    Returns:
        The start of each move in the list, and the places before and after.
    """
    empty = np.zeros(0, dtype=np.int64)
    start = np.concatenate([[0], np.cumsum([len(p) for p, _ in pairs])]).astype(np.uint64)
    source = np.concatenate([empty, *(p for p, _ in pairs)]).astype(np.uint32)
    target = np.concatenate([empty, *(q for _, q in pairs)]).astype(np.uint32)
    return start, source, target


def _places(gate: RowPairs | GridPairs) -> tuple[IntArray, IntArray]:
    """All pairs of an excitation; a negative sign swaps the two."""
    if isinstance(gate, RowPairs):
        count = gate.length
        first, second, sign = gate.source, gate.target, gate.sign
        offsets_p = offsets_q = _counting(count)
        signs = np.repeat(sign, count)
    else:
        count = gate.end - gate.begin
        first, second = gate.rows_p, gate.rows_q
        places = np.repeat(gate.begin, count) + _counting(count)
        offsets_p, offsets_q = gate.cols_p[places], gate.cols_q[places]
        signs = np.repeat(gate.row_sign, count) * gate.col_sign[places]
    p, q = np.repeat(first, count) + offsets_p, np.repeat(second, count) + offsets_q
    return np.where(signs > 0, p, q), np.where(signs > 0, q, p)


def _counting(counts: IntArray) -> IntArray:
    """0, 1, …, counts[0]−1, 0, 1, …, counts[1]−1, and so on."""
    total = int(counts.sum())
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    counting: IntArray = np.arange(total) - starts
    return counting
