"""Which determinants an excitation connects, as tables over strings.

``T|p⟩ = s|q⟩`` for pairs of determinants that are all disjoint. Excitations of alpha electrons
connect whole rows of the vector; all others pairs of rows times pairs of columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli.determinants.space import SectorSpace
from vqe_cli.determinants.strings import (
    IntArray,
    Ladder,
    SignArray,
    Transition,
    split_by_spin,
)
from vqe_cli.excitations import Excitation


@dataclass(frozen=True, eq=False)
class RowPairs:
    """An excitation of alpha electrons: pairs of rows of some length."""

    source: IntArray
    target: IntArray
    sign: SignArray
    length: IntArray

    @property
    def arrays(self) -> tuple[Any, ...]:
        """What the kernels take."""
        return self.source, self.target, self.sign, self.length


@dataclass(frozen=True, eq=False)
class GridPairs:
    """Pairs of rows times pairs of columns; a row with itself for beta alone."""

    rows_p: IntArray
    rows_q: IntArray
    row_sign: SignArray
    begin: IntArray
    end: IntArray
    cols_p: IntArray
    cols_q: IntArray
    col_sign: SignArray

    @property
    def arrays(self) -> tuple[Any, ...]:
        """What the kernels take."""
        rows = (self.rows_p, self.rows_q, self.row_sign, self.begin, self.end)
        return (*rows, self.cols_p, self.cols_q, self.col_sign)


class PairTables:
    """Tables of excitations over the strings of a sector, each spin's part made once."""

    def __init__(self, space: SectorSpace) -> None:
        self._space = space
        self._transitions: tuple[dict[tuple[Ladder, ...], Transition], ...] = ({}, {})

    def of(self, excitation: Excitation) -> RowPairs | GridPairs:
        """The table of an excitation, with the sign of reordering its spins."""
        alpha, beta, sign = split_by_spin(excitation)
        if not beta:
            return self._rows(alpha, sign)
        return self._grid(alpha, beta, sign)

    def _transition(self, spin: int, ladders: tuple[Ladder, ...]) -> Transition:
        known = self._transitions[spin]
        if ladders not in known:
            known[ladders] = self._space.strings[spin].transition(ladders)
        return known[ladders]

    def _rows(self, alpha: tuple[Ladder, ...], sign: float) -> RowPairs:
        space, found = self._space, self._transition(0, alpha)
        return RowPairs(
            space.row_start[found.source],
            space.row_start[found.target],
            sign * found.sign,
            space.columns[space.irreps[0][found.source]],
        )

    def _grid(self, alpha: tuple[Ladder, ...], beta: tuple[Ladder, ...], sign: float) -> GridPairs:
        space, columns = self._space, self._transition(1, beta)
        if alpha:
            rows = self._transition(0, alpha)
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
