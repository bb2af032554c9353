"""The exact method that suits the problem."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from vqe_cli._core.sizes import Need, Size
from vqe_cli.classical import CLASSICAL_METHODS, MAX_DETERMINANTS, ClassicalEnergy, ClassicalMethod
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding

NUMPY_UP_TO = 8
"""Qubits up to which a general eigensolver is as quick as anything."""


class Auto(ClassicalMethod):
    """numpy for small qubit problems, fci for electrons beyond that, none where neither fits.

    Reference:
        The choice is by number of qubits and determinants; the record says which was taken.
    """

    label: ClassVar[str] = "auto"
    exact: ClassVar[bool] = True

    def resolve(self, encoding: Encoding) -> ClassicalMethod | None:
        """Choose by size."""
        problem = encoding.problem
        if not isinstance(problem, ElectronicProblem):
            return CLASSICAL_METHODS.create("numpy") if encoding.num_qubits <= 14 else None
        if encoding.num_qubits <= NUMPY_UP_TO:
            return CLASSICAL_METHODS.create("numpy")
        fci = CLASSICAL_METHODS.create("fci")
        return fci if fci.is_feasible(encoding) else None

    def needs(self, size: Size, qubits: int) -> Iterator[Need]:
        """Those of fci where it is chosen; where it does not fit it is left out."""
        found = list(CLASSICAL_METHODS.create("fci").needs(size, qubits))
        if size.sector_dimension // size.irreps <= MAX_DETERMINANTS and all(
            need.fits for need in found
        ):
            yield from found

    def solve(self, encoding: Encoding) -> ClassicalEnergy:
        """Resolve, then solve."""
        method = self.resolve(encoding)
        if method is None:
            return CLASSICAL_METHODS.create("fci").solve(encoding)
        return method.solve(encoding)
