"""From coordinates and Z-matrices to atoms in space, checked."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vqe_cli.errors import InputError, Path
from vqe_cli.spec import Geometry, MoleculeSpec
from vqe_cli.units import BOHR_IN_ANGSTROM

MIN_DISTANCE = 0.1
"""Two nuclei closer than this many Ångström are a mistake in the input."""

MAX_COORDINATE = 1e4
_PATH: Path = ("molecule", "geometry")


GHOST_MARKS = ("@", "ghost-")
"""What Psi4 and PySCF write before the element of an atom that lends only its basis functions."""


@dataclass(frozen=True)
class Atom:
    """An element, its place in Ångström, and the line of the geometry it came from (from 0).

    A ghost has the basis functions of its element, but no nucleus and no electrons; Boys and
    Bernardi, Mol. Phys. 19, 553 (1970).
    """

    symbol: str
    position: tuple[float, float, float]
    line: int = 0
    ghost: bool = False

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
    for number, line in enumerate(text.splitlines()):
        content = line.split("#", 1)[0].strip()
        for part in filter(None, content.split(";")):
            found.append(_atom(part, number, scale))
    if not found:
        raise InputError("the geometry has no atoms", path=_PATH)
    return found


def _atom(text: str, line: int, scale: float) -> Atom:
    fields = text.replace(",", " ").split()
    if len(fields) < 4:
        message = f"'{text.strip()}' is not 'symbol x y z'"
        raise InputError(message, path=(*_PATH, "cartesian"), line_offset=line)
    name, ghost = _without_mark(fields[0])
    symbol = _element(name, line, (*_PATH, "cartesian"))
    try:
        position = [float(value.lower().replace("d", "e")) * scale for value in fields[1:4]]
    except ValueError:
        message = f"'{text.strip()}': a coordinate is not a number"
        raise InputError(message, path=(*_PATH, "cartesian"), line_offset=line) from None
    if not all(math.isfinite(x) and abs(x) < MAX_COORDINATE for x in position):
        message = f"'{text.strip()}': a coordinate is not finite"
        hint = f"coordinates are finite and below {MAX_COORDINATE:g} Å"
        path = (*_PATH, "cartesian")
        raise InputError(message, path=path, line_offset=line, hint=hint)
    return Atom(symbol, (position[0], position[1], position[2]), line, ghost)


def _without_mark(text: str) -> tuple[str, bool]:
    """The element's name, and whether it is marked as a ghost."""
    for mark in GHOST_MARKS:
        if text.lower().startswith(mark):
            return text[len(mark) :], True
    return text, False


def _element(text: str, line: int, path: Path) -> str:
    """The symbol of an element from its symbol or its number."""
    from pyscf.data.elements import ELEMENTS

    symbols = ELEMENTS[1:]
    if text.isdecimal() and len(text) < 4 and 0 < int(text) <= len(symbols):
        return str(symbols[int(text) - 1])
    if text.capitalize() not in symbols:
        hint = "write a symbol, such as He"
        raise InputError(f"'{text}' is not an element", path=path, line_offset=line, hint=hint)
    return text.capitalize()


def _from_zmatrix(text: str, units: str) -> list[Atom]:
    from vqe_cli.chemistry.zmatrix import PATH, read_zmatrix

    scale = BOHR_IN_ANGSTROM if units == "bohr" else 1.0
    found = []
    for symbol, position, line in read_zmatrix(text):
        x, y, z = (float(value) * scale for value in position)
        name, ghost = _without_mark(symbol)
        found.append(Atom(_element(name, line, PATH), (x, y, z), line, ghost))
    return found


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
