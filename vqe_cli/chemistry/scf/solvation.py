"""Hartree-Fock in an implicit solvent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.molecule import without_symmetry
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.solvents import dielectric_constant
from vqe_cli.chemistry.scf.surroundings import refuse_impossible
from vqe_cli.errors import NotConvergedError
from vqe_cli.schema import SolventSpec, Surroundings
from vqe_cli.schema.surroundings import SolventModel

SOLVENT_TOLERANCE = 1e-9
"""Convergence threshold of the energy, Hartree; the cavity's grids are no finer."""


@dataclass(frozen=True)
class Solvation:
    """The mean field in a solvent.

    Args:
        model: The solvent model.
        solvent: The solvent's name.
        dielectric_constant: Static dielectric constant of the solvent, relative to vacuum.
        energy: Total energy in the solvent, Hartree.
        solvation_energy: `energy` minus that of the gas phase at the same geometry, Hartree.
        nonelectrostatic_energy: Contribution of cavity, dispersion and solvent structure to
            `solvation_energy`, Hartree; None except for smd.
    """

    model: SolventModel
    solvent: str
    dielectric_constant: float
    energy: float
    solvation_energy: float
    nonelectrostatic_energy: float | None


def solvated(field: MeanField, solvent: str, model: SolventModel = "ddcosmo") -> Solvation:
    """The mean field relaxed in the field of a solvent.

    The models are those of `in_solvent`. The geometry stays that of the gas phase.

    Args:
        field: The mean field in the gas phase.
        solvent: The solvent's name.
        model: The solvent model.

    Raises:
        InputError: There is no solvent of that name, or the molecule has ghosts.
        UnavailableError: PySCF was built without SMD.
        NotConvergedError: The orbitals did not converge in the solvent.
    """
    surroundings = Surroundings(solvent=SolventSpec(name=solvent, model=model))
    refuse_impossible(field.mole, surroundings)
    method = replace(field.method, surroundings=surroundings).new(without_symmetry(field.mole))
    method.conv_tol = SOLVENT_TOLERANCE
    method.conv_tol_grad = None
    with threads_for(field.mole.nao**2):
        method.kernel(dm0=_density(field))
    if not method.converged:
        message = f"Hartree-Fock did not converge in {solvent} ({model})"
        raise NotConvergedError(message, hint="try another model of the solvent")
    rest = method.with_solvent.e_cds if model == "smd" else None
    return Solvation(
        model=model,
        solvent=solvent,
        dielectric_constant=dielectric_constant(solvent),
        energy=float(method.e_tot),
        solvation_energy=float(method.e_tot) - field.report.energy,
        nonelectrostatic_energy=None if rest is None else float(rest),
    )


def _density(field: MeanField) -> Any:
    from pyscf.scf import hf, rohf

    make = hf.make_rdm1 if field.mole.spin == 0 else rohf.make_rdm1
    return make(field.mo_coeff, field.mo_occ)
