"""Readers of Cartesian coordinates and Z-matrices, and checks of the positions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.chemistry.geometry.labels import Label, is_dummy, read_label
from vqe_cli.errors import InputError, Path
from vqe_cli.fermions.atoms import Atoms
from vqe_cli.schema import Geometry, MoleculeSpec
from vqe_cli.schema.numbers import NumberError, fields, is_number, number, without_comment

MIN_DISTANCE = 0.1
"""The smallest distance of two nuclei that is accepted, Ångström."""

MAX_COORDINATE = 1e4
FINITE = f"coordinates are finite and below {MAX_COORDINATE:g} Å"
_PATH: Path = ("molecule", "geometry")


@dataclass(frozen=True)
class _Row:
    """One atom of the input: its label, position in Ångström, and line (from 0)."""

    label: Label
    position: tuple[float, float, float]
    line: int


def atoms(molecule: MoleculeSpec) -> Atoms:
    """The atoms of a molecule whose geometry is given by coordinates or a Z-matrix.

    Args:
        molecule: The molecule section of the input.

    Raises:
        InputError: See `read_atoms`.
    """
    return read_atoms(molecule.geometry, molecule.units)[0]


def read_atoms(geometry: Geometry, units: str) -> tuple[Atoms, tuple[str, ...]]:
    """Read atoms from coordinates or a Z-matrix.

    Args:
        geometry: A geometry in one of these two notations.
        units: The unit of length, ``angstrom`` or ``bohr``.

    Returns:
        The atoms, and remarks on how they were read.

    Raises:
        InputError: Unknown element, bad or non-finite coordinate, coincident atoms, or only ghosts.
    """
    if geometry.zmatrix is not None:
        rows = _from_zmatrix(geometry.zmatrix, units)
    elif geometry.cartesian is not None:
        rows = _from_cartesian(geometry.cartesian, units)
    else:
        raise InputError("the file was not read", path=_PATH, hint="use vqe_cli.load")
    found = Atoms(
        tuple(row.label.symbol for row in rows),
        np.array([row.position for row in rows]),
        tuple(row.label.ghost for row in rows),
    )
    refuse_coincident(found, _notation(geometry), [row.line for row in rows])
    if all(found.ghosts):
        message = "there are only ghosts, which have no nuclei and no electrons"
        raise InputError(message, path=_notation(geometry), hint="@ marks ghosts, such as '@H'")
    return found, _remarks(rows)


def as_geometry(found: Atoms) -> Geometry:
    """The geometry section of some atoms, in Ångström with all digits.

    Args:
        found: The atoms.
    """
    rows = zip(found.labels, found.positions.tolist(), strict=True)
    return Geometry(
        cartesian="\n".join(f"{label} {' '.join(map(repr, place))}" for label, place in rows)
    )


def protons(found: Atoms) -> int:
    """The sum of all nuclear charges, in units of e.

    Args:
        found: The atoms.
    """
    from pyscf.data.elements import charge

    return sum(int(charge(symbol)) for symbol in found.with_nuclei().symbols)


def is_element(symbol: str) -> bool:
    """Whether a text is an element's symbol, capitalised as in a formula."""
    from pyscf.data.elements import ELEMENTS

    return symbol in ELEMENTS[1:]


def _notation(geometry: Geometry) -> Path:
    given = next(key for key, text in geometry if text is not None)
    return (*_PATH, given)


def _from_cartesian(text: str, units: str) -> list[_Row]:
    scale = BOHR_IN_ANGSTROM if units == "bohr" else 1.0
    found = []
    for line, content in enumerate(text.splitlines()):
        for part in without_comment(content).split(";"):
            if part.strip():
                found.append(_atom(part.strip(), line, scale))
    if not found:
        hint = "write a line 'symbol x y z' for each"
        raise InputError("the geometry has no atoms", path=_PATH, hint=hint)
    return found


def _atom(text: str, line: int, scale: float) -> _Row:
    path = (*_PATH, "cartesian")
    try:
        words = fields(text)
        if len(words) != 4:
            raise NumberError(f"'{text}' is not 'symbol x y z'", _remedy(words))
        label = labelled(words[0], line, path)
        values = [number(value) for value in words[1:]]
    except NumberError as error:
        message = error.message if text in error.message else f"'{text}': {error.message}"
        raise InputError(message, path=path, line_offset=line, hint=error.hint) from None
    x, y, z = (value * scale for value in values)
    if not all(abs(value) < MAX_COORDINATE for value in (x, y, z)):
        message = f"'{text}': a coordinate is not finite"
        raise InputError(message, path=path, line_offset=line, hint=FINITE)
    return _Row(label, (x, y, z), line)


