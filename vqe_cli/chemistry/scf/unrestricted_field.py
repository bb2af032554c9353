"""Unrestricted Hartree-Fock and Kohn-Sham: the lowest of several solutions that may break symmetry.

Iterations from restricted orbitals stay there, since nothing tells alpha from beta electrons. So
alpha and beta orbitals are mixed with opposite signs, or disturbed, before they are converged, and
instabilities are followed from every solution (Seeger and Pople, J. Chem. Phys. 66, 3045 (1977)).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.log import package_logger
from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli._core.seeds import guesses
from vqe_cli._core.threads import threads_for
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.geometry.structures import PlacedMolecule
from vqe_cli.chemistry.molecule import KEPT_INTEGRALS_BYTES, without_symmetry
from vqe_cli.chemistry.scf.hartree_fock import HartreeFock
from vqe_cli.chemistry.scf.mean_field import with_fixed_signs
from vqe_cli.chemistry.scf.stability import NEGATIVE, Rotation, lowest
from vqe_cli.errors import NotConvergedError
from vqe_cli.schema import ScfSpec
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.problem_records import ScfRecord

LOG = package_logger(__name__)

DISTURBANCE = 0.6
"""Length by which each orbital is rotated in a disturbed start, radians."""

MAX_INSTABILITIES = 5
"""Maximum number of instabilities that are followed from one start."""

ROTATIONS = (0.5, -0.5, 1.0)
"""Steps along an instability, radians."""

SAME_ENERGY = 1e-7
"""Largest difference between equal energies, Hartree."""


@dataclass(frozen=True)
class _Extent:
    """The number of starts beside that from restricted orbitals.

    Args:
        mixed: Largest number of pairs of frontier orbitals that are mixed.
        disturbed: Number of starts from orbitals that are rotated at random.
    """

    mixed: int
    disturbed: int


ONE, FEW, MANY = _Extent(0, 0), _Extent(1, 0), _Extent(3, 2)
"""Extents of a search: few where a density functional takes long on its grid."""


@dataclass(frozen=True, eq=False)
class UnrestrictedField:
    """Converged alpha and beta orbitals, occupied ones first, each ordered by energy.

    Args:
        mole: The built `pyscf.gto.Mole`.
        mo_coeff: Coefficients of alpha and beta orbitals, shape (2, nao, nmo).
        mo_energy: Energies of alpha and beta orbitals, Hartree, shape (2, nmo).
        hcore: One-electron Hamiltonian in the atomic basis, Hartree, shape (nao, nao).
        nuclear_energy: Energy of the nuclei, in the field of point charges if there are any,
            Hartree.
        report: The record of the self-consistent field.
        overlap: Overlaps of alpha with beta orbitals, shape (nmo, nmo); None if unknown.
        method: The method that made it.
        eri: Two-electron integrals over the basis, Hartree, in PySCF's eightfold packing; None
            for large bases.
        checks: Checks for the verdict.
        assumed: Values assumed for keys that the input leaves open.
        notes: Further remarks.
        placed: The molecule with its positions; None for orbitals of an FCIDUMP file.
        memory: The memory limit.
    """

    mole: Any
    mo_coeff: FloatArray
    mo_energy: FloatArray
    hcore: FloatArray
    nuclear_energy: float
    report: ScfRecord
    overlap: FloatArray | None = None
    method: HartreeFock = field(default_factory=HartreeFock)
    eri: FloatArray | None = None
    checks: tuple[Check, ...] = ()
    assumed: dict[str, int | str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    placed: PlacedMolecule | None = None
    memory: Memory = MACHINE

    @property
    def num_orbitals(self) -> int:
        """Number of orbitals of each spin."""
        return int(self.mo_coeff.shape[2])


@dataclass(frozen=True, eq=False)
class _Solution:
    """A converged unrestricted determinant.

    Args:
        guess: Name of the guess.
        scf: The converged PySCF object.
        stable: Whether no rotation of its orbitals lowers the energy.
    """

    guess: str
    scf: Any
    stable: bool


def solve_unrestricted(mole: Any, options: ScfSpec, method: HartreeFock) -> UnrestrictedField:
    """Run UHF or UKS from several starts, and keep the lowest solution.

    Args:
        mole: A built `pyscf.gto.Mole`.
        options: The extent of the search.
        method: The method, with surroundings.

    Raises:
        NotConvergedError: No start converged.
    """
    began, free = time.perf_counter(), without_symmetry(mole)
    with threads_for(mole.nao**2):
        restricted = replace(method, unrestricted=False).new(free)
        restricted.kernel()
        new = method.sharing(free, restricted)
        extent = FEW if method.functional is not None and options.guesses == "auto" else MANY
        starts = list(_starts(restricted, free, ONE if options.guesses == "one" else extent))
        found = [one for name, orbitals in starts if (one := _settled(new, name, orbitals))]
    if not found:
        label = method.label(mole.spin)
        raise NotConvergedError(
            f"{label} did not converge from {counted(len(starts), 'start')}",
            hint="check the geometry, the multiplicity and the basis",
        )
    best = min(found, key=lambda one: (round(float(one.scf.e_tot), 7), not one.stable))
    report = _report(best, found, method, time.perf_counter() - began)
    LOG.info("%s energy: %.8f Hartree, %.3f s", report.method, report.energy, report.wall_s)
    return _collected(best, restricted, report, method)


def _starts(restricted: Any, mole: Any, extent: _Extent) -> Iterator[tuple[str, FloatArray]]:
    """Names and orbitals, shape (2, nao, nmo), from restricted ones, occupied ones first."""
    from scipy.linalg import expm

    order = np.lexsort((restricted.mo_energy, -restricted.mo_occ))
    orbitals = restricted.mo_coeff[:, order]
    yield "restricted orbitals", np.array([orbitals, orbitals])
    (alpha, beta), nmo = mole.nelec, orbitals.shape[1]
    for count in range(1, min(extent.mixed, beta, nmo - alpha) + 1):
        pairs = [(beta - 1 - k, alpha + k) for k in range(count)]
        mixed = np.array([_mixed(orbitals, pairs, sign) for sign in (1.0, -1.0)])
        yield f"{counted(count, 'pair')} of frontier orbitals mixed", mixed
    random = guesses()
    for number in range(extent.disturbed):
        turned = []
        for _ in (alpha, beta):
            turns = random.normal(size=(nmo, nmo))
            turns = turns - turns.T
            turns *= DISTURBANCE / max(float(np.linalg.norm(turns, axis=0).max()), 1.0)
            turned.append(orbitals @ expm(turns))
        yield f"disturbed orbitals {number + 1}", np.array(turned)


def _mixed(orbitals: FloatArray, pairs: list[tuple[int, int]], sign: float) -> FloatArray:
    """Orbitals with pairs of an occupied and an empty one rotated by a quarter of π."""
    turned = orbitals.copy()
    for occupied, empty in pairs:
        one, other = orbitals[:, occupied], sign * orbitals[:, empty]
        turned[:, occupied], turned[:, empty] = (
            (one + other) / np.sqrt(2),
            (other - one) / np.sqrt(2),
        )
    return turned


def _settled(new: Callable[[], Any], name: str, orbitals: FloatArray) -> _Solution | None:
    """The solution from a start after its instabilities were followed; None if none converged."""
    scf = _converged(new, orbitals)
    if not scf.converged:
        return None
    for _ in range(MAX_INSTABILITIES):
        descent = _instability(scf)
        if descent is None:
            return _Solution(name, scf, stable=True)
        reached = [_converged(new, descent(size)) for size in ROTATIONS]
        lower = [one for one in reached if one.converged and one.e_tot < scf.e_tot - SAME_ENERGY]
        if not lower:
            return _Solution(name, scf, stable=False)
        scf = min(lower, key=lambda one: float(one.e_tot))
    return _Solution(name, scf, stable=_instability(scf) is None)


def _converged(new: Callable[[], Any], orbitals: FloatArray) -> Any:
    """A second-order SCF from orbitals of which the first ones are occupied."""
    plain, places = new(), np.arange(orbitals.shape[2])
    if all(count in (0, places.size) for count in plain.mol.nelec):  # there is nothing to rotate
        plain.kernel()
        return plain
    newton = plain.newton()
    occupations = np.array([(places < count).astype(float) for count in newton.mol.nelec])
    newton.kernel(orbitals, occupations)
    return newton


def _instability(scf: Any) -> Rotation | None:
    """A direction of descent within unrestricted orbitals; None at a minimum."""
    from pyscf.soscf import newton_ah

    occupied = np.asarray(scf.mo_occ) > 0
    _, hessian, diagonal = newton_ah.gen_g_hop_uhf(
        scf, scf.mo_coeff, scf.mo_occ, with_symmetry=False
    )
    value, direction = lowest(hessian, diagonal)
    if value > NEGATIVE:
        return None
    nmo = occupied.shape[1]
    generator = np.zeros((2, nmo, nmo))
    generator[~occupied[:, :, None] & occupied[:, None, :]] = direction
    generator = generator - generator.transpose(0, 2, 1)

    def rotated(size: float) -> FloatArray:
        turns = [newton_ah.expmat(size * one) for one in generator]
        orbitals = [c @ turn for c, turn in zip(scf.mo_coeff, turns, strict=True)]
        first = [np.argsort(~own, kind="stable") for own in occupied]
        return np.array([c[:, order] for c, order in zip(orbitals, first, strict=True)])

    return rotated


def _report(
    best: _Solution, found: list[_Solution], method: HartreeFock, wall_s: float
) -> ScfRecord:
    return ScfRecord(
        method=method.label(best.scf.mol.spin),
        functional=method.functional,
        energy=float(best.scf.e_tot),
        converged=bool(best.scf.converged),
        stable=best.stable,
        externally_stable=None,
        steps=("second order from mixed and disturbed restricted orbitals",)
        if len(found) > 1
        else ("second order from restricted orbitals",),
        iterations=int(getattr(best.scf, "cycles", 0)),
        wall_s=wall_s,
        guesses=len(found),
        chosen=best.guess,
        spin_squared=float(best.scf.spin_square()[0]),
    )


def _collected(
    best: _Solution, restricted: Any, report: ScfRecord, method: HartreeFock
) -> UnrestrictedField:
    scf, mole = best.scf, best.scf.mol
    orders = [
        np.lexsort((energies, -np.asarray(occupations)))
        for energies, occupations in zip(scf.mo_energy, scf.mo_occ, strict=True)
    ]
    orbitals = np.array(
        [
            with_fixed_signs(np.asarray(c)[:, order])
            for c, order in zip(scf.mo_coeff, orders, strict=True)
        ]
    )
    eri = restricted._eri
    return UnrestrictedField(
        mole=mole,
        mo_coeff=orbitals,
        mo_energy=np.take_along_axis(np.asarray(scf.mo_energy), np.array(orders), axis=1),
        hcore=np.asarray(scf.get_hcore(), dtype=float),
        nuclear_energy=float(scf.energy_nuc()),
        report=report,
        overlap=orbitals[0].T @ mole.intor_symmetric("int1e_ovlp") @ orbitals[1],
        method=method,
        eri=eri if eri is not None and eri.nbytes <= KEPT_INTEGRALS_BYTES else None,
        notes=tuple(_notes(report, mole)),
    )


def _notes(report: ScfRecord, mole: Any) -> Iterator[str]:
    """Remarks on the determinant's spin and symmetry."""
    if report.spin_squared is not None:
        sz = mole.spin / 2
        found, contamination = (
            max(report.spin_squared - part, 0.0) for part in (0.0, sz * (sz + 1))
        )
        starts = counted(report.guesses, "start")
        yield (
            f"{report.method} from {starts}, lowest kept: that from {report.chosen};"
            f" ⟨S²⟩ = {found:.4f}, {contamination:.4f} above that of the spin"
        )
    yield "unrestricted orbitals have no point group here: all irreps are in one sector"
