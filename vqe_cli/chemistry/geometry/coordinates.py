"""From coordinates and Z-matrices to atoms in space, checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.chemistry.geometry.labels import Label, is_dummy, read_label
from vqe_cli.errors import InputError, Path
from vqe_cli.schema import Geometry, MoleculeSpec
from vqe_cli.schema.numbers import NumberError, fields, number, without_comment

MIN_DISTANCE = 0.1
"""Two nuclei closer than this many Ångström are a mistake in the input."""

MAX_COORDINATE = 1e4
_PATH: Path = ("molecule", "geometry")


@dataclass(frozen=True)
class Atom:
    """An element, its place in Ångström, and the line of the geometry it came from (from 0).

    A ghost has the basis functions of its element, but no nucleus and no electrons; Boys and
    Bernardi, Mol. Phys. 19, 553 (1970). An isotope is kept as it was written; its electrons are
    those of the element.
    """

    symbol: str
    position: tuple[float, float, float]
    line: int = 0
    ghost: bool = False
    isotope: str | None = None

    @property
    def label(self) -> str:
        """The symbol, as PySCF and `vqe` write it."""
        return f"ghost-{self.symbol}" if self.ghost else self.symbol


def atoms(molecule: MoleculeSpec) -> list[Atom]:
    """Return the atoms of a molecule that is settled in space.

    Args:
        molecule: What the user wrote, or what `settled` made of it.

    Raises:
        InputError: Unknown element, bad or non-finite coordinate, atoms on top of another, or
            nothing but ghosts.
    """
    return atoms_of_geometry(molecule.geometry, molecule.units)


def atoms_of_geometry(geometry: Geometry, units: str) -> list[Atom]:
    """Return the atoms of coordinates or of a Z-matrix.

    Args:
        geometry: In one of these two notations.
        units: ``angstrom`` or ``bohr``.

    Raises:
        InputError: As `atoms`.
    """
    if geometry.zmatrix is not None:
        found = _from_zmatrix(geometry.zmatrix, units)
    elif geometry.cartesian is not None:
        found = _from_cartesian(geometry.cartesian, units)
    else:
        raise InputError("the file was not read", path=_PATH, hint="use vqe_cli.load")
    _refuse_coincident(found, _notation(geometry))
    if all(atom.ghost for atom in found):
        message = "there are only ghosts, which have no nuclei and no electrons"
        raise InputError(message, path=_notation(geometry), hint="@ marks ghosts, such as '@H'")
    return found


def protons(found: list[Atom]) -> int:
    """In all nuclei together."""
    from pyscf.data.elements import charge

    return sum(int(charge(atom.symbol)) for atom in found if not atom.ghost)


def is_element(symbol: str) -> bool:
    """Whether this is an element's symbol, as it is written in a formula."""
    from pyscf.data.elements import ELEMENTS

    return symbol in ELEMENTS[1:]


def _notation(geometry: Geometry) -> Path:
    given = next(key for key, text in geometry if text is not None)
    return (*_PATH, given)


def _from_cartesian(text: str, units: str) -> list[Atom]:
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


def _atom(text: str, line: int, scale: float) -> Atom:
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
        hint = f"coordinates are finite and below {MAX_COORDINATE:g} Å"
        raise InputError(message, path=path, line_offset=line, hint=hint)
    return Atom(label.symbol, (x, y, z), line, label.ghost, label.isotope)


def _remedy(words: list[str]) -> str | None:
    if len(words) == 2 and all(re.fullmatch("[-+]?[0-9]+", word) for word in words):
        return "charge and multiplicity have keys of their own"
    if len(words) > 4:
        return "three coordinates; what else is known of the atom stands nowhere here"
    return None


def labelled(text: str, line: int, path: Path) -> Label:
    """The element of an atom, or an error that says where it should stand.

    Args:
        text: What stands before its coordinates.
        line: Of the geometry, from 0.
        path: Of the geometry.

    Raises:
        InputError: It names no element.
    """
    label = read_label(text)
    if label is None:
        hint = "write a symbol, such as He"
        if is_dummy(text):
            hint = "only a Z-matrix has use for a dummy atom: leave it out"
        raise InputError(f"'{text}' is not an element", path=path, line_offset=line, hint=hint)
    return label


def _from_zmatrix(text: str, units: str) -> list[Atom]:
    from vqe_cli.chemistry.geometry.zmatrix import PATH, read_zmatrix

    scale = BOHR_IN_ANGSTROM if units == "bohr" else 1.0
    found = []
    for name, position, line in read_zmatrix(text):
        x, y, z = (float(value) * scale for value in position)
        label = labelled(name, line, PATH)
        found.append(Atom(label.symbol, (x, y, z), line, label.ghost, label.isotope))
    return found


def remarks(found: Sequence[Atom]) -> tuple[str, ...]:
    """What is to be said of how atoms were read.

    Args:
        found: The atoms.
    """
    isotopes = {atom.isotope: atom.symbol for atom in found if atom.isotope is not None}
    if not isotopes:
        return ()
    names = ", ".join(f"{name} as {symbol}" for name, symbol in isotopes.items())
    return (f"read {names}: the electrons' energy is the same for every isotope",)


def _refuse_coincident(found: list[Atom], path: Path) -> None:
    positions = np.array([atom.position for atom in found])
    for index in range(1, len(found)):
        distances = np.linalg.norm(positions[:index] - positions[index], axis=1)
        nearest = int(np.argmin(distances))
        if distances[nearest] < MIN_DISTANCE:
            a, b = found[nearest], found[index]
            message = (
                f"atom {index + 1} ({b.label}) is {distances[nearest]:.3f} Å"
                f" from atom {nearest + 1} ({a.label})"
            )
            hint = (
                f"nuclei stand at least {MIN_DISTANCE} Å apart; check the coordinates and 'units'"
            )
            raise InputError(message, path=path, line_offset=b.line, hint=hint)