def _remedy(words: list[str]) -> str | None:
    if len(words) == 2 and all(re.fullmatch("[-+]?[0-9]+", word) for word in words):
        return "charge and multiplicity have keys of their own"
    if len(words) == 1 and re.fullmatch(r".+\.[A-Za-z]{2,6}", words[0]):
        return f"a file is written geometry: {{file: {words[0]}}}"
    if len(words) == 1:
        return "a SMILES is written geometry: {smiles: CCO}, a Z-matrix geometry: {zmatrix: ...}"
    if len(words) > 4 and len(words) % 4 == 0 and not any(map(is_number, words[::4])):
        return "write each atom on a line of its own, below 'geometry: |'"
    if len(words) > 4:
        return "write only the symbol and three coordinates"
    return None


def labelled(text: str, line: int, path: Path) -> Label:
    """The element and marks in an atom's label.

    Args:
        text: The atom's label, which stands before its coordinates.
        line: The atom's line in the geometry, from 0.
        path: The geometry's path in the input.

    Raises:
        InputError: The label names no element.
    """
    label = read_label(text)
    if label is None:
        hint = "write a symbol, such as He"
        if is_dummy(text):
            hint = "dummy atoms are supported in a Z-matrix only: leave it out"
        raise InputError(f"'{text}' is not an element", path=path, line_offset=line, hint=hint)
    return label


def _from_zmatrix(text: str, units: str) -> list[_Row]:
    from vqe_cli.chemistry.geometry.zmatrix import PATH, read_zmatrix

    scale = BOHR_IN_ANGSTROM if units == "bohr" else 1.0
    found = []
    for name, position, line in read_zmatrix(text):
        x, y, z = (float(value) * scale for value in position)
        found.append(_Row(labelled(name, line, PATH), (x, y, z), line))
    return found


def _remarks(rows: Sequence[_Row]) -> tuple[str, ...]:
    """Remarks on isotopes, whose electronic energy is that of the element."""
    labels = [row.label for row in rows]
    isotopes = {label.isotope: label.symbol for label in labels if label.isotope is not None}
    if not isotopes:
        return ()
    names = ", ".join(f"{name} as {symbol}" for name, symbol in isotopes.items())
    return (f"read {names}: the electrons' energy is the same for every isotope",)


def refuse_impossible(found: Atoms, path: Path) -> None:
    """Refuse computed or drawn positions that are not finite or coincide.

    Args:
        found: The atoms.
        path: The geometry's path in the input.

    Raises:
        InputError: An atom has no finite position, or coincides with another.
    """
    somewhere = (np.abs(found.positions) < MAX_COORDINATE).all(axis=1)
    if not somewhere.all():
        index = int(np.argmin(somewhere))
        message = f"atom {index + 1} ({found.labels[index]}): a coordinate is not finite"
        raise InputError(message, path=path, hint=FINITE)
    refuse_coincident(found, path)


def refuse_coincident(found: Atoms, path: Path, lines: Sequence[int] | None = None) -> None:
    """Refuse atoms that are closer to each other than `MIN_DISTANCE`.

    Args:
        found: The atoms.
        path: The geometry's path in the input.
        lines: The line of each atom in the geometry, from 0; None if atoms have no lines.

    Raises:
        InputError: An atom is too close to an earlier one; the message names the first such atom.
    """
    labels, positions = found.labels, found.positions
    for index in range(1, len(found)):
        distances = np.linalg.norm(positions[:index] - positions[index], axis=1)
        nearest = int(np.argmin(distances))
        if distances[nearest] < MIN_DISTANCE:
            message = (
                f"atom {index + 1} ({labels[index]}) is {distances[nearest]:.3f} Å"
                f" from atom {nearest + 1} ({labels[nearest]})"
            )
            hint = (
                f"nuclei must be at least {MIN_DISTANCE} Å apart; check the coordinates and 'units'"
            )
            line = 0 if lines is None else lines[index]
            raise InputError(message, path=path, line_offset=line, hint=hint)
