"""The exact method that suits the problem."""

from __future__ import annotations

from typing import ClassVar

from vqe_cli.chemistry.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.references import REFERENCES, Reference, ReferenceEnergy

NUMPY_UP_TO = 8
"""Qubits up to which a general eigensolver is as quick as anything."""


class Auto(Reference):
    """numpy for small qubit problems, fci for electrons beyond that, none where neither fits.

    Reference:
        The choice is by number of qubits and determinants; the record says which was taken.
    """

    label: ClassVar[str] = "auto"
    exact: ClassVar[bool] = True

    def resolve(self, encoding: Encoding) -> Reference | None:
        """Choose by size."""
        problem = encoding.problem
        if not isinstance(problem, ElectronicProblem):
            return REFERENCES.create("numpy") if encoding.num_qubits <= 14 else None
        if encoding.num_qubits <= NUMPY_UP_TO:
            return REFERENCES.create("numpy")
        fci = REFERENCES.create("fci")
        return fci if fci.is_feasible(encoding) else None

    def solve(self, encoding: Encoding) -> ReferenceEnergy:
        """Resolve, then solve."""
        method = self.resolve(encoding)
        if method is None:
            return REFERENCES.create("fci").solve(encoding)
        return method.solve(encoding)
