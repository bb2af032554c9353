"""Records of bit strings: the largest amplitudes of the final state, and the best cut."""

from __future__ import annotations

from pydantic import Field

from vqe_cli.schema.record import Record


class BitStringRecord(Record):
    """One basis state of the final state."""

    bits: str = Field(description="The bits; the rightmost is that of qubit 0.")
    probability: float = Field(description="Probability, or the share of shots that read it.")
    amplitude: tuple[float, float] | None = Field(
        default=None,
        description="Real and imaginary part, the largest amplitude taken as real and positive; "
        "None if the state was sampled.",
    )
    energy: float | None = Field(
        default=None, description="Energy of the string; None if the Hamiltonian is not diagonal."
    )


class BitStringsRecord(Record):
    """The most probable bit strings of the final state."""

    shots: int = Field(description="Number of strings that were read, or drawn from the state.")
    exact: bool = Field(description="Whether probabilities are those of a simulated state.")
    strings: tuple[BitStringRecord, ...] = Field(
        description="The most probable strings, in descending order."
    )
    lowest: BitStringRecord | None = Field(
        default=None,
        description="The string of lowest energy among the shots; None if the Hamiltonian is not "
        "diagonal.",
    )


class CutRecord(Record):
    """A cut of a graph: the best of the shots, and the optimum."""

    best: float = Field(description="Weight of the best cut among the shots.")
    sides: tuple[tuple[int, ...], tuple[int, ...]] = Field(
        description="Vertices on both sides of that cut, that of the first vertex first."
    )
    expected: float = Field(description="Mean weight of the cuts of the state.")
    optimum: float | None = Field(description="Weight of the largest cut; None if not known.")
    approximation_ratio: float | None = Field(
        description="Mean weight over that of the largest cut; None if not known."
    )
