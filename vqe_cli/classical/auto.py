"""The automatic choice of an exact method."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from vqe_cli._core.resources import Memory
from vqe_cli._core.sizes import Need, Size
from vqe_cli.classical import CLASSICAL_METHODS, MAX_DETERMINANTS, ClassicalEnergy, ClassicalMethod
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding

NUMPY_UP_TO = 8
"""Largest number of qubits for which a general eigensolver is the fastest."""


class Auto(ClassicalMethod):
    """numpy for small problems, fci for larger electronic ones, none if neither is feasible.

    Reference:
        The choice is by numbers of qubits and determinants; the record names the method.
    """

    label: ClassVar[str] = "auto"
    exact: ClassVar[bool] = True
    variational: ClassVar[bool] = True
    unrestricted: ClassVar[bool] = True

    def resolve(self, encoding: Encoding) -> ClassicalMethod | None:
        """The method chosen by size."""
        problem = encoding.problem
        if not isinstance(problem, ElectronicProblem):
            numpy = CLASSICAL_METHODS.create("numpy")
            return numpy if numpy.is_feasible(encoding) else None
        if encoding.untapered.num_qubits <= NUMPY_UP_TO:
            return CLASSICAL_METHODS.create("numpy")
        fci = CLASSICAL_METHODS.create("fci")
        return fci if fci.is_feasible(encoding) else None

    def needs(self, size: Size, qubits: int, memory: Memory) -> Iterator[Need]:
        """The needs of fci if it is chosen; empty if it is skipped."""
        found = list(CLASSICAL_METHODS.create("fci").needs(size, qubits, memory))
        if size.sector_dimension // size.irreps <= MAX_DETERMINANTS and all(
            need.fits(memory) for need in found
        ):
            yield from found

    def solve(self, encoding: Encoding) -> ClassicalEnergy:
        """The energy of the chosen method."""
        method = self.resolve(encoding)
        if method is None:
            return CLASSICAL_METHODS.create("fci").solve(encoding)
        return method.solve(encoding)
