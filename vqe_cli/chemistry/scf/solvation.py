"""Hartree-Fock in an implicit solvent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.scf.mean_field import MeanField, new_scf, without_symmetry
from vqe_cli.errors import InputError, NotConvergedError, UnavailableError, did_you_mean

SolventModel = Literal["ddcosmo", "c-pcm", "smd"]

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


def dielectric_constant(solvent: str) -> float:
    """The static dielectric constant of a solvent, relative to vacuum.

    Args:
        solvent: The solvent's name in the Minnesota solvent descriptor database, such as ``water``.

    Raises:
        InputError: There is no solvent of that name.
    """
    from pyscf.solvent.smd import solvent_db

    if solvent not in solvent_db:
        hint = did_you_mean(solvent, sorted(solvent_db))
        if not hint.startswith("did"):
            hint = "for example water, ethanol, acetonitrile, dimethylsulfoxide, toluene, n-hexane"
        raise InputError(f"there is no solvent called '{solvent}'", path=("solvent",), hint=hint)
    return float(solvent_db[solvent][5])


def solvated(field: MeanField, solvent: str, model: SolventModel = "ddcosmo") -> Solvation:
    """The mean field relaxed in the field of a solvent.

    Domain-decomposed COSMO (Cancès, Maday and Stamm, J. Chem. Phys. 139, 054111 (2013)), C-PCM
    (Barone and Cossi, J. Phys. Chem. A 102, 1995 (1998)), or SMD (Marenich, Cramer and Truhlar,
    J. Phys. Chem. B 113, 6378 (2009)), by PySCF. The geometry stays that of the gas phase.

    Args:
        field: The mean field in the gas phase.
        solvent: The solvent's name.
        model: The solvent model.

    Raises:
        InputError: There is no solvent of that name, or the molecule has ghosts.
        UnavailableError: PySCF was built without SMD.
        NotConvergedError: The orbitals did not converge in the solvent.
    """
    epsilon = dielectric_constant(solvent)
    if not all(field.mole.atom_charge(atom) > 0 for atom in range(field.mole.natm)):
        message = "solvent models do not support ghosts: the cavity is made of atoms"
        raise InputError(message, path=("molecule", "geometry"))
    method = _method(field, solvent, model, epsilon)
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
        dielectric_constant=epsilon,
        energy=float(method.e_tot),
        solvation_energy=float(method.e_tot) - field.report.energy,
        nonelectrostatic_energy=None if rest is None else float(rest),
    )


def _method(field: MeanField, solvent: str, model: SolventModel, epsilon: float) -> Any:
    from pyscf import solvent as models
    from pyscf.solvent import smd

    mole = without_symmetry(field.mole)
    if model == "smd":
        if smd.libsolvent is None:
            raise UnavailableError(
                "this build of PySCF has no SMD", hint="use c-pcm or ddcosmo as the model"
            )
        return smd.smd_for_scf(new_scf(mole), smd.SMD(mole, solvent))
    method = models.ddCOSMO(new_scf(mole)) if model == "ddcosmo" else models.PCM(new_scf(mole))
    if model == "c-pcm":
        method.with_solvent.method = "C-PCM"
    method.with_solvent.eps = epsilon
    return method


def _density(field: MeanField) -> Any:
    from pyscf.scf import hf, rohf

    make = hf.make_rdm1 if field.mole.spin == 0 else rohf.make_rdm1
    return make(field.mo_coeff, field.mo_occ)
