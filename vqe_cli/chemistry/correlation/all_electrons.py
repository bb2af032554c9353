"""MP2 and CCSD(T) of all electrons but the core's, in all orbitals of a molecule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.basis.cores import core_orbitals
from vqe_cli.chemistry.correlation.diagnostics import (
    MAX_OPERATIONS,
    ccsd_cost,
    ccsd_of,
    refuse_large_ccsd,
    t1_of,
)
from vqe_cli.chemistry.correlation.mp2_density import refuse_large_mp2, singles
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.scf_objects import restricted_scf, semicanonical_scf
from vqe_cli.errors import ResourceLimitError


@dataclass(frozen=True)
class CoupledCluster:
    """CCSD(T) of a molecule.

    Args:
        energy: Total energy, Hartree.
        t1: T1 diagnostic of its CCSD.
    """

    energy: float
    t1: float


def triples_operations(mole: Any) -> float:
    """The floating-point operations of (T), from the numbers of electrons and orbitals.

    Two contractions of o³v⁴ and o⁴v³ over six permutations (Rendell, Lee and Komornicki, Chem.
    Phys. Lett. 178, 462 (1991)); unrestricted ones have four spin blocks.

    Args:
        mole: A built `pyscf.gto.Mole`.
    """
    core, (alpha, beta) = core_orbitals(mole), mole.nelec
    o, v = max(alpha - core, 0), mole.nao - alpha
    blocks = 1 if alpha == beta else 4
    return float(2 * blocks * (o**3 * v**4 + o**4 * v**3))


def ccsd_t_operations(mole: Any) -> float:
    """The floating-point operations of CCSD(T) with the chemical core frozen.

    Args:
        mole: A built `pyscf.gto.Mole`.
    """
    return ccsd_cost(mole).operations + triples_operations(mole)


def mp2_energy(field: MeanField) -> float:
    """The total MP2 energy with the chemical core frozen, Hartree.

    Open shells: unrestricted MP2 with its singles over semicanonical ROHF orbitals (Knowles et
    al., Chem. Phys. Lett. 186, 130 (1991)).

    Args:
        field: The mean field.

    Raises:
        ResourceLimitError: MP2 would not fit into memory.
    """
    from pyscf import mp

    refuse_large_mp2(field.mole, field.memory)
    core = _core(field)
    if not _is_correlated(field, core):
        return field.report.energy
    with threads_for(field.mole.nao**2):
        if field.mole.spin == 0:
            solver = mp.MP2(restricted_scf(field), frozen=core)
            return field.report.energy + _correlation(solver)
        unrestricted = semicanonical_scf(field, core)
        energy = field.report.energy + _singles_energy(field, unrestricted, core)
        if min(field.mole.nelec) - core + max(field.mole.nelec) - core < 2:
            return energy
        return energy + _correlation(mp.UMP2(unrestricted, frozen=core))


def ccsd_t(field: MeanField, most_operations: float = MAX_OPERATIONS) -> CoupledCluster:
    """CCSD(T) in the full orbital space, with the chemical core frozen.

    Open shells: unrestricted CCSD(T) over semicanonical ROHF orbitals (Watts, Gauss and Bartlett,
    J. Chem. Phys. 98, 8718 (1993)).

    Args:
        field: The mean field.
        most_operations: Maximum number of floating-point operations.

    Raises:
        ResourceLimitError: It would take too long or too much memory.
        NotConvergedError: CCSD did not converge.
    """
    _refuse_large(field, most_operations)
    core = _core(field)
    if not _is_correlated(field, core):
        return CoupledCluster(field.report.energy, 0.0)
    with threads_for(field.mole.nao**2):
        solver = ccsd_of(field, core)
        triples = float(solver.ccsd_t()) if _has_triples(field, core) else 0.0
        energy = field.report.energy + float(solver.e_corr) + triples
        return CoupledCluster(energy, t1_of(field, solver, core))


def _refuse_large(field: MeanField, most_operations: float) -> None:
    refuse_large_ccsd(field.mole, most_operations, field.memory)
    operations = ccsd_t_operations(field.mole)
    if operations > most_operations:
        raise ResourceLimitError(
            f"CCSD(T) takes about {operations:.0e} floating-point operations,"
            f" {most_operations:.0e} are allowed",
            hint="choose a smaller basis, or allow more",
        )


def _core(field: MeanField) -> int:
    """The number of core orbitals, which are not correlated."""
    return min(core_orbitals(field.mole), field.num_doubly_occupied)


def _is_correlated(field: MeanField, core: int) -> bool:
    """Whether there are two electrons outside the core, and an empty orbital for one of them."""
    outside = int(field.mole.nelectron) - 2 * core
    return outside >= 2 and min(map(int, field.mole.nelec)) < field.num_orbitals


def _has_triples(field: MeanField, core: int) -> bool:
    """Whether three electrons can be excited at once."""
    moving = [min(int(n) - core, field.num_orbitals - int(n)) for n in field.mole.nelec]
    return sum(moving) > 2


def _correlation(solver: Any) -> float:
    """The correlation energy of PySCF's MP2, Hartree."""
    solver.verbose = 0
    return float(solver.kernel(with_t2=False)[0])


def _singles_energy(field: MeanField, unrestricted: Any, core: int) -> float:
    """The second-order energy of single excitations, Hartree."""
    energy = 0.0
    amplitudes = singles(field, unrestricted, core)
    for fock, orbitals, found in zip(
        unrestricted.get_fock(), unrestricted.mo_coeff, amplitudes, strict=True
    ):
        energy += float(np.sum((orbitals.T @ fock @ orbitals) * found))
    return energy
