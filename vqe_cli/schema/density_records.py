"""Records of properties of the one-body density: multipoles, charges, bond orders, occupations."""

from __future__ import annotations

from pydantic import Field

from vqe_cli.schema.record import Record


class Quantity(Record):
    """One or several numbers with their unit."""

    value: float | tuple[float, ...]
    unit: str


class DipoleRecord(Record):
    """The dipole moment; for ions it depends on the origin."""

    components: Quantity
    magnitude: Quantity
    origin: str


class AtomRecord(Record):
    """Charge and spin of one atom by population analysis, in units of e and of electrons."""

    number: int = Field(description="Number of the atom in the input, from 1.")
    symbol: str = Field(description="Symbol of the element, with ghost- before that of a ghost.")
    mulliken_charge: float = Field(description="Mulliken charge; strongly depends on the basis.")
    lowdin_charge: float = Field(description="Löwdin charge.")
    mulliken_spin: float = Field(description="Mulliken population of alpha minus that of beta.")
    lowdin_spin: float = Field(description="Löwdin population of alpha minus that of beta.")


class BondRecord(Record):
    """Bond orders of a pair of atoms, from the one-body density."""

    atoms: tuple[int, int] = Field(description="Numbers of the atoms in the input, from 1.")
    mayer: float = Field(description="Mayer's bond order, in the basis of atomic orbitals.")
    wiberg: float = Field(description="Wiberg's bond order, in Löwdin's orthogonal orbitals.")


class QuadrupoleRecord(Record):
    """The traceless quadrupole moment ½ Σ q (3 r rᵀ − r² 1), in Buckingham's convention."""

    components: Quantity = Field(description="xx, xy, xz, yy, yz and zz.")
    origin: str = Field(description="The origin, on which it depends in ions and in dipoles.")
    origin_position: Quantity = Field(description="Position of the origin in the coordinates.")


class PropertiesRecord(Record):
    """Properties of the final state."""

    electrons: Quantity = Field(
        description="Number of active electrons: the trace of the density matrix."
    )
    natural_occupations: Quantity = Field(
        description="Spin-summed occupations of the active space."
    )
    unpaired_electrons: Quantity = Field(description="Σ n(2 − n) over natural occupations n.")
    dipole: DipoleRecord | None = Field(description="None if orbitals are not known in space.")
    quadrupole: QuadrupoleRecord | None = Field(
        default=None, description="None if orbitals are not known in space."
    )
    atoms: tuple[AtomRecord, ...] | None = Field(
        default=None,
        description="Charges and spins of the atoms; None if orbitals are not known in space.",
    )
    bonds: tuple[BondRecord, ...] | None = Field(
        default=None, description="Pairs of atoms with a bond order of at least 0.01."
    )
