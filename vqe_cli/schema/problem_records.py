"""Records of problems: mean field, structure, orbitals and active space."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vqe_cli._core.units import HARTREE
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.density_records import Quantity
from vqe_cli.schema.hamiltonian_records import (
    DensityFittingRecord,
    EnvironmentRecord,
    SolventRecord,
)
from vqe_cli.schema.record import Record
from vqe_cli.schema.tapering_records import TaperingRecord


class ScfRecord(Record):
    """The mean field behind the orbitals: a calculation, or orbitals given with the integrals."""

    method: str = Field(description="RHF, ROHF or UHF; RKS, ROKS or UKS with a functional.")
    energy: float = Field(description="Total energy, Hartree.")
    converged: bool = Field(description="Whether the last of `steps` converged.")
    stable: bool | None = Field(
        description="Whether no orbital rotation of the same kind (if the point group is kept, no "
        "symmetric one) lowers the energy; None if not tested."
    )
    externally_stable: bool | None = Field(
        description="Stability against unrestricted orbitals; an instability means that one "
        "determinant describes the molecule badly, not that the calculation is wrong."
    )
    steps: tuple[str, ...] = Field(description="The steps of the calculation, in order.")
    iterations: int = Field(description="Number of cycles of the last step.")
    wall_s: float = Field(description="Wall time in seconds.")
    guesses: int = Field(
        default=1, description="Number of solutions that were compared; the lowest was kept."
    )
    chosen: str = Field(default="minao", description="The initial guess of the kept solution.")
    guesses_of_chosen: int | None = Field(
        default=None, description="Number of guesses that led to the kept solution."
    )
    search_end: str | None = Field(default=None, description="Why no further guesses were tried.")
    lower_broken_symmetry_mha: float | None = Field(
        default=None,
        description="Energy by which a known solution that breaks the point group is lower, mHa.",
    )
    functional: str | None = Field(
        default=None, description="The density functional; None for Hartree-Fock."
    )
    spin_squared: float | None = Field(
        default=None, description="⟨S²⟩ of unrestricted determinants, ħ²; None for restricted ones."
    )


class StructureRecord(Record):
    """Origin of the coordinates, and data derived from the structure."""

    origin: Literal["smiles", "molfile", "coordinates"]
    geometry: str = Field(description="Lines of 'symbol x y z' in Ångström.")
    method: str = Field(description="The steps in order: ETKDGv3, MMFF94.")
    charge: int
    multiplicity: int
    derived: tuple[str, ...] = Field(
        default=(),
        description="Those of charge and multiplicity that come from the structure, not the input.",
    )
    smiles: str | None = Field(
        default=None, description="Canonical SMILES; None for coordinates alone."
    )
    formula: str | None = None
    seed: int | None = Field(default=None, description="Random seed of the embedding.")
    conformer_energies: Quantity | None = Field(
        default=None, description="Energies by the ranking method."
    )
    conformer: int | None = Field(default=None, description="Number of the kept conformer, from 1.")
    optimized_energy: Quantity | None = Field(
        default=None, description="Energy at the minimum of GFN2-xTB."
    )
    notes: tuple[str, ...] = ()
    checks: tuple[Check, ...] = Field(
        default=(), description="Checks of the structure; they only warn."
    )
    packages: dict[str, str] = Field(
        default={}, description="Versions of the packages that made it."
    )


class OrbitalRecord(Record):
    """One molecular orbital.

    Its energy, in Hartree, is the diagonal of the Fock operator, or of Kohn-Sham's operator.
    """

    number: int = Field(
        description="Number from 1: doubly occupied, singly occupied, then empty orbitals."
    )
    energy: float
    occupation: float = Field(description="Number of electrons in the Hartree-Fock determinant.")
    irrep: str
    part: str = Field(description="frozen, active or left out.")
    composition: tuple[tuple[str, float], ...] = Field(
        default=(), description="Löwdin populations of the largest atomic orbitals."
    )
    criterion: float | None = Field(default=None, description="The number that decided its choice.")
    spin: Literal["alpha", "beta"] | None = Field(
        default=None, description="The spin of unrestricted orbitals; None for restricted ones."
    )


class ActiveSpaceRecord(Record):
    """The correlated orbitals, and the reason for their choice."""

    method: str
    reason: str
    criterion: str | None = Field(
        description="Meaning of the orbitals' `criterion`; None if they were chosen by number or "
        "energy."
    )
    mp2_correction: float | None = Field(
        default=None,
        description="MP2 correlation energy of all orbitals minus that of the active space, the "
        "core uncorrelated in both, Hartree; in no other energy. None except for fno.",
    )
    orbitals: tuple[OrbitalRecord, ...]
    left_out: tuple[OrbitalRecord, ...] = Field(
        default=(),
        description="Orbitals that were compared by the criterion and are not active; empty except "
        "for entropy.",
    )


class ProblemRecord(Record):
    """The problem. Energies in `unit`."""

    kind: Literal["electronic", "qubit"]
    qubits: int
    unit: str = Field(
        default=HARTREE,
        description="The unit of all energies of the record; a model has one of its own.",
    )
    pauli_terms: int | None = Field(
        description="Number of Pauli terms; None if the qubit operator was not built."
    )
    orbitals: int | None = None
    electrons: tuple[int, int] | None = None
    multiplicity: int | None = None
    frozen_electrons: int | None = None
    sector_dimension: int | None = None
    point_group: str | None = None
    core_energy: float | None = None
    hartree_fock_energy: float | None = Field(
        default=None,
        description="Total energy; None if the reference determinant is not Hartree-Fock's.",
    )
    reference_determinant: Literal["hartree-fock", "not-stationary"] | None = Field(
        default=None, description="Whether Brillouin's condition holds for the first orbitals."
    )
    reference_determinant_energy: float | None = Field(
        default=None, description="Total energy of the reference determinant."
    )
    scf: ScfRecord | None = None
    active_space: ActiveSpaceRecord | None = Field(
        default=None, description="The active space; None if orbitals are not known in space."
    )
    assumed: dict[str, int | str] = Field(
        default={},
        description="Default values of charge, multiplicity and basis that the input does not set.",
    )
    notes: tuple[str, ...] = Field(default=(), description="Remarks on how the input was read.")
    structure: StructureRecord | None = Field(
        default=None, description="The structure, if coordinates were made from it or relaxed."
    )
    solvent: SolventRecord | None = Field(default=None, description="The solvent; None for vacuum.")
    environment: EnvironmentRecord | None = Field(
        default=None, description="The point charges; None without them."
    )
    density_fitting: DensityFittingRecord | None = Field(
        default=None, description="Density fitting; None for exact two-electron integrals."
    )
    tapered: TaperingRecord | None = Field(
        default=None, description="The symmetries that remove qubits; None without tapering."
    )
