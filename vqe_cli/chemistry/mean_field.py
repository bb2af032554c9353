"""Restricted Hartree-Fock, with a ladder of fallbacks and a stability check, both recorded."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vqe_cli.chemistry.molecule import build_molecule
from vqe_cli.chemistry.problem import FloatArray, ScfReport
from vqe_cli.chemistry.stability import (
    Rotation,
    internal_instability,
    is_externally_stable,
)
from vqe_cli.chemistry.threads import threads_for
from vqe_cli.errors import NotConvergedError
from vqe_cli.records import Check
from vqe_cli.spec import MoleculeSpec

ENERGY_TOLERANCE = 1e-11
GRADIENT_TOLERANCE = 1e-6
MAX_CYCLES = 100
MAX_INSTABILITIES = 4
ROTATIONS = (1.0, 0.3)
"""Lengths of the steps tried along an instability, in radians."""

SAME_ENERGY = 1e-7

KEPT_INTEGRALS_BYTES = 100_000_000
"""Two-electron integrals of more than about a hundred basis functions are computed anew."""


@dataclass(frozen=True, eq=False)
class MeanField:
    """Converged restricted orbitals, ordered by occupation and then by energy.

    Args:
        mole: The `pyscf.gto.Mole`.
        mo_coeff: Orbital coefficients, shape (nao, nmo).
        mo_energy: Orbital energies in Hartree, shape (nmo,).
        mo_occ: 2, 1 or 0 electrons in each orbital, shape (nmo,).
        hcore: One-electron Hamiltonian in the atomic basis, shape (nao, nao).
        orbsym: Irrep of each orbital, or None.
        point_group: The abelian point group in use, or None.
        full_point_group: The molecule's own point group, for people.
        report: How it was reached.
        eri: Two-electron integrals over atomic orbitals in Hartree, with PySCF's eightfold
            packing, so that what follows need not compute them again; None where they are many.
        checks: Findings that count in the verdict.
        assumed: What the input leaves open and how it was taken, by key.
        notes: Further sentences about how the input was read, for people.
    """

    mole: Any
    mo_coeff: FloatArray
    mo_energy: FloatArray
    mo_occ: FloatArray
    hcore: FloatArray
    orbsym: tuple[int, ...] | None
    point_group: str | None
    full_point_group: str | None
    report: ScfReport
    eri: FloatArray | None = None
    checks: tuple[Check, ...] = ()
    assumed: dict[str, int | str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def num_orbitals(self) -> int:
        """Number of molecular orbitals."""
        return len(self.mo_energy)

    @property
    def num_doubly_occupied(self) -> int:
        """Number of orbitals with two electrons; they are the first ones."""
        return int((self.mo_occ == 2).sum())

    @property
    def num_occupied(self) -> int:
        """Number of orbitals with at least one electron; they are the first ones."""
        return int((self.mo_occ > 0).sum())

    def irrep_name(self, index: int) -> str:
        """What the irrep of an orbital is called; empty without a point group.

        Args:
            index: From 0.
        """
        from pyscf import symm

        if self.orbsym is None or self.point_group is None:
            return ""
        return str(symm.irrep_id2name(self.point_group, self.orbsym[index]))


_remembered: ContextVar[dict[str, MeanField] | None] = ContextVar("mean_fields", default=None)


@contextmanager
def remembering_mean_fields() -> Iterator[None]:
    """Compute every mean field only once within this block, whoever asks for it."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def mean_field_of(molecule: MoleculeSpec, check: Callable[[Any], None] | None = None) -> MeanField:
    """The mean field of a molecule: the one way from what the user wrote to orbitals.

    Args:
        molecule: What the user wrote.
        check: Told the built `pyscf.gto.Mole` before the self-consistent field begins, to refuse
            it.

    Raises:
        InputError: The molecule is impossible.
        NotConvergedError: Hartree-Fock did not converge.
    """
    from vqe_cli.chemistry.plausibility import with_findings

    remembered = _remembered.get()
    key = molecule.model_dump_json(exclude={"name"})
    known = remembered.get(key) if remembered else None
    mole = known.mole if known else build_molecule(molecule)
    if check is not None:
        check(mole)
    field = known or with_findings(solve_mean_field(mole), molecule)
    if remembered is not None:
        remembered[key] = field
    return field


def solve_mean_field(mole: Any) -> MeanField:
    """Run RHF for closed shells, ROHF for open ones.

    The ladder: plain DIIS; damping and level shift, then DIIS again; second order (Newton).
    A solution that is a saddle point is left along its instability, up to four times.

    Args:
        mole: A built `pyscf.gto.Mole`.

    Raises:
        NotConvergedError: No step of the ladder converged.
    """
    start = time.perf_counter()
    with threads_for(mole.nao**2):
        scf, steps = _climb(mole)
        stable, external, more = _stabilise(scf)
    report = ScfReport(
        method="RHF" if mole.spin == 0 else "ROHF",
        energy=float(scf.e_tot),
        converged=bool(scf.converged),
        stable=stable,
        externally_stable=external,
        steps=(*steps, *more),
        iterations=int(getattr(scf, "cycles", 0)),
        wall_s=time.perf_counter() - start,
    )
    return _collect(mole, scf, report)


