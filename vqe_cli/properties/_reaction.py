"""Energy differences between species with matching active spaces."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES
from vqe_cli.chemistry.scf.mean_field import MeanFields
from vqe_cli.errors import InputError
from vqe_cli.properties import Case, Column, Value
from vqe_cli.properties._classical import Classical, mean_field
from vqe_cli.properties._columns import failed_checks, named, verdict_columns, worst
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import Check, RunRecord, Verdict
from vqe_cli.variational.checks import COVERAGE, verdict_of

K = TypeVar("K")

COMPLETE = ("full", "frozen-core")
"""Active spaces that hold all valence orbitals, and so always match."""

LEVELS = {
    "": "VQE",
    "exact": "the exact energies of the active spaces",
    "mp2": "MP2 within the active spaces",
    "hf": "Hartree-Fock",
}
"""Levels of theory of a difference, by their part of the column name."""


@dataclass(frozen=True)
class Species:
    """A reactant or product of a reaction.

    Args:
        label: Name for messages.
        coefficient: Stoichiometric coefficient, positive for products, negative for reactants.
        spec: Spec of its run.
        mean_fields: Mean fields that are already known.
    """

    label: str
    coefficient: int
    spec: RunSpec
    mean_fields: MeanFields

    @cached_property
    def classical(self) -> Classical:
        """The problem of the species, for classical methods."""
        return Classical(self.spec, self.mean_fields)


@dataclass(frozen=True)
class Computed:
    """A species with its energies.

    Args:
        species: The species.
        run: Record of its VQE run.
        mp2: Total MP2 energy in Hartree; None where there is none.
        notes: Reasons for a missing energy.
    """

    species: Species
    run: RunRecord
    mp2: float | None
    notes: tuple[str, ...]

    def energy(self, level: str) -> float | None:
        """The total energy in Hartree at one of `LEVELS`; None where there is none."""
        exact = self.run.reference.energy if self.run.reference else None
        found = {"": self.run.result.energy, "exact": exact, "mp2": self.mp2}
        return found.get(level, self.run.problem.hartree_fock_energy)

    def record(self) -> dict[str, Any]:
        """The record of the species as plain data."""
        problem = self.run.problem
        assert problem.electrons is not None
        return {
            "species": self.species.label,
            "coefficient": self.species.coefficient,
            "charge": self.run.spec["molecule"]["charge"],
            "multiplicity": problem.multiplicity,
            "active_electrons": sum(problem.electrons),
            "active_orbitals": problem.orbitals,
            "frozen_electrons": problem.frozen_electrons,
            "energies_hartree": {LEVELS[level]: self.energy(level) for level in LEVELS},
            "standard_error_hartree": self.run.result.standard_error,
            "verdict": self.run.verdict,
            "failed_checks": failed_checks(self.run),
            "notes": self.notes,
            "run": self.run.model_dump(mode="json", by_alias=True),
        }


@dataclass(frozen=True)
class Difference:
    """The energy difference of products minus reactants.

    Args:
        parts: All species with their energies.
    """

    parts: tuple[Computed, ...]

    def energy(self, level: str) -> float | None:
        """The difference in Hartree at one of `LEVELS`; None where a species has no energy."""
        total = 0.0
        for part in self.parts:
            energy = part.energy(level)
            if energy is None:
                return None
            total += part.species.coefficient * energy
        return total

    @property
    def standard_error(self) -> float | None:
        """The standard error in Hartree for independent species; None where all are exact."""
        errors = [
            part.species.coefficient * part.run.result.standard_error
            for part in self.parts
            if part.run.result.standard_error is not None
        ]
        return math.hypot(*errors) if errors else None

    @property
    def own_checks(self) -> tuple[Check, ...]:
        """The check of chemical accuracy of the difference; none without exact energies."""
        found, exact = self.energy(""), self.energy("exact")
        if found is None or exact is None:
            return ()
        bound = HARTREE_IN_MILLIHARTREE * (
            abs(found - exact) + COVERAGE * (self.standard_error or 0.0)
        )
        check = Check(
            name="chemical-accuracy",
            status="pass" if bound <= CHEMICAL_ACCURACY_MHA else "warn",
            hard=False,
            value=bound,
            expected=0.0,
            tolerance=CHEMICAL_ACCURACY_MHA,
            detail="of the difference in mHa, with 1.96 standard errors where it was sampled",
        )
        return (check,)

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all species and of the difference itself."""
        own = verdict_of(self.own_checks)
        return worst((own, *(part.run.verdict for part in self.parts)))

    @property
    def failed_checks(self) -> str | None:
        """Names of the checks that did not pass, by species; None where all passed."""
        found = [(part.species.label, failed_checks(part.run)) for part in self.parts]
        found.append(("difference", named(self.own_checks)))
        return "; ".join(f"{label}: {checks}" for label, checks in found if checks) or None

    @property
    def spaces(self) -> str:
        """Active electrons and orbitals of every species: ``water (4e,4o); cation (3e,4o)``."""
        return "; ".join(
            f"{part.species.label} {size(part.species.classical)}" for part in self.parts
        )

    def values(self, name: str, unit: str, scale: float) -> dict[str, Value]:
        """The values of `columns`.

        Args:
            name: Name of the property.
            unit: Unit, as in the names of columns.
            scale: Value of one Hartree in that unit.
        """
        scaled = {level: self.energy(level) for level in LEVELS}
        found: dict[str, Value] = {
            _column(name, level, unit): None if energy is None else scale * energy
            for level, energy in scaled.items()
        }
        error = self.standard_error
        found[f"{name}_standard_error_{unit}"] = None if error is None else scale * error
        return {
            **found,
            f"{name}_verdict": self.verdict,
            f"{name}_failed_checks": self.failed_checks,
            f"{name}_active_spaces": self.spaces,
        }

    def notes(self, candidate: RunSpec) -> tuple[str, ...]:
        """Notes of all runs, without those of the candidate, which come with its energy.

        Args:
            candidate: Spec of the candidate's run.
        """
        own = [part for part in self.parts if part.species.spec is candidate]
        told = {note for part in own for note in part.run.problem.notes}
        return tuple(
            f"{part.species.label}: {note}"
            for part in self.parts
            for note in (*part.run.problem.notes, *part.notes)
            if note not in told
        )

    def record(self) -> dict[str, Any]:
        """The records of all species, and the checks of the difference, as plain data."""
        return {
            "species": [part.record() for part in self.parts],
            "checks": [check.model_dump(mode="json") for check in self.own_checks],
        }


