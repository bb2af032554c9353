"""Records of forces on nuclei."""

from __future__ import annotations

from pydantic import Field

from vqe_cli.schema.record import Record


class ForcesRecord(Record):
    """The forces on the nuclei: minus the derivatives of the energy. Hartree/bohr."""

    atoms: tuple[str, ...] = Field(description="Symbols of the atoms, in the order of the input.")
    forces: tuple[tuple[float, float, float], ...] = Field(
        description="Force on each atom along x, y and z, Hartree/bohr."
    )
    largest: float = Field(description="Length of the largest force on an atom, Hartree/bohr.")
    net_force: float = Field(
        description="Length of the sum of all forces, zero in vacuum, Hartree/bohr."
    )
    net_torque: float = Field(
        description="Length of the torque about the origin, zero in vacuum, Hartree."
    )
    orbitals: str = Field(
        description="Whether the orbitals are optimised, or respond to the motion of the nuclei."
    )
    energy: float = Field(
        description="Total energy whose derivative the forces are, Hartree: that of the result, at "
        "parameters that were optimised further."
    )
    parameter_gradient: float = Field(
        description="Largest derivative of that energy by a parameter, Hartree."
    )
    orbital_gradient: float | None = Field(
        description="Largest derivative of that energy by a rotation of two orbitals, Hartree; "
        "None if the response of the orbitals is included."
    )
    wall_s: float
