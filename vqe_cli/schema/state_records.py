"""Records of excited states."""

from __future__ import annotations

from pydantic import Field

from vqe_cli.schema.record import Record


class StateRecord(Record):
    """A state of the spectrum. Energies in Hartree; the state of the run stands first."""

    energy: float = Field(description="Total energy.")
    excitation_ev: float = Field(
        description="Energy above the first state, eV; negative for a state below it."
    )
    s_squared: float = Field(description="Expectation value of S², in units of ħ².")
    multiplicity: int | None = Field(
        description="2S+1; None if S² is not near that of a state of one spin."
    )
    irrep: str | None = Field(
        description="Irrep; None without a point group, or if the state mixes irreps."
    )
    degeneracy: int = Field(
        description="Number of found states of this energy, within 0.01 mHa, of all spins."
    )
    oscillator_strength: float | None = Field(
        description="Oscillator strength of the transition from the first state, in the length "
        "form, negative for a state below it; None for the first state, and if orbitals are not "
        "known in space."
    )
    transition_dipole: tuple[float, float, float] | None = Field(
        description="Transition dipole moment from the first state, e·bohr, up to its sign; None "
        "as for the oscillator strength."
    )
    natural_transition_weights: tuple[float, ...] = Field(
        description="Shares of the pairs of natural transition orbitals in the transition from "
        "the first state, those of at least 0.01, descending; empty for the first state."
    )
    single_excitation_share: float | None = Field(
        description="Squared norm of the one-body transition density from the first state: near 1 "
        "for a single excitation, near 0 for a double one; None for the first state."
    )
    transition: str | None = Field(
        description="The orbitals of the largest element of the transition density, counted from "
        "1 in the active space: 3 → 4."
    )
    reference_energy: float | None = Field(
        description="Total energy of the exact state that this one overlaps with; None if there "
        "is none, or no exact states are known."
    )
    reference_overlap: float | None = Field(
        description="Squared overlap with that exact state, or with the degenerate ones together."
    )
    reference_oscillator_strength: float | None = Field(
        description="Oscillator strength between the exact states nearest to the first state and "
        "to this one."
    )
    error_mha: float | None = Field(description="Energy minus that of the exact state, mHa.")
    standard_error: float | None = Field(
        default=None,
        description="Standard error of the energy; None if it is exact. All but the energy is then "
        "simulated, with the measured coefficients.",
    )
