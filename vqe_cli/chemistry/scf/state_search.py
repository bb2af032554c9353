"""Search for the lowest self-consistent field from several guesses.

Iterations from one guess end in one solution, which for open shells, ions and stretched bonds often
is an excited one, with the hole in the wrong orbital. Further guesses are PySCF's densities of free
atoms, and determinants over converged orbitals, of the molecule or of a related one, with holes and
electrons in other frontier orbitals. The molecule's orbitals, perturbed so that no symmetry is
left,
show whether a solution that breaks the point group is lower.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.log import package_logger
from vqe_cli._core.seeds import guesses
from vqe_cli.chemistry.scf.stability import Rotation, internal_instability, is_externally_stable
from vqe_cli.chemistry.symmetry.point_group import Operations

LOG = package_logger(__name__)

Indices = npt.NDArray[np.intp]

FIRST = "minao"
"""PySCF's default guess."""

ATOMIC = ("atom", "huckel", "1e")
"""PySCF's other guesses that are made of the atoms alone."""

FRONTIER = 12
"""Number of frontier orbitals whose occupations are tried."""

SAME_ENERGY = 1e-6
"""Largest difference between equal energies, Hartree; trials are converged no better."""

ENERGY_TOLERANCE = 1e-7
GRADIENT_TOLERANCE = 1e-3
MAX_CYCLES = 50
"""Maximum number of iterations of a trial, which need not be well converged."""

MAX_STEPS = 25
"""Maximum number of second-order iterations."""

DETERMINANTS = ((60, 8), (150, 6), (400, 3))
"""Pairs (basis functions, determinants): numbers of determinants tried for each set of orbitals
in bases up to that size; one in larger bases."""


DISTURBED = ((150, 2), (400, 1))
"""Pairs (basis functions, starts): numbers of perturbed starts in bases up to that size."""

DISTURBANCE = 0.6
"""Length by which each orbital is rotated in a perturbed start, radians."""

CONTENDERS = ((60, 4), (150, 3), (400, 2))
"""Pairs (basis functions, states): numbers of lowest states refined in bases up to that size."""


@dataclass(frozen=True, eq=False)
class State:
    """A self-consistent field, reached from one guess.

    Args:
        guess: Name of the guess.
        scf: The converged PySCF object.
    """

    guess: str
    scf: Any

    @property
    def energy(self) -> float:
        """The total energy, Hartree."""
        return float(self.scf.e_tot)

    @cached_property
    def descent(self) -> Rotation | None:
        """A direction of descent within restricted orbitals; None at a minimum."""
        return internal_instability(self.scf)

    @cached_property
    def is_externally_stable(self) -> bool:
        """Whether no unrestricted determinant near a closed shell is lower."""
        return is_externally_stable(self.scf)

    @property
    def occupied(self) -> tuple[FloatArray, FloatArray]:
        """Occupied orbitals of alpha and beta spin, each of shape (nao, electrons)."""
        return self.scf.mo_coeff[:, self.scf.mo_occ > 0], self.scf.mo_coeff[:, self.scf.mo_occ == 2]


@dataclass(frozen=True, eq=False)
class Parent:
    """Orbitals from which determinants are made.

    Args:
        label: Description of the molecule that they belong to.
        scf: A converged PySCF object, possibly with another number of electrons.
    """

    label: str
    scf: Any


def search(
    first: State,
    new: Callable[[], Any],
    free: Callable[[], Any],
    parents: Callable[[], Sequence[Parent]],
    *,
    thorough: bool,
) -> tuple[State, ...]:
    """Solutions from several guesses, including the first.

    Args:
        first: The solution from the first guess.
        new: Factory of PySCF objects for RHF or ROHF, not yet run.
        free: Factory of PySCF objects without a point group, not yet run.
        parents: Function that returns orbitals of related molecules.
        thorough: Whether to try other occupations of frontier orbitals and perturbed starts, too.
    """
    states = [first, *_logged(atomic_states(new))]
    if not thorough:
        return tuple(states)
    for parent in parents():
        states += _logged(determinant_states(new, parent))
    own = Parent("own orbitals", min(states, key=lambda state: state.energy).scf)
    states += _logged(determinant_states(new, own))
    lowest = min(states, key=lambda state: state.energy)
    return (*states, *_logged(disturbed_states(free, lowest)))


