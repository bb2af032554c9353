"""Fragments of a molecule, and the division of its active space among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vqe_cli._core.wording import counted
from vqe_cli.chemistry.geometry.coordinates import atoms
from vqe_cli.chemistry.geometry.structures import structure_of, with_coordinates
from vqe_cli.chemistry.geometry.structures.bonds import Bonded, bonded, bonds_of_structure
from vqe_cli.chemistry.molecule import build_molecule
from vqe_cli.errors import InputError
from vqe_cli.fermions.atoms import Atoms
from vqe_cli.properties import Case
from vqe_cli.properties._classical import molecule_of
from vqe_cli.properties._species import COMPLETE, active_size, related_space, species
from vqe_cli.schema import RunSpec


@dataclass(frozen=True)
class Fragment:
    """A fragment of a molecule.

    Args:
        atoms: Indices of the atoms in the whole molecule, from 0.
        charge: Charge in units of e.
        multiplicity: Spin multiplicity, 2S+1.
    """

    atoms: tuple[int, ...]
    charge: int
    multiplicity: int


@dataclass(frozen=True)
class Room:
    """Limits on the active space of a fragment.

    Args:
        unpaired: Number of unpaired electrons, all of which are active.
        pairs: Number of electron pairs, which may be active.
        empty: Number of orbitals without an alpha electron.
    """

    unpaired: int
    pairs: int
    empty: int


def bonds_of(spec: RunSpec) -> Bonded:
    """The bonds of a run's molecule, from its coordinates if it has some.

    Args:
        spec: Spec of the run.
    """
    molecule = molecule_of(spec)
    if molecule.geometry.is_structure:
        return bonds_of_structure(structure_of(molecule)[0])
    return bonded(atoms(molecule), molecule.charge, molecule.multiplicity)


def fragment_runs(
    case: Case, atoms: Atoms, fragments: Sequence[Fragment], *, counterpoise: bool = False
) -> tuple[RunSpec, ...]:
    """Specs of runs on all fragments, with active spaces that add up to the candidate's.

    Args:
        case: Case of the whole molecule, with the record of its energy.
        atoms: Atoms of the whole molecule.
        fragments: Fragments of the molecule.
        counterpoise: Whether each fragment keeps the basis functions of all others.

    Raises:
        InputError: The active space cannot be divided.
    """
    bare = tuple(
        fragment_run(case.spec, atoms, fragment, counterpoise=counterpoise)
        for fragment in fragments
    )
    if case.spec.selection("active_space").name in COMPLETE:
        return bare
    shares = shared_out(*active_size(case), [room_in(run) for run in bare])
    return tuple(
        run.model_copy(update={"active_space": related_space(case, size=share)})
        for run, share in zip(bare, shares, strict=True)
    )


def fragment_run(
    parent: RunSpec, atoms: Atoms, fragment: Fragment, *, counterpoise: bool = False
) -> RunSpec:
    """The spec of a run on an unrelaxed fragment, its active space not yet matched.

    Args:
        parent: Spec of the run on the whole molecule.
        atoms: Atoms of the whole molecule.
        fragment: Fragment of the molecule.
        counterpoise: Whether the fragment keeps the basis functions of all others.
    """
    kept = atoms.at(sorted(fragment.atoms))
    others = [number for number in range(len(atoms)) if number not in fragment.atoms]
    return species(
        parent,
        formula(kept.symbols),
        charge=fragment.charge,
        multiplicity=fragment.multiplicity,
        space=parent.selection("active_space"),
        atoms=kept + atoms.at(others).as_ghosts() if counterpoise else kept,
    )


def room_in(run: RunSpec) -> Room:
    """The limits on the active space of a run.

    Args:
        run: Spec of a run on a fragment.

    Raises:
        InputError: The fragment is impossible.
    """
    mole = build_molecule(with_coordinates(molecule_of(run)), run.memory)
    alpha, beta = mole.nelec
    return Room(unpaired=alpha - beta, pairs=beta, empty=mole.nao - alpha)


def shared_out(electrons: int, orbitals: int, rooms: Sequence[Room]) -> tuple[tuple[int, int], ...]:
    """Active electrons and orbitals of fragments that add up to those of the whole molecule.

    All unpaired electrons are active, and one pair in a fragment without unpaired electrons.
    Further pairs are divided in proportion to the fragments' pairs, empty orbitals in proportion
    to the active electrons.

    Args:
        electrons: Number of active electrons of the whole molecule.
        orbitals: Number of active orbitals of the whole molecule.
        rooms: Limits of each fragment.

    Raises:
        InputError: There are too few electrons or orbitals.
    """
    unpaired = [room.unpaired for room in rooms]
    spare, there = electrons - sum(unpaired), [room.pairs for room in rooms]
    first = [0 if room.unpaired else 1 for room in rooms]
    pairs = None if spare % 2 else _proportional(spare // 2, first, there, there)
    if pairs is None:
        least = sum(unpaired) + 2 * sum(first)
        raise _too_small(electrons, orbitals, f"electrons must be {least} or an even number more")
    active = [one + 2 * two for one, two in zip(unpaired, pairs, strict=True)]
    occupied = [one + two for one, two in zip(unpaired, pairs, strict=True)]
    none, room_left = [0] * len(rooms), [room.empty for room in rooms]
    empty = _proportional(orbitals - sum(occupied), none, active, room_left)
    if empty is None:
        most = sum(occupied) + sum(room_left)
        reason = f"orbitals must be from {sum(occupied)} to {most}"
        raise _too_small(electrons, orbitals, reason)
    return tuple(
        (count, filled + more) for count, filled, more in zip(active, occupied, empty, strict=True)
    )


def _proportional(
    total: int, first: Sequence[int], weights: Sequence[int], caps: Sequence[int]
) -> list[int] | None:
    """Integers that add up to a total, as proportional to weights as caps and a start allow."""
    shares = list(first)
    starts_within = all(share <= cap for share, cap in zip(first, caps, strict=True))
    if not starts_within or not sum(first) <= total <= sum(caps):
        return None
    for _ in range(total - sum(first)):
        open_ones = [index for index, cap in enumerate(caps) if shares[index] < cap]
        # The highest quotient by Sainte-Laguë's divisors gets the next one.
        shares[max(open_ones, key=lambda index: weights[index] / (2 * shares[index] + 1))] += 1
    return shares


def _too_small(electrons: int, orbitals: int, reason: str) -> InputError:
    return InputError(
        f"an active space of {counted(electrons, 'electron')} in"
        f" {counted(orbitals, 'orbital')} cannot be shared out"
        f" among the fragments: {reason}",
        path=("active_space",),
        hint="choose more electrons and orbitals, or frozen-core",
    )


def formula(symbols: Sequence[str]) -> str:
    """Elements and their numbers in the order of appearance, such as ``CH3``.

    Args:
        symbols: Symbols of the atoms.
    """
    counts: dict[str, int] = {}
    for symbol in symbols:
        counts[symbol] = counts.get(symbol, 0) + 1
    return "".join(f"{symbol}{count if count > 1 else ''}" for symbol, count in counts.items())
