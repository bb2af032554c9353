"""Records of what a backend did: its settings and use, stages, mitigation and sampling."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from vqe_cli.schema.record import Record


class MitigationRecord(Record):
    """An energy after some methods of error mitigation; the first is raw, the last the result."""

    method: str
    energy: float
    standard_error: float | None
    shots: int
    overhead: float = Field(description="Shots relative to the raw energy's.")
    notes: dict[str, Any] = Field(default={})


class SqdRecord(Record):
    """Sample-based diagonalisation, with a baseline from random bitstrings.

    A subspace of most determinants gives the exact energy whatever was sampled.
    """

    shots: int
    valid_shots: int = Field(
        description="Number of shots with the right number of electrons of each spin."
    )
    different_strings: int = Field(description="Number of different bitstrings.")
    subspace_dimension: int
    full_dimension: int
    subspace_fraction: float
    trial_energy: float | None = Field(
        description="Energy of the parameterised state; None if it would cost shots."
    )
    random_energy: float = Field(
        description="Energy from as many random determinants with the right electrons, by the same "
        "options; the lowest of `random_energies`."
    )
    random_subspace_dimension: int
    random_energies: tuple[float, ...] = Field(
        default=(),
        description="Energy of every random baseline; the last is as low as that of the sample.",
    )
    reference_energy: float | None = Field(
        default=None, description="Energy of the reference determinant, which is in every subspace."
    )
    valid_share_of_noise: float | None = Field(
        default=None, description="Share of uniformly random bitstrings with the right electrons."
    )


class StageRecord(Record):
    """The energy at one stage: exact simulation, noisy simulation or measurement."""

    name: str
    energy: float
    standard_error: float | None
    shots: int = Field(description="Number of shots; simulated ones in a noisy simulation.")
    wall_s: float


class BackendRecord(Record):
    """The computation of energies. Fields that a backend does not set are left out of the JSON.

    Backends of other packages may add fields in a derived class.
    """

    model_config = ConfigDict(extra="allow")

    name: str = Field(default="", description="Name of the backend in its registry.")
    representation: str = Field(
        description="Representation of the state, such as sector or statevector; or the device."
    )
    mode: str | None = Field(default=None, description="Execution mode of the jobs.")
    plan: str | None = Field(default=None, description="Price plan of the device.")
    dimension: int | None = Field(default=None, description="Number of amplitudes of the state.")
    irreps: int | None = Field(default=None, description="Number of irreps of the sector.")
    hamiltonian: str | None = Field(
        default=None, description="Form in which the Hamiltonian acts on the sector."
    )
    rotations: int | None = Field(
        default=None,
        description="Number of orbital rotations by single excitations of the product.",
    )
    threads: int | None = None
    qubits: int | None = Field(
        default=None, description="Number of qubits of the transpiled circuit."
    )
    depth: int | None = Field(default=None, description="Depth of the transpiled circuit.")
    two_qubit_gates: int | None = Field(
        default=None, description="Number in the transpiled circuit."
    )
    gates: int | dict[str, int] | None = Field(
        default=None, description="Number of gates; by name for a transpiled circuit."
    )
    passes: int | None = Field(
        default=None, description="Number of passes over the amplitudes of a statevector."
    )
    amplitudes: Literal["real", "complex"] | None = None
    measurement: str | None = Field(default=None, description="Measurement method.")
    groups: int | None = Field(default=None, description="Number of measurement bases.")
    shots_per_energy: int | None = Field(
        default=None, description="Number of shots of one energy, in all measurement bases."
    )
    noise: str | None = Field(default=None, description="Noise model of the simulator.")
    device_qubits: tuple[int, ...] | None = Field(
        default=None, description="Qubits of the device that were used."
    )
    jobs: tuple[str, ...] | None = Field(
        default=None, description="Ids of the jobs whose results were used."
    )
    executions: int | None = Field(
        default=None, description="Number of circuit executions in these jobs."
    )
    estimated_qpu_seconds: float | None = None
    billed_qpu_seconds: float | None = Field(
        default=None, description="Billed QPU time; None until it is known."
    )
    estimated_cost: float | None = Field(default=None, description="Estimated cost in `currency`.")
    currency: str | None = None
    prices_of: str | None = Field(default=None, description="Date of the prices.")

    @model_serializer(mode="wrap")
    def _without_absent_fields(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        plain: dict[str, Any] = handler(self)
        return {key: value for key, value in plain.items() if key in self.model_fields_set}

    def measured(self, measurement: str, groups: int) -> Self:
        """The record with the measurement method added.

        Args:
            measurement: Name of the measurement method.
            groups: Number of measurement bases.
        """
        return self.model_copy(update={"measurement": measurement, "groups": groups})

    def named(self, name: str) -> Self:
        """The record with the name of the backend.

        Args:
            name: Name in the registry.
        """
        return self.model_copy(update={"name": name})
