"""Distances, angles and dihedrals, along which a part of the molecule moves as a whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vqe_cli.analysis.geometries.constraints import NUMBER_OF_ATOMS, RANGES
from vqe_cli.chemistry.geometry.coordinates import as_geometry, refuse_coincident
from vqe_cli.chemistry.geometry.structures import PlacedMolecule, with_coordinates
from vqe_cli.chemistry.geometry.structures.bonds import bonded
from vqe_cli.errors import InputError
from vqe_cli.scan.movement import has_no_dihedral, moved
from vqe_cli.scan.records import CoordinateKind, CoordinateRecord
from vqe_cli.scan.relaxation import Relaxation
from vqe_cli.scan.values import Value, read_values, wrong
from vqe_cli.schema import RunSpec
from vqe_cli.schema.numbers import NumberError, whole

STRAIGHT_ANGLE = 180.0
"""Largest angle that a molecule is bent to as a whole; a relaxation cannot keep it."""

UNITS = {"distance": "Å", "angle": "degrees", "dihedral": "degrees"}

_BETWEEN_ATOMS = re.compile(r"\s*,\s*|(?<=[0-9])(?:\s*-\s*|\s+)(?=[0-9])")
"""What separates numbers of atoms: commas, or hyphens and blanks as in ``1-2``."""

OTHERWISE = "use --relaxed, a variable of a Z-matrix (--variable), or --geometries"


@dataclass(frozen=True, eq=False)
class InternalCoordinate:
    """A distance, angle or dihedral of a molecule.

    Args:
        kind: distance, angle or dihedral.
        atoms: Indices of its atoms, from 0.
        values: The values, Ångström or degrees.
        spec: The input.
        placed: Its molecule with coordinates.
        moving: Indices of the atoms that move together; none if only a relaxation moves them.
        relaxed: Whether all else is relaxed at each value.
    """

    kind: CoordinateKind
    atoms: tuple[int, ...]
    values: tuple[Value, ...]
    spec: RunSpec
    placed: PlacedMolecule
    moving: tuple[int, ...]
    relaxed: bool = False
    moves_atoms: bool = True

    @property
    def record(self) -> CoordinateRecord:
        """What changes, for the record."""
        numbers = tuple(atom + 1 for atom in self.atoms)
        name = f"{self.kind} {' '.join(map(str, numbers))}"
        return CoordinateRecord(
            kind=self.kind,
            name=name,
            unit=UNITS[self.kind],
            atoms=numbers,
            moving=tuple(atom + 1 for atom in self.moving),
            relaxed=self.relaxed,
        )

    def spec_at(self, value: Value) -> RunSpec:
        """The input with the part of the molecule moved."""
        start = self.placed.atoms
        positions = moved(start.positions, self.atoms, self.moving, float(value))
        atoms = replace(start, positions=positions)
        if not self.relaxed:
            refuse_coincident(atoms, ("molecule", "geometry"))
        changes = {"geometry": as_geometry(atoms), "units": "angstrom"}
        molecule = self.placed.molecule.model_copy(update=changes)
        return self.spec.model_copy(update={"molecule": molecule})

    def label(self, value: Value) -> str | None:
        """Nothing: the value says everything."""
        return None

    def relaxation(self, value: Value) -> Relaxation | None:
        """The coordinate kept at its value."""
        if not self.relaxed:
            return None
        return Relaxation(kind=self.kind, atoms=self.atoms, value=float(value), moving=self.moving)


def read_internal(
    kind: CoordinateKind, text: str, spec: RunSpec, *, relaxed: bool = False
) -> InternalCoordinate:
    """A coordinate as on the command line: ``1,2=0.5:3.0:26``.

    The part of the molecule behind its last bond moves: the second atom of a distance, the third
    of an angle, the third and fourth of a dihedral, with all that is bonded to them.

    Args:
        kind: distance, angle or dihedral.
        text: Numbers of the atoms from 1, and values.
        spec: The input.
        relaxed: Whether all else is relaxed at each value.

    Raises:
        InputError: The text has another form, or the part of the molecule is not defined.
    """
    where = f"--{kind}"
    numbers, separator, values = text.partition("=")
    example = {"distance": "1,2=0.5:3.0:26", "angle": "1,2,3=90:180:10",
               "dihedral": "1,2,3,4=0:180:19"}[kind]  # fmt: skip
    hint = f"write --{kind} {example}"
    if not separator:
        raise wrong(text, "it has no values", where, hint)
    if spec.molecule is None:
        raise wrong(text, "the input has no molecule with atoms", where, "use --over KEY=...")
    placed = with_coordinates(spec.molecule)
    atoms = _atoms(numbers, kind, len(placed.atoms), text, hint)
    found = read_values(values, where)
    low, high = RANGES[kind]
    if kind == "angle" and not relaxed:
        high = STRAIGHT_ANGLE
    for value in found:
        if not low <= value <= high:
            limits = f"{low:g} to {high:g} {UNITS[kind]}"
            raise wrong(text, f"{value:g} is out of range", where, limits)
    if kind == "dihedral" and has_no_dihedral(placed.atoms.positions, atoms):
        raise wrong(text, "three neighbouring atoms of it lie on a line", where, "choose others")
    moving = _moving(kind, atoms, placed, text, relaxed=relaxed)
    return InternalCoordinate(kind, atoms, found, spec, placed, moving, relaxed)


def _atoms(numbers: str, kind: str, count: int, text: str, hint: str) -> tuple[int, ...]:
    where = f"--{kind}"
    try:
        atoms = tuple(whole(word) for word in _BETWEEN_ATOMS.split(numbers.strip()))
    except NumberError as error:
        hint = f"{hint}, with numbers of atoms in the order of the input"
        raise wrong(text, error.message, where, hint) from None
    if len(atoms) != NUMBER_OF_ATOMS[kind] or len(set(atoms)) < len(atoms):
        wanted = NUMBER_OF_ATOMS[kind]
        raise wrong(text, f"it needs the numbers of {wanted} different atoms", where, hint)
    for atom in atoms:
        if not 1 <= atom <= count:
            hint = f"atoms are numbered from 1 to {count}"
            raise wrong(text, f"there is no atom {atom}", where, hint)
    return tuple(atom - 1 for atom in atoms)


def _moving(
    kind: str, atoms: Sequence[int], placed: PlacedMolecule, text: str, *, relaxed: bool
) -> tuple[int, ...]:
    """The atoms that move: those behind the bond that leads to the last atom, or is twisted."""
    if len(placed.atoms) == 2:
        return (atoms[1],)
    first, second = atoms[1:3] if kind != "distance" else atoms
    try:
        part = _behind(first, second, placed)
    except InputError as error:
        if relaxed:
            return ()
        raise wrong(text, error.message, f"--{kind}", OTHERWISE) from None
    stays, moves = (atoms[0], first), atoms[2:] or (second,)
    if all(atom in part for atom in moves) and not any(atom in part for atom in stays):
        return part
    if relaxed:
        return ()
    message = f"no part of the molecule moves when atoms {first + 1} and {second + 1} are parted"
    raise wrong(text, message, f"--{kind}", OTHERWISE)


def _behind(first: int, second: int, placed: PlacedMolecule) -> tuple[int, ...]:
    """The atoms on the second one's side of two atoms that are bonded, or not connected at all.

    Raises:
        InputError: They are connected by other atoms, or in a ring.
    """
    molecule = placed.molecule
    found = bonded(placed.atoms, molecule.charge, molecule.multiplicity)
    for part in found.parts:
        if second in part.atoms and first not in part.atoms:
            return part.atoms
    cut = found.cut(found.bond(first, second))
    return next(part.atoms for part in cut if second in part.atoms)
