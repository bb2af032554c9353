"""Unrestricted problems made by PySCF alone, to compare with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from vqe_cli.fermions.beta_orbitals import BetaOrbitals, TotalSpin
from vqe_cli.fermions.problem import ElectronicProblem

OH = ("O 0 0 0; H 0 0 1.0", 1)
STRETCHED_LIH = ("Li 0 0 0; H 0 0 3.2", 0)
STRETCHED_H4 = ("H 0 0 0; H 0 0 1.8; H 0 0 3.6; H 0 0 5.4", 0)
H3 = ("H 0 0 0; H 0 0 1.0; H 0 0 2.3", 1)


@cache
def uhf(atoms: str, spin: int, basis: str = "sto-3g") -> Any:
    """PySCF's UHF at a minimum, from a guess in which alpha and beta electrons differ."""
    from pyscf import gto, scf

    mole = gto.M(atom=atoms, spin=spin, basis=basis, verbose=0)
    field = scf.UHF(mole)
    field.conv_tol = 1e-12
    guess = np.array(field.get_init_guess())
    guess[0][0, :] *= 0.3
    field.kernel(dm0=guess)
    for _ in range(4):
        field = field.newton().run(field.stability()[0], field.mo_occ)
    return field


@cache
def unrestricted_problem_of(
    atoms: str, spin: int, frozen: int = 0, norb: int | None = None
) -> ElectronicProblem:
    """The problem over the orbitals of PySCF's UHF, with the lowest ones frozen."""
    from pyscf import ao2mo

    field = uhf(atoms, spin)
    mole, count = field.mol, norb or field.mol.nao - frozen
    cores = [c[:, :frozen] @ c[:, :frozen].T for c in field.mo_coeff]
    coulomb, exchange = field.get_jk(mole, np.array(cores))
    potentials = coulomb.sum(axis=0) - exchange
    hcore, energy = field.get_hcore(), mole.energy_nuc()
    energy += sum(np.sum(d * (hcore + 0.5 * v)) for d, v in zip(cores, potentials, strict=True))
    alpha, beta = (c[:, frozen : frozen + count] for c in field.mo_coeff)

    def repulsion(one: Any, other: Any) -> Any:
        found = ao2mo.kernel(mole, (one, one, other, other), compact=False)
        return np.asarray(found).reshape((count,) * 4)

    overlap = field.mo_coeff[0].T @ mole.intor("int1e_ovlp") @ field.mo_coeff[1]
    return ElectronicProblem(
        h1=alpha.T @ (hcore + potentials[0]) @ alpha,
        h2=repulsion(alpha, alpha),
        core_energy=float(energy),
        nelec=(mole.nelec[0] - frozen, mole.nelec[1] - frozen),
        multiplicity=spin + 1,
        frozen_electrons=2 * frozen,
        beta=BetaOrbitals(
            h1=beta.T @ (hcore + potentials[1]) @ beta,
            h2=repulsion(beta, beta),
            mixed=repulsion(alpha, beta),
            spin=TotalSpin.of(overlap, frozen, count),
        ),
    )


def exact_energy(problem: ElectronicProblem) -> float:
    """The lowest total energy by PySCF's `direct_uhf`, Hartree."""
    from pyscf.fci import direct_uhf

    energy, _ = direct_uhf.kernel(
        problem.spin_h1, problem.spin_h2, problem.norb, problem.nelec, tol=1e-13, max_cycle=200
    )
    return float(energy) + problem.core_energy


def molecule_of(atoms: str, spin: int, **scf: Any) -> Mapping[str, Any]:
    """The molecule section of an input file."""
    geometry = "\n".join(line.strip() for line in atoms.split(";"))
    return {"geometry": geometry, "multiplicity": spin + 1, "scf": scf}