def new_scf(mole: Any) -> Any:
    """A PySCF object for RHF or ROHF that has not been run, with our thresholds."""
    from pyscf import scf

    method = scf.RHF(mole) if mole.spin == 0 else scf.ROHF(mole)
    method.conv_tol = ENERGY_TOLERANCE
    method.conv_tol_grad = GRADIENT_TOLERANCE
    method.max_cycle = MAX_CYCLES
    method.verbose = 0
    method.chkfile = None
    return method


def _climb(mole: Any) -> tuple[Any, list[str]]:
    plain = new_scf(mole)
    plain.kernel()
    if plain.converged:
        return plain, ["DIIS"]
    damped = new_scf(mole)
    damped.damp, damped.level_shift, damped.max_cycle = 0.5, 0.5, 3 * MAX_CYCLES
    damped.kernel()
    again = new_scf(mole)
    again.kernel(dm0=damped.make_rdm1())
    if again.converged:
        return again, ["DIIS: not converged", "damping 0.5 and level shift 0.5, then DIIS"]
    newton = new_scf(mole).newton()
    newton.kernel(again.mo_coeff, again.mo_occ)
    steps = ["DIIS: not converged", "damping and level shift: not converged", "second order"]
    if not newton.converged:
        raise NotConvergedError(
            "Hartree-Fock did not converge: " + "; ".join([*steps[:2], "second order: neither"]),
            hint="check the geometry, the multiplicity and the basis",
        )
    return newton, steps


def _stabilise(scf: Any) -> tuple[bool, bool | None, list[str]]:
    """Follow instabilities within the same kind of orbitals until there are none."""
    steps: list[str] = []
    for _ in range(MAX_INSTABILITIES):
        descent = internal_instability(scf)
        if descent is None:
            return True, _external(scf), steps
        reached = [_follow(scf, descent, size) for size in ROTATIONS]
        lower = [s for s in reached if s.converged and s.e_tot < scf.e_tot - SAME_ENERGY]
        if not lower:
            # PySCF's ROHF Hessian is approximate where d shells are open: descent is the proof.
            back = any(s.converged and abs(s.e_tot - scf.e_tot) < SAME_ENERGY for s in reached)
            found = [] if back else ["an instability could not be followed"]
            return back, _external(scf) if back else None, [*steps, *found]
        best = min(lower, key=lambda s: float(s.e_tot))
        steps.append(f"left a saddle point, {1e3 * (scf.e_tot - best.e_tot):.3f} mHa lower")
        scf.mo_coeff, scf.mo_occ = best.mo_coeff, best.mo_occ
        scf.mo_energy, scf.e_tot = best.mo_energy, best.e_tot
    stable = internal_instability(scf) is None
    return stable, _external(scf) if stable else None, steps


def _follow(scf: Any, descent: Rotation, size: float) -> Any:
    """A second-order SCF from orbitals rotated along a direction of descent."""
    newton = new_scf(without_symmetry(scf.mol)).newton()
    newton.kernel(descent(size), scf.mo_occ)
    return newton


def _external(scf: Any) -> bool | None:
    return is_externally_stable(scf) if scf.mol.spin == 0 else None


def without_symmetry(mole: Any) -> Any:
    """The same molecule, free to break its point group."""
    copy = mole.copy()
    copy.symmetry = False
    copy.build(dump_input=False, parse_arg=False)
    return copy


def _collect(mole: Any, scf: Any, report: ScfReport) -> MeanField:
    energies = np.asarray(scf.mo_energy, dtype=float)
    order = np.lexsort((energies, -np.asarray(scf.mo_occ)))
    coefficients = np.array(scf.mo_coeff, dtype=float)[:, order]
    return MeanField(
        mole=mole,
        mo_coeff=with_fixed_signs(coefficients),
        mo_energy=energies[order],
        mo_occ=np.asarray(scf.mo_occ, dtype=float)[order],
        hcore=np.asarray(scf.get_hcore(), dtype=float),
        orbsym=irreps_of(mole, coefficients),
        point_group=mole.groupname if mole.symmetry else None,
        full_point_group=mole.topgroup if mole.symmetry else None,
        report=report,
        eri=_kept_integrals(scf),
    )


def _kept_integrals(scf: Any) -> FloatArray | None:
    """Those that the iterations have used, where they are few."""
    eri = scf._eri
    return eri if eri is not None and eri.nbytes <= KEPT_INTEGRALS_BYTES else None


def with_fixed_signs(coefficients: FloatArray) -> FloatArray:
    """Make the largest coefficient of every orbital positive, so that runs can be repeated."""
    largest = np.argmax(np.abs(coefficients) > np.abs(coefficients).max(axis=0) - 1e-6, axis=0)
    signs = np.sign(coefficients[largest, np.arange(coefficients.shape[1])])
    return coefficients * np.where(signs == 0, 1.0, signs)


def irreps_of(mole: Any, coefficients: FloatArray) -> tuple[int, ...] | None:
    """The irrep of every orbital, or None if an orbital mixes irreps."""
    from pyscf import symm

    if not mole.symmetry:
        return None
    try:
        found = symm.label_orb_symm(mole, mole.irrep_id, mole.symm_orb, coefficients, tol=1e-5)
    except ValueError:
        return None
    return tuple(int(irrep) for irrep in found)
