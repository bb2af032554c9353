"""Restricted Hartree-Fock, with recorded fallbacks and a recorded stability check."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.log import package_logger
from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli._core.threads import threads_for
from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.geometry.structures import PlacedMolecule
from vqe_cli.chemistry.molecule import KEPT_INTEGRALS_BYTES
from vqe_cli.chemistry.scf.convergence import continued, converged_anew
from vqe_cli.chemistry.scf.ground_state import FUNCTIONAL, continued_state, ground_state
from vqe_cli.chemistry.scf.hartree_fock import HartreeFock
from vqe_cli.chemistry.scf.instabilities import Settled
from vqe_cli.chemistry.scf.solvents import ReactionField, reaction_field
from vqe_cli.chemistry.scf.state_choice import GroundState
from vqe_cli.chemistry.scf.state_search import OnGuess, unheard
from vqe_cli.chemistry.symmetry.irreps import adapted
from vqe_cli.chemistry.symmetry.point_group import operations
from vqe_cli.schema import ScfSpec
from vqe_cli.schema.check_records import Check, doubt
from vqe_cli.schema.problem_records import ScfRecord

LOG = package_logger(__name__)

NEIGHBOUR = "orbitals of the neighbouring geometry"
"""Name of the guess of a solution that is continued."""


@dataclass(frozen=True, eq=False)
class MeanField:
    """Converged restricted orbitals, ordered by occupation and then by energy.

    Args:
        mole: The built `pyscf.gto.Mole`.
        mo_coeff: Orbital coefficients, shape (nao, nmo).
        mo_energy: Orbital energies, Hartree, shape (nmo,).
        mo_occ: Number of electrons in each orbital, 2, 1 or 0, shape (nmo,).
        hcore: One-electron Hamiltonian in the atomic basis, in the field of point charges if there
            are any, Hartree, shape (nao, nao).
        nuclear_energy: Energy of the nuclei among themselves and in the field of point charges,
            Hartree.
        orbsym: Irreps of the orbitals, shape (nmo,); None without a point group.
        point_group: The abelian point group in use; None without one.
        full_point_group: The molecule's full point group, for display.
        report: The record of the self-consistent field.
        method: The method that made it.
        reaction_field: The field of the solvent for later steps; None without a solvent.
        eri: Two-electron integrals over atomic orbitals, Hartree, in PySCF's eightfold packing,
            kept for later steps; None for large bases.
        fitting: PySCF's object with the fitted two-electron integrals; None for exact ones.
        checks: Checks for the verdict.
        assumed: Values assumed for keys that the input leaves open.
        notes: Further remarks on how the input was read.
        placed: The molecule with its positions; None for orbitals of an FCIDUMP file.
        memory: The memory limit.
    """

    mole: Any
    mo_coeff: FloatArray
    mo_energy: FloatArray
    mo_occ: FloatArray
    hcore: FloatArray
    nuclear_energy: float
    orbsym: tuple[int, ...] | None
    point_group: str | None
    full_point_group: str | None
    report: ScfRecord
    method: HartreeFock = field(default_factory=HartreeFock)
    reaction_field: ReactionField | None = None
    eri: FloatArray | None = None
    fitting: Any = None
    checks: tuple[Check, ...] = ()
    assumed: dict[str, int | str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    placed: PlacedMolecule | None = None
    memory: Memory = MACHINE

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

    @property
    def fixed_hcore(self) -> FloatArray:
        """`hcore` with the potential of the reaction field, Hartree, shape (nao, nao)."""
        return (
            self.hcore
            if self.reaction_field is None
            else (self.hcore + self.reaction_field.potential)
        )

    @property
    def fixed_energy(self) -> float:
        """`nuclear_energy` with the constant part of the solvent's free energy, Hartree."""
        return self.nuclear_energy + (self.reaction_field.constant if self.reaction_field else 0.0)

    def irrep_name(self, index: int) -> str:
        """The name of an orbital's irrep; empty without a point group.

        Args:
            index: Index of the orbital, from 0.
        """
        from pyscf import symm

        if self.orbsym is None or self.point_group is None:
            return ""
        return str(symm.irrep_id2name(self.point_group, self.orbsym[index]))


def solve_mean_field(
    mole: Any,
    options: ScfSpec | None = None,
    method: HartreeFock | None = None,
    on_guess: OnGuess = unheard,
    orbitals: FloatArray | None = None,
    origin: str = NEIGHBOUR,
) -> MeanField:
    """Run RHF for closed shells, ROHF for open ones, and search for the lowest solution.

    The fallbacks: plain DIIS; damping and level shift, then DIIS again; second order (Newton). If
    several solutions are to be expected, a search from other guesses follows. From a solution that
    is a saddle point, instabilities are followed up to four times.

    Args:
        mole: A built `pyscf.gto.Mole`.
        options: The use of symmetry, and the extent of the search.
        method: The method, with surroundings; None for exact integrals in vacuum.
        on_guess: Callback after each guess of a search.
        orbitals: Orbitals of a solution to continue, of which the first are occupied, shape
            (nao, nmo): no other solution is searched for. None for the lowest solution.
        origin: Where `orbitals` come from, for the record.

    Returns:
        The mean field of the lowest solution.

    Raises:
        NotConvergedError: No fallback converged.
    """
    options, method = options or ScfSpec(), method or HartreeFock()
    start = time.perf_counter()
    with threads_for(mole.nao**2):
        if orbitals is None:
            scf, steps = converged_anew(mole, method)
        else:
            scf, steps = continued(mole, method, orbitals, origin)
        group = operations(mole) if mole.symmetry and options.symmetry == "keep" else None
        if orbitals is None:
            ground = ground_state(
                method,
                scf,
                options,
                group,
                on_guess,
                difficult=len(steps) > 1,
                seconds=time.perf_counter() - start,
            )
        else:
            ground = continued_state(method, scf, origin, group)
        external = _external(ground.settled)
    settled, state = ground.settled, ground.settled.state
    report = ScfRecord(
        method=method.label(mole.spin),
        functional=method.functional,
        energy=state.energy,
        converged=bool(state.scf.converged),
        stable=settled.stable,
        externally_stable=external,
        steps=(*steps, *settled.steps),
        iterations=int(getattr(scf, "cycles", 0)),
        wall_s=time.perf_counter() - start,
        guesses=ground.guesses,
        chosen=state.guess,
        guesses_of_chosen=ground.same,
        search_end=ground.end,
        lower_broken_symmetry_mha=ground.broken_mha,
    )
    _log(report)
    findings = _findings(report, ground)
    scf.mo_coeff, scf.mo_occ = state.scf.mo_coeff, state.scf.mo_occ
    scf.mo_energy, scf.e_tot = state.scf.mo_energy, state.scf.e_tot
    return _collect(method, scf, report, *findings)


