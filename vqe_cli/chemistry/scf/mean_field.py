"""Restricted Hartree-Fock, with a ladder of fallbacks and a stability check, both recorded."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.log import package_logger
from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli._core.threads import threads_for
from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli.chemistry.geometry.structures import PlacedMolecule, with_coordinates
from vqe_cli.chemistry.molecule import KEPT_INTEGRALS_BYTES, build_molecule
from vqe_cli.chemistry.scf.instabilities import Settled, second_order, settle
from vqe_cli.chemistry.scf.stability import internal_instability, is_externally_stable
from vqe_cli.chemistry.scf.state_search import FIRST, Parent, State, contenders, search
from vqe_cli.chemistry.symmetry.irreps import adapted
from vqe_cli.chemistry.symmetry.point_group import Operations, operations
from vqe_cli.errors import NotConvergedError
from vqe_cli.schema import MoleculeSpec, ScfSpec
from vqe_cli.schema.records import Check, ScfRecord, doubt

LOG = package_logger(__name__)

ENERGY_TOLERANCE = 1e-11
GRADIENT_TOLERANCE = 1e-6
MAX_CYCLES = 100
SMALL_GAP = 0.25
"""Hartree between frontier orbitals; in closed shells below it others may want to be occupied."""

WORTH_TELLING = 1e-6
"""Hartree by which a solution of broken symmetry must be lower."""


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
        placed: The molecule; None for orbitals that are not known in space.
        memory: What may be used by all that is made of it.
    """

    mole: Any
    mo_coeff: FloatArray
    mo_energy: FloatArray
    mo_occ: FloatArray
    hcore: FloatArray
    orbsym: tuple[int, ...] | None
    point_group: str | None
    full_point_group: str | None
    report: ScfRecord
    eri: FloatArray | None = None
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

    def irrep_name(self, index: int) -> str:
        """What the irrep of an orbital is called; empty without a point group.

        Args:
            index: From 0.
        """
        from pyscf import symm

        if self.orbsym is None or self.point_group is None:
            return ""
        return str(symm.irrep_id2name(self.point_group, self.orbsym[index]))


class MeanFields:
    """Mean fields by molecule: each is computed once, whoever asks for it."""

    def __init__(self) -> None:
        self._known: dict[str, MeanField] = {}

    def of(
        self,
        molecule: MoleculeSpec,
        check: Callable[[Any], None] | None = None,
        memory: Memory = MACHINE,
    ) -> MeanField:
        """The mean field of a molecule: the one way from what the user wrote to orbitals.

        Args:
            molecule: What the user wrote.
            check: Told the built `pyscf.gto.Mole` before the self-consistent field begins, to
                refuse it.
            memory: What may be used.

        Raises:
            InputError: The molecule is impossible.
            NotConvergedError: Hartree-Fock did not converge.
        """
        from vqe_cli.chemistry.scf.plausibility import with_findings

        key = molecule.model_dump_json(exclude={"name"})
        known = self._known.get(key)
        placed = known.placed if known and known.placed else with_coordinates(molecule)
        mole = known.mole if known else build_molecule(placed, memory)
        if check is not None:
            check(mole)
        field = known or replace(solve_mean_field(mole, molecule.scf), placed=placed)
        self._known[key] = field
        return with_findings(replace(field, memory=memory), molecule, placed.atoms)


def mean_field_of(
    molecule: MoleculeSpec,
    check: Callable[[Any], None] | None = None,
    memory: Memory = MACHINE,
) -> MeanField:
    """The mean field of a molecule, computed for this once; arguments as for `MeanFields.of`."""
    return MeanFields().of(molecule, check, memory)


