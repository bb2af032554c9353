"""Lines on the Hamiltonian of a molecule: solvent, point charges, density fitting."""

from __future__ import annotations

from vqe_cli._core.wording import counted
from vqe_cli.schema.hamiltonian_records import (
    DensityFittingRecord,
    EnvironmentRecord,
    SolventRecord,
)
from vqe_cli.schema.problem_records import ProblemRecord


def hamiltonian_lines(problem: ProblemRecord) -> list[str]:
    """Lines on solvent, point charges and density fitting; none for exact integrals in vacuum.

    Args:
        problem: The problem record.
    """
    return [
        *([] if problem.solvent is None else [_of_solvent(problem.solvent)]),
        *([] if problem.environment is None else [_of_charges(problem.environment)]),
        *([] if problem.density_fitting is None else [_of_fitting(problem.density_fitting)]),
    ]


def _of_fitting(fitting: DensityFittingRecord) -> str:
    why = ", since exact ones would not fit into memory" if fitting.automatic else ""
    return (
        f"two-electron integrals fitted by {counted(fitting.functions, 'function')} of"
        f" {fitting.auxiliary_basis}{why}"
    )


def _of_solvent(solvent: SolventRecord) -> str:
    density = "Hartree-Fock"
    if solvent.reaction_field == "self-consistent":
        density = f"the ansatz, self-consistent in {counted(solvent.iterations or 0, 'step')}"
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
