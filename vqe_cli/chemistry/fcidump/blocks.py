"""The blocks of an FCIDUMP file of unrestricted orbitals, as Molpro, MRCC and Block2 write them.

Integrals (pq|rs) of αα, ββ and αβ, then h_pq of α and β; a line ``0.0 0 0 0 0`` ends each block,
and the last such line is the core energy. Blocks of orbital energies may stand before it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.fcidump.findings import findings
from vqe_cli.chemistry.fcidump.header import Header, read_header
from vqe_cli.chemistry.fcidump.lines import fault, lines_of
from vqe_cli.chemistry.fcidump.reading import chunks, no_core_line, refuse_fourfold, unread_keys
from vqe_cli.chemistry.fcidump.store import Store, packed_size
from vqe_cli.chemistry.scf.repulsion import place_of_pair
from vqe_cli.schema.check_records import Check

NAMES = ("(pq|rs) of αα", "(pq|rs) of ββ", "(pq|rs) of αβ", "h_pq of α", "h_pq of β")
"""The blocks in their order."""

TWO, ONE, LEVEL, END = 0b1111, 0b1100, 0b1000, 0
"""Which of the four indices a line has, as bits."""

ORDER = (
    "blocks of αα, ββ, αβ, h of α and h of β, each before a line 0.0 0 0 0 0, then the core energy"
)


@dataclass(frozen=True, eq=False)
class UnrestrictedIntegrals:
    """The contents of an FCIDUMP file of unrestricted orbitals, all quantities in Hartree.

    Args:
        header: The header with sizes and electrons.
        h1: One-electron integrals of α and β, each (norb, norb).
        h2: Two-electron integrals of αα, αβ and ββ, chemists' order, each (norb,) * 4.
        core_energy: Energy of the nuclei and frozen electrons.
        checks: Failed checks of the file.
        notes: Further remarks.
    """

    header: Header
    h1: tuple[FloatArray, FloatArray]
    h2: tuple[FloatArray, FloatArray, FloatArray]
    core_energy: float
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()


def read_blocks(
    path: Path, check: Callable[[Header], None] | None = None, memory: Memory = MACHINE
) -> UnrestrictedIntegrals:
    """Read integrals over unrestricted orbitals, which may have any order.

    Args:
        path: The file, possibly compressed by gzip.
        check: Callback that may refuse the header, called before memory is allocated.
        memory: The memory limit.

    Raises:
        InputError: The file is invalid; the error carries the line.
        ResourceLimitError: The file has too many orbitals for the memory.
    """
    with lines_of(path) as lines:
        header = read_header(path, lines)
        if check is not None:
            check(header)
        memory.refuse_if_larger(
            8 * 2 * (2 * header.norb) ** 4,
            f"an FCIDUMP file of NORB={header.norb} unrestricted orbitals",
            "leave orbitals out when the file is written",
        )
        body = _Blocks(path, header)
        for values, indices, numbers in chunks(path, lines, header.norb):
            body.add(values, indices, numbers)
    return body.integrals()


class _Blocks:
    """Collector of the integrals, block by block."""

    def __init__(self, path: Path, header: Header) -> None:
        self._path, self._header = path, header
        pairs = header.norb * (header.norb + 1) // 2
        self._two = [Store(path, packed_size(header.norb), places=True) for _ in range(2)]
        self._mixed = Store(path, pairs**2)
        self._one = [Store(path, pairs) for _ in range(2)]
        self._ends: list[tuple[float, int]] = []
        self._last = header.line

    def add(self, values: FloatArray, indices: IntArray, numbers: IntArray) -> None:
        """Store the values of some lines in the blocks that they belong to."""
        kinds = (indices > 0) @ np.array([8, 4, 2, 1])
        ends = np.flatnonzero(kinds == END)
        start = 0
        for stop in (*ends.tolist(), kinds.size):
            part = slice(start, stop)
            self._add_part(values[part], indices[part], numbers[part], kinds[part])
            if stop < kinds.size:
                self._ends.append((float(values[stop]), int(numbers[stop])))
            start = stop + 1
        self._last = int(numbers[-1])

    def _add_part(
        self, values: FloatArray, indices: IntArray, numbers: IntArray, kinds: IntArray
    ) -> None:
        """Store values of one block, which must have the indices of its kind."""
        block = len(self._ends)
        expected = TWO if block < 3 else ONE if block < len(NAMES) else LEVEL
        wrong = np.flatnonzero(kinds != expected)
        if wrong.size:
            name = NAMES[block] if block < len(NAMES) else "orbital energies"
            shown = " ".join(map(str, indices[wrong[0]]))
            raise fault(
                self._path,
                f"the indices {shown} do not belong to block {block + 1} of unrestricted orbitals,"
                f" {name}",
                int(numbers[wrong[0]]),
                ORDER,
            )
        if block < 2:
            self._two[block].add_two(values, indices, numbers)
        elif block == 2:
            p, q, r, s = indices.T - 1
            pairs = self._header.norb * (self._header.norb + 1) // 2
            places = pairs * place_of_pair(p, q) + place_of_pair(r, s)
            self._mixed.add(places, values, numbers, indices)
        elif block < len(NAMES):
            self._one[block - 3].add_one(values, indices, numbers)

    def integrals(self) -> UnrestrictedIntegrals:
        """The collected integrals, checked."""
        from pyscf import ao2mo

        self._refuse_missing_blocks()
        for two in self._two:
            refuse_fourfold(self._path, two)
        header, norb = self._header, self._header.norb
        pairs = norb * (norb + 1) // 2
        h1 = [self._matrix(one.filled) for one in self._one]
        packed = [two.filled for two in self._two]
        h2 = [np.asarray(ao2mo.restore(1, eri, norb)) for eri in packed]
        mixed = np.asarray(ao2mo.restore(1, self._mixed.filled.reshape(pairs, pairs), norb))
        doubts = [
            check
            for one, eri, of_one, of_two in zip(h1, packed, self._one, self._two, strict=True)
            for check in findings(self._path, header, one, eri, of_one.found, of_two.found)
        ]
        unread = [unread_keys(header.unread)] if header.unread else []
        no_core = [no_core_line()] if self._ends_before_core_energy() else []
        return UnrestrictedIntegrals(
            header=header,
            h1=(h1[0], h1[1]),
            h2=(h2[0], mixed, h2[1]),
            core_energy=self._ends[-1][0],
            checks=(*unread, *no_core, *doubts),
        )

    def _ends_before_core_energy(self) -> bool:
        """Whether the last line 0 0 0 0 ends the last block; with a value it is the energy."""
        return len(self._ends) == len(NAMES) and self._ends[-1][0] == 0.0

    def _matrix(self, packed: FloatArray) -> FloatArray:
        rows, columns = np.tril_indices(self._header.norb)
        matrix = np.zeros((self._header.norb,) * 2)
        matrix[rows, columns] = matrix[columns, rows] = packed
        return matrix

    def _refuse_missing_blocks(self) -> None:
        """Refuse a file that ends before its last block, and separators that are not zero."""
        if len(self._ends) < len(NAMES):
            message = (
                f"{counted(len(self._ends), 'line')} with indices 0 0 0 0 cannot separate"
                f" {len(NAMES)} blocks of unrestricted orbitals"
            )
            raise fault(self._path, message, self._last, ORDER)
        for value, number in self._ends[:-1]:
            if value != 0.0:
                message = f"a line between blocks has the value {value:g}, not zero"
                raise fault(self._path, message, number, ORDER)
