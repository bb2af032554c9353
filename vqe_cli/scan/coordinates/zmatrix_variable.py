"""A named value of a Z-matrix."""

from __future__ import annotations

from dataclasses import dataclass

from vqe_cli.chemistry.geometry.coordinates import read_atoms
from vqe_cli.chemistry.geometry.zmatrix import with_value
from vqe_cli.scan.records import CoordinateRecord
from vqe_cli.scan.relaxation import Relaxation
from vqe_cli.scan.values import Value, read_values, wrong
from vqe_cli.schema import Geometry, RunSpec

FLAG = "--variable"


@dataclass(frozen=True, eq=False)
class ZMatrixVariable:
    """A named value of the input's Z-matrix.

    Args:
        name: Its name.
        values: Its values, in the unit of the input or in degrees.
        spec: The input.
        zmatrix: The Z-matrix.
    """

    name: str
    values: tuple[Value, ...]
    spec: RunSpec
    zmatrix: str
    moves_atoms: bool = True

    @property
    def record(self) -> CoordinateRecord:
        """What changes, for the record."""
        return CoordinateRecord(kind="variable", name=f"variable {self.name}", unit="")

    def spec_at(self, value: Value) -> RunSpec:
        """The input with the value in the Z-matrix."""
        assert self.spec.molecule is not None
        geometry = Geometry(zmatrix=with_value(self.zmatrix, self.name, float(value)))
        read_atoms(geometry, self.spec.molecule.units)
        molecule = self.spec.molecule.model_copy(update={"geometry": geometry})
        return self.spec.model_copy(update={"molecule": molecule})

    def label(self, value: Value) -> str | None:
        """Nothing: the value says everything."""
        return None

    def relaxation(self, value: Value) -> Relaxation | None:
        """Nothing: no geometry is relaxed."""
        return None


def read_variable(text: str, spec: RunSpec) -> ZMatrixVariable:
    """A variable as on the command line: ``R=0.5:3.0:26``.

    Args:
        text: Its name and values.
        spec: The input.

    Raises:
        InputError: The text has another form, or the input has no such variable.
    """
    name, separator, values = text.partition("=")
    if not separator or not name:
        raise wrong(text, "it is not NAME=VALUES", FLAG, "write --variable R=0.5:3.0:26")
    zmatrix = None if spec.molecule is None else spec.molecule.geometry.zmatrix
    if zmatrix is None:
        raise wrong(text, "the input has no Z-matrix", FLAG, "use --distance, --angle, --dihedral")
    return ZMatrixVariable(name, read_values(values, FLAG), spec, zmatrix)
