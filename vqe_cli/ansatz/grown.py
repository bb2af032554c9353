"""An ansatz that an adaptive run has grown, read from its record."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from pydantic import Field, field_validator, model_validator

from vqe_cli._core.sizes import Size
from vqe_cli._core.validation import SpecError
from vqe_cli._core.wording import counted
from vqe_cli.ansatz import Ansatz
from vqe_cli.ansatz.state import ParameterisedState, Start, operator_of
from vqe_cli.errors import InputError, Path
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct, shared_product
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS, Mapper
from vqe_cli.qubits.pauli_strings import PauliProduct
from vqe_cli.schema.records import OperatorRecord
from vqe_cli.schema.tapering_records import SymmetryRecord


class Grown(Ansatz):
    """The operators that an adaptive run has chosen, as a fixed ansatz on any backend.

    `file` names the record of a run with `ansatz: adapt`, as `vqe run -o` writes it. Operators and
    parameters are read from it; `optimizer: none` takes the parameters as they are, any other
    optimiser starts from them. The other options are filled in from the record.

    The problem must have the record's orbitals and electrons. Excitations may be read with another
    mapping, Pauli strings with their own only, tapered by the same symmetries.

    Reference:
        Grimsley, Economou, Barnes and Mayhall, Nat. Commun. 10, 3007 (2019).
    """

    start: ClassVar[Start | None] = "zeros"

    file: str | None = Field(
        default=None, description="A record of `vqe run -o`, relative to the input file."
    )
    operators: tuple[OperatorRecord, ...] = Field(
        default=(), description="The operators in the order in which they act."
    )
    orbitals: int | None = Field(
        default=None, ge=1, description="Number of orbitals of the record's problem."
    )
    electrons: tuple[int, int] | None = Field(
        default=None, description="Numbers of alpha and beta electrons of the record's problem."
    )
    mapper: dict[str, Any] | None = Field(
        default=None, description="The mapping of the record's problem."
    )
    symmetries: tuple[SymmetryRecord, ...] = Field(
        default=(), description="The symmetries by which qubits of the record were tapered."
    )
    determinant_energy: float | None = Field(
        default=None, description="Energy of the record's reference determinant, Hartree."
    )
    orbital_energies: tuple[float, ...] | None = Field(
        default=None, description="Energies of the record's active orbitals, Hartree."
    )

    def check_unrestricted(self) -> None:
        """Allow unrestricted orbitals, which must be those of the record."""
        return

    @field_validator("operators", "electrons", "symmetries", "orbital_energies", mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        return _as_tuples(value)

    @model_validator(mode="after")
    def _has_operators(self) -> Grown:
        if not self.operators:
            raise SpecError("has no operators", "ansatz: {name: grown, file: RECORD}")
        if len({one.pauli is None for one in self.operators}) > 1:
            raise SpecError("has both excitations and Pauli strings", path=("operators",))
        for place, one in enumerate(self.operators):
            _refuse_impossible(one, ("operators", place))
        return self

    @property
    def is_product(self) -> bool:
        """Whether the operators are excitations."""
        return self.operators[0].pauli is None

    @property
    def without_excitations(self) -> str:
        """What the operators are instead."""
        return f"ansatz '{self.name}' consists of Pauli strings here"

    def num_excitations(self, size: Size) -> int:
        """The number of excitations."""
        return sum(len(one.create) for one in self.operators)

    def check_for_electrons(self, mapper: Mapper) -> None:
        """Refuse Pauli strings of another mapping."""
        if self.is_product or self.mapper is None:
            return
        own = MAPPERS.create(self.mapper, ("ansatz", "mapper"))
        if own.selection() != mapper.selection():
            raise InputError(
                f"the Pauli strings were grown with mapper '{own.label}', and depend on it",
                path=("mapper",),
                hint=f"mapper: {json.dumps(own.selection())}, or grow them anew by ansatz: adapt",
            )

    def excitations(self, problem: ElectronicProblem) -> ExcitationProduct | None:
        """The operators as a product; None for Pauli strings.

        Raises:
            InputError: The problem has other orbitals or electrons than the record's.
        """
        self._check(problem)
        if not self.is_product:
            return None
        groups = [
            [part for part in operator_of(one) if isinstance(part, Excitation)]
            for one in self.operators
        ]
        return shared_product(problem.norb, problem.nelec, groups)

    def state(self, encoding: Encoding) -> ParameterisedState:
        """The state of the operators.

        Raises:
            InputError: The problem is another than the record's.
        """
        state = super().state(encoding)
        if self.is_product:
            return state
        self._check_qubits(encoding)
        strings = state.with_strings(PauliProduct(()))
        return strings.with_operators([operator_of(one) for one in self.operators])

    def _check(self, problem: ElectronicProblem) -> None:
        """Refuse another number of orbitals or electrons."""
        here = (problem.norb, problem.nelec)
        there = (self.orbitals or problem.norb, self.electrons or problem.nelec)
        if here != there:
            raise InputError(
                f"the ansatz was grown for {_size(*there)}; this problem has {_size(*here)}",
                path=("ansatz",),
                hint="choose the active space of the record, or grow it anew by ansatz: adapt",
            )
        for place, one in enumerate(self.operators):
            if not _orbitals(one) <= set(range(problem.norb)):
                raise InputError(
                    f"{one.label} has orbitals besides 0 to {problem.norb - 1}",
                    path=("ansatz", "operators", place),
                )

    def _check_qubits(self, encoding: Encoding) -> None:
        """Refuse Pauli strings on other qubits: another number, or tapered by other symmetries."""
        count = encoding.num_qubits
        whole = count + len(encoding.tapering)
        here = {(one.label(whole), -1 if one.is_odd else 1) for one in encoding.tapering}
        there = {(one.pauli, one.sector) for one in self.symmetries}
        lengths = {len(one.pauli or "") for one in self.operators}
        if lengths == {count} and here == there:
            return
        if here == there:
            found = f"act on {min(lengths)} qubits; this problem has {count}"
        else:
            found = "were grown on qubits tapered by other symmetries than those of this problem"
        raise InputError(
            f"the Pauli strings {found}",
            path=("ansatz",),
            hint="grow them anew by ansatz: adapt, or with a pool of excitations, which can be read"
            " with any mapping",
        )


def _refuse_impossible(record: OperatorRecord, path: Path) -> None:
    """Refuse a record that is no operator, as in an edited file.

    Args:
        record: The operator.
        path: Path of the operator in the options.

    Raises:
        SpecError: The record is no operator.
    """
    if len(record.create) != len(record.annihilate):
        raise SpecError("fills and empties orbitals of different excitations", path=path)
    try:
        operator = operator_of(record)
    except ValueError as error:
        raise SpecError(f"is no operator: {error}", path=path) from None
    if not operator:
        raise SpecError("has neither excitations nor a Pauli string", path=path)


def _orbitals(record: OperatorRecord) -> set[int]:
    """The orbitals between which an operator's excitations move electrons, from 0."""
    excitations = (*record.create, *record.annihilate)
    return {orbital for excitation in excitations for orbital, _ in excitation}


def _size(norb: int, nelec: tuple[int, int]) -> str:
    return f"{nelec[0]} alpha and {nelec[1]} beta electrons in {counted(norb, 'orbital')}"


def _as_tuples(value: Any) -> Any:
    """Nested lists of an input file as tuples."""
    if isinstance(value, dict):
        return {key: _as_tuples(item) for key, item in value.items()}
    return tuple(_as_tuples(item) for item in value) if isinstance(value, list) else value
