"""Full configuration interaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli._core.resources import Memory
from vqe_cli._core.seeds import guesses
from vqe_cli._core.sizes import Need, Size
from vqe_cli._core.threads import threads_for
from vqe_cli._core.wording import counted
from vqe_cli.classical import MAX_DETERMINANTS, ClassicalEnergy, ClassicalMethod, electrons_of
from vqe_cli.classical._any_spin import lowest_of_any_spin
from vqe_cli.classical._davidson import Eigenpair, lowest_eigenpair
from vqe_cli.errors import NotConvergedError
from vqe_cli.fermions.determinants.hamiltonian import Direct
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.determinants.spin import SpinSquared
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding

WIDE, NARROW = 60, 16
"""Maximum numbers of vectors, and of products, in Davidson's method, for short and long ones."""

WIDE_UP_TO = 500_000
"""Largest number of determinants of a short vector."""

BESIDE = 12
"""Number of other vectors in memory: residuals, corrections, guesses."""

PRODUCTS, SECONDS_PER_PAIR = 20, 2e-9
"""Usual number of products with the Hamiltonian and S² until convergence, and the time of each
for a determinant and a pair of orbitals on one core, seconds."""

WHOLE = 3
"""Number of vectors over all irreps in memory at the beginning: diagonals."""

ALL_IRREPS_UP_TO = 2_000_000
"""Largest number of determinants for which all irreps are searched by default."""

MAX_PRODUCTS = 1000
"""Maximum number of products with the Hamiltonian; a molecule at its minimum needs 40."""

SHIFTS = (0.5, 4.0, 32.0)
"""Energies by which states of other spin are raised for each unit of S², Hartree; a larger one is
used only where the smaller one leaves another spin lowest, since it slows convergence."""

SPIN_TOLERANCE = 1e-3
"""Largest deviation of S² of an accepted state."""

DENSE_UP_TO = 2000
"""Largest number of determinants for full diagonalisation, which cannot miss a state."""

MODEL_SPACE = 400
"""Number of determinants of lowest energy whose Hamiltonian gives initial vectors."""

GUESSES = 8
"""Number of initial vectors; only the lowest might lead to an excited state."""

LOOKED_AT = 40
"""Number of candidates for initial vectors, many of which may have another spin."""

PURE_ENOUGH = 0.1
"""Smallest norm of an initial vector after other spins have been projected out."""

SPINS_REMOVED = 3
"""Number of neighbouring spins that are projected out; higher ones have high energies."""

COARSE = 1e-5
"""Tolerance of every irrep's energy in the first search, Hartree."""

OF_INTEREST = 0.02
"""Largest coarse energy above the lowest one for which an irrep is converged tightly, Hartree."""