def _logged(states: Iterator[State]) -> Iterator[State]:
    """The states, logged as they are found: each may take minutes."""
    for state in states:
        LOG.info("from %s: %.8f Hartree", state.guess, state.energy)
        yield state


def contenders(states: Sequence[State], group: Operations | None) -> list[State]:
    """The lowest states of different energies; of equal ones the earliest.

    Trials may end at saddle points; the lowest state is known only after following instabilities
    from each of them.

    Args:
        states: States by `search`.
        group: The molecule's symmetry operations; None to ignore symmetry.
    """
    if group is not None:
        states = _keeping(states, group)
    found: list[State] = []
    for state in states:
        if all(abs(state.energy - other.energy) >= SAME_ENERGY for other in found):
            found.append(state)
    found.sort(key=lambda state: state.energy)
    return found[: _up_to(CONTENDERS, states[0].scf.mol.nao_nr(), 1)]


def _keeping(states: Sequence[State], group: Operations) -> list[State]:
    """The states that keep the point group.

    All iterations keep PySCF's abelian group. The molecule's full group may be larger; if the first
    state transforms as one of its irreps, only such states are kept. If it does not, the lowest
    closed shell cannot: in singlet O2 two electrons share a degenerate level.
    """
    kept = [state for state in states if state.scf.mol.symmetry]
    if not group.is_pure(states[0].occupied):
        return kept
    return [state for state in kept if group.is_pure(state.occupied)]


def _up_to(counts: Sequence[tuple[int, int]], size: int, otherwise: int) -> int:
    """The number of pairs (largest size, number) that applies to a size."""
    return next((count for largest, count in counts if size <= largest), otherwise)


def atomic_states(new: Callable[[], Any]) -> Iterator[State]:
    """States from PySCF's guesses, except the default one.

    Args:
        new: Factory of PySCF objects for RHF or ROHF, not yet run.
    """
    for name in ATOMIC:
        method = _loosened(new())
        density = _guessed(method, name)
        if density is None:
            continue
        method.max_cycle = MAX_CYCLES
        method.kernel(dm0=density)
        if not method.converged:
            method = _second_order(new, method.mo_coeff, method.mo_occ)
        if method.converged:
            yield State(name, method)


