"""Restricted Hartree-Fock, with recorded fallbacks and a recorded stability check."""

from __future__ import annotations

import time
from collections.abc import Sequence
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
from vqe_cli.chemistry.scf.hartree_fock import HartreeFock
from vqe_cli.chemistry.scf.instabilities import Settled, second_order, settle
from vqe_cli.chemistry.scf.solvents import ReactionField, reaction_field
from vqe_cli.chemistry.scf.state_search import FIRST, Parent, State, contenders, search
from vqe_cli.chemistry.symmetry.irreps import adapted
from vqe_cli.chemistry.symmetry.point_group import Operations, operations
from vqe_cli.errors import NotConvergedError
from vqe_cli.schema import ScfSpec
from vqe_cli.schema.records import Check, ScfRecord, doubt

LOG = package_logger(__name__)

SMALL_GAP = 0.25
"""Gap of a closed shell below which another occupation may be lower, Hartree."""

NEIGHBOUR = "orbitals of the neighbouring geometry"
"""Name of the guess of a solution that is continued."""

LONG = 5.0
"""Duration of the first guess from which a search among many is announced, seconds."""

WORTH_TELLING = 1e-6
"""Least energy by which a symmetry-broken solution that is reported must be lower, Hartree."""


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
            scf, steps = _climb(mole, method)
        else:
            scf, steps = _continue(mole, method, orbitals, origin)
        group = operations(mole) if mole.symmetry and options.symmetry == "keep" else None
        if orbitals is None:
            states = _states(
                method, scf, options, difficult=len(steps) > 1, seconds=time.perf_counter() - start
            )
        else:
            states = (State(origin, scf),)
        settled, energies = _settle(method, scf, states, group)
        external = _external(settled)
    state = settled.state
    broken = _lower_broken_symmetry(energies, settled, group)
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
        guesses=len(states),
        chosen=state.guess,
        lower_broken_symmetry_mha=broken,
    )
    _log(report)
    findings = _findings(report, states)
    scf.mo_coeff, scf.mo_occ = state.scf.mo_coeff, state.scf.mo_occ
    scf.mo_energy, scf.e_tot = state.scf.mo_energy, state.scf.e_tot
    return _collect(method, scf, report, *findings)


def _states(
    method: HartreeFock, scf: Any, options: ScfSpec, *, difficult: bool, seconds: float
) -> tuple[State, ...]:
    """Candidate solutions; only the first one for simple molecules, and with a functional.

    A density functional takes long on its grid, and only starting orbitals are wanted of it.
    """
    first, mole = State(FIRST, scf), scf.mol
    few = method.functional is not None and options.guesses == "auto"
    if options.guesses == "one" or few:
        return (first,)
    thorough = (
        options.guesses == "many"
        or difficult
        or mole.spin > 0
        or _has_open_d_shells(mole)
        or _gap(scf) < SMALL_GAP
        or first.descent is not None
        or not first.is_externally_stable
    )
    if not thorough and mole.charge == 0:
        return (first,)
    if thorough and seconds > LONG:
        LOG.warning(
            "the lowest mean field is searched from many guesses, of which the first took %.0f s; "
            "molecule.scf.guesses=one takes that alone",
            seconds,
        )
    new, free = method.sharing(mole, scf), method.sharing(without_symmetry(mole), scf)
    return search(first, new, free, lambda: _parents(method, scf), thorough=thorough)


def _has_open_d_shells(mole: Any) -> bool:
    """Whether the molecule has an atom of the d or f block."""
    from pyscf.data.elements import charge

    protons = {charge(mole.atom_pure_symbol(atom)) for atom in range(mole.natm)}
    blocks = ((21, 30), (39, 48), (57, 80), (89, 112))
    return any(first <= count <= last for count in protons for first, last in blocks)


def _gap(scf: Any) -> float:
    """Energy of the lowest empty orbital minus that of the highest occupied one, Hartree."""
    empty = scf.mo_energy[scf.mo_occ == 0]
    return float(min(empty, default=np.inf) - max(scf.mo_energy[scf.mo_occ > 0]))


def _parents(method: HartreeFock, scf: Any) -> list[Parent]:
    """Orbitals of the molecule with one electron more or less, or with all electrons paired.

    Ions start from orbitals of their neutral molecule, radicals from those of their cation.
    """
    mole = scf.mol
    if mole.charge == 0 and mole.spin == 0:
        return []
    charge = mole.charge - int(np.sign(mole.charge))
    if mole.charge == 0:
        charge = mole.nelectron % 2
    relative = mole.copy()
    relative.charge = charge
    electrons = mole.nelectron + mole.charge - charge
    relative.spin = electrons % 2
    if electrons < 1 or electrons > 2 * mole.nao:
        return []
    relative.build(dump_input=False, parse_arg=False)
    related = method.sharing(relative, scf)()
    related.kernel()
    return [Parent(f"orbitals of charge {charge:+d}", related)]


