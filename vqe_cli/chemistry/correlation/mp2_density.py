"""The density of second-order perturbation theory, with the chemical core uncorrelated."""

from __future__ import annotations

from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.resources import Memory
from vqe_cli._core.threads import threads_for
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.basis.cores import core_orbitals
from vqe_cli.chemistry.pyscf_memory import Correlated, mp2_bytes
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.scf_objects import restricted_scf, rotations_of, semicanonical_scf


def refuse_large_mp2(mole: Any, memory: Memory) -> None:
    """Refuse MP2 that would not fit into memory, before the orbitals are computed.

    Args:
        mole: A built `pyscf.gto.Mole`.
        memory: What may be used.

    Raises:
        ResourceLimitError: MP2 would not fit into memory.
    """
    core, (alpha, beta) = core_orbitals(mole), mole.nelec
    memory.refuse_if_larger(
        mp2_bytes(Correlated.of(mole.nelec, mole.nao, core)),
        f"MP2 with {counted(alpha + beta - 2 * core, 'electron')}"
        f" in {counted(mole.nao - core, 'orbital')}",
        "choose a smaller basis",
    )


def mp2_density(field: MeanField) -> FloatArray:
    """The unrelaxed one-body density of MP2, summed over spins.

    Without orbital relaxation it has no elements between occupied and empty orbitals of one spin.
    Open shells: unrestricted MP2 over semicanonical ROHF orbitals, with its singles, which
    contribute to second order within the blocks.

    Args:
        field: The mean field.

    Returns:
        The density over the orbitals of the field, shape (nmo, nmo).

    Raises:
        ResourceLimitError: MP2 would not fit into memory.
    """
    refuse_large_mp2(field.mole, field.memory)
    core = min(core_orbitals(field.mole), field.num_doubly_occupied)
    with threads_for(field.mole.nao**2):
        return _closed_shell(field, core) if field.mole.spin == 0 else _open_shell(field, core)


def _closed_shell(field: MeanField, core: int) -> FloatArray:
    from pyscf import mp

    occupied = field.num_occupied
    if occupied in (core, field.num_orbitals):
        return np.diag(field.mo_occ)
    solver = mp.MP2(restricted_scf(field), frozen=core)
    solver.verbose = 0
    solver.kernel()
    return np.asarray(solver.make_rdm1())


def _open_shell(field: MeanField, core: int) -> FloatArray:
    from pyscf import mp

    unrestricted = semicanonical_scf(field, core)
    spins = [np.diag(occupation).astype(float) for occupation in unrestricted.mo_occ]
    if min(field.mole.nelec) > core and max(field.mole.nelec) < field.num_orbitals:
        solver = mp.UMP2(unrestricted, frozen=core)
        solver.verbose = 0
        solver.kernel()
        spins = [np.asarray(density) for density in solver.make_rdm1()]
    total = np.zeros((field.num_orbitals,) * 2)
    first_order = singles(field, unrestricted, core)
    rotations = rotations_of(field, unrestricted)
    for density, amplitudes, rotation in zip(spins, first_order, rotations, strict=True):
        second_order = amplitudes.T @ amplitudes - amplitudes @ amplitudes.T
        total += rotation @ (density + second_order) @ rotation.T
    return total


def singles(field: MeanField, unrestricted: Any, core: int) -> list[FloatArray]:
    """First-order amplitudes of single excitations of both spins, each of shape (nmo, nmo).

    Args:
        field: The mean field.
        unrestricted: A UHF object by `semicanonical_scf`.
        core: Number of core orbitals.
    """
    found = []
    focks = unrestricted.get_fock()
    for spin, occupied in enumerate(field.mole.nelec):
        orbitals, levels = unrestricted.mo_coeff[spin], unrestricted.mo_energy[spin]
        fock = orbitals.T @ focks[spin] @ orbitals
        amplitudes = np.zeros_like(fock)
        gap = levels[core:occupied, None] - levels[None, occupied:]
        amplitudes[core:occupied, occupied:] = fock[core:occupied, occupied:] / gap
        found.append(amplitudes)
    return found