def _guessed(method: Any, name: str) -> Any:
    """PySCF's guess of a name; None if the basis is too small.

    The minimal basis of the Hückel guess may be too small for a molecule, and the molecule's basis
    for its free atoms, such as iodine in a basis without its core.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "remove_linear_dep_ is deprecated", DeprecationWarning)
        try:
            return method.get_init_guess(key=name)
        except (RuntimeError, AssertionError):
            return None


def determinant_states(new: Callable[[], Any], parent: Parent) -> Iterator[State]:
    """States from the lowest determinants over some orbitals, by second-order SCF.

    Args:
        new: Factory of PySCF objects for RHF or ROHF, not yet run.
        parent: The orbitals of the determinants.
    """
    method = new()
    for name, occupations in _determinants(method.mol, parent):
        newton = _second_order(new, parent.scf.mo_coeff, occupations)
        if newton.converged:
            yield State(name, newton)


def disturbed_states(free: Callable[[], Any], state: State) -> Iterator[State]:
    """States from randomly rotated orbitals of a state, by second-order SCF.

    Args:
        free: Factory of PySCF objects for RHF or ROHF without a point group, not yet run.
        state: The state whose orbitals are rotated.
    """
    from scipy.linalg import expm

    orbitals, occupations = state.scf.mo_coeff, state.scf.mo_occ
    random = guesses()
    across = occupations[:, None] != occupations
    for number in range(_up_to(DISTURBED, orbitals.shape[0], 0)):
        turns = np.where(across, random.normal(size=across.shape), 0.0)
        turns = (turns - turns.T) / np.linalg.norm(turns, axis=0).clip(min=1.0).max()
        newton = _second_order(free, orbitals @ expm(DISTURBANCE * turns), occupations)
        if newton.converged:
            yield State(f"disturbed orbitals {number + 1}", newton)


def _second_order(new: Callable[[], Any], orbitals: FloatArray, occupations: FloatArray) -> Any:
    newton = _loosened(new()).newton()
    newton.max_cycle, newton.verbose = MAX_STEPS, 0
    newton.kernel(orbitals, occupations)
    return newton


def _loosened(method: Any) -> Any:
    method.conv_tol, method.conv_tol_grad = ENERGY_TOLERANCE, GRADIENT_TOLERANCE
    return method


def _determinants(mole: Any, parent: Parent) -> list[tuple[str, FloatArray]]:
    """Names and occupations, shape (nmo,), of the lowest determinants, one per symmetry."""
    window, core = _window(mole, parent.scf)
    occupations = _occupations(len(window), mole.nelec[1] - len(core), mole.spin)
    energies = _energies(parent.scf, core, window, occupations)
    irreps = _irreps(parent.scf)
    most = _up_to(DETERMINANTS, mole.nao_nr(), 1)
    found: dict[Any, tuple[str, FloatArray]] = {}
    for index in np.argsort(energies.round(8), kind="stable"):
        chosen = occupations[index]
        kind = index if irreps is None else _by_irrep(irreps[window], chosen)
        if kind in found:
            continue
        whole = np.zeros(len(parent.scf.mo_occ))
        whole[core], whole[window] = 2.0, chosen
        digits = "".join(f"{count:.0f}" for count in chosen)
        first, last = len(core) + 1, len(core) + len(window)
        found[kind] = f"{parent.label}, {digits} in orbitals {first} to {last}", whole
        if len(found) == most:
            break
    return list(found.values())


def _window(mole: Any, scf: Any) -> tuple[Indices, Indices]:
    """Indices of the frontier orbitals, and of the doubly occupied ones below them."""
    order = np.lexsort((scf.mo_energy, -scf.mo_occ))
    alpha, beta = mole.nelec
    around = max(1, (FRONTIER - (alpha - beta)) // 2)
    start = max(0, beta - around)
    return order[start : alpha + around], order[:start]


def _occupations(orbitals: int, doubly: int, singly: int) -> FloatArray:
    """All occupations of some orbitals, shape (occupations, orbitals)."""
    pairs, unpaired = (_chosen(orbitals, count) for count in (doubly, singly))
    first, second = np.nonzero(pairs @ unpaired.T == 0)
    return np.asarray(2.0 * pairs[first] + unpaired[second])


def _chosen(orbitals: int, count: int) -> FloatArray:
    """All choices of some of the orbitals, as ones among zeros, shape (choices, orbitals)."""
    ways = list(combinations(range(orbitals), count))
    found = np.zeros((len(ways), orbitals))
    for row, way in zip(found, ways, strict=True):
        row[list(way)] = 1.0
    return found


def _energies(scf: Any, core: Indices, window: Indices, occupations: FloatArray) -> FloatArray:
    """Energies of determinants up to a constant, Hartree, shape (determinants,)."""
    active, inactive = scf.mo_coeff[:, window], scf.mo_coeff[:, core]
    densities = [2.0 * inactive @ inactive.T, *(np.outer(c, c) for c in active.T)]
    coulomb, exchange = scf.get_jk(scf.mol, np.array(densities), hermi=1)
    frozen = scf.get_hcore() + coulomb[0] - 0.5 * exchange[0]
    one = np.einsum("pi,pq,qi->i", active, frozen, active)
    direct, crossed = (
        np.einsum("kpq,pi,qi->ki", matrix[1:], active, active) for matrix in (coulomb, exchange)
    )
    alpha, beta = np.minimum(occupations, 1.0), np.maximum(occupations - 1.0, 0.0)
    return np.asarray(
        occupations @ one
        + 0.5 * np.einsum("di,ij,dj->d", occupations, direct, occupations)
        - 0.5 * np.einsum("di,ij,dj->d", alpha, crossed, alpha)
        - 0.5 * np.einsum("di,ij,dj->d", beta, crossed, beta)
    )


def _irreps(scf: Any) -> FloatArray | None:
    if not scf.mol.symmetry or len(scf.mol.irrep_id) < 2:
        return None
    return np.asarray(scf.get_orbsym(scf.mo_coeff))


def _by_irrep(irreps: FloatArray, occupation: FloatArray) -> tuple[Sequence[int], Sequence[int]]:
    """Irreps of the doubly and of the singly occupied orbitals."""
    return tuple(sorted(irreps[occupation == 2])), tuple(sorted(irreps[occupation == 1]))
