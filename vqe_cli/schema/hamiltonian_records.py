"""Records of the Hamiltonian beyond the molecule: solvent, point charges, fitted integrals."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vqe_cli.schema.record import Record


class SolventRecord(Record):
    """The implicit solvent, whose free energy is part of all total energies."""

    name: str
    model: str
    dielectric_constant: float = Field(description="Static, relative to vacuum.")
    reaction_field: Literal["mean-field", "self-consistent"] = Field(
        description="The density that polarises the solvent: that of Hartree-Fock, or that of the "
        "ansatz in the active space."
    )
    polarisation_energy: float = Field(
        description="Electrostatic free energy of the solvent at that density, Hartree."
    )
    nonelectrostatic_energy: float | None = Field(
        description="Cavity, dispersion and solvent structure, Hartree; None except for smd."
    )
    iterations: int | None = Field(
        description="Number of densities until solvent and active space agreed; None for the "
        "density of Hartree-Fock."
    )


class EnvironmentRecord(Record):
    """The point charges around the molecule."""

    number: int
    total_charge: float = Field(description="Sum of the charges, units of e.")
    nuclear_energy: float = Field(
        description="Energy of the nuclei in the field of the charges, Hartree. Energies of the "
        "charges among themselves are not included anywhere."
    )
    nearest: float = Field(description="Smallest distance of a charge from an atom, Ångström.")
    file: str | None = Field(description="The file of the charges; None if they are in the input.")
    sha256: str | None = Field(description="SHA-256 checksum of the file.")


class DensityFittingRecord(Record):
    """The fit of products of orbitals, which replaces exact two-electron integrals."""

    auxiliary_basis: str = Field(description="Names of the auxiliary basis sets.")
    functions: int = Field(description="Number of auxiliary functions.")
    automatic: bool = Field(
        description="Whether it is used because exact integrals would not fit into memory."
    )