class Fci(ClassicalMethod):
    """Full configuration interaction in the active space, for its electrons and spin.

    Within an active space this is CASCI. Where alpha and beta orbitals span different spaces, the
    Hamiltonian does not conserve the spin, and the lowest state of any spin is found.

    Reference:
        Knowles and Handy, Chem. Phys. Lett. 111, 315 (1984); Davidson, J. Comput. Phys. 17, 87
        (1975); PySCF.
    """

    label: ClassVar[str] = "FCI"
    exact: ClassVar[bool] = True
    variational: ClassVar[bool] = True
    unrestricted: ClassVar[bool] = True

    tolerance: float = Field(
        default=1e-11, gt=0, description="Error of the energy at the end, Hartree."
    )
    irreps: Literal["auto", "all", "reference"] = Field(
        default="auto",
        description="Search all irreps, or only that of the reference determinant. "
        "auto: all irreps up to two million determinants.",
    )

    def needs(self, size: Size, qubits: int, memory: Memory) -> Iterator[Need]:
        """The memory and time of Davidson's method in the irreps that are searched."""
        whole = size.sector_dimension
        all_irreps = self.irreps == "all" or (self.irreps == "auto" and whole <= ALL_IRREPS_UP_TO)
        searched = -(-whole // (1 if all_irreps else size.irreps))
        seconds = SECONDS_PER_PAIR * PRODUCTS * searched * size.norb**2
        what = f"FCI over {counted(whole, 'determinant')}"
        yield Need(what, _bytes(searched, whole), hint="reference: none", seconds=seconds)

    def solve(self, encoding: Encoding) -> ClassicalEnergy:
        """The lowest energy in all irreps, or in that of the reference determinant."""
        problem = electrons_of(encoding, self.label)
        if not problem.conserves_spin:
            return self._of_any_spin(encoding, problem)
        found = self._found(encoding)
        notes = self._notes(electrons_of(encoding, self.label), found.space)
        return ClassicalEnergy(found.energy, exact=True, notes=notes)

    def state(self, encoding: Encoding) -> FloatArray:
        """The state of the lowest energy in PySCF's order, shape (alpha strings, beta strings).

        Unrestricted orbitals that span one space are replaced by the alpha ones.

        Args:
            encoding: The problem, with electrons.

        Raises:
            ResourceLimitError: The problem is too large.
            NotConvergedError: The iterations did not converge.
        """
        found = self._found(encoding)
        return found.space.unpack(found.vector)

    def _found(self, encoding: Encoding) -> _Lowest:
        problem = electrons_of(encoding, self.label).over_alpha_orbitals
        self._refuse_too_large(encoding, problem)
        with threads_for(problem.sector_dimension):
            return self._lowest(problem, self._spaces(problem))

    def _refuse_too_large(self, encoding: Encoding, problem: ElectronicProblem) -> None:
        encoding.memory.refuse_if_larger(
            self._memory(problem),
            f"FCI over {counted(problem.sector_dimension, 'determinant')}",
            "choose a smaller active space, or reference: none",
        )

    def _of_any_spin(self, encoding: Encoding, problem: ElectronicProblem) -> ClassicalEnergy:
        """The lowest energy where the spin is not conserved, or not known."""
        self._refuse_too_large(encoding, problem)
        with threads_for(problem.sector_dimension):
            found = lowest_of_any_spin(
                problem,
                tolerance=self.tolerance,
                dense_up_to=DENSE_UP_TO,
                max_space=_room(problem.sector_dimension),
                products=MAX_PRODUCTS,
            )
        if not found.converged:
            raise _unfinished(found.error)
        notes: dict[str, object] = {"searched": "all spins"}
        return ClassicalEnergy(found.value + problem.core_energy, exact=True, notes=notes)

    def is_feasible(self, encoding: Encoding) -> bool:
        """Whether the number of determinants in a search is not too large."""
        problem = electrons_of(encoding, self.label)
        small = self._determinants(problem) <= MAX_DETERMINANTS
        return small and self._memory(problem) < encoding.memory.usable

    def _determinants(self, problem: ElectronicProblem) -> int:
        """The approximate number of determinants in a search."""
        irreps = problem.orbital_irreps
        if irreps is None or not self._one_irrep(problem):
            return problem.sector_dimension
        return -(-problem.sector_dimension >> max(irreps).bit_length())

    def _memory(self, problem: ElectronicProblem) -> int:
        return _bytes(self._determinants(problem), problem.sector_dimension)

    def _one_irrep(self, problem: ElectronicProblem) -> bool:
        """Whether only the reference determinant's irrep is searched."""
        small = problem.sector_dimension <= ALL_IRREPS_UP_TO
        return self.irreps == "reference" or (self.irreps == "auto" and not small)

    def _spaces(self, problem: ElectronicProblem) -> list[SectorSpace]:
        """The spaces to search: irreps, or the whole sector without irreps."""
        irreps, target = problem.orbital_irreps, problem.reference_irrep
        if irreps is None or target is None:
            return [SectorSpace(problem.norb, problem.nelec, (0,) * problem.norb, 0)]
        one = SectorSpace(problem.norb, problem.nelec, irreps, target)
        if self._one_irrep(problem):
            return [one]
        every = [replace(one, target=irrep) for irrep in range(one.num_irreps)]
        return [space for space in every if space.dimension > 0]

    def _lowest(self, problem: ElectronicProblem, spaces: list[SectorSpace]) -> _Lowest:
        """The lowest state of all spaces with the right spin."""
        from pyscf.fci import direct_spin1

        norb, nelec = problem.norb, problem.nelec
        diagonal = np.asarray(direct_spin1.make_hdiag(problem.h1, problem.h2, norb, nelec))
        for shift in SHIFTS:
            searches = [_Search(problem, space, diagonal, shift) for space in spaces]
            found = self._candidates(searches)
            best, space = min(found, key=lambda pair: pair[0].shifted)
            excess = best.spin_squared - problem.spin_squared
            if abs(excess) <= SPIN_TOLERANCE or not all(state.converged for state, _ in found):
                break
        _refuse_unfinished([state for state, _ in found], excess)
        return _Lowest(best.vector, space, best.shifted - shift * excess + problem.core_energy)

    def _notes(self, problem: ElectronicProblem, space: SectorSpace) -> dict[str, object]:
        """The irreps that were searched, and that of the lowest state."""
        if problem.orbital_irreps is None:
            return {"searched": "all irreps"}
        irrep = problem.irrep_name(space.target)
        only_one = self._one_irrep(problem)
        return {"searched": f"{irrep} only" if only_one else "all irreps", "irrep": irrep}

    def _candidates(self, searches: Sequence[_Search]) -> list[tuple[_State, SectorSpace]]:
        """The lowest states of the spaces that may hold the lowest state of all."""
        coarse = [search.run(COARSE) for search in searches] if len(searches) > 1 else [None]
        limit = min((state.shifted for state in coarse if state), default=0.0) + OF_INTEREST
        return [
            (search.run(self.tolerance, state), search.space)
            for search, state in zip(searches, coarse, strict=True)
            if state is None or state.shifted - state.error <= limit
        ]


def _room(determinants: int) -> int:
    """The maximum number of vectors in Davidson's method."""
    return WIDE if determinants <= WIDE_UP_TO else NARROW


def _bytes(searched: int, whole: int) -> int:
    """Memory of a search among `searched` of `whole` determinants, bytes."""
    vectors = 2 * _room(searched) + BESIDE
    dense = 3 * min(searched, DENSE_UP_TO) ** 2
    return 8 * (vectors * searched + WHOLE * whole + dense)


def _refuse_unfinished(states: list[_State], excess: float) -> None:
    """Refuse unconverged states, then states of wrong spin, since S² needs convergence."""
    errors = [state.error for state in states if not state.converged]
    if errors:
        raise _unfinished(max(errors))
    if abs(excess) > SPIN_TOLERANCE:
        raise NotConvergedError(
            f"the lowest state that FCI found has S² off by {excess:+.3f}: states of other spin"
            f" lie more than {SHIFTS[-1]:g} Hartree for each unit of S² lower",
            hint="ask for the multiplicity of those states, or compare with reference: numpy",
        )


def _unfinished(error: float) -> NotConvergedError:
    return NotConvergedError(
        f"FCI may still be off by {error:.1e} Hartree after {MAX_PRODUCTS} products with"
        " the Hamiltonian",
        hint="an active space without the orbitals that are nearly degenerate converges better",
    )


@dataclass(frozen=True)
class _Lowest:
    """The lowest state: its vector in a space, and its total energy in Hartree."""

    vector: FloatArray
    space: SectorSpace
    energy: float


@dataclass(frozen=True)
class _State:
    """The lowest state of a space, with a penalty on other spins; energies in Hartree."""

    vector: FloatArray
    shifted: float
    spin_squared: float
    error: float
    converged: bool


class _Search:
    """The lowest eigenvalue of ``H + shift (S² − S(S+1))`` in one space.

    H is built by PySCF's `pspace`, or acts by `direct_spin1` and `direct_spin1_symm`, so that the
    reference energy shares no code with the simulator's small sectors.

    Args:
        problem: The problem with its integrals.
        space: The space to search.
        diagonal: Diagonal of H over all alpha and beta strings, shape (alpha strings, beta
            strings).
        shift: Energy by which a unit of S² above S(S+1) is raised, Hartree.
    """

    def __init__(
        self, problem: ElectronicProblem, space: SectorSpace, diagonal: FloatArray, shift: float
    ) -> None:
        self.space = space
        self._shift = shift
        self._problem = problem
        self._spin = SpinSquared(space)
        self._full = diagonal.reshape([strings.values.size for strings in space.strings])

    @cached_property
    def _product(self) -> Direct:
        return Direct(self._problem, self.space)

    def run(self, tolerance: float, known: _State | None = None) -> _State:
        """The lowest state, by diagonalisation or by iterations from a known state."""
        if self.space.dimension <= DENSE_UP_TO:
            return known or self._state(self._dense())
        found = lowest_eigenpair(
            self._shifted,
            self.space.pack(self._full),
            self._guesses(known),
            tolerance=tolerance,
            max_space=_room(self.space.dimension),
            max_products=MAX_PRODUCTS,
        )
        return self._state(found)

    def _state(self, found: Eigenpair) -> _State:
        spin_squared = self._spin.expectation(found.vector)
        return _State(found.vector, found.value, spin_squared, found.error, found.converged)

    def _dense(self) -> Eigenpair:
        """The lowest eigenpair by LAPACK."""
        from scipy.linalg import eigh

        places, model = self._model(self.space.dimension)
        matrix = self._shift * np.array([self._excess(row) for row in np.eye(self.space.dimension)])
        matrix[np.ix_(places, places)] += model
        symmetric = 0.5 * (matrix + matrix.T)
        values, vectors = eigh(symmetric, subset_by_index=(0, 0), driver="evr")
        return Eigenpair(float(values[0]), np.ascontiguousarray(vectors[:, 0]), 0.0, True)

    def _shifted(self, psi: FloatArray) -> FloatArray:
        return np.asarray(self._product.times(psi) + self._shift * self._excess(psi))

    def _excess(self, psi: FloatArray) -> FloatArray:
        """The product ``(S² − S(S+1)) ψ``, shape (dimension,)."""
        return np.asarray(self._spin.times(psi) - self._problem.spin_squared * psi)

    def _guesses(self, known: _State | None) -> Iterator[FloatArray]:
        """Initial vectors: a known state, lowest states of a model space, and a random vector."""
        if known is not None:
            yield known.vector
        places, model = self._model(MODEL_SPACE)
        found = 0
        for vector in np.linalg.eigh(model)[1].T[:LOOKED_AT]:
            guess = np.zeros(self.space.dimension)
            guess[places] = vector
            guess = self._of_right_spin(guess)
            if np.linalg.norm(guess) > PURE_ENOUGH and found < GUESSES:
                found += 1
                yield guess
        noise = guesses().normal(size=self.space.dimension)
        yield self._of_right_spin(noise / np.linalg.norm(noise))

    def _model(self, count: int) -> tuple[IntArray, FloatArray]:
        """Positions of the determinants of lowest energy in a vector, and H between them."""
        from pyscf.fci import direct_spin1

        space, problem = self.space, self._problem
        allowed = space.irreps[0][:, None] ^ space.irreps[1][None, :] == space.target
        screened = np.where(allowed, self._full, np.inf).ravel()
        places, model = direct_spin1.pspace(
            problem.h1, problem.h2, problem.norb, problem.nelec, screened, count
        )
        inside = np.isfinite(screened[places])
        places, model = places[inside], model[np.ix_(inside, inside)]
        rows, columns = np.divmod(places, self._full.shape[1])
        return space.row_start[rows] + space.column[columns], np.asarray(model)

    def _of_right_spin(self, psi: FloatArray) -> FloatArray:
        """The vector projected to the right spin (Löwdin, Phys. Rev. 97, 1509 (1955))."""
        problem = self._problem
        electrons, right = sum(problem.nelec), problem.spin_squared
        highest = 0.5 * min(electrons, 2 * problem.norb - electrons)
        for spin in (abs(problem.spin_z) + k for k in range(SPINS_REMOVED + 1)):
            other = spin * (spin + 1)
            if spin <= highest and abs(other - right) > SPIN_TOLERANCE:
                psi = (self._spin.times(psi) - other * psi) / (right - other)
        return psi
