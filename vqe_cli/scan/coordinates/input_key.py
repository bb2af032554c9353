"""Any number of the input, such as ``ansatz.k`` or ``molecule.charge``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vqe_cli.comparison.plan import portable_data, with_value
from vqe_cli.parts import located, look_up_parts
from vqe_cli.scan.coordinates import Coordinate
from vqe_cli.scan.coordinates.internal import read_internal
from vqe_cli.scan.records import CoordinateRecord
from vqe_cli.scan.relaxation import Relaxation
from vqe_cli.scan.values import Value, read_values, wrong
from vqe_cli.schema import RunSpec, spec_from_data

DISTANCE = "molecule.distance"
"""The distance of the atoms of a diatomic molecule, as if it were a key of the input."""


@dataclass(frozen=True, eq=False)
class InputKey:
    """A number of the input.

    Args:
        key: The keys that lead to it, joined by dots.
        values: Its values.
        data: The input as plain data.
    """

    key: str
    values: tuple[Value, ...]
    data: dict[str, Any]
    moves_atoms: bool = False

    @property
    def record(self) -> CoordinateRecord:
        """What changes, for the record."""
        return CoordinateRecord(kind="key", name=self.key, unit="")

    def spec_at(self, value: Value) -> RunSpec:
        """The input with the number in its place."""
        return spec_from_data(with_value(self.data, self.key.split("."), value))

    def label(self, value: Value) -> str | None:
        """Nothing: the value says everything."""
        return None

    def relaxation(self, value: Value) -> Relaxation | None:
        """Nothing: no geometry is relaxed."""
        return None


def read_key(text: str, spec: RunSpec, *, relaxed: bool = False) -> Coordinate:
    """A key as on the command line: ``ansatz.k=1,2,3``.

    Args:
        text: The key and its values.
        spec: The input.
        relaxed: Whether all else is relaxed, for the distance of a diatomic molecule.

    Raises:
        InputError: The text has another form.
    """
    key, separator, values = text.partition("=")
    if not separator or not all(key.split(".")):
        hint = "write --over ansatz.k=1,2,3 or --over molecule.distance=0.5:3.0:26"
        raise wrong(text, "it is not KEY=VALUES", "--over", hint)
    if key == DISTANCE:
        return _distance(text, values, spec, relaxed=relaxed)
    with located(spec):
        data = portable_data(spec, look_up_parts(spec))
    if spec.hamiltonian is not None and spec.hamiltonian.unit is None:
        data["hamiltonian"].pop("unit", None)  # it may follow from the number that is scanned
    return InputKey(key, read_values(values, "--over"), data)


def _distance(text: str, values: str, spec: RunSpec, *, relaxed: bool) -> Coordinate:
    found = read_internal("distance", f"1,2={values}", spec, relaxed=relaxed)
    if len(found.placed.atoms) != 2:
        hint = "write --distance 1,2=... with the numbers of two atoms"
        raise wrong(text, "the molecule has more than two atoms", "--over", hint)
    return found
