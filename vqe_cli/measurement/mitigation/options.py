"""Options of error mitigation."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_serializer, model_validator

from vqe_cli._core.validation import InputPart, SpecError
from vqe_cli.errors import did_you_mean
from vqe_cli.measurement.mitigation.readout import ReadoutOptions
from vqe_cli.measurement.mitigation.zne import ZneOptions

Method = Literal["readout", "symmetry", "zne", "reference_state"]

ORDER: tuple[Method, ...] = ("readout", "symmetry", "zne", "reference_state")
"""The methods in order; each acts inside the next."""

WITH_OPTIONS = ("readout", "zne")


class Mitigation(InputPart):
    """Error mitigation of the final energy; a name, a list of names, or a mapping."""

    readout: ReadoutOptions | None = Field(
        default=None, description="Measure each qubit's confusion matrix and invert it."
    )
    symmetry: bool = Field(
        default=False,
        description="Discard shots with wrong electron numbers where bits determine them.",
    )
    zne: ZneOptions | None = Field(
        default=None, description="Measure folded circuits too, and extrapolate to zero noise."
    )
    reference_state: bool = Field(
        default=False,
        description="Subtract the error of the Hartree-Fock determinant, whose energy is known "
        "(Lolur et al., J. Chem. Theory Comput. 19, 783 (2023)).",
    )

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, value: Any) -> Any:
        """Turn names, and the value true, into methods with their defaults."""
        names = [value] if isinstance(value, str) else value
        if isinstance(names, (list, tuple)):
            value = {_known(name): True for name in names}
        if not isinstance(value, dict):
            return value
        return {
            key: ({} if item else None) if key in WITH_OPTIONS and isinstance(item, bool) else item
            for key, item in value.items()
        }

    @model_validator(mode="after")
    def _something(self) -> Mitigation:
        if not self.methods:
            raise SpecError("no method is asked for", f"known: {', '.join(ORDER)}")
        return self

    @model_serializer(mode="wrap")
    def _without_absent_parts(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if value not in (None, False)}

    @property
    def methods(self) -> tuple[Method, ...]:
        """The chosen methods, the innermost first."""
        return tuple(name for name in ORDER if getattr(self, name) not in (None, False))


def _known(name: Any) -> str:
    if name not in ORDER:
        raise SpecError(f"there is no mitigation called '{name}'", did_you_mean(name, ORDER))
    return str(name)
