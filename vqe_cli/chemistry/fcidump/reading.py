"""The reader of FCIDUMP files: integrals over real spatial orbitals."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli.chemistry.fcidump.findings import findings
from vqe_cli.chemistry.fcidump.header import UNRESTRICTED_HINT, Header, read_header
from vqe_cli.chemistry.fcidump.lines import Lines, fault, lines_of
from vqe_cli.chemistry.fcidump.store import Store, packed_size
from vqe_cli.chemistry.scf.repulsion import place_of_pair
from vqe_cli.schema.check_records import Check, doubt

CHUNK = 100_000
"""Number of lines that are parsed at a time."""

MAX_INTEGRAL = 1e9
"""Largest valid integral, Hartree; beyond it chemical energies have no significant digit."""

BYTES_PER_INTEGRAL = 8 + 4 + 1
"""Bytes of the value, its line number, and the positions at which it is listed."""

_SEPARATOR = r"(?:\s*,\s*|\s+)"
_LINE = re.compile(
    r"([-+]?(?:\d+\.?\d*|\.\d+))(?:[eEdD]?([-+]\d+)|[eEdD](\d+))?"
    + rf"{_SEPARATOR}(\d{{1,9}})" * 4
    + r",?",
    re.ASCII,
)
"""A Fortran number, possibly without the letter of a long exponent, and four indices."""


@dataclass(frozen=True, eq=False)
class FileIntegrals:
    """The contents of an FCIDUMP file over its own orbitals, all quantities in Hartree.

    Args:
        header: The header with sizes, electrons and labels.
        h1: One-electron integrals, shape (norb, norb).
        eri: Two-electron integrals (pq|rs), chemists' order, in PySCF's eightfold packing.
        core_energy: Energy of the nuclei and frozen electrons; zero if the file has none.
        orbital_energies: Orbital energies, shape (norb,); None if the file has none.
        checks: Failed checks of the file.
        notes: Remarks on how the file was read.
    """

    header: Header
    h1: FloatArray
    eri: FloatArray
    core_energy: float
    orbital_energies: FloatArray | None
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()
    assumed: dict[str, int | str] = field(default_factory=dict)

    @property
    def norb(self) -> int:
        """The number of spatial orbitals."""
        return self.header.norb

    @property
    def nelec(self) -> tuple[int, int]:
        """Numbers of alpha and beta electrons."""
        return self.header.nelec

    @property
    def h2(self) -> FloatArray:
        """Two-electron integrals (pq|rs), chemists' order, shape (norb,) * 4."""
        from pyscf import ao2mo

        return np.asarray(ao2mo.restore(1, self.eri, self.norb))


def read_fcidump(
    path: Path, check: Callable[[Header], None] | None = None, memory: Memory = MACHINE
) -> FileIntegrals:
    """Read integrals over restricted orbitals, which may have any order.

    Args:
        path: The file, possibly compressed by gzip.
        check: Callback that may refuse the header, called before memory is allocated.
        memory: The memory limit.

    Returns:
        The integrals over the file's orbitals.

    Raises:
        InputError: The file is invalid; the error carries the line.
        ResourceLimitError: The file has too many orbitals for the memory.
    """
    with lines_of(path) as lines:
        header = read_header(path, lines)
        if header.unrestricted:
            message = "the file holds unrestricted orbitals (IUHF), which only `vqe run` supports"
            raise fault(path, message, header.line, UNRESTRICTED_HINT)
        if check is not None:
            check(header)
        norb = header.norb
        memory.refuse_if_larger(
            BYTES_PER_INTEGRAL * packed_size(norb) + 24 * norb * norb,
            f"an FCIDUMP file of NORB={norb} orbitals",
            "leave orbitals out when the file is written",
        )
        body = _Body(path, header)
        for values, indices, numbers in chunks(path, lines, norb):
            body.add(values, indices, numbers)
    return body.integrals()


def has_unrestricted_orbitals(path: Path) -> bool:
    """Whether the header of a file announces blocks of alpha and beta orbitals (IUHF=1).

    Args:
        path: The FCIDUMP file, possibly compressed by gzip.

    Raises:
        InputError: The header is invalid.
    """
    with lines_of(path) as lines:
        return read_header(path, lines).unrestricted