def _settle(
    method: HartreeFock, scf: Any, states: tuple[State, ...], group: Operations | None
) -> tuple[Settled, tuple[float, ...]]:
    """The lowest state, converged at a minimum, and the energies of all intermediate states."""
    free = method.sharing(without_symmetry(scf.mol), scf)
    settled = []
    for contender in contenders(states, group):
        state, new = contender, method.sharing(contender.scf.mol, scf)
        if state is not states[0]:
            tight = second_order(new, state.scf.mo_coeff, state.scf.mo_occ)
            state = State(state.guess, tight) if tight.converged else state
        settled.append(settle(state, new, free, group))
    energies = [one.state.energy for one in settled]
    energies += [one.broken_energy for one in settled if one.broken_energy is not None]
    best = min(settled, key=lambda one: (round(one.state.energy, 7), not one.stable))
    return best, (*energies, *(state.energy for state in states))


def _external(settled: Settled) -> bool | None:
    """External stability of a closed shell at a minimum; None if it was not tested."""
    state = settled.state
    return state.is_externally_stable if settled.stable and state.scf.mol.spin == 0 else None


def _lower_broken_symmetry(
    energies: tuple[float, ...], settled: Settled, group: Operations | None
) -> float | None:
    """Energy by which a known symmetry-broken solution is lower, millihartree; None without one."""
    if group is None:
        return None
    gain = settled.state.energy - min(energies)
    return HARTREE_IN_MILLIHARTREE * gain if gain > WORTH_TELLING else None


def _log(report: ScfRecord) -> None:
    """Log every attempt, and the energy that was kept."""
    for step in report.steps:
        LOG.info("%s: %s", report.method, step)
    LOG.info("%s energy: %.8f Hartree, %.3f s", report.method, report.energy, report.wall_s)


def _findings(
    report: ScfRecord, states: tuple[State, ...]
) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """Checks for the verdict, and remarks on the search."""
    notes: list[str] = []
    if report.guesses > 1:
        gain = HARTREE_IN_MILLIHARTREE * (states[0].energy - report.energy)
        below = f", {gain:.3f} mHa below that of the first" if gain > 1e-3 else ""
        notes.append(
            f"{report.method} from {counted(report.guesses, 'guess', 'guesses')},"
            f" lowest kept: {report.chosen}{below}"
        )
    remedy = "; {scf: {symmetry: break}} takes it"
    return broken_symmetry(report, remedy), tuple(notes)


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


def _climb(mole: Any, method: HartreeFock) -> tuple[Any, list[str]]:
    plain = method.new(mole)
    plain.kernel()
    if plain.converged:
        return plain, ["DIIS"]
    damped = method.new(mole)
    damped.damp, damped.level_shift, damped.max_cycle = 0.5, 0.5, 3 * damped.max_cycle
    damped.kernel()
    again = method.new(mole)
    again.kernel(dm0=damped.make_rdm1())
    if again.converged:
        return again, ["DIIS: not converged", "damping 0.5 and level shift 0.5, then DIIS"]
    newton = method.new(mole).newton()
    newton.kernel(again.mo_coeff, again.mo_occ)
    steps = ["DIIS: not converged", "damping and level shift: not converged", "second order"]
    if not newton.converged:
        raise NotConvergedError(
            "Hartree-Fock did not converge: " + "; ".join([*steps[:2], "second order: neither"]),
            hint="check the geometry, the multiplicity and the basis",
        )
    return newton, steps


def _continue(
    mole: Any, method: HartreeFock, orbitals: FloatArray, origin: str
) -> tuple[Any, list[str]]:
    """The solution near given orbitals, of which the first are occupied."""
    places = np.arange(orbitals.shape[1])
    alpha, beta = mole.nelec
    occupations = (places < alpha).astype(float) + (places < beta)
    coefficients, irreps = adapted(mole, orbitals)
    newton = second_order(lambda: method.new(mole), coefficients, occupations)
    steps = [f"second order from {origin}"]
    if newton.converged:
        return newton, steps
    if irreps is not None:
        held = method.new(mole)
        held.irrep_nelec = _electrons_by_irrep(mole, irreps, occupations)
        held.kernel(dm0=newton.make_rdm1())
        if held.converged:
            return held, [*steps, "DIIS with the electrons of each irrep"]
    raise NotConvergedError(f"Hartree-Fock from {origin} did not converge")


def _electrons_by_irrep(
    mole: Any, irreps: Sequence[int], occupations: FloatArray
) -> dict[str, Any]:
    """The electrons of each irrep as PySCF expects them: alpha and beta of open shells."""
    found: dict[str, Any] = {}
    for name, irrep in zip(mole.irrep_name, mole.irrep_id, strict=True):
        own = occupations[np.asarray(irreps) == irrep]
        alpha, beta = int((own > 0).sum()), int((own == 2).sum())
        found[name] = (alpha, beta) if mole.spin else alpha + beta
    return found


def without_symmetry(mole: Any) -> Any:
    """The molecule without a point group, so that orbitals may break it."""
    copy = mole.copy()
    copy.symmetry = False
    copy.build(dump_input=False, parse_arg=False)
    return copy


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
