"""Quadratic unconstrained binary optimisation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field, field_validator

from vqe_cli._core.validation import SpecError
from vqe_cli._core.wording import counted
from vqe_cli.fermions.problem import QubitProblem
from vqe_cli.models import QubitModel
from vqe_cli.models._spins import Term, pauli_strings
from vqe_cli.schema.hamiltonian_spec import MAX_COEFFICIENT, MAX_PAULI_QUBITS


class Qubo(QubitModel):
    """The minimum of xᵀQx + c over x of zeros and ones; x_k is the bit of qubit k, (1 − Z)/2.

    Reference:
        Lucas, Front. Phys. 2, 5 (2014).
    """

    matrix: tuple[tuple[float, ...], ...] = Field(
        description="The matrix Q, row by row; only Q + Qᵀ matters."
    )
    constant: float = Field(default=0.0, description="The constant c.")

    @field_validator("matrix", mode="before")
    @classmethod
    def _is_square(cls, value: Any) -> Any:
        rows = [tuple(row) if isinstance(row, list) else row for row in _listed(value)]
        if not rows or any(not isinstance(row, tuple) or len(row) != len(rows) for row in rows):
            raise SpecError("is not a square matrix", "for example [[1, -2], [0, 1]]")
        if len(rows) > MAX_PAULI_QUBITS:
            raise SpecError(f"{len(rows)} variables are more than {MAX_PAULI_QUBITS}")
        for place, row in enumerate(rows):
            if any(isinstance(v, float) and not abs(v) <= MAX_COEFFICIENT for v in row):
                raise SpecError("has a number that is not finite", None, (place,))
        return tuple(rows)

    @property
    def unit(self) -> str:
        """The unit of the cost that is minimised."""
        return "cost"

    def problem(self, unit: str) -> QubitProblem:
        """The Hamiltonian as Pauli terms, the constant included."""
        count = len(self.matrix)
        paulis = pauli_strings(self._terms(), count)
        note = f"QUBO of {counted(count, 'variable')}: energies are values of xᵀQx + c"
        return QubitProblem(paulis, unit=unit, notes=(note,))

    def _terms(self) -> Iterator[Term]:
        yield {}, self.constant
        for k, row in enumerate(self.matrix):
            for m, value in enumerate(row):
                if k == m:  # x² = x = (1 − Z)/2
                    yield {}, 0.5 * value
                    yield {k: "Z"}, -0.5 * value
                else:  # (1 − Z_k)(1 − Z_m)/4
                    yield {}, 0.25 * value
                    yield {k: "Z"}, -0.25 * value
                    yield {m: "Z"}, -0.25 * value
                    yield {k: "Z", m: "Z"}, 0.25 * value


def _listed(value: Any) -> list[Any]:
    """The rows of a matrix; empty for anything else."""
    return list(value) if isinstance(value, (list, tuple)) else []