def _external(settled: Settled) -> bool | None:
    """External stability of a closed shell at a minimum; None if it was not tested."""
    state = settled.state
    return state.is_externally_stable if settled.stable and state.scf.mol.spin == 0 else None


def _log(report: ScfRecord) -> None:
    """Log every attempt, and the energy that was kept."""
    for step in report.steps:
        LOG.info("%s: %s", report.method, step)
    LOG.info("%s energy: %.8f Hartree, %.3f s", report.method, report.energy, report.wall_s)


def _findings(report: ScfRecord, ground: GroundState) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """Checks for the verdict, and remarks on the search."""
    remedy = "; {scf: {symmetry: break}} takes it"
    checks = (*broken_symmetry(report, remedy), *_unsearched(report, ground))
    return checks, tuple(_notes(report, ground))


def _notes(report: ScfRecord, ground: GroundState) -> Iterator[str]:
    """Remarks on the search."""
    if report.guesses > 1:
        gain = HARTREE_IN_MILLIHARTREE * (ground.first.energy - report.energy)
        below = f", {gain:.3f} mHa below that of the first" if gain > 1e-3 else ""
        yield (
            f"{report.method} from {counted(report.guesses, 'guess', 'guesses')},"
            f" lowest kept: {report.chosen}{below}; {ground.same} led to it, {ground.end}"
        )
    elif ground.end == FUNCTIONAL and ground.first.scf.mol.spin:
        yield f"{report.method}: {ground.end}, and the lowest solution was not searched for"


def _unsearched(report: ScfRecord, ground: GroundState) -> Iterator[Check]:
    """The failed check of a mean field that may be an excited one."""
    if ground.unsearched:
        detail = (
            f"guess tried: open shells, small gaps and d shells have several {report.method}"
            " solutions, and this need not be the lowest; {scf: {guesses: auto}} searches"
        )
        yield doubt("mean-field-searched", detail, value=report.guesses)


def broken_symmetry(report: ScfRecord, remedy: str = "") -> tuple[Check, ...]:
    """The failed check of a mean field with a lower, symmetry-broken solution.

    Args:
        report: The record of the mean field.
        remedy: Advice on how to use that solution, as the end of a sentence.
    """
    lower = report.lower_broken_symmetry_mha
    if lower is None:
        return ()
    detail = f"how much lower, in mHa, {report.method} lies that breaks the point group{remedy}"
    return (doubt("symmetry-broken-solution", detail, value=lower),)


def _collect(
    method: HartreeFock,
    scf: Any,
    report: ScfRecord,
    checks: tuple[Check, ...],
    notes: tuple[str, ...],
) -> MeanField:
    mole, solvent = scf.mol, method.surroundings.solvent
    energies = np.asarray(scf.mo_energy, dtype=float)
    order = np.lexsort((energies, -np.asarray(scf.mo_occ)))
    coefficients, irreps = adapted(mole, np.array(scf.mo_coeff, dtype=float)[:, order])
    return MeanField(
        mole=mole,
        mo_coeff=with_fixed_signs(coefficients),
        mo_energy=energies[order],
        mo_occ=np.asarray(scf.mo_occ, dtype=float)[order],
        hcore=np.asarray(scf.get_hcore(), dtype=float),
        nuclear_energy=float(scf.energy_nuc()),
        orbsym=irreps,
        point_group=mole.groupname if mole.symmetry else None,
        full_point_group=mole.topgroup if mole.symmetry else None,
        report=report,
        method=method,
        reaction_field=reaction_field(scf.with_solvent, _density(scf)) if solvent else None,
        eri=_kept_integrals(scf),
        fitting=scf.with_df if method.auxiliary_basis is not None else None,
        checks=checks,
        notes=notes,
    )


def _density(scf: Any) -> FloatArray:
    """The density of a mean field, summed over spins, shape (nao, nao)."""
    return np.asarray((scf.mo_coeff * scf.mo_occ) @ scf.mo_coeff.T)


def _kept_integrals(scf: Any) -> FloatArray | None:
    """The two-electron integrals of the iterations; None for large bases."""
    eri = scf._eri
    return eri if eri is not None and eri.nbytes <= KEPT_INTEGRALS_BYTES else None


def with_fixed_signs(coefficients: FloatArray) -> FloatArray:
    """Make the largest coefficient of every orbital positive, for reproducible signs.

    Returns:
        The coefficients with fixed signs, shape (nao, nmo).
    """
    largest = np.argmax(np.abs(coefficients) > np.abs(coefficients).max(axis=0) - 1e-6, axis=0)
    signs = np.sign(coefficients[largest, np.arange(coefficients.shape[1])])
    return coefficients * np.where(signs == 0, 1.0, signs)
