"""Triage: whether classical methods suffice for a molecule."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_EV, HARTREE_IN_MILLIHARTREE
from vqe_cli.chemistry.correlation.diagnostics import (
    MAX_OPERATIONS,
    CcsdDiagnostics,
    ccsd_cost,
    ccsd_diagnostics,
    mp2_natural_occupations,
)
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.errors import InputError, NotConvergedError, ResourceLimitError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.parts import located
from vqe_cli.properties import Case, Column, Finding, Property, Value
from vqe_cli.properties._classical import Classical, mean_field, molecule_of
from vqe_cli.properties._columns import mean_field_verdict, verdict_columns
from vqe_cli.properties._evidence import Evidence, judged

FEW_OPERATIONS = 1e11
"""Largest cost of a CCSD only for T1 and D1 in the table, in floating-point operations."""

CAVEAT = (
    "CCSD(T) against the exact energy is compared within the active space; it says nothing of the "
    "dynamic correlation outside, and nothing at all where the space holds two electrons or has "
    "one empty orbital, for which CCSD is exact. Where `exact_hartree` is known, the energy of "
    "this active space is had by classical means in any case."
)


class Triage(Property):
    """The reliability of CCSD(T), from the usual diagnostics and the exact energy.

    T1, D1 and MP2 natural occupations are computed in all orbitals except the core's, CCSD(T) and
    the exact energy in the active space. `classical_methods` is *insufficient* where CCSD(T) fails,
    *doubtful* where a diagnostic exceeds its threshold, *unknown* where neither T1 nor the
    comparison is available, and *sufficient* otherwise. Cheap evidence is collected first; if it
    is decisive, T1 and D1 are omitted unless they take only seconds.

    Reference:
        T1 > 0.02 (open shells 0.045): Lee and Taylor, Int. J. Quantum Chem. Symp. 23, 199 (1989),
        Rienstra-Kiracofe et al., J. Phys. Chem. A 104, 9823 (2000). D1 > 0.05: Janssen and
        Nielsen, Chem. Phys. Lett. 290, 423 (1998). Occupations off by 0.1: Tishchenko et al., J.
        Chem. Theory Comput. 4, 1208 (2008). Instability, which counts only where T1 is not known:
        Čížek and Paldus, J. Chem. Phys. 47, 3976 (1967).
    """

    max_operations: float = Field(
        default=MAX_OPERATIONS,
        gt=0,
        description="Largest cost of CCSD for T1 and D1, in floating-point operations.",
    )
    max_determinants: int = Field(
        default=1_000_000,
        ge=1,
        description="Largest number of determinants for the comparison with the exact energy.",
    )

    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "classical_methods",
            "text",
            "Reliability of CCSD(T): sufficient, doubtful, insufficient or unknown.",
        ),
        Column("triage_reason", "text", "Sentence with the values and thresholds that decide."),
        Column("t1", "number", "T1 diagnostic of CCSD; empty where CCSD is too expensive."),
        Column("d1", "number", "D1 diagnostic of CCSD."),
        Column(
            "occupation_deviation",
            "number",
            "Largest deviation of an MP2 natural occupation from the Hartree-Fock value 2, 1 or 0.",
        ),
        Column("hf_externally_stable", "flag", "Whether no unrestricted determinant lies lower."),
        Column(
            "ccsd_t_error_mha",
            "number",
            "CCSD(T) minus exact energy of the active space; empty where CCSD is exact.",
        ),
        Column("determinants", "integer", "Number of determinants of the active space."),
        Column(
            "hf_triplet_gap_ev",
            "number",
            "Hartree-Fock triplet minus singlet, where an unrestricted determinant lies lower.",
        ),
        *verdict_columns("triage", "the underlying Hartree-Fock calculation"),
    )

    def compute(self, case: Case) -> Finding:
        """Collect and judge the evidence.

        Returns:
            The values, the record and the notes of the property.
        """
        field, classical = (
            mean_field(case.spec, case.mean_fields),
            Classical(case.spec, case.mean_fields),
        )
        notes: list[str] = []
        occupations = _occupations(case, field, notes)
        determinants = _determinants(classical, notes)
        exact, error, failed = self._active_space(classical, determinants, notes)
        settled = failed or (error is not None and abs(error) > CHEMICAL_ACCURACY_MHA)
        ccsd, diverged = self._ccsd(case, field, settled, notes)
        deviation = None if occupations is None else _deviation(field, occupations)
        evidence = Evidence(
            open_shell=field.mole.spin > 0,
            t1=ccsd.t1 if ccsd else None,
            d1=ccsd.d1 if ccsd else None,
            occupation_deviation=deviation,
            externally_stable=field.report.externally_stable,
            ccsd_t_error_mha=error,
            diverged=diverged or failed,
            determinants=determinants,
            triplet_gap_ev=_triplet_gap(case, field, notes),
            two_electrons=ccsd_cost(field.mole).electrons <= 2,
        )
        judgement, reason = judged(evidence)
        record: dict[str, Any] = {
            "classical_methods": judgement,
            "reason": reason,
            **asdict(evidence),
            "mp2_natural_occupations": None if occupations is None else occupations.tolist(),
            "ccsd_hartree": ccsd.energy if ccsd else None,
            "exact_hartree": exact,
            "notes": notes,
            "caveat": CAVEAT,
        }
        values = _values(judgement, reason, evidence)
        judged_field = mean_field_verdict("triage", [field])
        return Finding({**values, **judged_field}, record, field.notes)

    def _ccsd(
        self, case: Case, field: MeanField, settled: bool, notes: list[str]
    ) -> tuple[CcsdDiagnostics | None, bool]:
        """T1 and D1, and whether CCSD failed to converge."""
        if settled and ccsd_cost(field.mole).operations > FEW_OPERATIONS:
            notes.append("no T1 and D1: the active space has settled the matter")
            return None, False
        try:
            with located(case.spec):
                return ccsd_diagnostics(field, self.max_operations), False
        except ResourceLimitError as error:
            notes.append(f"no T1 and D1: {error.message}")
            return None, False
        except NotConvergedError as error:
            notes.append(f"no T1 and D1: {error.message}")
            return None, True

    def _active_space(
        self, classical: Classical, determinants: int | None, notes: list[str]
    ) -> tuple[float | None, float | None, bool]:
        """Exact energy, error of CCSD(T) in mHa, and whether CCSD failed to converge."""
        if determinants is None:
            return None, None, False
        if determinants > self.max_determinants:
            notes.append(
                f"no exact energy: {determinants:,} determinants are more than"
                f" {self.max_determinants:,}"
            )
            return None, None, False
        found, missing = classical.energies(("fci", "ccsd-t"))
        notes.extend(missing)
        exact, coupled_cluster = found["fci"], found["ccsd-t"]
        if exact is None or coupled_cluster is None:
            return exact, None, exact is not None
        if _at_most_double(classical.problem):
            return exact, None, False
        return exact, HARTREE_IN_MILLIHARTREE * (coupled_cluster - exact), False


def _determinants(classical: Classical, notes: list[str]) -> int | None:
    """The number of determinants of the active space; None if there is no such space."""
    try:
        return classical.problem.sector_dimension
    except (InputError, ResourceLimitError) as error:
        notes.append(f"no comparison in the active space: {error.message}")
        return None


def _at_most_double(problem: ElectronicProblem) -> bool:
    """Whether there are no triple excitations, by electrons or by empty orbitals."""
    return sum(min(count, problem.norb - count) for count in problem.nelec) <= 2


def _triplet_gap(case: Case, field: MeanField, notes: list[str]) -> float | None:
    """The triplet gap in eV; None unless the closed shell is unstable."""
    if field.mole.spin > 0 or field.report.externally_stable is not False:
        return None
    triplet = molecule_of(case.spec).model_copy(update={"multiplicity": 3})
    try:
        found = mean_field(case.spec.model_copy(update={"molecule": triplet}), case.mean_fields)
    except NotConvergedError as error:
        notes.append(f"no triplet: {error.message}")
        return None
    return HARTREE_IN_EV * (found.report.energy - field.report.energy)


def _occupations(case: Case, field: MeanField, notes: list[str]) -> FloatArray | None:
    try:
        with located(case.spec):
            return mp2_natural_occupations(field)
    except ResourceLimitError as error:
        notes.append(f"no natural occupations: {error.message}")
        return None


def _deviation(field: MeanField, occupations: FloatArray) -> float:
    """The largest deviation of occupations from those of Hartree-Fock."""
    return float(np.abs(occupations - np.sort(field.mo_occ)[::-1]).max())


def _values(judgement: str, reason: str, evidence: Evidence) -> dict[str, Value]:
    return {
        "classical_methods": judgement,
        "triage_reason": reason,
        "t1": evidence.t1,
        "d1": evidence.d1,
        "occupation_deviation": evidence.occupation_deviation,
        "hf_externally_stable": evidence.externally_stable,
        "ccsd_t_error_mha": evidence.ccsd_t_error_mha,
        "determinants": evidence.determinants,
        "hf_triplet_gap_ev": evidence.triplet_gap_ev,
    }