def columns(name: str, unit: str, what: str) -> tuple[Column, ...]:
    """The columns of a difference.

    Args:
        name: Name of the property.
        unit: Unit, as in the names of columns: ``ev``.
        what: Phrase for the descriptions, such as ``vertical ionisation energy``.
    """
    by_level = tuple(
        Column(_column(name, level, unit), "number", f"{what} by {method}.")
        for level, method in LEVELS.items()
    )
    return (
        *by_level,
        Column(f"{name}_standard_error_{unit}", "number", f"Standard error of the VQE {what}."),
        *verdict_columns(name, "all runs and of the difference itself"),
        Column(f"{name}_active_spaces", "text", "Active electrons and orbitals of each species."),
    )


def _column(name: str, level: str, unit: str) -> str:
    return "_".join(part for part in (name, level, unit) if part)


def difference(case: Case, found: Sequence[Species], free_electrons: int = 0) -> Difference:
    """Run every species except the candidate, which has been run already.

    Args:
        case: Case of the candidate, with the record of its energy.
        found: All species.
        free_electrons: Number of electrons that are released; negative if they are taken up.

    Returns:
        The difference.

    Raises:
        InputError: The active spaces do not match.
    """
    _require_match(found, free_electrons)
    return Difference(tuple(_compute(case, one) for one in found))


def _compute(case: Case, one: Species) -> Computed:
    is_candidate = one.spec is case.spec
    run = RunRecord.model_validate(case.records["energy"]) if is_candidate else case.run(one.spec)
    energies, notes = one.classical.energies(("mp2",))
    return Computed(one, run, energies["mp2"], notes)


def mean_field_differences(reactions: Mapping[K, Sequence[Species]]) -> dict[K, float]:
    """Hartree-Fock energy differences in Hartree, to choose among several reactions.

    Args:
        reactions: Species of each reaction, by site.
    """
    return {
        place: sum(
            one.coefficient * mean_field(one.spec, one.mean_fields).report.energy for one in found
        )
        for place, found in reactions.items()
    }


def size(classical: Classical) -> str:
    """The size of the active space as text: ``(4e,4o)``."""
    problem = classical.problem
    return f"({sum(problem.nelec)}e,{problem.norb}o)"


def _require_match(found: Sequence[Species], free_electrons: int) -> None:
    """Refuse active spaces whose electrons and orbitals do not add up on both sides."""
    problems = [(one.coefficient, one.classical.problem) for one in found]
    active = sum(factor * sum(problem.nelec) for factor, problem in problems)
    frozen = sum(factor * problem.frozen_electrons for factor, problem in problems)
    orbitals = sum(factor * problem.norb for factor, problem in problems)
    complete = all(one.spec.selection("active_space").name in COMPLETE for one in found)
    if active == -free_electrons and frozen == 0 and (complete or orbitals == 0):
        return
    sides = ", ".join(f"{one.coefficient:+d} {one.label} {size(one.classical)}" for one in found)
    raise InputError(
        f"the active spaces do not match: {sides}",
        path=("active_space",),
        hint=_how_to_match(found),
    )


def _how_to_match(found: Sequence[Species]) -> str:
    """The hint on how to match: given numbers do, unless a species has no room for them."""
    spaces = (
        ACTIVE_SPACES.create(one.spec.selection("active_space").as_dict(), ("active_space",))
        for one in found
    )
    if all(space.size is not None for space in spaces):
        return "one side has no room for more: choose fewer active orbitals, or a larger basis"
    return (
        "active electrons and orbitals of both sides must add up; full, frozen-core and"
        " {name: frontier, electrons: ..., orbitals: ...} do"
    )
