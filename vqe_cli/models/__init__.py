"""Models of spins, electrons on lattices, and optimisation problems: a registry."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.registry import Entry, Registry
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import QubitProblem
from vqe_cli.schema import HamiltonianSpec

PATH = ("hamiltonian",)


class Model(Entry):
    """A Hamiltonian that follows from a few numbers, such as couplings on a lattice."""

    of_electrons: ClassVar[bool] = False
    """Whether the model has electrons, which a mapper and excitations apply to."""

    @property
    @abstractmethod
    def unit(self) -> str:
        """The unit of energies, if the input names none: ``J`` for a coupling of one."""


class QubitModel(Model):
    """A model of spins or bits."""

    @abstractmethod
    def problem(self, unit: str) -> QubitProblem:
        """The problem.

        Args:
            unit: The unit of its energies.

        Raises:
            InputError: The model has no terms, or too many qubits.
        """


@dataclass(frozen=True, eq=False)
class SiteIntegrals:
    """A model of electrons as integrals over its sites.

    Args:
        h1: One-electron integrals, shape (sites, sites).
        h2: Two-electron integrals (pq|rs), chemists' order, shape (sites,) * 4.
        electrons: Number of electrons.
        unpaired: Number of unpaired electrons.
        formula: The Hamiltonian in one line.
    """

    h1: FloatArray
    h2: FloatArray
    electrons: int
    unpaired: int
    formula: str


class ElectronModel(Model):
    """A model of electrons on sites."""

    @abstractmethod
    def integrals(self) -> SiteIntegrals:
        """The integrals over the sites."""


def model_of(spec: HamiltonianSpec) -> Model:
    """The model of a Hamiltonian, with all options checked.

    Args:
        spec: A Hamiltonian with `model`.

    Raises:
        InputError: The model or an option is unknown, or a value is invalid.
    """
    options = {**spec.options, "name": spec.model}
    try:
        return MODELS.create(options, PATH)
    except InputError as error:
        if error.path == PATH and spec.model not in MODELS.names():
            error.path = (*PATH, "model")
        raise


MODELS = Registry("model", Model, __name__)
