"""Records of optimised geometries and vibrations."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from vqe_cli.schema.record import Record
from vqe_cli.schema.records import RunRecord


class VibrationsRecord(Record):
    """Harmonic vibrations at a geometry, from finite differences of forces."""

    wavenumbers: tuple[float, ...] = Field(
        description="Wavenumbers in 1/cm, ascending; imaginary ones are negative. Those of "
        "translations and rotations are left out, except among fixed point charges."
    )
    modes: tuple[tuple[tuple[float, float, float], ...], ...] = Field(
        description="Displacement of each atom in each mode, along x, y and z."
    )
    zero_point_energy: float = Field(description="Half the sum of real wavenumbers, Hartree.")
    imaginary: int = Field(description="Number of imaginary wavenumbers beyond 15/cm.")
    kind: str = Field(description="minimum, transition state or saddle point, in words.")
    displacement_angstrom: float = Field(description="Displacement of finite differences, Å.")


class TrajectoryStep(Record):
    """The geometry after one step of an optimisation."""

    energy: float = Field(description="Total energy, Hartree.")
    gradient_max: float = Field(
        description="Length of the largest gradient on an atom, Hartree/bohr."
    )
    positions: tuple[tuple[float, float, float], ...] = Field(description="Positions in Å.")


class OptimizeRecord(Record):
    """The complete record of one geometry optimisation."""

    schema_: Literal["vqe-optimize/1"] = Field(default="vqe-optimize/1", alias="schema")
    name: str
    target: Literal["minimum", "transition state"] = Field(description="What was looked for.")
    energy: float = Field(description="Total energy at the last geometry, Hartree.")
    geometry: tuple[tuple[str, float, float, float], ...] = Field(
        description="Symbol and position in Å of each atom."
    )
    gradient_max: float = Field(
        description="Length of the largest gradient on an atom, Hartree/bohr; without what "
        "constraints hold."
    )
    steps: int = Field(description="Number of steps, rejected ones included.")
    converged: bool
    message: str
    thresholds: Literal["loose", "normal", "tight"] = Field(
        description="Convergence thresholds: geomeTRIC's sets GAU_LOOSE, GAU, GAU_TIGHT."
    )
    constraints: tuple[str, ...] = ()
    trajectory: tuple[TrajectoryStep, ...] = Field(description="The start and every accepted step.")
    notes: tuple[str, ...] = Field(
        default=(), description="Remarks, such as a change of the active space on the way."
    )
    vibrations: VibrationsRecord | None = Field(
        default=None, description="Vibrations at the last geometry; None if not asked for."
    )
    run: RunRecord = Field(description="The run at the last geometry, with checks and verdict.")
    replayed: int = Field(description="Number of energies taken from a checkpoint.")
    wall_s: float
    packages: dict[str, Any] = Field(default={}, description="Version of geomeTRIC.")
