"""Integrals over the orbitals of a Molden file, computed from its basis functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli._core.threads import threads_for
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.fcidump import FileIntegrals
from vqe_cli.chemistry.fcidump.blocks import UnrestrictedIntegrals
from vqe_cli.chemistry.fcidump.header import Header
from vqe_cli.chemistry.fcidump.store import packed_size
from vqe_cli.chemistry.molden.file import INTEGRAL, MoldenFile, SpinOrbitals
from vqe_cli.schema.check_records import Check, doubt
from vqe_cli.schema.readers.content import about

SAME_LEVEL = 1e-3
"""Largest difference of energies of occupied orbitals from Hartree-Fock's, Hartree."""


def read_molden(
    path: Path, check: Callable[[Header], None] | None = None, memory: Memory = MACHINE
) -> FileIntegrals:
    """Integrals over the orbitals of a file, the same ones for both spins.

    Charge and multiplicity follow from the occupations. Those of natural orbitals do not tell the
    multiplicity, and the lowest is assumed.

    Args:
        path: The file.
        check: Callback that may refuse the size of the problem, called before integrals are
            computed.
        memory: The memory limit.

    Raises:
        InputError: The file is invalid.
        ResourceLimitError: The file has too many orbitals for the memory.
    """
    from pyscf import ao2mo
    from pyscf.scf import hf

    found = MoldenFile.read(path)
    (orbitals,) = found.orbitals
    _refuse_alpha_alone(found)
    electrons, norb = round(orbitals.electrons), len(orbitals.occupations)
    alone = int(np.sum(orbitals.occupations.round() == 1)) if orbitals.are_whole else electrons % 2
    assumed: dict[str, int | str] = {} if orbitals.are_whole else {"multiplicity": alone + 1}
    header = _header(path, norb, ((electrons + alone) // 2, (electrons - alone) // 2))
    _refuse_size(header, check, memory)
    mole, c = found.mole, orbitals.coefficients
    with threads_for(mole.nao**2):
        h1 = c.T @ hf.get_hcore(mole) @ c
        eri = np.asarray(ao2mo.restore(8, ao2mo.kernel(mole, c, verbose=0), norb))
    known = orbitals.are_whole and orbitals.have_levels
    checks = tuple(_of_levels(found)) if known and not alone else ()
    return FileIntegrals(
        header=header,
        h1=np.asarray(h1),
        eri=eri,
        core_energy=float(mole.energy_nuc()),
        orbital_energies=orbitals.energies if known and not checks else None,
        checks=checks,
        notes=(_note(found),),
        assumed=assumed,
    )


def read_unrestricted_molden(
    path: Path, check: Callable[[Header], None] | None = None, memory: Memory = MACHINE
) -> tuple[UnrestrictedIntegrals, FloatArray]:
    """Integrals over alpha and beta orbitals of a file, and the overlaps of alpha with beta ones.

    Args:
        path: The file, with orbitals of both spins.
        check: Callback as for `read_molden`.
        memory: The memory limit.

    Raises:
        InputError: The file is invalid, or has more beta than alpha electrons.
        ResourceLimitError: The file has too many orbitals for the memory.
    """
    from pyscf import ao2mo
    from pyscf.scf import hf

    found = MoldenFile.read(path)
    alpha, beta = found.orbitals
    norb = len(alpha.occupations)
    if len(beta.occupations) != norb:
        message = f"has {norb} alpha and {len(beta.occupations)} beta orbitals"
        raise about(path, message, "write as many orbitals of either spin")
    for spin in found.orbitals:
        if not spin.are_whole:
            message = "has fractional occupations of alpha or beta orbitals"
            raise about(path, message, "write those of UHF, or natural orbitals of both spins")
    header = _header(path, norb, (round(alpha.electrons), round(beta.electrons)))
    _refuse_size(header, check, memory)
    mole, a, b = found.mole, alpha.coefficients, beta.coefficients

    def repulsion(one: FloatArray, other: FloatArray) -> FloatArray:
        packed = ao2mo.general(mole, (one, one, other, other), verbose=0)
        return np.ascontiguousarray(ao2mo.restore(1, np.asarray(packed), norb))

    with threads_for(mole.nao**2):
        core = hf.get_hcore(mole)
        integrals = UnrestrictedIntegrals(
            header=header,
            h1=(a.T @ core @ a, b.T @ core @ b),
            h2=(repulsion(a, a), repulsion(a, b), repulsion(b, b)),
            core_energy=float(mole.energy_nuc()),
            checks=tuple(_of_levels(found)) if alpha.have_levels and beta.have_levels else (),
            notes=(_note(found),),
        )
    return integrals, np.asarray(a.T @ mole.intor_symmetric("int1e_ovlp") @ b)


def _refuse_alpha_alone(found: MoldenFile) -> None:
    """Refuse a positive charge where no orbital has two electrons.

    PySCF writes closed shells so if it is not given the occupations.
    """
    (orbitals,) = found.orbitals
    singly = orbitals.are_whole and orbitals.occupations.max() < 1 + INTEGRAL
    if singly and found.charge > 0 and orbitals.electrons > 1 + INTEGRAL:
        message = f"has orbitals of one electron each, and a charge of {found.charge:+d}"
        hint = "write the occupations (PySCF: occ=), or the orbitals of beta electrons too"
        raise about(found.path, message, hint)


def _header(path: Path, norb: int, nelec: tuple[int, int]) -> Header:
    """Numbers of electrons and orbitals of the problem."""
    alpha, beta = nelec
    if alpha < beta:
        raise about(path, f"has {beta} beta and only {alpha} alpha electrons", "exchange the spins")
    if alpha > norb:
        raise about(
            path,
            f"has {counted(alpha, 'alpha electron')} in {counted(norb, 'orbital')}",
            "write all orbitals",
        )
    return Header(norb, alpha + beta, alpha - beta, orbsym=None, isym=0, line=1)


def _refuse_size(header: Header, check: Callable[[Header], None] | None, memory: Memory) -> None:
    """Refuse a problem that does not fit."""
    if check is not None:
        check(header)
    memory.refuse_if_larger(
        2 * 8 * packed_size(header.norb),
        f"a Molden file of {header.norb} orbitals",
        "write integrals over the active orbitals only, as FCIDUMP or TREXIO",
    )


def _note(found: MoldenFile) -> str:
    """What was read, and what follows from it."""
    kind = "Cartesian" if found.mole.cart else "spherical"
    norb = len(found.orbitals[0].occupations)
    missing = f"; it has {norb} orbitals for {found.mole.nao} functions: the others are left out"
    return (
        f"integrals were computed from the {kind} basis functions and orbitals of the Molden file;"
        f" charge {found.charge:+d} follows from the occupations"
        f"{'' if norb == found.mole.nao else missing}"
    )


def _of_levels(found: MoldenFile) -> Iterator[Check]:
    """A doubt if energies of occupied orbitals are not those of Hartree-Fock."""
    apart = max(
        float(np.abs(own - one.energies)[one.occupations > 0.5].max(initial=0.0))
        for one, own in zip(found.orbitals, _levels(found.mole, found.orbitals), strict=True)
    )
    if apart > SAME_LEVEL:
        detail = (
            f"energies of occupied orbitals are up to {apart:.3f} Ha off Hartree-Fock's: the file"
            " has those of a density functional, or of core potentials, which it does not describe"
        )
        yield doubt("orbital-energies", detail, value=apart, expected=0.0)


def _levels(mole: Any, orbitals: tuple[SpinOrbitals, ...]) -> list[FloatArray]:
    """Diagonals of the Fock matrices, Hartree; of a closed shell or of both spins."""
    from pyscf.scf import hf

    densities = np.array([(c.coefficients * c.occupations) @ c.coefficients.T for c in orbitals])
    coulomb, exchange = hf.get_jk(mole, densities)
    share = 1.0 if len(orbitals) == 2 else 0.5
    focks = hf.get_hcore(mole) + coulomb.sum(axis=0) - share * exchange
    pairs = zip(orbitals, focks, strict=True)
    return [np.einsum("pi,pq,qi->i", c.coefficients, f, c.coefficients) for c, f in pairs]
