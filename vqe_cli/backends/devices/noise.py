"""Options of noise: that of a fake device, or noise that consists of parts."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    WithJsonSchema,
    field_validator,
    model_serializer,
    model_validator,
)

from vqe_cli._core.units import NANOSECONDS
from vqe_cli._core.validation import Frozen, InputPart, SpecError


def _nanoseconds(value: Any) -> Any:
    """A duration in nanoseconds from text with a unit; numbers are returned as they are."""
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?)\s*(\S+)\s*", value)
    if match is None or match[2] not in NANOSECONDS:
        raise SpecError(f"'{value}' is not a duration", "write it like 100 us or 35 ns")
    return float(match[1]) * NANOSECONDS[match[2]]


_DURATION_SCHEMA = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}]}
Duration = Annotated[
    float, BeforeValidator(_nanoseconds), Field(ge=0), WithJsonSchema(_DURATION_SCHEMA)
]
"""Nanoseconds, or text with a unit: ``100 us``."""

PositiveDuration = Annotated[
    float, BeforeValidator(_nanoseconds), Field(gt=0), WithJsonSchema(_DURATION_SCHEMA)
]
Probability = Annotated[float, Field(ge=0, le=1)]


class Depolarizing(Frozen):
    """After a gate its qubits are replaced by the completely mixed state with a probability."""

    one_qubit: Probability = Field(
        default=0.0, description="Depolarising probability of x and sx; rz has no errors."
    )
    two_qubit: Probability = Field(default=0.0, description="Depolarising probability of cx.")


class Thermal(Frozen):
    """Decay to |0⟩ and loss of phase while gates and the readout last.

    Idle qubits do not relax.
    """

    t1: PositiveDuration = Field(
        description="Relaxation time T1, such as 100 us; plain numbers are in ns."
    )
    t2: PositiveDuration = Field(description="Dephasing time T2, at most 2 T1.")
    one_qubit_gate: Duration = Field(
        default=0.0, description="Duration of x and sx; rz takes no time."
    )
    two_qubit_gate: Duration = Field(default=0.0, description="Duration of cx.")
    readout: Duration = Field(
        default=0.0, description="Duration of the readout, in which |1⟩ can decay."
    )

    @model_validator(mode="after")
    def _possible(self) -> Thermal:
        if self.t2 > 2 * self.t1:
            message = f"t2 is {self.t2:g} ns, more than twice t1, which is {self.t1:g} ns"
            raise SpecError(message, "T2 of a qubit is at most 2 T1", ("t2",))
        return self


class Readout(Frozen):
    """Readout errors of a qubit; one number stands for both probabilities."""

    p1_given_0: Probability = Field(default=0.0, description="Probability of reading 1 in state 0.")
    p0_given_1: Probability = Field(default=0.0, description="Probability of reading 0 in state 1.")

    @model_validator(mode="before")
    @classmethod
    def _both(cls, value: Any) -> Any:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return {"p1_given_0": value, "p0_given_1": value}
        return value


class Noise(InputPart):
    """Noise of a fake IBM device, or of parts that are the same for every qubit."""

    device: str | None = Field(default=None, description="A fake IBM device, such as fake_manila.")
    depolarizing: Depolarizing | None = Field(
        default=None, description="Depolarising errors of gates."
    )
    thermal: Thermal | None = Field(default=None, description="Thermal relaxation during gates.")
    readout: Readout | None = Field(default=None, description="Readout error probabilities.")
    coupling: Literal["all", "line"] | None = Field(
        default=None,
        description="Pairs of qubits with two-qubit gates, without a device. Default: all.",
    )
    scale: float = Field(
        default=1.0,
        ge=0,
        le=100,
        description="Factor on all error probabilities and relaxation rates; 0 is no noise.",
    )

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"device": value} if isinstance(value, str) else value

    @field_validator("device", mode="after")
    @classmethod
    def _in_one_spelling(cls, value: str | None) -> str | None:
        """``fake_manila`` for ``Fake-Manila`` and for Qiskit's class ``FakeManilaV2``."""
        if value is None:
            return None
        name = value.removesuffix("V2").lower().replace("-", "_")
        return f"fake_{name[4:]}" if name.startswith("fake") and name[4:5] != "_" else name

    @model_validator(mode="after")
    def _possible(self) -> Noise:
        parts = {"depolarizing", "thermal", "readout"}
        given = {key for key in (*parts, "coupling") if getattr(self, key) is not None}
        if self.device is not None and given:
            key = sorted(given)[0]
            raise SpecError(
                f"{key} cannot be combined with a device",
                "name a device, or the parts of noise",
                (key,),
            )
        if self.device is None and not given & parts:
            raise SpecError(
                "no noise is given", "name a device, or depolarizing, thermal or readout"
            )
        self._refuse_certain_errors()
        return self

    def _refuse_certain_errors(self) -> None:
        """Refuse scaled probabilities above 1, and readouts that are random."""
        for key in ("one_qubit", "two_qubit"):
            scaled = self.scale * getattr(self.depolarizing, key, 0.0)
            if scaled > 1:
                message = f"depolarizing.{key} times scale is {scaled:g}, more than 1"
                raise SpecError(message, "choose a smaller scale", ("scale",))
        if self.readout is None:
            return
        wrong = self.scale * (self.readout.p1_given_0 + self.readout.p0_given_1)
        if wrong >= 1:
            raise SpecError(
                f"p1_given_0 + p0_given_1 times scale is {wrong:g}, and the readout carries no"
                " information",
                "their scaled sum must be below 1",
                ("readout",),
            )

    @model_serializer(mode="wrap")
    def _without_absent_parts(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if value is not None}

    @property
    def label(self) -> str:
        """A short description for people."""
        if self.device is None:
            parts = ("depolarizing", "thermal", "readout")
            label = " + ".join(key for key in parts if getattr(self, key) is not None)
        else:
            label = self.device
        return label if self.scale == 1 else f"{label} × {self.scale:g}"
