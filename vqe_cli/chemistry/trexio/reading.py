"""The reader of TREXIO files: integrals over real molecular orbitals, the frozen ones folded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli.chemistry.fcidump import FileIntegrals
from vqe_cli.chemistry.fcidump.findings import findings
from vqe_cli.chemistry.fcidump.header import Header
from vqe_cli.chemistry.fcidump.store import packed_size
from vqe_cli.chemistry.scf.repulsion import place_of_pair
from vqe_cli.chemistry.trexio.file import TrexioFile
from vqe_cli.chemistry.trexio.from_basis import NOTE, has_basis, integrals_from_basis
from vqe_cli.chemistry.trexio.two_electron import HINT, Listed, has_two_electron, two_electron
from vqe_cli.schema.check_records import Check, doubt

CLOSED = ("core", "inactive")
OPEN = "active"

ASYMMETRY = 1e-6
"""Largest difference of h_pq and h_qp, Hartree."""

_REFUSED = {
    "mo_coefficient_im": "complex orbitals",
    "mo_1e_int_core_hamiltonian_im": "complex integrals",
    "mo_k_point": "orbitals of a crystal",
}
"""Attributes of files that cannot be read, and what they declare."""


def read_trexio(
    path: Path, check: Callable[[Header], None] | None = None, memory: Memory = MACHINE
) -> FileIntegrals:
    """Read integrals over restricted orbitals.

    Where the file has orbitals of class Active, those of Core and Inactive are folded into the
    integrals over them, and all others are left out.

    Args:
        path: The file in HDF5, possibly compressed by gzip.
        check: Callback that may refuse the size of the problem, called before memory is allocated.
        memory: The memory limit.

    Returns:
        The integrals over the active orbitals of the file.

    Raises:
        InputError: The file is no TREXIO file, or lacks what is needed.
        ResourceLimitError: The file has too many orbitals for the memory.
        UnavailableError: TREXIO's library is not installed.
    """
    with TrexioFile.opened(path) as file:
        _refuse_other_orbitals(file)
        orbitals = _orbitals(file)
        header = _header(file, orbitals)
        if check is not None:
            check(header)
        memory.refuse_if_larger(
            2 * 8 * packed_size(orbitals.total),
            f"a TREXIO file of {orbitals.total} orbitals",
            "write integrals over the active orbitals only",
        )
        return _integrals(file, orbitals, header)


@dataclass(frozen=True, eq=False)
class _Orbitals:
    """The orbitals of a file by their role.

    Args:
        closed: Indices of doubly occupied orbitals that are folded, shape (n,).
        kept: Indices of the orbitals of the problem, shape (norb,).
        total: Number of all orbitals.
    """

    closed: IntArray
    kept: IntArray
    total: int

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done with the orbitals that are not in the problem."""
        left = self.total - len(self.closed) - len(self.kept)
        if len(self.kept) == self.total:
            return ()
        return (
            f"of the file's {self.total} orbitals {len(self.kept)} are active,"
            f" {len(self.closed)} frozen (Core, Inactive) and {left} left out",
        )


def _refuse_other_orbitals(file: TrexioFile) -> None:
    """Refuse orbitals that are complex, periodic or different for the spins."""
    for name, what in _REFUSED.items():
        if file.has(name):
            raise file.fault(f"holds {what} ({name})", "only real orbitals can be read")
    if file.known("pbc_periodic"):
        raise file.fault("describes a crystal (pbc_periodic)", "give a molecule")
    spins = file.known("mo_spin")
    if spins is not None and len(set(spins)) > 1:
        hint = "write it over restricted orbitals (RHF, ROHF or CASSCF)"
        raise file.fault("holds unrestricted orbitals (mo_spin)", hint)


def _orbitals(file: TrexioFile) -> _Orbitals:
    """The roles of the orbitals; without any active ones all are kept."""
    total = int(file.needed("mo_num", "orbitals", HINT))
    classes = [str(one).lower() for one in file.known("mo_class") or []]
    if OPEN not in classes:
        return _Orbitals(np.array([], dtype=np.int64), np.arange(total), total)
    closed = [index for index, one in enumerate(classes) if one in CLOSED]
    kept = [index for index, one in enumerate(classes) if one == OPEN]
    return _Orbitals(np.array(closed, dtype=np.int64), np.array(kept), total)


def _header(file: TrexioFile, orbitals: _Orbitals) -> Header:
    """Numbers of electrons and orbitals of the problem."""
    ups = int(file.needed("electron_up_num", "number of alpha electrons"))
    downs = int(file.needed("electron_dn_num", "number of beta electrons"))
    total = file.known("electron_num")
    if total is not None and int(total) != ups + downs:
        message = f"has {int(total)} electrons (electron_num), but {ups} alpha and {downs} beta"
        raise file.fault(message, "write numbers that agree")
    alpha, beta = ups - len(orbitals.closed), downs - len(orbitals.closed)
    norb = len(orbitals.kept)
    if min(alpha, beta) < 0 or max(alpha, beta) > norb or alpha + beta < 1:
        told = f"{ups} alpha and {downs} beta electrons"
        room = f"{len(orbitals.closed)} frozen and {norb} active orbitals"
        raise file.fault(f"has {told}, which do not fit into {room}")
    spin = abs(alpha - beta)
    return Header(norb=norb, electrons=alpha + beta, spin=spin, orbsym=None, isym=0, line=1)


