"""Qubit Hamiltonians and models in the input."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ConfigDict, Field, field_validator, model_validator

from vqe_cli._core.kinds import KINDS
from vqe_cli._core.validation import Frozen, SpecError
from vqe_cli._core.wording import counted
from vqe_cli.errors import did_you_mean
from vqe_cli.schema.molecule_spec import Name
from vqe_cli.schema.numbers import NumberError, complex_number, is_number, is_real
from vqe_cli.schema.selection import canonical, name_of

MAX_PAULI_QUBITS = 64

MAX_COEFFICIENT = 1e12

MODELS_OF_ELECTRONS = ("hubbard",)
"""Models that are problems of electrons, not of qubits."""


class HamiltonianSpec(Frozen):
    """A qubit Hamiltonian as a sum of Pauli strings, or a model by a few numbers."""

    model_config = ConfigDict(extra="allow")

    name: Name | None = Field(default=None, description="The name in tables.")
    paulis: dict[str, float] | None = Field(
        default=None,
        description="Coefficient of each Pauli string, or a list of pairs, whose coefficients are"
        " added; the rightmost letter acts on qubit 0.",
    )
    model: str | None = Field(
        default=None,
        description="The name of a model, whose options stand beside it; `vqe list model` shows"
        " them.",
    )
    unit: str | None = Field(
        default=None,
        min_length=1,
        max_length=20,
        description="The unit of energies, in which errors are then told. Default: Hartree for"
        " Pauli strings, the coupling's for a model.",
    )

    @field_validator("model", mode="before")
    @classmethod
    def _as_it_is_listed(cls, value: Any) -> Any:
        return listed_model(value)

    @property
    def of_electrons(self) -> bool:
        """Whether it is a model of electrons."""
        return self.model in MODELS_OF_ELECTRONS

    @property
    def options(self) -> dict[str, Any]:
        """The options of the model, as they are written."""
        return dict(self.model_extra or {})

    @model_validator(mode="after")
    def _is_one_of_both(self) -> HamiltonianSpec:
        if self.model is None and self.options:
            unknown = next(iter(self.options))
            hint = did_you_mean(unknown, list(HamiltonianSpec.model_fields))
            raise SpecError(f"unknown key '{unknown}'", hint, (unknown,))
        if (self.paulis is None) == (self.model is None):
            given = "both" if self.paulis else "neither"
            raise SpecError(
                f"needs either 'paulis' or 'model', and has {given}",
                "for example {paulis: {ZZ: -1.0, XX: 0.2}} or {model: ising, sites: 4}",
            )
        return self

    @field_validator("paulis", mode="before")
    @classmethod
    def _check(cls, paulis: Any) -> Any:
        terms = _pauli_terms(paulis)
        if not terms:
            raise SpecError("needs at least one Pauli string", "for example {ZZ: -1.0, XX: 0.2}")
        width = len(terms[0][0])
        total: dict[str, float] = {}
        for label, coefficient in terms:
            _check_label(label, width)
            total[label] = total.get(label, 0.0) + _coefficient(label, coefficient)
        for label, sum_of_terms in total.items():
            _coefficient(label, sum_of_terms)
        return total


def listed_model(name: Any) -> Any:
    """The name of a model as `vqe list` prints it.

    Args:
        name: The unchecked name.
    """
    return name_of(canonical(KINDS["model"], name)) if isinstance(name, str) else name


def _check_label(label: object, width: int) -> None:
    text, path = str(label), (str(label),)
    if not re.fullmatch("[IXYZ]+", text):
        raise SpecError(
            f"'{text}' is not a Pauli string", "use only the letters I, X, Y and Z", path
        )
    if len(text) != width:
        raise SpecError(
            f"'{text}' has {counted(len(text), 'letter')}, the first has {width}", None, path
        )
    if width > MAX_PAULI_QUBITS:
        raise SpecError(f"{width} qubits are more than {MAX_PAULI_QUBITS}", None, path)


def _pauli_terms(paulis: Any) -> list[tuple[str, Any]]:
    """Pauli strings and coefficients from a mapping or a list of pairs; empty for other data."""
    if isinstance(paulis, dict):
        return [(str(label), coefficient) for label, coefficient in paulis.items()]
    pairs = paulis if isinstance(paulis, (list, tuple)) else []
    if not all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in pairs):
        raise SpecError(
            "is not a list of pairs of a Pauli string and its coefficient",
            "for example {ZZ: -1.0, XX: 0.2} or [[ZZ, -1.0], [XX, 0.2]]",
        )
    return [(str(label), coefficient) for label, coefficient in pairs]


def _coefficient(label: str, value: object) -> float:
    """A real coefficient; complex numbers without imaginary part are accepted."""
    path = (label,)
    found = _as_complex(value)
    if found is not None:
        value = found.real if is_real(found) else str(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        hint = None if found is None else "a Hermitian operator has real coefficients"
        message = f"the coefficient of {label} must be a real number, not {value!r}"
        raise SpecError(message, hint, path)
    if not abs(value) <= MAX_COEFFICIENT:  # also false for NaN
        shown = str(value) if isinstance(value, float) else f"{len(str(abs(value)))} digits long"
        message = f"the coefficient of {label} is {shown}, not a finite number of Hartree"
        raise SpecError(message, f"at most {MAX_COEFFICIENT:g} in size", path)
    return float(value)


def _as_complex(value: object) -> complex | None:
    """A complex number, or the complex number in a text; None for other values."""
    if isinstance(value, complex):
        return value
    if not isinstance(value, str) or is_number(value):
        return None
    try:
        return complex_number(value)
    except NumberError:
        return None