def chunks(path: Path, lines: Lines, norb: int) -> Iterator[tuple[FloatArray, IntArray, IntArray]]:
    """Chunks of values, shape (n,), indices, shape (n, 4), and line numbers, shape (n,).

    Args:
        path: The file, for messages.
        lines: The lines after the header.
        norb: Number of orbitals, which indices must not exceed.

    Raises:
        InputError: A line is not an integral; the error carries it.
    """
    while chunk := list(islice(lines, CHUNK)):
        parsed = [_parsed(path, text, number) for number, text in chunk]
        values = np.array([value for value, _ in parsed])
        indices = np.array([found for _, found in parsed], dtype=np.int64)
        numbers = np.array([number for number, _ in chunk], dtype=np.int64)
        _refuse_out_of_range(path, values, indices, numbers, norb)
        yield values, indices, numbers


def _refuse_out_of_range(
    path: Path, values: FloatArray, indices: IntArray, numbers: IntArray, norb: int
) -> None:
    """Refuse indices beyond the orbitals, and values too large for energies."""

    def beyond(row: int) -> str:
        return f"an index of {_shown(indices[row])} is above NORB={norb}"

    def too_large(row: int) -> str:
        return f"the integral {values[row]:g} is too large for an energy in Hartree"

    high = np.asarray(indices.max(axis=1) > norb)
    _refuse_first(path, high, numbers, beyond, "they count spatial orbitals, not spin orbitals")
    large = np.asarray(np.abs(values) > MAX_INTEGRAL)
    _refuse_first(path, large, numbers, too_large, f"at most {MAX_INTEGRAL:g} in size")


def _refuse_first(
    path: Path,
    wrong: npt.NDArray[np.bool_],
    numbers: IntArray,
    message: Callable[[int], str],
    hint: str,
) -> None:
    if wrong.any():
        first = int(np.argmax(wrong))
        raise fault(path, message(first), int(numbers[first]), hint)


def _shown(indices: Any) -> str:
    return " ".join(map(str, indices))


def _parsed(path: Path, text: str, number: int) -> tuple[float, tuple[int, ...]]:
    """The value and four indices of a line."""
    found = _LINE.fullmatch(text)
    if found is None:
        raise _not_an_integral(path, text, number)
    exponent = found[2] or found[3]
    value = float(f"{found[1]}e{exponent}" if exponent else found[1])
    return value, (int(found[4]), int(found[5]), int(found[6]), int(found[7]))


def _not_an_integral(path: Path, text: str, number: int) -> Exception:
    """The error for a line that is not an integral."""
    shown = text[:60].encode("unicode_escape").decode() if not text.isprintable() else text[:60]
    if text.startswith("("):
        message, hint = f"the integral '{shown}' is complex", "only real orbitals can be read"
        return fault(path, message, number, hint)
    if _is_not_finite(text.split(maxsplit=1)[0]):
        return fault(path, f"the integral {text.split(maxsplit=1)[0][:40]} is not finite", number)
    hint = "a real number and four indices"
    return fault(path, f"'{shown}' is not an integral", number, hint)


def _is_not_finite(word: str) -> bool:
    try:
        return not math.isfinite(float(word))
    except ValueError:
        return word.startswith("***")


