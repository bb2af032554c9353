"""The common base of models of spins one half on a lattice."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

from pydantic import Field, field_validator, model_validator

from vqe_cli._core.wording import counted
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import QubitProblem
from vqe_cli.models import PATH, QubitModel
from vqe_cli.models._lattices import SHAPES, Lattice, lattice_of

Components = tuple[float, float, float]

Term = tuple[dict[int, str], float]
"""Letters by site, and their coefficient."""


class SpinModel(QubitModel):
    """Spins one half on the sites of a lattice; site k is qubit k."""

    sites: int | None = Field(
        default=None,
        ge=1,
        description="Number of sites; follows from rows and columns.",
    )
    lattice: str = Field(default="chain", description=f"The lattice: {SHAPES}.")

    @field_validator("*", mode="before")
    @classmethod
    def _as_tuple(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _has_a_lattice(self) -> SpinModel:
        lattice_of(self.lattice, self.sites)
        return self

    @property
    def _lattice(self) -> Lattice:
        return lattice_of(self.lattice, self.sites)

    @abstractmethod
    def formula(self) -> str:
        """The Hamiltonian in one line."""

    @abstractmethod
    def terms(self) -> Iterator[Term]:
        """The terms of the Hamiltonian in Pauli matrices."""

    def problem(self, unit: str) -> QubitProblem:
        """The Hamiltonian as Pauli terms."""
        found = self._lattice
        paulis = pauli_strings(self.terms(), found.sites)
        where = f"{found.name}, {counted(len(found.bonds), 'bond')}"
        return QubitProblem(paulis, unit=unit, notes=(f"{self.formula()} on a {where}",))


def pauli_strings(terms: Iterator[Term], count: int) -> tuple[tuple[str, float], ...]:
    """Pauli strings with their coefficients, equal strings added and zeros left out.

    Args:
        terms: Letters by qubit, and their coefficient.
        count: Number of qubits.

    Raises:
        InputError: All coefficients are zero.
    """
    found: dict[str, float] = {}
    for letters, coefficient in terms:
        label = "".join(letters.get(qubit, "I") for qubit in reversed(range(count)))
        found[label] = found.get(label, 0.0) + coefficient
    paulis = tuple((label, value) for label, value in found.items() if value != 0.0)
    if not any(label.strip("I") for label, _ in paulis):
        raise InputError("all terms of the model are zero", path=PATH)
    return paulis


def components(value: float | Components, *, along_z: bool) -> Components:
    """Three components from a number.

    Args:
        value: One number, or three components.
        along_z: Whether one number is the z component; otherwise it is all three.
    """
    if isinstance(value, tuple):
        return value
    return (0.0, 0.0, value) if along_z else (value, value, value)


def unit_of(*couplings: float) -> str:
    """``J`` if the largest coupling is +1, so that energies are multiples of it."""
    return "J" if max(couplings) == max(map(abs, couplings)) == 1.0 else COUPLING_UNITS


COUPLING_UNITS = "coupling units"
"""The unit of energies whose couplings are not multiples of one of them."""
