"""Records of the optimisation of orbitals."""

from __future__ import annotations

from pydantic import Field

from vqe_cli.schema.record import Record


class OrbitalStartRecord(Record):
    """The end of an optimisation of the orbitals from one start."""

    name: str = Field(description="The orbitals of the start.")
    energy: float = Field(description="Energy of the ansatz at the end, Hartree.")
    iterations: int
    converged: bool


class OrbitalOptimisationRecord(Record):
    """The optimisation of the orbitals together with the parameters. Energies in Hartree."""

    method: str = Field(description="CASSCF, or rotations of active orbitals if all are active.")
    iterations: int = Field(description="Number of steps of the orbitals.")
    converged: bool
    energy_before: float = Field(description="Energy of the ansatz in the orbitals of the start.")
    energy: float = Field(description="Energy of the ansatz in the optimised orbitals.")
    starts: tuple[OrbitalStartRecord, ...] = Field(
        default=(), description="Each start, in order; the orbitals are those of the lowest."
    )
    casscf_energy: float | None = Field(
        default=None,
        description="Energy of CASSCF: the exact state of the same space in its own orbitals; None "
        "if all orbitals are active, it does not fit, or orbitals were those of a neighbour.",
    )
    wall_s: float
