"""The correlation energy of MP2 in a part of the orbitals."""

from __future__ import annotations

from typing import Any

import numpy as np

from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.basis.cores import core_orbitals
from vqe_cli.chemistry.correlation.mp2_density import refuse_large_mp2
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.scf_objects import restricted_scf, semicanonical_scf


def mp2_correlation_energy(field: MeanField, kept: int | None = None) -> float:
    """The second-order correlation energy in the first orbitals, with the core uncorrelated.

    Open shells: unrestricted MP2 over semicanonical ROHF orbitals, with singles (Lauderdale et al.,
    Chem. Phys. Lett. 187, 21 (1991)).

    Args:
        field: The mean field; empty orbitals that are kept are semicanonical.
        kept: Number of orbitals that take part, with the core; None for all.

    Returns:
        The energy in Hartree, at most zero.

    Raises:
        ResourceLimitError: MP2 would not fit into memory.
    """
    refuse_large_mp2(field.mole, field.memory)
    core = min(core_orbitals(field.mole), field.num_doubly_occupied)
    end = field.num_orbitals if kept is None else kept
    with threads_for(field.mole.nao**2):
        if field.mole.spin == 0:
            return _doubles(field, restricted_scf(field), core, end)
        scf = semicanonical_scf(field, core, end)
        return _singles(field, scf, core, end) + _doubles(field, scf, core, end)


def _doubles(field: MeanField, scf: Any, core: int, end: int) -> float:
    from pyscf import mp

    alpha, beta = field.mole.nelec
    if alpha + beta - 2 * core < 2 or (end in (alpha, beta) and min(alpha, beta) == core):
        return 0.0
    if end == alpha == beta:
        return 0.0
    solver = mp.MP2(scf, frozen=[*range(core), *range(end, field.num_orbitals)])
    solver.verbose = 0
    return float(solver.kernel(with_t2=False)[0])


def _singles(field: MeanField, scf: Any, core: int, end: int) -> float:
    energy = 0.0
    for spin, (fock, occupied) in enumerate(zip(scf.get_fock(), field.mole.nelec, strict=True)):
        orbitals, levels = scf.mo_coeff[spin], scf.mo_energy[spin]
        coupling = orbitals[:, core:occupied].T @ fock @ orbitals[:, occupied:end]
        gap = levels[core:occupied, None] - levels[None, occupied:end]
        energy += float(np.sum(coupling**2 / gap))
    return energy