def _integrals(file: TrexioFile, orbitals: _Orbitals, header: Header) -> FileIntegrals:
    """The integrals over the kept orbitals."""
    constant, unknown = _constant(file)
    computed = not has_two_electron(file) and has_basis(file)
    if computed:
        h1, eri = integrals_from_basis(file)
        listed: Listed = np.ones(len(eri), dtype=bool)
    else:
        h1, (eri, listed) = _one_electron(file), two_electron(file, orbitals.total)
    energy, field = _frozen(file, orbitals, h1, eri)
    effective = (h1 + field)[np.ix_(orbitals.kept, orbitals.kept)]
    effective = 0.5 * (effective + effective.T)
    places = _places(orbitals)
    norb = len(orbitals.kept)
    diagonal: Listed = np.ones(norb * (norb + 1) // 2, dtype=bool)
    found = findings(file.path, header, effective, eri[places], diagonal, listed[places])
    levels = file.known("mo_energy")
    return FileIntegrals(
        header=header,
        h1=effective,
        eri=eri[places],
        core_energy=constant + energy,
        orbital_energies=None if levels is None else np.asarray(levels)[orbitals.kept],
        checks=(*unknown, *found),
        notes=(*orbitals.notes, *((NOTE,) if computed else ())),
        assumed={"core energy": 0} if unknown else {},
    )


def _constant(file: TrexioFile) -> tuple[float, tuple[Check, ...]]:
    """The energy without electrons, Hartree, and a doubt where it is not known."""
    constant = file.known("nucleus_repulsion")
    if constant is not None:
        return float(constant), ()
    if file.has("nucleus_charge") and file.has("nucleus_coord"):
        charges = np.asarray(file.known("nucleus_charge"))
        places = np.asarray(file.known("nucleus_coord")).reshape(-1, 3)
        first, second = np.triu_indices(len(charges), 1)
        distances = np.linalg.norm(places[first] - places[second], axis=1)
        return float(np.sum(charges[first] * charges[second] / distances)), ()
    detail = "the file has neither nucleus_repulsion nor nuclei: the energy is taken as zero"
    return 0.0, (doubt("core-energy", detail, value=False, expected=True),)


def _one_electron(file: TrexioFile) -> FloatArray:
    """Kinetic energy and attraction by the nuclei, Hartree, shape (total, total)."""
    found = _as_written(file)
    if (off := float(np.abs(found - found.T).max())) > ASYMMETRY:
        message = f"has one-electron integrals that are not symmetric (off by {off:.2g} Ha)"
        raise file.fault(message, "over real orbitals h_pq = h_qp")
    return found


def _as_written(file: TrexioFile) -> FloatArray:
    """The one-electron integrals as the file has them."""
    name = "mo_1e_int_core_hamiltonian"
    if file.has(name) or not file.has("mo_1e_int_kinetic"):
        return np.asarray(file.needed(name, "one-electron integrals over its orbitals", HINT))
    found = np.asarray(file.known("mo_1e_int_kinetic"))
    found = found + file.needed("mo_1e_int_potential_n_e", "attraction by the nuclei", HINT)
    if file.known("ecp_num"):
        found = found + file.needed("mo_1e_int_ecp", "core potentials", HINT)
    return np.asarray(found)


def _frozen(
    file: TrexioFile, orbitals: _Orbitals, h1: FloatArray, eri: FloatArray
) -> tuple[float, FloatArray]:
    """Energy of the frozen electrons, Hartree, and their field, shape (total, total)."""
    from pyscf.scf import hf

    closed = orbitals.closed
    if not len(closed):
        return 0.0, np.zeros_like(h1)
    if not h1[closed, closed].any():
        # PySCF's trexio tool writes CASCI so, without the energy of the core.
        message = f"has {len(closed)} frozen orbitals, but no integrals over them"
        hint = "their energy is not in the file: write integrals over all orbitals"
        raise file.fault(message, hint)
    density = np.zeros_like(h1)
    density[closed, closed] = 2.0
    coulomb, exchange = hf.dot_eri_dm(eri, density, hermi=1)
    field = np.asarray(coulomb - 0.5 * exchange)
    return float(np.sum(density * (h1 + 0.5 * field))), field


def _places(orbitals: _Orbitals) -> IntArray:
    """Places of the integrals over the kept orbitals among those over all, in packed order."""
    rows, columns = np.tril_indices(len(orbitals.kept))
    pairs = place_of_pair(orbitals.kept[rows], orbitals.kept[columns])
    first, second = np.tril_indices(len(pairs))
    return np.asarray(place_of_pair(pairs[first], pairs[second]))
