"""Energy differences between species with matching active spaces."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli.errors import InputError
from vqe_cli.properties import BEST_METHOD, CAVEATS, Case, Value
from vqe_cli.properties._classical import Classical, molecule_of
from vqe_cli.properties._columns import failed_checks, named, worst
from vqe_cli.properties._species import COMPLETE
from vqe_cli.properties.differences.columns import column_name
from vqe_cli.properties.differences.estimates import Levels
from vqe_cli.properties.differences.levels import (
    LEVELS,
    Energies,
    Species,
    energies_of,
)
from vqe_cli.schema import RunSpec
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.records import RunRecord, Verdict
from vqe_cli.variational.checks import COVERAGE, verdict_of

K = TypeVar("K")


@dataclass(frozen=True)
class Computed:
    """A species with its energies.

    Args:
        species: The species.
        run: Record of its VQE run.
        energies: Its energies by all levels.
    """

    species: Species
    run: RunRecord
    energies: Energies

    def record(self) -> dict[str, Any]:
        """The record of the species as plain data."""
        problem = self.run.problem
        assert problem.electrons is not None
        return {
            "species": self.species.label,
            "coefficient": self.species.coefficient,
            "charge": self.species.field.mole.charge,
            "multiplicity": problem.multiplicity,
            "active_electrons": sum(problem.electrons),
            "active_orbitals": problem.orbitals,
            "frozen_electrons": problem.frozen_electrons,
            "energies_hartree": {
                LEVELS[level]: energy for level, energy in self.energies.by_level.items()
            },
            "correction": self.energies.correction,
            "t1": self.energies.t1,
            "standard_error_hartree": self.run.result.standard_error,
            "verdict": self.run.verdict,
            "failed_checks": failed_checks(self.run),
            "notes": self.energies.notes,
            "run": self.run.model_dump(mode="json", by_alias=True),
        }


@dataclass(frozen=True)
class Difference:
    """The energy difference of products minus reactants.

    Args:
        parts: All species with their energies.
        further_checks: Checks of the difference besides those of all differences.
        further_caveats: Doubts about its use besides those of its checks.
    """

    parts: tuple[Computed, ...]
    further_checks: tuple[Check, ...] = ()
    further_caveats: tuple[str, ...] = ()

    def energy(self, level: str) -> float | None:
        """The difference in Hartree at one of `LEVELS`; None where a species has no energy."""
        total = 0.0
        for part in self.parts:
            energy = part.energies.by_level[level]
            if energy is None:
                return None
            total += part.species.coefficient * energy
        return total

    @cached_property
    def levels(self) -> Levels:
        """The difference by every level, and the best of them."""
        return Levels(
            by_level={level: self.energy(level) for level in LEVELS},
            species=[part.energies for part in self.parts],
            is_complete=all(part.species.is_complete for part in self.parts),
        )

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
        """The checks of the difference itself."""
        return (*self._accuracy(), *self.levels.checks(), *self.further_checks)

    @property
    def doubts(self) -> tuple[str, ...]:
        """The doubts about the difference as sentences."""
        found = (check.detail for check in self.own_checks if check.status == "warn")
        return (*found, *self.further_caveats)

    def _accuracy(self) -> tuple[Check, ...]:
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
            detail="VQE is off the exact difference of the active spaces by"
            f" {bound:.1f} mHa, with 1.96 standard errors where it was sampled",
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
        scaled = {level: _scaled(energy, scale) for level, energy in self.levels.by_level.items()}
        return {
            f"{name}_best_{unit}": scaled[self.levels.best],
            f"{name}_{BEST_METHOD}": self.levels.best_method,
            **{column_name(name, level, unit): value for level, value in scaled.items()},
            f"{name}_standard_error_{unit}": _scaled(self.standard_error, scale),
            f"{name}_correction": self.levels.correction,
            f"{name}_verdict": self.verdict,
            f"{name}_failed_checks": self.failed_checks,
            f"{name}_{CAVEATS}": "; ".join(self.doubts) or None,
            f"{name}_active_spaces": self.spaces,
        }

    def notes(self, candidate: RunSpec | None = None) -> tuple[str, ...]:
        """Notes of all runs, without those of the candidate, which come with its energy.

        Args:
            candidate: Spec of the candidate's run; None for none.
        """
        own = [part for part in self.parts if part.species.spec is candidate]
        told = {note for part in own for note in part.run.problem.notes}
        return tuple(
            f"{part.species.label}: {note}"
            for part in self.parts
            for note in (*part.run.problem.notes, *part.energies.notes)
            if note not in told
        )

    def record(self) -> dict[str, Any]:
        """The records of all species, and the checks of the difference, as plain data."""
        return {
            "species": [part.record() for part in self.parts],
            "checks": [check.model_dump(mode="json") for check in self.own_checks],
        }


def _scaled(energy: float | None, scale: float) -> float | None:
    return None if energy is None else scale * energy


def difference(
    case: Case, found: Sequence[Species], most_operations: float, free_electrons: int = 0
) -> Difference:
    """Run every species except the candidate, which has been run already.

    Args:
        case: Case of the candidate, with the record of its energy.
        found: All species, the candidate last.
        most_operations: Largest cost of CCSD(T), floating-point operations.
        free_electrons: Number of electrons that are released; negative if they are taken up.

    Returns:
        The difference.

    Raises:
        InputError: The active spaces do not match.
    """
    require_match(found, free_electrons)
    parts = tuple(_compute(case, one, most_operations) for one in found)
    return Difference(parts, further_caveats=_of_ion(case.spec))


def _of_ion(candidate: RunSpec) -> tuple[str, ...]:
    """The caveat that ions and neutral molecules are not compared."""
    charge = molecule_of(candidate).charge
    if not charge:
        return ()
    return (f"an ion of charge {charge:+d}: not comparable with neutral molecules",)


def _compute(case: Case, one: Species, most_operations: float) -> Computed:
    is_candidate = one.spec is case.spec
    run = RunRecord.model_validate(case.records["energy"]) if is_candidate else case.run(one.spec)
    return Computed(one, run, energies_of(one, run, most_operations))


def mean_field_differences(reactions: Mapping[K, Sequence[Species]]) -> dict[K, float]:
    """Hartree-Fock energy differences in Hartree, to choose among several reactions.

    Args:
        reactions: Species of each reaction, by site.
    """
    return {
        place: sum(one.coefficient * one.field.report.energy for one in found)
        for place, found in reactions.items()
    }


def size(classical: Classical) -> str:
    """The size of the active space as text: ``(4e,4o)``."""
    problem = classical.problem
    return f"({sum(problem.nelec)}e,{problem.norb}o)"


def require_match(found: Sequence[Species], free_electrons: int) -> None:
    """Refuse active spaces whose electrons and orbitals do not add up on both sides.

    Args:
        found: All species.
        free_electrons: Number of electrons that are released; negative if they are taken up.

    Raises:
        InputError: The active spaces do not match.
    """
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
        hint="active electrons and orbitals of both sides must add up: choose fewer active orbitals"
        " where one side has no room for more, or give species of a reaction an active_space of"
        " their own",
    )
