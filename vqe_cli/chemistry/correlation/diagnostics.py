"""Multireference diagnostics of coupled cluster and MP2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli._core.threads import threads_for
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.basis.cores import core_orbitals
from vqe_cli.chemistry.correlation.mp2_density import mp2_density
from vqe_cli.chemistry.pyscf_memory import Correlated, coupled_cluster_bytes
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.scf_objects import restricted_scf, rotations_of, semicanonical_scf
from vqe_cli.errors import NotConvergedError, ResourceLimitError

MAX_OPERATIONS = 1e13
"""Default limit of floating-point operations, about a quarter of an hour on one core."""

T1_CLOSED, T1_OPEN = 0.02, 0.045
"""Largest T1 of molecules that one determinant describes: Lee and Taylor, Int. J. Quantum Chem.
Symp. 23, 199 (1989); radicals: Rienstra-Kiracofe, Allen and Schaefer, J. Phys. Chem. A 104, 9823
(2000)."""

D1_CLOSED = 0.05
"""Largest D1: Janssen and Nielsen, Chem. Phys. Lett. 290, 423 (1998); for closed shells."""

ITERATIONS = 15
MAX_ITERATIONS = 100


@dataclass(frozen=True)
class CcsdDiagnostics:
    """Diagnostics of the single excitations of CCSD.

    A single determinant is doubtful if T1 is above 0.02 (Lee and Taylor), or D1 above 0.05 (Janssen
    and Nielsen); in open shells somewhat larger values are usual.

    Args:
        t1: Norm of the single amplitudes over the square root of the number of correlated
            electrons.
        d1: Largest singular value of the single amplitudes.
        energy: Total energy with the core uncorrelated, Hartree.
    """

    t1: float
    d1: float
    energy: float


@dataclass(frozen=True)
class CcsdCost:
    """The cost of CCSD, from the numbers of electrons and orbitals.

    Args:
        electrons: Number of correlated electrons.
        orbitals: Number of orbitals without the core.
        memory_bytes: Peak memory, bytes.
        operations: Total number of floating-point operations.
    """

    electrons: int
    orbitals: int
    memory_bytes: int
    operations: float


def ccsd_cost(mole: Any) -> CcsdCost:
    """The memory and floating-point operations of CCSD with the chemical core frozen.

    The leading terms of an iteration are those of Stanton, Gauss, Watts and Bartlett, J. Chem.
    Phys. 94, 4334 (1991); unrestricted CCSD has three spin blocks.

    Args:
        mole: A built `pyscf.gto.Mole`.
    """
    return cost_of_ccsd(mole.nelec, mole.nao, core_orbitals(mole))


def cost_of_ccsd(nelec: tuple[int, int], functions: int, core: int = 0) -> CcsdCost:
    """The memory and floating-point operations of CCSD, as in `ccsd_cost`.

    Args:
        nelec: Numbers of all alpha and beta electrons.
        functions: Number of basis functions.
        core: Number of core orbitals.
    """
    correlated = Correlated.of(nelec, functions, core)
    o, v = correlated.nelec[0], correlated.empty[0]
    spins = 1 if correlated.is_closed else 3
    iteration = 0.5 * o**2 * v**4 + 4 * o**3 * v**3 + 0.5 * o**4 * v**2
    return CcsdCost(
        electrons=sum(nelec) - 2 * core,
        orbitals=functions - core,
        memory_bytes=coupled_cluster_bytes(correlated),
        operations=2.0 * spins * ITERATIONS * iteration,
    )


def refuse_large_ccsd(
    mole: Any, most_operations: float = MAX_OPERATIONS, memory: Memory = MACHINE
) -> None:
    """Refuse CCSD that would take too long or too much memory.

    Args:
        mole: A built `pyscf.gto.Mole`.
        most_operations: Maximum number of floating-point operations.
        memory: The memory limit.

    Raises:
        ResourceLimitError: CCSD would exceed a limit.
    """
    cost = ccsd_cost(mole)
    what = f"CCSD with {counted(cost.electrons, 'electron')} in {counted(cost.orbitals, 'orbital')}"
    memory.refuse_if_larger(cost.memory_bytes, what, "choose a smaller basis")
    if cost.operations > most_operations:
        raise ResourceLimitError(
            f"{what} takes about {cost.operations:.0e} floating-point operations,"
            f" {most_operations:.0e} are allowed",
            hint="choose a smaller basis, or leave the diagnostic out",
        )


def ccsd_diagnostics(field: MeanField, most_operations: float = MAX_OPERATIONS) -> CcsdDiagnostics:
    """T1 and D1 of CCSD in the full orbital space, with the chemical core frozen.

    T1 by Lee and Taylor, Int. J. Quantum Chem. Symp. 23, 199 (1989); D1 by Janssen and Nielsen,
    Chem. Phys. Lett. 290, 423 (1998). Open shells: unrestricted CCSD over semicanonical ROHF
    orbitals, its amplitudes averaged over spin as in Jayatilaka and Lee, J. Chem. Phys. 98, 9734
    (1993), and Lee, Chem. Phys. Lett. 372, 362 (2003).

    Args:
        field: The mean field.
        most_operations: Maximum number of floating-point operations.

    Raises:
        ResourceLimitError: CCSD would take too long or too much memory.
        NotConvergedError: CCSD did not converge.
    """
    refuse_large_ccsd(field.mole, most_operations, field.memory)
    core = min(core_orbitals(field.mole), field.num_doubly_occupied)
    correlated = field.mole.nelectron - 2 * core
    if correlated < 2 or min(field.mole.nelec) == field.num_orbitals:
        return CcsdDiagnostics(0.0, 0.0, field.report.energy)
    with threads_for(field.mole.nao**2):
        solver = ccsd_of(field, core)
        blocks = _amplitudes(field, solver, core)
    return CcsdDiagnostics(*singles_diagnostics(blocks, correlated), float(solver.e_tot))


def singles_diagnostics(blocks: Sequence[FloatArray], electrons: int) -> tuple[float, float]:
    """T1 and D1 of spin-adapted single amplitudes.

    Args:
        blocks: Amplitudes from doubly to empty, doubly to singly and singly to empty orbitals; of
            a closed shell only the first.
        electrons: Number of correlated electrons.
    """
    norms = [float(np.linalg.norm(block)) for block in blocks]
    t1 = float(np.linalg.norm(norms)) / electrons**0.5
    return t1, max((float(np.linalg.norm(block, 2)) for block in blocks if block.size), default=0.0)


def t1_of(field: MeanField, solver: Any, core: int) -> float:
    """T1 of a finished CCSD.

    Args:
        field: The mean field.
        solver: PySCF's CCSD of it, restricted or over semicanonical orbitals.
        core: Number of core orbitals.
    """
    blocks = _amplitudes(field, solver, core)
    return singles_diagnostics(blocks, field.mole.nelectron - 2 * core)[0]


def mp2_natural_occupations(field: MeanField) -> FloatArray:
    """Natural occupations of MP2 in the full orbital space, descending, shape (nmo,).

    Args:
        field: The mean field.

    Raises:
        ResourceLimitError: MP2 would not fit into memory.
    """
    return np.asarray(np.linalg.eigvalsh(mp2_density(field))[::-1])


def ccsd_of(field: MeanField, core: int) -> Any:
    """PySCF's solved CCSD, restricted for closed shells and over semicanonical orbitals else.

    Args:
        field: The mean field.
        core: Number of core orbitals, which are not correlated.

    Raises:
        NotConvergedError: CCSD did not converge.
    """
    from pyscf import cc

    if field.mole.spin == 0:
        return _solved(cc.CCSD(restricted_scf(field), frozen=core))
    return _solved(cc.UCCSD(semicanonical_scf(field, core), frozen=core))


def _amplitudes(field: MeanField, solver: Any, core: int) -> list[FloatArray]:
    """Single amplitudes of a closed shell, or spin-averaged ones of an open shell.

    Those of an open shell are from doubly to empty, doubly to singly and singly to empty orbitals.
    """
    if field.mole.spin == 0:
        return [np.asarray(solver.t1)]
    return spin_adapted(field, solver._scf, solver.t1, core)


def spin_adapted(
    field: MeanField, unrestricted: Any, t1: Sequence[FloatArray], core: int
) -> list[FloatArray]:
    """Single amplitudes from doubly to empty, doubly to singly and singly to empty orbitals.

    Args:
        field: The mean field of an open shell.
        unrestricted: A UHF object by `semicanonical_scf`.
        t1: Amplitudes over its orbitals, for both spins.
        core: Number of orbitals that are not correlated.
    """
    alpha, beta = (
        rotation[:, core:occupied] @ amplitudes @ rotation[:, occupied:].T
        for rotation, amplitudes, occupied in zip(
            rotations_of(field, unrestricted), t1, field.mole.nelec, strict=True
        )
    )
    doubly = slice(core, field.num_doubly_occupied)
    singly = slice(field.num_doubly_occupied, field.num_occupied)
    empty = slice(field.num_occupied, None)
    return [
        (alpha + beta)[doubly, empty] / 2,
        beta[doubly, singly] / 2**0.5,
        alpha[singly, empty] / 2**0.5,
    ]


def _solved(solver: Any) -> Any:
    solver.verbose = 0
    solver.max_cycle = MAX_ITERATIONS
    solver.conv_tol, solver.conv_tol_normt = 1e-8, 1e-6
    solver.kernel()
    if not solver.converged:
        raise NotConvergedError(
            f"CCSD did not converge in {MAX_ITERATIONS} iterations",
            hint="that is itself a sign that one determinant does not describe the molecule",
        )
    return solver
