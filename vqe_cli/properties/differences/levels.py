"""Total energies of a species by several methods."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from vqe_cli.chemistry.basis.diffuse import without_diffuse_functions
from vqe_cli.chemistry.correlation.all_electrons import CoupledCluster, ccsd_t, mp2_energy
from vqe_cli.chemistry.correlation.diagnostics import T1_CLOSED, T1_OPEN
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.errors import NotConvergedError, ResourceLimitError
from vqe_cli.parts import located
from vqe_cli.properties._classical import Classical, mean_field
from vqe_cli.properties._species import COMPLETE
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import CorrectionRecord, RunRecord

LEVELS = {
    "": "VQE",
    "corrected": "VQE with the correlation outside the active spaces",
    "exact": "the exact energies of the active spaces",
    "mp2": "MP2 within the active spaces",
    "hf": "Hartree-Fock",
    "all_mp2": "MP2 of all electrons but the cores'",
    "all_ccsd_t": "CCSD(T) of all electrons but the cores'",
}
"""Levels of theory of a difference, by their part of the column name."""

CORRECTIONS = ("nevpt2", "ccsd-t-outside", "mp2-outside")
"""Corrections in the order of preference, if a run has several."""

MAX_OPERATIONS = 1e12
"""Default limit of CCSD(T) for a difference, floating-point operations: a few minutes on a core."""


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

    @property
    def field(self) -> MeanField:
        """Its Hartree-Fock mean field."""
        return mean_field(self.spec, self.mean_fields)

    @property
    def is_complete(self) -> bool:
        """Whether all valence orbitals are active, so that no correlation is left out."""
        if self.spec.selection("active_space").name in COMPLETE:
            return True
        return self.classical.problem.norb == self.field.num_orbitals


@dataclass(frozen=True)
class Energies:
    """Total energies of a species, Hartree; None where there is none.

    Args:
        by_level: Energies by the keys of `LEVELS`.
        correction: Name of the corrected energy, such as ``VQE+NEVPT2``.
        t1: T1 diagnostic of CCSD of all electrons.
        is_open: Whether there are unpaired electrons.
        without_diffuse: Elements without diffuse functions, for anions only.
        notes: Reasons for missing energies.
    """

    by_level: dict[str, float | None]
    correction: str | None
    t1: float | None
    is_open: bool
    without_diffuse: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def is_single_reference(self) -> bool:
        """Whether T1 is known and below its threshold."""
        return self.t1 is not None and self.t1 <= (T1_OPEN if self.is_open else T1_CLOSED)


def energies_of(one: Species, run: RunRecord, most_operations: float) -> Energies:
    """The energies of a species by all levels.

    Args:
        one: The species.
        run: Record of its VQE run.
        most_operations: Largest cost of CCSD(T), floating-point operations.
    """
    notes: list[str] = []
    field = one.field
    perturbed, coupled = _all_electrons(one, field, most_operations, notes)
    correction = _correction(run)
    by_level = {
        "": run.result.energy,
        "corrected": None if correction is None else correction.energy,
        "exact": run.reference.energy if run.reference else None,
        "mp2": _active_mp2(one, notes),
        "hf": field.report.energy,
        "all_mp2": perturbed,
        "all_ccsd_t": coupled.energy if coupled else None,
    }
    return Energies(
        by_level=by_level,
        correction=None if correction is None else f"VQE+{correction.method}",
        t1=coupled.t1 if coupled else None,
        is_open=field.mole.spin > 0,
        without_diffuse=without_diffuse_functions(field.mole) if field.mole.charge < 0 else (),
        notes=tuple(notes),
    )


def _correction(run: RunRecord) -> CorrectionRecord | None:
    """The most accurate correction of a run; None without any."""
    known = {found.name: found for found in run.result.corrections}
    return next((known[name] for name in CORRECTIONS if name in known), None)


def _active_mp2(one: Species, notes: list[str]) -> float | None:
    """The MP2 energy of the active space; None over orbitals that are not Hartree-Fock's."""
    if not one.classical.problem.has_own_orbitals:
        return None
    energies, missing = one.classical.energies(("mp2",))
    notes.extend(missing)
    return energies["mp2"]


def _all_electrons(
    one: Species, field: MeanField, most_operations: float, notes: list[str]
) -> tuple[float | None, CoupledCluster | None]:
    """MP2 and CCSD(T) of all electrons; None where they are too expensive or fail."""
    perturbed, coupled = None, None
    with located(one.spec):
        try:
            perturbed = mp2_energy(field)
        except ResourceLimitError as error:
            notes.append(f"no MP2 of all electrons: {error.message}")
        try:
            coupled = ccsd_t(field, most_operations)
        except (ResourceLimitError, NotConvergedError) as error:
            notes.append(f"no CCSD(T) of all electrons: {error.message}")
    return perturbed, coupled