class _Body:
    """Collector of the integrals."""

    def __init__(self, path: Path, header: Header) -> None:
        self._path, self._header = path, header
        norb = header.norb
        self._h1 = Store(path, norb * (norb + 1) // 2)
        self._h2 = Store(path, packed_size(norb), places=True)
        self._levels = Store(path, norb)
        self._core: list[tuple[float, int]] = []
        self._last = header.line

    def add(self, values: FloatArray, indices: IntArray, numbers: IntArray) -> None:
        """Store the values of some lines by the meaning of their indices."""
        given = indices > 0
        kinds = given @ np.array([8, 4, 2, 1])
        meaningless = ~np.isin(kinds, (0b1111, 0b1100, 0b1000, 0))
        _refuse_first(
            self._path,
            meaningless,
            numbers,
            lambda i: f"the indices {_shown(indices[i])} mean nothing",
            "i j k l, i j 0 0, i 0 0 0 or 0 0 0 0",
        )
        two, one, level = kinds == 0b1111, kinds == 0b1100, kinds == 0b1000
        self._add_core(values[kinds == 0], numbers[kinds == 0])
        self._h2.add_two(values[two], indices[two], numbers[two])
        self._h1.add_one(values[one], indices[one], numbers[one])
        self._levels.add(indices[level, 0] - 1, values[level], numbers[level], indices[level])
        self._last = int(numbers[-1])

    def _add_core(self, values: FloatArray, numbers: IntArray) -> None:
        """Store the core energy; several, or zeros between blocks, mean an unrestricted file."""
        for value, number in zip(values.tolist(), numbers.tolist(), strict=True):
            if self._core and value != self._core[0][0]:
                first, line = self._core[0]
                message = (
                    f"lines {line} and {number} with indices 0 0 0 0 differ: {first:g} and"
                    f" {value:g}"
                )
                hint = "one core energy is needed"
                if 0.0 in (first, value):
                    message += "; zeros separate the blocks of unrestricted orbitals"
                    hint = UNRESTRICTED_HINT
                raise fault(self._path, message, number, hint)
            self._core.append((value, number))

    def integrals(self) -> FileIntegrals:
        """The collected integrals, checked."""
        if not (self._h1.found.any() or self._h2.found.any()):
            raise fault(self._path, "there are no integrals", self._last)
        if not self._h1.found.any():
            message = "the file ends before its one-electron integrals"
            raise fault(self._path, message, self._last, "lines with indices i j 0 0")
        refuse_fourfold(self._path, self._h2)
        rows, columns = np.tril_indices(self._header.norb)
        h1 = np.zeros((self._header.norb,) * 2)
        h1[rows, columns] = h1[columns, rows] = self._h1.filled
        eri = self._h2.filled
        doubts = findings(self._path, self._header, h1, eri, self._h1.found, self._h2.found)
        no_core = [] if self._core else [no_core_line()]
        unread = [unread_keys(self._header.unread)] if self._header.unread else []
        return FileIntegrals(
            header=self._header,
            h1=h1,
            eri=eri,
            core_energy=self._core[0][0] if self._core else 0.0,
            orbital_energies=self._levels.filled if self._levels.found.all() else None,
            checks=(*unread, *no_core, *doubts),
            notes=self._header.notes,
            assumed=self._assumed(),
        )

    def _assumed(self) -> dict[str, int | str]:
        """Values assumed for what the file leaves open, by key."""
        orbitals = np.arange(self._header.norb)
        assumed = dict(self._header.assumed)
        if not self._core:
            assumed["core energy"] = 0
        if not self._h1.found[place_of_pair(orbitals, orbitals)].any():
            assumed["one-electron diagonal"] = 0
        return assumed


def refuse_fourfold(path: Path, integrals: Store) -> None:
    """Refuse integrals of fourfold symmetry, in which (pq|rs) is listed without (qp|rs).

    Args:
        path: The file, for messages.
        integrals: The two-electron integrals.

    Raises:
        InputError: Some integrals are listed in both orders, and others in one.
    """
    alone = integrals.listed_at_one_place_only()
    if alone is not None:
        message = (
            "some integrals (pq|rs) are listed beside (qp|rs), this one alone: the orbitals"
            " are complex, or lines are missing"
        )
        raise fault(path, message, alone, "only real orbitals can be read")


def unread_keys(keys: tuple[str, ...]) -> Check:
    """The failed check of unknown keys of the header.

    Args:
        keys: The keys.
    """
    return doubt(
        name="header-keys",
        value=", ".join(keys),
        expected="none",
        detail=f"keys of the header that are not read, and may change what the integrals mean:"
        f" {', '.join(keys)}",
    )


def no_core_line() -> Check:
    """The failed check of a file that ends before its core energy."""
    return doubt(
        name="core-energy",
        value=False,
        expected=True,
        detail="no line with indices 0 0 0 0: taken as zero; the file may have been cut short",
    )
