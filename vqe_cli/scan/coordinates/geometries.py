"""A list of geometries: a folder of .xyz files, or one file with several geometries."""

from __future__ import annotations

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
    atoms = {read_atoms(one.geometry, one.units)[0].labels for one in molecules}
    labels = tuple(label[:WIDEST_LABEL] for *_, label in frames)
    return Geometries(path.name, molecules, labels, spec, len(atoms) == 1)


def _of_folder(path: Path) -> Iterator[tuple[Path, str, str]]:
    """The files of a folder: path, content, and name."""
    for file in sorted(path.glob("*.xyz")):
        yield file, read_text(file), file.stem


def _of_file(path: Path) -> Iterator[tuple[Path, str, str]]:
    """The geometries of a file: path, text, and comment."""
    lines: Sequence[str] = read_text(path).splitlines()
    while lines := _without_blanks(lines):
        try:
            count = whole(lines[0].split()[0])
        except NumberError:
            message = f"'{lines[0].strip()[:40]}' is not a number of atoms"
            raise about(path, message, "each geometry begins with its number of atoms") from None
        comment = lines[1].strip() if len(lines) > 1 else ""
        yield path, "\n".join(lines[: count + 2]), comment
        lines = lines[count + 2 :]


def _without_blanks(lines: Sequence[str]) -> Sequence[str]:
    """The lines from the first that is not blank."""
    first = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    return lines[first:]


def _molecule(path: Path, text: str, molecule: MoleculeSpec) -> MoleculeSpec:
    """The molecule section with the geometry of a text."""
    found = read_xyz(path, text).data["molecule"]
    for key in ("charge", "multiplicity"):
        if key in found and found[key] != getattr(molecule, key):
            message = f"states {key} {found[key]}, the input {getattr(molecule, key)}"
            raise InputError(f"{path.name} {message}", path=("molecule", key))
    units = found.get("units", "angstrom")
    changes = {"geometry": Geometry(cartesian=found["geometry"]), "units": units}
    return molecule.model_copy(update=changes)
