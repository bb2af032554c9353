"""Models of spins, electrons on lattices, and optimisation problems: a registry."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

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

    @abstractmethod
    def problem(self, unit: str) -> QubitProblem:
        """The problem.

        Args:
            unit: The unit of its energies.

        Raises:
            InputError: The model has no terms, or too many qubits.
        """


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
