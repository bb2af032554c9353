"""Implicit solvents around PySCF's mean fields, and the fields with which they react."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.errors import InputError, UnavailableError, did_you_mean
from vqe_cli.schema import SolventSpec


@dataclass(frozen=True, eq=False)
class ReactionField:
    """The potential of a solvent that is polarised by a given density, and does not change.

    The free energy of polarisation is half the interaction of solute and solvent. Around the
    density D of the polarisation it is linear in that of the state:
    ``polarisation_energy + Tr v (D' - D)`` (perturbation to energy only; Cammi, J. Chem. Phys.
    131, 164104 (2009)).

    Args:
        potential: The potential v in the atomic basis, Hartree, shape (nao, nao).
        polarisation_energy: Electrostatic free energy at the density of the polarisation, Hartree.
        interaction: ``Tr v D``, Hartree.
        nonelectrostatic_energy: Contribution of cavity, dispersion and solvent structure, Hartree;
            None except for smd.
        iterations: Number of densities until solvent and active space agreed; None for the
            density of the mean field.
        converged: Whether they agreed.
    """

    potential: FloatArray
    polarisation_energy: float
    interaction: float
    nonelectrostatic_energy: float | None
    iterations: int | None = None
    converged: bool = True

    @property
    def constant(self) -> float:
        """The free energy without the interaction of the electrons with the potential, Hartree."""
        rest = self.nonelectrostatic_energy or 0.0
        return self.polarisation_energy - self.interaction + rest


def dielectric_constant(solvent: str) -> float:
    """The static dielectric constant of a solvent, relative to vacuum.

    Args:
        solvent: The solvent's name in the Minnesota solvent descriptor database, such as ``water``.

    Raises:
        InputError: There is no solvent of that name.
    """
    from pyscf.solvent.smd import solvent_db

    if not solvent or solvent not in solvent_db:
        hint = did_you_mean(solvent, sorted(solvent_db))
        if not hint.startswith("did"):
            hint = "for example water, ethanol, acetonitrile, dimethylsulfoxide, toluene, n-hexane"
        raise InputError(f"there is no solvent called '{solvent}'", path=("solvent",), hint=hint)
    return float(solvent_db[solvent][5])


def permittivity(solvent: SolventSpec) -> float:
    """The dielectric constant in use: the given one, or that of the named solvent.

    Args:
        solvent: The solvent.

    Raises:
        InputError: There is no solvent of that name.
    """
    named = dielectric_constant(solvent.name)
    return solvent.dielectric_constant or named


def refuse_unknown_solvent(solvent: SolventSpec) -> None:
    """Refuse a solvent or a model of it that does not exist here.

    Args:
        solvent: The solvent.

    Raises:
        InputError: There is no solvent of that name.
        UnavailableError: PySCF was built without SMD.
    """
    from pyscf.solvent import smd

    dielectric_constant(solvent.name)
    if solvent.model == "smd" and smd.libsolvent is None:
        raise UnavailableError(
            "this build of PySCF has no SMD", hint="use c-pcm or ddcosmo as the model"
        )


def in_solvent(method: Any, solvent: SolventSpec) -> Any:
    """PySCF's mean field with a solvent that responds to it.

    Domain-decomposed COSMO (Cancès, Maday and Stamm, J. Chem. Phys. 139, 054111 (2013)), C-PCM
    (Barone and Cossi, J. Phys. Chem. A 102, 1995 (1998)), or SMD (Marenich, Cramer and Truhlar,
    J. Phys. Chem. B 113, 6378 (2009)).

    Args:
        method: PySCF's RHF or ROHF object, with density fitting if it is used.
        solvent: The solvent.
    """
    from pyscf import solvent as models

    cavity = cavity_of(method.mol, solvent)
    attach = {"ddcosmo": models.ddCOSMO, "c-pcm": models.PCM, "smd": models.SMD}[solvent.model]
    return attach(method, cavity)


@contextmanager
def responding(method: Any) -> Iterator[None]:
    """Include the response of a solvent in the orbital Hessian of PySCF's mean field.

    Args:
        method: PySCF's object, with or without a solvent.
    """
    from pyscf.lib import temporary_env

    cavity = vars(method).get("with_solvent")  # a missing attribute makes PySCF import everything
    with nullcontext() if cavity is None else temporary_env(cavity, equilibrium_solvation=True):
        yield


def cavity_of(mole: Any, solvent: SolventSpec) -> Any:
    """PySCF's model of the solvent around a molecule.

    Args:
        mole: A built `pyscf.gto.Mole`.
        solvent: The solvent.

    Raises:
        InputError: There is no solvent of that name.
        UnavailableError: PySCF was built without SMD.
    """
    from vqe_cli.chemistry.scf.tabulated_cavities import (
        TabulatedDdCosmo,
        TabulatedPcm,
        TabulatedSmd,
    )

    refuse_unknown_solvent(solvent)
    if solvent.model == "smd":
        return TabulatedSmd(mole, solvent.name)
    cavity = TabulatedDdCosmo(mole) if solvent.model == "ddcosmo" else TabulatedPcm(mole)
    cavity.eps = permittivity(solvent)
    return cavity


def reaction_field(cavity: Any, density: FloatArray, **known: Any) -> ReactionField:
    """The field of a solvent that is polarised by a density.

    Args:
        cavity: PySCF's model of the solvent.
        density: The density in the atomic basis, summed over spins, shape (nao, nao).
        known: Further fields of the result.
    """
    from pyscf.solvent.smd import SMD

    energy, potential = cavity.kernel(density)
    rest = float(np.ravel(cavity.get_cds())[0]) if isinstance(cavity, SMD) else None
    return ReactionField(
        potential=np.asarray(potential, dtype=float),
        polarisation_energy=float(energy),
        interaction=float(np.einsum("pq,qp->", potential, density)),
        nonelectrostatic_energy=rest,
        **known,
    )
