"""The search for the ground state of the mean field: its extent, its guesses, and its end."""

from __future__ import annotations

from typing import Any

import numpy as np

from vqe_cli._core.log import package_logger
from vqe_cli.chemistry.scf.determinants import Parent
from vqe_cli.chemistry.scf.hartree_fock import HartreeFock
from vqe_cli.chemistry.scf.state_choice import Choice, GroundState
from vqe_cli.chemistry.scf.state_search import FIRST, Found, OnGuess, Search, most_guesses
from vqe_cli.chemistry.scf.states import State
from vqe_cli.chemistry.scf.trials import Trials, has_open_d_shells
from vqe_cli.chemistry.symmetry.point_group import Operations
from vqe_cli.schema import ScfSpec

LOG = package_logger(__name__)

SMALL_GAP = 0.25
"""Gap of a closed shell below which another occupation may be lower, Hartree."""

LONG = 5.0
"""Duration of the first guess from which a search among many is announced, seconds."""

SIMPLE = "closed shell with a wide gap, stable: one guess was tried"
ASKED = "only one guess was asked for"
CONTINUED = "given orbitals are continued, and no other solution is searched for"
FUNCTIONAL = "one guess is tried with a density functional"


def ground_state(
    method: HartreeFock,
    scf: Any,
    options: ScfSpec,
    group: Operations | None,
    on_guess: OnGuess,
    *,
    difficult: bool,
    seconds: float,
) -> GroundState:
    """Search for the lowest solution from that of the first guess.

    A density functional takes long on its grid, and only starting orbitals are wanted of it: one
    guess is enough.

    Args:
        method: The method.
        scf: The solution from the first guess.
        options: The extent of the search.
        group: The molecule's symmetry operations; None to ignore symmetry.
        on_guess: Callback after each guess.
        difficult: Whether the first guess converged with difficulty.
        seconds: How long it took.
    """
    first, asked = State(FIRST, scf), options.guesses
    few = method.functional is not None and asked != "many"
    several = asked == "many" or (not few and (difficult or _several_expected(first)))
    if asked == "one" or few or not (several or scf.mol.charge):
        end = ASKED if asked == "one" else FUNCTIONAL if few else SIMPLE
        whole = Trials.in_whole_basis(method, scf)
        found = Found((first,), end)
        return Choice(method, first, whole, group).among(found, unsearched=several)
    trials, start = _trials(method, first)
    if several and seconds > LONG:
        LOG.warning(
            "the lowest mean field is searched from up to %d guesses, of which the first took "
            "%.0f s; molecule.scf.guesses=one takes that alone",
            most_guesses(start.scf.mol, thorough=True),
            seconds,
        )
    offset = first.energy - start.energy
    search = Search(trials, lambda: _parents(trials), on_guess, offset)
    found = search.run(start, thorough=several)
    return Choice(method, first, trials, group).among(found)


def continued_state(
    method: HartreeFock, scf: Any, origin: str, group: Operations | None
) -> GroundState:
    """The minimum at a solution from given orbitals; no other solution is searched for.

    Args:
        method: The method.
        scf: The solution.
        origin: Where the orbitals came from.
        group: The molecule's symmetry operations; None to ignore symmetry.
    """
    first = State(origin, scf)
    found = Found((first,), CONTINUED)
    return Choice(method, first, Trials.in_whole_basis(method, scf), group).among(found)


def _trials(method: HartreeFock, first: State) -> tuple[Trials, State]:
    """The trials of a search, and the state from the first guess among them."""
    trials = Trials.of(method, first.scf)
    if trials.are_whole:
        return trials, first
    scf = trials.from_guess(FIRST)
    if scf is None:
        return Trials.in_whole_basis(method, first.scf), first
    return trials, State(FIRST, scf)


def _several_expected(first: State) -> bool:
    """Whether a molecule is of a kind that has several solutions."""
    mole = first.scf.mol
    return (
        mole.spin > 0
        or has_open_d_shells(mole)
        or _gap(first.scf) < SMALL_GAP
        or first.descent is not None
        or not first.is_externally_stable
    )


def _gap(scf: Any) -> float:
    """Energy of the lowest empty orbital minus that of the highest occupied one, Hartree."""
    empty = scf.mo_energy[scf.mo_occ == 0]
    return float(min(empty, default=np.inf) - max(scf.mo_energy[scf.mo_occ > 0]))


def _parents(trials: Trials) -> list[Parent]:
    """Orbitals of the molecule with one electron more or less, or with all electrons paired.

    Ions start from orbitals of their neutral molecule, radicals from those of their cation.
    """
    mole = trials.new().mol
    if mole.charge == 0 and mole.spin == 0:
        return []
    charge = mole.charge - int(np.sign(mole.charge))
    if mole.charge == 0:
        charge = mole.nelectron % 2
    electrons = mole.nelectron + mole.charge - charge
    if electrons < 1 or electrons > 2 * mole.nao:
        return []
    related = trials.relative(charge, electrons % 2)
    related.kernel()
    return [Parent(f"orbitals of charge {charge:+d}", related)]
