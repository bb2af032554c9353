"""Ordered products of fermionic excitations, which the sector simulator applies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from vqe_cli.fermions.spectra import Spectrum, spectrum

SpinOrbital = tuple[int, int]
"""Index of a spatial orbital, and spin: 0 for alpha, 1 for beta."""

_SPINS = "αβ"


@dataclass(frozen=True)
class Excitation:
    """The operator ``T = a†_c1 a†_c2 … a_k … a_2 a_1`` that moves electrons.

    Annihilators are in reverse order, so that ``create=(a, b), annihilate=(i, j)`` is a†b†ji, the
    operator of the coupled-cluster amplitude t_ij^ab.

    Args:
        create: Spin orbitals that become occupied.
        annihilate: Spin orbitals that become empty, with equal numbers for each spin.
        qubit: Whether T is a qubit excitation, which connects the same determinants with positive
            signs only (Yordanov, Armaos, Barnes and Arvidsson-Shukur, Commun. Phys. 4, 228 (2021)).
    """

    create: tuple[SpinOrbital, ...]
    annihilate: tuple[SpinOrbital, ...]
    qubit: bool = False

    def __post_init__(self) -> None:
        if len(set(self.create)) != len(self.create) or len(set(self.annihilate)) != len(
            self.annihilate
        ):
            raise ValueError(f"an excitation should not name a spin orbital twice. Got {self}.")
        if sorted(s for _, s in self.create) != sorted(s for _, s in self.annihilate):
            raise ValueError(f"an excitation should conserve spin. Got {self}.")
        if set(self.create) == set(self.annihilate):
            raise ValueError(f"an excitation should move an electron. Got {self}.")

    @property
    def orbitals(self) -> frozenset[SpinOrbital]:
        """The spin orbitals that are named."""
        return frozenset((*self.create, *self.annihilate))

    def irrep(self, orbital_irreps: Sequence[int]) -> int:
        """The irrep of T, the product of its orbitals' irreps.

        Args:
            orbital_irreps: Irreps of the orbitals, multiplied by exclusive or.
        """
        product = 0
        for orbital, _ in (*self.create, *self.annihilate):
            product ^= orbital_irreps[orbital]
        return product

    def acts(self, norb: int, nelec: tuple[int, int]) -> bool:
        """Whether T is nonzero for given numbers of electrons.

        T needs enough electrons to move, and enough empty orbitals.

        Args:
            norb: Number of spatial orbitals.
            nelec: Numbers of alpha and beta electrons.
        """
        for spin in (0, 1):
            taken = {orbital for orbital, s in self.annihilate if s == spin}
            filled = {orbital for orbital, s in self.create if s == spin} - taken
            if not len(taken) <= nelec[spin] <= norb - len(filled):
                return False
        return True

    def leaves(self, nelec: tuple[int, int]) -> bool:
        """Whether T moves electrons only from occupied to empty orbitals of the reference.

        Args:
            nelec: Numbers of alpha and beta electrons, which occupy the first orbitals.
        """
        taken = all(orbital < nelec[spin] for orbital, spin in self.annihilate)
        return taken and all(orbital >= nelec[spin] for orbital, spin in self.create)

    def label(self) -> str:
        """A label for display, with orbitals from 1: ``1α 1β → 2α 2β``."""
        sides = (
            " ".join(f"{orbital + 1}{_SPINS[spin]}" for orbital, spin in side)
            for side in (self.annihilate, self.create)
        )
        return " → ".join(sides) + (" (qubit)" if self.qubit else "")


@dataclass(frozen=True)
class Rotation:
    """One factor ``exp(factor · θ[parameter] · (T − T†))``.

    Args:
        excitation: The excitation T.
        parameter: Index into the parameter vector.
        factor: Factor of the parameter.
    """

    excitation: Excitation
    parameter: int
    factor: float = 1.0


@dataclass(frozen=True)
class ExcitationProduct:
    """``U(θ) = R_last … R_2 R_1`` acting on the reference determinant.

    Args:
        norb: Number of spatial orbitals.
        nelec: Numbers of alpha and beta electrons of the reference determinant.
        rotations: The factors, in the order in which they act.
        num_parameters: Length of the parameter vector.
    """

    norb: int
    nelec: tuple[int, int]
    rotations: tuple[Rotation, ...]
    num_parameters: int

    def __post_init__(self) -> None:
        for rotation in self.rotations:
            if not 0 <= rotation.parameter < self.num_parameters:
                raise ValueError(
                    f"parameter should be below {self.num_parameters}. Got {rotation}."
                )

    @property
    def labels(self) -> tuple[str, ...]:
        """The label of the first excitation of every parameter."""
        found: dict[int, str] = {}
        for rotation in self.rotations:
            found.setdefault(rotation.parameter, rotation.excitation.label())
        return tuple(found.get(index, "unused") for index in range(self.num_parameters))

    @property
    def spectra(self) -> tuple[Spectrum, ...]:
        """The spectra of the energy in each parameter.

        The generator has eigenvalues ±i and 0, so one rotation contributes frequencies 1 and 2.
        """
        weights: list[list[float]] = [[] for _ in range(self.num_parameters)]
        for rotation in self.rotations:
            weights[rotation.parameter] += [rotation.factor, rotation.factor]
        return tuple(spectrum(found) for found in weights)


def shared_product(
    norb: int, nelec: tuple[int, int], groups: Sequence[Sequence[Excitation]]
) -> ExcitationProduct:
    """The product in which each group of excitations shares one parameter.

    Args:
        norb: Number of spatial orbitals.
        nelec: Numbers of alpha and beta electrons.
        groups: Groups of excitations, in the order in which they act.
    """
    rotations = tuple(
        Rotation(excitation, parameter)
        for parameter, group in enumerate(groups)
        for excitation in group
    )
    return ExcitationProduct(norb, nelec, rotations, len(groups))


def acting(
    norb: int, nelec: tuple[int, int], groups: Iterable[Sequence[Excitation]]
) -> list[list[Excitation]]:
    """The nonempty groups without excitations that are zero for these electrons."""
    found = [[part for part in group if part.acts(norb, nelec)] for group in groups]
    return [group for group in found if group]


def symmetric(
    groups: Iterable[Sequence[Excitation]], orbital_irreps: Sequence[int] | None
) -> list[Sequence[Excitation]]:
    """The groups whose excitations keep the irrep; all groups without a point group."""
    if orbital_irreps is None:
        return list(groups)
    return [group for group in groups if not any(part.irrep(orbital_irreps) for part in group)]


def joined_with_spin_flips(excitations: Iterable[Excitation]) -> list[list[Excitation]]:
    """Groups of each excitation and its spin flip, in the order of the first of the two.

    Args:
        excitations: Excitations in order, doubles of opposite spin as αβ.
    """
    joined: dict[Excitation, list[Excitation]] = {}
    for excitation in excitations:
        partner = spin_flipped(excitation)
        if partner in joined and partner != excitation:
            joined[partner].append(excitation)
        else:
            joined[excitation] = [excitation]
    return list(joined.values())


def orbital_rotation(p: int, q: int) -> tuple[Excitation, Excitation]:
    """The singles ``p → q`` of both spins, whose sum commutes with the total spin."""
    return Excitation(((q, 0),), ((p, 0),)), Excitation(((q, 1),), ((p, 1),))


def pair_exchange(p: int, q: int) -> tuple[Excitation]:
    """The double ``pα pβ → qα qβ``."""
    return (Excitation(((q, 0), (q, 1)), ((p, 0), (p, 1))),)


def spin_orbitals(norb: int, nelec: tuple[int, int], spin: int) -> tuple[range, range]:
    """Occupied and empty spatial orbitals of one spin."""
    return range(nelec[spin]), range(nelec[spin], norb)


def singles(norb: int, nelec: tuple[int, int], spin: int) -> Iterator[Excitation]:
    """All singles ``i → a`` of one spin."""
    for i, a in product(*spin_orbitals(norb, nelec, spin)):
        yield Excitation(((a, spin),), ((i, spin),))


def same_spin_doubles(norb: int, nelec: tuple[int, int], spin: int) -> Iterator[Excitation]:
    """All doubles ``i j → a b`` of one spin with i < j and a < b."""
    occupied, empty = spin_orbitals(norb, nelec, spin)
    for (i, j), (a, b) in product(combinations(occupied, 2), combinations(empty, 2)):
        yield Excitation(((a, spin), (b, spin)), ((i, spin), (j, spin)))


def opposite_spin_doubles(norb: int, nelec: tuple[int, int]) -> Iterator[Excitation]:
    """All doubles ``iα jβ → aα bβ``."""
    (occ_a, emp_a), (occ_b, emp_b) = (spin_orbitals(norb, nelec, s) for s in (0, 1))
    for i, j, a, b in product(occ_a, occ_b, emp_a, emp_b):
        yield Excitation(((a, 0), (b, 1)), ((i, 0), (j, 1)))


def spin_flipped(excitation: Excitation) -> Excitation:
    """The excitation with alpha and beta exchanged; doubles are written as αβ, not βα."""
    create = tuple((orbital, 1 - spin) for orbital, spin in excitation.create)
    annihilate = tuple((orbital, 1 - spin) for orbital, spin in excitation.annihilate)
    if [spin for _, spin in create] == [1, 0] and [spin for _, spin in annihilate] == [1, 0]:
        create, annihilate = create[::-1], annihilate[::-1]
    return Excitation(create, annihilate, excitation.qubit)


def generalized(norb: int) -> Iterator[Excitation]:
    """All singles and doubles between any orbitals: αβ doubles, same-spin doubles, singles.

    T and T† have the same generator; the one that annihilates the lower orbitals is returned. This
    includes doubles that move one electron if a spin orbital is occupied.

    Args:
        norb: Number of spatial orbitals.
    """
    orbitals = range(norb)
    for places in _upward(product(orbitals, orbitals)):
        yield _excitation(places, (0, 1))
    for spin in (0, 1):
        for places in _upward(combinations(orbitals, 2)):
            yield _excitation(places, (spin, spin))
    for spin in (0, 1):
        for places in _upward((p,) for p in orbitals):
            yield _excitation(places, (spin,))


def qubit_excitations(norb: int) -> Iterator[Excitation]:
    """All singles and doubles between different orbitals, without fermionic signs.

    Args:
        norb: Number of spatial orbitals.
    """
    for part in generalized(norb):
        if not set(part.create) & set(part.annihilate):
            yield replace(part, qubit=True)


def _upward(
    places: Iterable[tuple[int, ...]],
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """All pairs of orbital tuples, the lower tuple first.

    Spin flips keep this direction, and excitations from occupied to empty orbitals have it.
    """
    for one, other in combinations(places, 2):
        lower, upper = sorted((one, other), key=lambda place: (sorted(place), place))
        yield lower, upper


def _excitation(
    places: tuple[tuple[int, ...], tuple[int, ...]], spins: tuple[int, ...]
) -> Excitation:
    lower, upper = (tuple(zip(orbitals, spins, strict=True)) for orbitals in places)
    return Excitation(create=upper, annihilate=lower)


def shared_generalized(excitations: Iterable[Excitation]) -> list[list[Excitation]]:
    """Groups of each excitation and its spin flip, without the exchanges ``pα qβ → qα pβ``.

    An exchange is the adjoint of its own spin flip: with one shared amplitude they cancel.
    """
    return joined_with_spin_flips(part for part in excitations if not _is_exchange(part))


def _is_exchange(excitation: Excitation) -> bool:
    """Whether an excitation's spin flip is its adjoint."""
    flipped = spin_flipped(excitation)
    return (flipped.create, flipped.annihilate) == (excitation.annihilate, excitation.create)
