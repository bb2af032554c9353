"""The VQE energy."""

from __future__ import annotations

from typing import Any, ClassVar

from vqe_cli.properties import Case, Column, Finding, Property
from vqe_cli.properties._classical import Classical
from vqe_cli.properties._columns import failed_checks, verdict_columns
from vqe_cli.schema.records import RunRecord
from vqe_cli.schema.state_records import StateRecord


class Energy(Property):
    """The VQE energy, the exact energy of the same active space, and the verdict.

    The record is that of `vqe run`.

    Reference:
        Peruzzo et al., Nat. Commun. 5, 4213 (2014); MP2: Møller and Plesset, Phys. Rev. 46, 618
        (1934), within the active space, in the field of the frozen electrons.
    """

    unrestricted: ClassVar[bool] = True
    kohn_sham: ClassVar[bool] = True
    columns: ClassVar[tuple[Column, ...]] = (
        Column("energy_hartree", "number", "Total VQE energy."),
        Column(
            "standard_error_hartree",
            "number",
            "Standard error of the VQE energy; empty without shots.",
        ),
        Column("reference_hartree", "number", "Exact total energy in the same active space."),
        Column("reference_method", "text", "Method of the exact energy."),
        Column("error_mha", "number", "VQE energy minus exact energy."),
        Column(
            "corrected_hartree",
            "number",
            "Total VQE energy with the first correction; empty without one.",
        ),
        Column("correction", "text", "Name of that correction."),
        Column("excitation_ev", "number", "Energy of the lowest excitation; empty without states."),
        Column(
            "bright_ev", "number", "Energy of the excitation with the largest oscillator strength."
        ),
        Column("bright_oscillator_strength", "number", "That oscillator strength."),
        Column(
            "excitations_ev",
            "text",
            "All excitation energies from the state of the run, each with 2S+1 and irrep.",
        ),
        *verdict_columns("energy", "the VQE run"),
        Column(
            "hf_hartree",
            "number",
            "Hartree-Fock energy; empty for Kohn-Sham orbitals.",
        ),
        Column("mp2_hartree", "number", "MP2 energy within the active space; empty likewise."),
        Column("correlation_hartree", "number", "VQE energy minus Hartree-Fock energy."),
        Column("qubits", "integer", "Number of qubits."),
        Column("active_electrons", "integer", "Number of active electrons."),
        Column("active_orbitals", "integer", "Number of active orbitals."),
        Column("parameters", "integer", "Number of parameters of the ansatz."),
        Column("evaluations", "integer", "Number of energy and gradient evaluations."),
        Column("shots", "integer", "Number of shots; 0 for exact energies."),
    )

    def compute(self, case: Case) -> Finding:
        """Run VQE and check the result.

        Returns:
            The values, the record and the notes of the property.
        """
        run: RunRecord = case.run(case.spec)
        values = {**_solution(run), **_excitations(run), **_problem(run), "mp2_hartree": _mp2(case)}
        return Finding(values, run.model_dump(mode="json", by_alias=True), run.problem.notes)


def _solution(run: RunRecord) -> dict[str, Any]:
    """Values of the VQE solution and its verdict, by column."""
    result, reference = run.result, run.reference
    corrected = next(iter(result.corrections), None)
    return {
        "energy_hartree": result.energy,
        "standard_error_hartree": result.standard_error,
        "reference_hartree": reference.energy if reference else None,
        "reference_method": reference.method if reference else None,
        "error_mha": run.error_mha,
        "corrected_hartree": corrected.energy if corrected else None,
        "correction": corrected.name if corrected else None,
        "energy_verdict": run.verdict,
        "energy_failed_checks": failed_checks(run),
        "parameters": len(result.parameters),
        "evaluations": result.evaluations.energy + result.evaluations.gradient,
        "shots": result.evaluations.shots,
    }


def _excitations(run: RunRecord) -> dict[str, Any]:
    """Values of excited states, by column; None without any."""
    excited = (run.result.states or ())[1:]
    lines = [(one.oscillator_strength, one.excitation_ev) for one in excited]
    strengths = [(strength, energy) for strength, energy in lines if strength is not None]
    strength, place = max(strengths, default=(None, None))
    return {
        "excitation_ev": min((one.excitation_ev for one in excited), default=None),
        "bright_ev": place,
        "bright_oscillator_strength": strength,
        "excitations_ev": "; ".join(_labelled(one) for one in excited) or None,
    }


def _labelled(state: StateRecord) -> str:
    """The excitation energy of a state with its labels: ``10.8429 (3 B1)``."""
    spin = "mixed spins" if state.multiplicity is None else str(state.multiplicity)
    return f"{state.excitation_ev:z.4f} ({' '.join(filter(None, (spin, state.irrep)))})"


def _problem(run: RunRecord) -> dict[str, Any]:
    """Values of the problem's size and mean field, by column."""
    problem, mean_field = run.problem, run.problem.hartree_fock_energy
    return {
        "hf_hartree": mean_field,
        "correlation_hartree": None if mean_field is None else run.result.energy - mean_field,
        "qubits": problem.qubits,
        "active_electrons": None if problem.electrons is None else sum(problem.electrons),
        "active_orbitals": problem.orbitals,
    }


def _mp2(case: Case) -> float | None:
    """The total MP2 energy in Hartree; None for qubit Hamiltonians and Kohn-Sham orbitals."""
    molecule = case.spec.molecule
    if molecule is not None and molecule.scf.functional is not None:
        return None
    classical = Classical(case.spec, case.mean_fields)
    return classical.energies(("mp2",))[0]["mp2"] if classical.has_electrons else None
