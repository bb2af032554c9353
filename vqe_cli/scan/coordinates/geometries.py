"""A list of geometries: a folder of .xyz files, or one file with several geometries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vqe_cli.chemistry.geometry.coordinates import read_atoms
from vqe_cli.errors import InputError
from vqe_cli.scan.records import CoordinateRecord
from vqe_cli.scan.relaxation import Relaxation
from vqe_cli.scan.values import MOST_POINTS, Value
from vqe_cli.schema import Geometry, MoleculeSpec, RunSpec
from vqe_cli.schema.numbers import NumberError, whole
from vqe_cli.schema.readers.content import about, read_text
from vqe_cli.schema.readers.xyz import read_xyz

WIDEST_LABEL = 24
"""Number of characters of a label; the rest of a comment is left out."""


@dataclass(frozen=True, eq=False)
class Geometries:
    """Geometries one after another, the coordinate being their number from 1.

    Args:
        name: Name of the file or folder.
        molecules: The molecule section of the input for each.
        labels: Comment or file name of each.
        spec: The input.
        moves_atoms: Whether all have the same atoms in the same order.
    """

    name: str
    molecules: tuple[MoleculeSpec, ...]
    labels: tuple[str, ...]
    spec: RunSpec
    moves_atoms: bool

    @property
    def record(self) -> CoordinateRecord:
        """What changes, for the record."""
        return CoordinateRecord(kind="geometries", name=self.name, unit="")

    @property
    def values(self) -> tuple[Value, ...]:
        """The numbers of the geometries."""
        return tuple(range(1, len(self.molecules) + 1))

    def spec_at(self, value: Value) -> RunSpec:
        """The input with one of the geometries."""
        return self.spec.model_copy(update={"molecule": self.molecules[int(value) - 1]})

    def label(self, value: Value) -> str | None:
        """The comment of the geometry, or the name of its file."""
        return self.labels[int(value) - 1] or None

    def relaxation(self, value: Value) -> Relaxation | None:
        """Nothing: the geometries are as given."""
        return None


def read_geometries(path: Path, spec: RunSpec) -> Geometries:
    """Read geometries; charge, multiplicity and basis are those of the input.

    Args:
        path: A folder of .xyz files, in the order of their names, or a file with geometries one
            after another.
        spec: The input.

    Raises:
        InputError: There are fewer than two geometries, or one is wrong or states another charge
            or multiplicity than the input.
    """
    if spec.molecule is None:
        raise about(path, "the input has no molecule with atoms", "give an input with a molecule")
    frames = list(_of_folder(path) if path.is_dir() else _of_file(path))
    if not 2 <= len(frames) <= MOST_POINTS:
        message = f"has {len(frames)} geometries; a scan has 2 to {MOST_POINTS}"
        raise about(path, message, "give a folder of .xyz files, or a file with several geometries")
    molecules = tuple(_molecule(file, text, spec.molecule) for file, text, _ in frames)
    files = [file for file, *_ in frames]
    labelled = zip(files, molecules, strict=True)
    atoms = {_labels(file, number, one) for number, (file, one) in enumerate(labelled, start=1)}
    labels = tuple(label[:WIDEST_LABEL] for *_, label in frames)
    return Geometries(path.name, molecules, labels, spec, len(atoms) == 1)


def _of_folder(path: Path) -> Iterator[tuple[Path, str, str]]:
    """The files of a folder: path, content, and name."""
    for file in sorted(path.glob("*.xyz"), key=lambda one: _numbers_in(one.name)):
        yield file, read_text(file), file.stem


def _numbers_in(name: str) -> list[tuple[int, str]]:
    """A key that sorts names with numbers by the numbers: p2 before p10."""
    words = re.split(r"([0-9]+)", name)
    return [(int(word), "") if word.isdecimal() else (-1, word) for word in words]


def _of_file(path: Path) -> Iterator[tuple[Path, str, str]]:
    """The geometries of a file: path, text, and comment."""
    lines = read_text(path).splitlines()
    head = _head(lines, 0)
    while head < len(lines):
        try:
            count = whole(lines[head].split()[0])
        except NumberError:
            message = f"'{lines[head].strip()[:40]}' is not a number of atoms"
            hint = "each geometry begins with its number of atoms"
            raise about(path, message, hint, head + 1) from None
        end = head + count + 2
        comment = lines[head + 1].strip() if head + 1 < len(lines) else ""
        # Blank lines in place of the geometries before it, so that errors name the right line.
        yield path, "\n".join([*[""] * head, *lines[head:end]]), comment
        head = _head(lines, end)


def _head(lines: Sequence[str], start: int) -> int:
    """The index of the first line from a start that is not blank; their number without one."""
    rest = range(start, len(lines))
    return next((index for index in rest if lines[index].strip()), len(lines))


def _labels(path: Path, number: int, molecule: MoleculeSpec) -> tuple[str, ...]:
    """The labels of the atoms of a geometry; errors name the file and the geometry's number."""
    try:
        return read_atoms(molecule.geometry, molecule.units)[0].labels
    except InputError as error:
        raise about(path, f"geometry {number}: {error.message}", error.hint) from None


def _molecule(path: Path, text: str, molecule: MoleculeSpec) -> MoleculeSpec:
    """The molecule section with the geometry of a text."""
    found = read_xyz(path, text).data["molecule"]
    for key in ("charge", "multiplicity"):
        if key in found and found[key] != getattr(molecule, key):
            message = f"states {key} {found[key]}, the input {getattr(molecule, key)}"
            raise about(path, message, "one scan has one charge and multiplicity")
    units = found.get("units", "angstrom")
    changes = {"geometry": Geometry(cartesian=found["geometry"]), "units": units}
    return molecule.model_copy(update=changes)
