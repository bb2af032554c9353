"""Lines on the surroundings of a molecule."""

from __future__ import annotations

from vqe_cli.schema.records import EnvironmentRecord, ProblemRecord, SolventRecord


def surroundings_lines(problem: ProblemRecord) -> list[str]:
    """Lines on the solvent and on point charges; none for vacuum.

    Args:
        problem: The problem record.
    """
    lines = [] if problem.solvent is None else [_of_solvent(problem.solvent)]
    return lines if problem.environment is None else [*lines, _of_charges(problem.environment)]


def _of_solvent(solvent: SolventRecord) -> str:
    density = "Hartree-Fock"
    if solvent.reaction_field == "self-consistent":
        density = f"the ansatz, self-consistent in {solvent.iterations} steps"
    return (
        f"in {solvent.name} ({solvent.model}, ε {solvent.dielectric_constant:.4g}), polarised by"
        f" {density}; energies are free energies"
    )


def _of_charges(charges: EnvironmentRecord) -> str:
    plural = "" if charges.number == 1 else "s"
    source = "" if charges.file is None else f" of {charges.file}"
    return (
        f"in the field of {charges.number} point charge{plural}{source},"
        f" {charges.total_charge:+.4f} e in all, the nearest at {charges.nearest:.2f} Å;"
        " their energy among themselves is left out"
    )
