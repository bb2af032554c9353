"""Records of a scan: plain, versioned data."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from vqe_cli._core.units import HARTREE
from vqe_cli.schema.record import Record
from vqe_cli.schema.state_records import StateRecord

SCAN_SCHEMA = "vqe-scan/1"

CORRECTED = "vqe+"
"""What the name of a curve of corrected energies begins with."""

FOLLOWED = ", followed"
"""What the name of a curve of states of one character ends with."""

Direction = Literal["up", "down", "alone"]
"""Whether a point started from the one at the value below or above, or from nothing."""

MeanFieldAt = Literal["lowest", "continued", "changed"]
"""Which mean field orbitals come from: the lowest, that of the point before although there is a
lower one, or the lowest although it is another state than at the point before."""

CoordinateKind = Literal["distance", "angle", "dihedral", "variable", "key", "geometries"]


class CoordinateRecord(Record):
    """What changes from point to point."""

    kind: CoordinateKind
    name: str = Field(description="distance 1 2, molecule.charge, the file of the geometries ...")
    unit: str = Field(description="Å, degrees, or empty for a number of the input.")
    atoms: tuple[int, ...] = Field(default=(), description="Numbers of the atoms, from 1.")
    moving: tuple[int, ...] = Field(
        default=(), description="Numbers of the atoms that move together, from 1."
    )
    relaxed: bool = Field(default=False, description="Whether all else was relaxed.")


class PointFailure(Record):
    """Why a point has no energy."""

    kind: str = Field(description="Kind of the failure, such as input, which sets the exit code.")
    message: str
    hint: str | None


class MethodEnergy(Record):
    """The energy of a classical method at one point."""

    energy: float | None = Field(description="Total energy; None if the method failed.")
    error_mha: float | None = Field(
        default=None, description="Energy above the exact one, mHa; None without an exact energy."
    )
    error_in_unit: float | None = Field(
        default=None, description="The same in the unit of the scan, if it is not Hartree."
    )
    reason: str | None = Field(default=None, description="Why there is no energy.")

    @property
    def told_error(self) -> float | None:
        """The error in mHa, or in the unit of the scan if this is not Hartree."""
        return self.error_in_unit if self.error_mha is None else self.error_mha


class ExchangeRecord(Record):
    """Two curves of states that exchange their characters, as at an avoided crossing."""

    states: tuple[str, str] = Field(description="Names of the curves.")
    between: tuple[int | float, int | float] = Field(
        description="Values of the coordinate before and after."
    )
    squared_overlaps: tuple[float, float] = Field(
        description="Squared overlaps of the first state before with the second one after, and of "
        "the second one before with the first one after."
    )


class ScanPoint(Record):
    """The energies at one value of the coordinate, in the unit of the scan."""

    value: int | float = Field(description="The coordinate; the number of a geometry, from 1.")
    label: str | None = Field(default=None, description="Name of a geometry.")
    energy: float | None = Field(default=None, description="Total energy of VQE.")
    standard_error: float | None = Field(default=None, description="Of a sampled energy.")
    reference_energy: float | None = Field(
        default=None, description="The exact energy in the same active space."
    )
    error_mha: float | None = Field(
        default=None, description="VQE minus exact, mHa; None in another unit than Hartree."
    )
    error_in_unit: float | None = Field(
        default=None, description="The same in the unit of the scan, if it is not Hartree."
    )
    gap: float | None = Field(
        default=None,
        description="Distance of the two lowest levels; None for Hartree, and if it is not known.",
    )
    verdict: Literal["pass", "warn", "fail"] | None = None
    failed_checks: tuple[str, ...] = Field(
        default=(), description="Names of checks that do not hold, warnings included."
    )
    only_unconverged: bool = Field(
        default=False, description="Whether the verdict is fail only for want of convergence."
    )
    hartree_fock_energy: float | None = None
    methods: dict[str, MethodEnergy] = Field(
        default={}, description="Energies of classical methods in the same space, by name."
    )
    corrected: dict[str, MethodEnergy] = Field(
        default={},
        description="Energies of VQE with the correlation outside the active space, by the name of "
        "the correction; errors are against the exact energy with the same correction.",
    )
    states: dict[str, StateRecord] = Field(
        default={},
        description="The state of the run and excited states by the name of their curve, such as "
        "'1 singlet A1': counted by energy within each spin and irrep.",
    )
    followed: dict[str, str] = Field(
        default={},
        description="Of curves that exchange their characters: the state here that continues, by "
        "overlap, the one of a name at the first point.",
    )
    forces: tuple[tuple[float, float, float], ...] | None = Field(
        default=None, description="Forces on the nuclei, Hartree/bohr; None if not asked for."
    )
    s_squared: float | None = Field(default=None, description="⟨S²⟩ of the VQE state.")
    evaluations: int | None = Field(default=None, description="Energies and gradients.")
    shots: int | None = None
    wall_s: float | None = Field(default=None, description="Wall time of the kept run, seconds.")
    direction: Direction | None = Field(
        default=None, description="The direction whose energy was kept."
    )
    directions: dict[str, float] = Field(
        default={}, description="Energies of all directions in which the point was computed."
    )
    failed_directions: dict[str, PointFailure] = Field(
        default={}, description="Why directions have no energy, at a point where another one has."
    )
    differ: bool = Field(
        default=False, description="Whether the energies of the directions differ."
    )
    active_space: tuple[int, int] | None = Field(
        default=None, description="Numbers of active electrons and orbitals; None for qubits."
    )
    space_changes: str | None = Field(
        default=None, description="What is said where the active space changes; None elsewhere."
    )
    mean_field: MeanFieldAt = Field(
        default="lowest",
        description="The mean field of the orbitals: the lowest; 'continued', that of the point "
        "before although a lower one is known; 'changed', the lowest although it is another state "
        "than at the point before.",
    )
    refined: bool = Field(default=False, description="Whether the point was added by refinement.")
    geometry: tuple[tuple[str, float, float, float], ...] = Field(
        default=(), description="Symbol and position in Å of each atom."
    )
    failure: PointFailure | None = Field(
        default=None, description="Why there is no energy; None if there is one."
    )

    @property
    def told_error(self) -> float | None:
        """The error in mHa, or in the unit of the scan if this is not Hartree."""
        return self.error_in_unit if self.error_mha is None else self.error_mha

    @property
    def beside(self) -> dict[str, MethodEnergy]:
        """The energies of all further curves by name: methods, corrected energies, states.

        States that exchange their characters also have the curves that keep them.
        """
        corrected = {f"{CORRECTED}{name}": one for name, one in self.corrected.items()}
        states = {
            name: MethodEnergy(energy=one.energy, error_mha=one.error_mha)
            for name, one in self.states.items()
        }
        followed = {f"{name}{FOLLOWED}": states[state] for name, state in self.followed.items()}
        return {**self.methods, **corrected, **states, **followed}


class DiatomicConstants(Record):
    """Spectroscopic constants of a diatomic molecule, from one curve."""

    r_e: float = Field(description="Distance of the minimum, Å.")
    energy: float = Field(description="Energy at the minimum, Hartree.")
    omega_e: float = Field(description="Harmonic wavenumber, 1/cm.")
    omega_e_x_e: float = Field(description="Anharmonicity, 1/cm.")
    b_e: float = Field(description="Rotational constant, 1/cm.")
    d_e: float | None = Field(
        description="Energy of the last point above the minimum, Hartree; None if the curve is not "
        "flat there (2 mHa/Å)."
    )
    points: int = Field(description="Number of points of the fit.")
    degree: int = Field(description="Degree of the polynomial.")
    largest_residual_mha: float = Field(description="Largest distance of a point from the fit.")
    omega_e_change: float | None = Field(
        description="Change of ω_e with a polynomial of one degree less, 1/cm; None without one."
    )
    omega_e_x_e_change: float | None = Field(description="The same for ω_e x_e.")


class CurveStatistics(Record):
    """How far a method is from the exact curve."""

    label: str = Field(description="The method as chemists write it.")
    points: int = Field(description="Number of points with an error.")
    largest_error_mha: float | None = Field(
        description="The error of largest size, mHa; None in another unit than Hartree."
    )
    largest_error_in_unit: float | None = Field(
        default=None, description="The same in the unit of the scan, if it is not Hartree."
    )
    largest_at: int | float | None = Field(description="The value of the coordinate there.")
    nonparallelity_error_mha: float | None = Field(
        description="Largest minus smallest error along the curve, mHa."
    )
    nonparallelity_error_in_unit: float | None = Field(
        default=None, description="The same in the unit of the scan, if it is not Hartree."
    )
    constants: DiatomicConstants | None = Field(
        default=None, description="Constants of a diatomic molecule; None for other curves."
    )


class Scan(Record):
    """The record of a scan."""

    schema_: Literal["vqe-scan/1"] = Field(default="vqe-scan/1", alias="schema")
    name: str
    unit: str = Field(default=HARTREE, description="The unit of all energies of the record.")
    spec: dict[str, Any]
    coordinate: CoordinateRecord
    points: tuple[ScanPoint, ...]
    nonparallelity_error_mha: float | None = Field(
        description="Largest minus smallest error of VQE along the curve, mHa."
    )
    nonparallelity_error_in_unit: float | None = Field(
        default=None, description="The same in the unit of the scan, if it is not Hartree."
    )
    constants: DiatomicConstants | None = Field(
        description="Constants of a diatomic molecule from the VQE curve; None for other curves."
    )
    reference_constants: DiatomicConstants | None = Field(
        default=None, description="The same from the exact curve, fitted in the same way."
    )
    statistics: dict[str, CurveStatistics] = Field(
        default={},
        description="VQE (vqe), the exact curve (exact), classical methods, corrected energies "
        "(vqe+nevpt2) and states (1 triplet B1), by name.",
    )
    exchanges: tuple[ExchangeRecord, ...] = Field(
        default=(), description="Where curves of states exchange their characters."
    )
    remarks: tuple[str, ...] = Field(default=(), description="Remarks on the curve, as sentences.")
    workers: int = Field(description="Points that were computed at the same time.")
    provenance: dict[str, Any]