def solve_mean_field(mole: Any, options: ScfSpec | None = None) -> MeanField:
    """Run RHF for closed shells, ROHF for open ones, and look for the lowest solution.

    The ladder: plain DIIS; damping and level shift, then DIIS again; second order (Newton). Where
    several solutions are to be expected, it is followed by a search from other guesses. A solution
    that is a saddle point is left along its instability, up to four times.

    Args:
        mole: A built `pyscf.gto.Mole`.
        options: What to do about symmetry, and how many guesses to take.

    Raises:
        NotConvergedError: No step of the ladder converged.
    """
    options = options or ScfSpec()
    start = time.perf_counter()
    with threads_for(mole.nao**2):
        scf, steps = _climb(mole)
        group = operations(mole) if mole.symmetry and options.symmetry == "keep" else None
        states = _states(mole, scf, options, len(steps) > 1)
        settled, energies = _settle(mole, scf, states, group)
        external = _external(settled)
    state = settled.state
    broken = _lower_broken_symmetry(energies, settled, group)
    report = ScfRecord(
        method="RHF" if mole.spin == 0 else "ROHF",
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
    _log(report, states)
    findings = _findings(report, states)
    scf.mo_coeff, scf.mo_occ = state.scf.mo_coeff, state.scf.mo_occ
    scf.mo_energy, scf.e_tot = state.scf.mo_energy, state.scf.e_tot
    return _collect(mole, scf, report, *findings)


def _states(mole: Any, scf: Any, options: ScfSpec, difficult: bool) -> tuple[State, ...]:
    """Solutions to choose from: the first alone where it is beyond doubt."""
    first = State(FIRST, scf)
    if options.guesses == "one":
        return (first,)
    thorough = (
        options.guesses == "many"
        or difficult
        or mole.spin > 0
        or _has_open_d_shells(mole)
        or _gap(scf) < SMALL_GAP
        or internal_instability(scf) is not None
        or not is_externally_stable(scf)
    )
    if not thorough and mole.charge == 0:
        return (first,)
    new, free = _maker(mole, scf), _maker(without_symmetry(mole), scf)
    return search(first, new, free, lambda: _parents(mole, scf), thorough=thorough)


def _has_open_d_shells(mole: Any) -> bool:
    """Whether there is an atom of a d or f block."""
    from pyscf.data.elements import charge

    protons = {charge(mole.atom_pure_symbol(atom)) for atom in range(mole.natm)}
    blocks = ((21, 30), (39, 48), (57, 80), (89, 112))
    return any(first <= count <= last for count in protons for first, last in blocks)


def _gap(scf: Any) -> float:
    """Energy of the lowest empty orbital less that of the highest occupied one, in Hartree."""
    empty = scf.mo_energy[scf.mo_occ == 0]
    return float(min(empty, default=np.inf) - max(scf.mo_energy[scf.mo_occ > 0]))


def _maker(mole: Any, scf: Any) -> Callable[[], Any]:
    """Makes objects that share the two-electron integrals of one that has been run."""

    def make() -> Any:
        method = new_scf(mole)
        method._eri = scf._eri
        return method

    return make


def _parents(mole: Any, scf: Any) -> list[Parent]:
    """Orbitals of the molecule with an electron more or less, or with all electrons paired.

    Ions begin at what they are an ion of; radicals, with as many electrons as their cation.
    """
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
    method = _maker(relative, scf)()
    method.kernel()
    return [Parent(f"orbitals of charge {charge:+d}", method)]


def _settle(
    mole: Any, scf: Any, states: tuple[State, ...], group: Operations | None
) -> tuple[Settled, tuple[float, ...]]:
    """The lowest state, converged and at a minimum, and all energies on the way there."""
    free = _maker(without_symmetry(mole), scf)
    settled = []
    for contender in contenders(states, group):
        state, new = contender, _maker(contender.scf.mol, scf)
        if state is not states[0]:
            tight = second_order(new, state.scf.mo_coeff, state.scf.mo_occ)
            state = State(state.guess, tight) if tight.converged else state
        settled.append(settle(state, new, free, group))
    energies = [one.state.energy for one in settled]
    energies += [one.broken_energy for one in settled if one.broken_energy is not None]
    best = min(settled, key=lambda one: (round(one.state.energy, 7), not one.stable))
    return best, (*energies, *(state.energy for state in states))


def _external(settled: Settled) -> bool | None:
    """Closed shells alone can be tested, at a minimum."""
    scf = settled.state.scf
    return is_externally_stable(scf) if settled.stable and scf.mol.spin == 0 else None


def _lower_broken_symmetry(
    energies: tuple[float, ...], settled: Settled, group: Operations | None
) -> float | None:
    """How much lower, in millihartree, a known solution lies that breaks the point group."""
    if group is None:
        return None
    gain = settled.state.energy - min(energies)
    return HARTREE_IN_MILLIHARTREE * gain if gain > WORTH_TELLING else None


def _log(report: ScfRecord, states: tuple[State, ...]) -> None:
    """Every attempt, and the one that was kept."""
    for step in report.steps:
        LOG.info("%s: %s", report.method, step)
    for state in states:
        LOG.debug("%s from %s: %.8f Hartree", report.method, state.guess, state.energy)
    LOG.info("%s energy: %.8f Hartree, %.3f s", report.method, report.energy, report.wall_s)


def _findings(
    report: ScfRecord, states: tuple[State, ...]
) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """What counts in the verdict, and what is told about the search."""
    notes: list[str] = []
    if report.guesses > 1:
        gain = HARTREE_IN_MILLIHARTREE * (states[0].energy - report.energy)
        below = f", {gain:.3f} mHa below that of the first" if gain > 1e-3 else ""
        notes.append(
            f"{report.method} from {report.guesses} guesses, lowest kept: {report.chosen}{below}"
        )
    remedy = "; {scf: {symmetry: break}} takes it"
    return broken_symmetry(report, remedy), tuple(notes)


def broken_symmetry(report: ScfRecord, remedy: str = "") -> tuple[Check, ...]:
    """The finding that a solution lies lower which breaks the point group.

    Args:
        report: How the mean field was found.
        remedy: What takes that solution instead, as the end of a sentence.
    """
    lower = report.lower_broken_symmetry_mha
    if lower is None:
        return ()
    detail = f"how much lower, in mHa, {report.method} lies that breaks the point group{remedy}"
    return (doubt("symmetry-broken-solution", detail, value=lower),)


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


def without_symmetry(mole: Any) -> Any:
    """The same molecule, free to break its point group."""
    copy = mole.copy()
    copy.symmetry = False
    copy.build(dump_input=False, parse_arg=False)
    return copy


def _collect(
    mole: Any, scf: Any, report: ScfRecord, checks: tuple[Check, ...], notes: tuple[str, ...]
) -> MeanField:
    energies = np.asarray(scf.mo_energy, dtype=float)
    order = np.lexsort((energies, -np.asarray(scf.mo_occ)))
    coefficients, irreps = adapted(mole, np.array(scf.mo_coeff, dtype=float)[:, order])
    return MeanField(
        mole=mole,
        mo_coeff=with_fixed_signs(coefficients),
        mo_energy=energies[order],
        mo_occ=np.asarray(scf.mo_occ, dtype=float)[order],
        hcore=np.asarray(scf.get_hcore(), dtype=float),
        orbsym=irreps,
        point_group=mole.groupname if mole.symmetry else None,
        full_point_group=mole.topgroup if mole.symmetry else None,
        report=report,
        eri=_kept_integrals(scf),
        checks=checks,
        notes=notes,
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
