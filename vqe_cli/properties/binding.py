"""The binding energy of a complex."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from pydantic import Field, field_validator

from vqe_cli._core.units import HARTREE_IN_KCAL_PER_MOL
from vqe_cli.chemistry.geometry.structures.bonds import Bonded, Part
from vqe_cli.chemistry.molecule import composed_molecule
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.errors import InputError
from vqe_cli.properties import Case, Column, Finding
from vqe_cli.properties._classical import mean_field, molecule_of
from vqe_cli.properties._fragments import Fragment, bonds_of, fragment_run, fragment_runs
from vqe_cli.properties._species import low_spin
from vqe_cli.properties.differences.columns import EnergyDifference, columns
from vqe_cli.properties.differences.difference import difference
from vqe_cli.properties.differences.levels import Species
from vqe_cli.schema import RunSpec

NAME, UNIT = "binding", "kcal_per_mol"


class Binding(EnergyDifference):
    """The vertical binding energy of a complex: its unrelaxed parts minus the complex.

    It is positive where the complex is bound. With counterpoise every part keeps the basis
    functions of the others, so that the complex has no better basis than its parts; the correction
    is given at the level of Hartree-Fock. Without `fragments` the parts are the molecules that no
    bond connects. The active space is divided among the parts.

    Reference:
        Boys and Bernardi, Mol. Phys. 19, 553 (1970).
    """

    fragments: tuple[tuple[int, ...], ...] | None = Field(
        default=None, description="Atom numbers of each part, from 1. Default: from the bonds."
    )
    charges: tuple[int, ...] | None = Field(
        default=None,
        description="Charges of the parts, in order. Default: from bonds and valences.",
    )
    multiplicities: tuple[int, ...] | None = Field(
        default=None, description="Multiplicities 2S+1 of the parts, in order. Default: the lowest."
    )
    counterpoise: bool = Field(
        default=True, description="Correct the basis set superposition error."
    )

    columns: ClassVar[tuple[Column, ...]] = (
        *columns(NAME, UNIT, "vertical binding energy"),
        Column(
            f"{NAME}_superposition_hf_{UNIT}",
            "number",
            "Counterpoise correction to the Hartree-Fock binding energy; empty without it.",
        ),
    )
    needs: ClassVar[tuple[str, ...]] = ("energy",)

    @field_validator("fragments", "charges", "multiplicities", mode="before")
    @classmethod
    def _from_lists(cls, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return tuple(tuple(item) if isinstance(item, list) else item for item in value)

    @property
    def numbered_atoms(self) -> tuple[int, ...]:
        """Numbers of the atoms that the options name."""
        return tuple(number for part in self.fragments or () for number in part)

    def check_molecule(self, spec: RunSpec) -> None:
        """Refuse a single molecule, and parts that do not make it up."""
        charge = composed_molecule(molecule_of(spec), spec.memory).charge
        self._parts(charge, bonds_of(spec))

    def compute(self, case: Case) -> Finding:
        """Run all parts.

        Returns:
            The values, the record and the notes of the property.
        """
        molecule = bonds_of(case.spec)
        parts = self._parts(molecule_of(case.spec).charge, molecule)
        runs = fragment_runs(case, molecule.atoms, parts, counterpoise=self.counterpoise)
        products = [
            Species(f"{run.title.rsplit(', ', 1)[-1]} ({number})", 1, run, case.mean_fields)
            for number, run in enumerate(runs, 1)
        ]
        found = difference(
            case,
            (*products, Species("complex", -1, case.spec, case.mean_fields)),
            self.max_operations,
        )
        alone = [fragment_run(case.spec, molecule.atoms, part) for part in parts]
        superposition = None
        if self.counterpoise:
            superposition = _superposition(alone, runs, case.mean_fields)
        values = {
            **found.values(NAME, UNIT, HARTREE_IN_KCAL_PER_MOL),
            f"{NAME}_superposition_hf_{UNIT}": superposition,
        }
        atoms_of_parts = [[atom + 1 for atom in part.atoms] for part in parts]
        record = {"fragments": atoms_of_parts, **found.record()}
        return Finding(values, record, found.notes(case.spec))

    def _parts(self, charge: int, molecule: Bonded) -> tuple[Fragment, ...]:
        """The parts with their atoms, charges and multiplicities."""
        pieces = self._pieces(charge, molecule)
        self._require_one_each(len(pieces))
        charges = self.charges or tuple(piece.charge for piece in pieces)
        if sum(charges) != charge:
            raise InputError(
                f"the parts' charges add up to {sum(charges):+d}, the complex has {charge:+d}",
                hint="{name: binding, charges: [...]}, in the order of the parts",
            )
        spins = self.multiplicities or [
            low_spin(piece.protons - each) for piece, each in zip(pieces, charges, strict=True)
        ]
        return tuple(
            Fragment(piece.atoms, each, spin)
            for piece, each, spin in zip(pieces, charges, spins, strict=True)
        )

    def _pieces(self, charge: int, molecule: Bonded) -> tuple[Part, ...]:
        """The given parts, or the molecules that no bond connects."""
        if self.fragments is not None:
            _require_partition(self.fragments, len(molecule.atoms))
            parts = (molecule.part([n - 1 for n in numbers]) for numbers in self.fragments)
            # Parts may cut bonds, across which formal charges, as in CO, mean nothing.
            return tuple(part if charge else replace(part, charge=0) for part in parts)
        if len(molecule.parts) < 2:
            hint = "{name: binding, fragments: [[1, 2], [3]]} names them"
            raise InputError("this is a single molecule, not a complex", hint=hint)
        return molecule.parts

    def _require_one_each(self, count: int) -> None:
        for key in ("charges", "multiplicities"):
            given = getattr(self, key)
            if given is not None and len(given) != count:
                raise InputError(f"there are {count} parts, but {len(given)} {key}")


def _require_partition(fragments: Sequence[Sequence[int]], count: int) -> None:
    """Check that every atom is in exactly one part."""
    named = sorted(number for numbers in fragments for number in numbers)
    if named != list(range(1, count + 1)) or len(fragments) < 2:
        raise InputError(
            f"every atom from 1 to {count} must be in one of at least two fragments, and only one"
        )


def _superposition(
    alone: Sequence[RunSpec], together: Sequence[RunSpec], mean_fields: MeanFields
) -> float:
    """The lowering of Hartree-Fock energies by the other parts' functions, in kcal/mol."""
    bare, lowered = (
        sum(mean_field(run, mean_fields).report.energy for run in runs)
        for runs in (alone, together)
    )
    return HARTREE_IN_KCAL_PER_MOL * (bare - lowered)
