"""Full configuration interaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from vqe_cli.chemistry.problem import ElectronicProblem, FloatArray
from vqe_cli.chemistry.threads import threads_for
from vqe_cli.determinants.hamiltonian import Direct
from vqe_cli.determinants.space import SectorSpace
from vqe_cli.determinants.spin import SpinSquared
from vqe_cli.errors import NotConvergedError
from vqe_cli.machine import refuse_if_larger, usable_bytes
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.references import (
    MAX_DETERMINANTS,
    Reference,
    ReferenceEnergy,
    electrons_of,
)
from vqe_cli.sizes import Need, Size

VECTORS = 40
"""Vectors that Davidson's method holds at most."""

PRODUCTS, SECONDS_PER_PAIR = 20, 2e-9
"""With the Hamiltonian and S² until Davidson's method has converged, and what each takes on one
core for a determinant and a pair of orbitals."""

WHOLE = 3
"""Vectors over all irreps that are held while it begins: diagonals."""

ALL_IRREPS_UP_TO = 2_000_000
"""Determinants up to which all irreps are searched unless asked otherwise."""

SHIFT = 0.5
"""Hartree by which a unit of S² too much is pushed up."""

DENSE_UP_TO = 300
"""Determinants up to which a matrix is diagonalised."""

MODEL_SPACE = 400
"""Determinants of lowest energy whose Hamiltonian gives the first vectors."""

GUESSES = 4
"""First vectors from there: the lowest of them alone may lead to an excited state."""

COARSE = 1e-5
"""Hartree to which an irrep's energy is converged before it is known to be of interest."""

OF_INTEREST = 0.02
"""Hartree above the lowest coarse energy up to which an irrep is converged tightly."""


class Fci(Reference):
    """All determinants of the active space, in the sector of the electrons and the spin.

    Within an active space this is CASCI.

    Reference:
        Knowles and Handy, Chem. Phys. Lett. 111, 315 (1984); Davidson, J. Comput. Phys. 17, 87
        (1975); PySCF.
    """

    label: ClassVar[str] = "FCI"
    exact: ClassVar[bool] = True

    tolerance: float = Field(1e-11, gt=0, description="Change of the energy in Hartree at the end.")
    irreps: Literal["auto", "all", "reference"] = Field(
        "auto",
        description="Search all irreps, or only that of the reference determinant. "
        "auto: all up to two million determinants.",
    )

    def needs(self, size: Size, qubits: int) -> Iterator[Need]:
        """Davidson's vectors, in the irreps that are searched."""
        whole = size.sector_dimension
        all_irreps = self.irreps == "all" or (self.irreps == "auto" and whole <= ALL_IRREPS_UP_TO)
        searched = -(-whole // (1 if all_irreps else size.irreps))
        memory = 8 * (VECTORS * searched + WHOLE * whole)
        seconds = SECONDS_PER_PAIR * PRODUCTS * searched * size.norb**2
        what = f"FCI over {whole:,} determinants"
        yield Need(what, memory, hint="reference: none", seconds=seconds)

    def solve(self, encoding: Encoding) -> ReferenceEnergy:
        """Search every irrep, or that of the reference determinant."""
        problem = electrons_of(encoding, self.label)
        refuse_if_larger(
            self._memory(problem),
            f"FCI over {problem.sector_dimension:,} determinants",
            "choose a smaller active space, or reference: none",
        )
        with threads_for(problem.sector_dimension):
            return self._lowest(problem, self._spaces(problem))

    def is_feasible(self, encoding: Encoding) -> bool:
        """By the number of determinants it works on at a time."""
        problem = electrons_of(encoding, self.label)
        small = self._determinants(problem) <= MAX_DETERMINANTS
        return small and self._memory(problem) < usable_bytes()

    def _determinants(self, problem: ElectronicProblem) -> int:
        """About how many it works on at a time, without a list of them."""
        irreps = problem.orbital_irreps
        if irreps is None or not self._one_irrep(problem):
            return problem.sector_dimension
        return -(-problem.sector_dimension >> max(irreps).bit_length())

    def _memory(self, problem: ElectronicProblem) -> int:
        return 8 * (VECTORS * self._determinants(problem) + WHOLE * problem.sector_dimension)

    def _one_irrep(self, problem: ElectronicProblem) -> bool:
        """Whether only the reference determinant's irrep is searched."""
        small = problem.sector_dimension <= ALL_IRREPS_UP_TO
        return self.irreps == "reference" or (self.irreps == "auto" and not small)

    def _spaces(self, problem: ElectronicProblem) -> list[SectorSpace]:
        """What is to be searched: irreps, or the sector as a whole where there are none."""
        irreps, target = problem.orbital_irreps, problem.reference_irrep
        if irreps is None or target is None:
            return [SectorSpace(problem.norb, problem.nelec, (0,) * problem.norb, 0)]
        one = SectorSpace(problem.norb, problem.nelec, irreps, target)
        if self._one_irrep(problem):
            return [one]
        every = [replace(one, target=irrep) for irrep in range(one.num_irreps)]
        return [space for space in every if space.dimension > 0]

    def _lowest(self, problem: ElectronicProblem, spaces: list[SectorSpace]) -> ReferenceEnergy:
        """The lowest state of all spaces that has the right spin."""
        from pyscf.fci import direct_spin1

        norb, nelec = problem.norb, problem.nelec
        diagonal = np.asarray(direct_spin1.make_hdiag(problem.h1, problem.h2, norb, nelec))
        searches = [_Search(problem, space, diagonal) for space in spaces]
        coarse = [search.run(COARSE) for search in searches] if len(searches) > 1 else [None]
        limit = min((state.shifted for state in coarse if state), default=0.0) + OF_INTEREST
        found = [
            (search.run(self.tolerance, state), search.space)
            for search, state in zip(searches, coarse, strict=True)
            if state is None or state.shifted <= limit
        ]
        best, space = min(found, key=lambda pair: pair[0].shifted)
        excess = best.spin_squared - problem.spin_squared
        if abs(excess) > 1e-3:
            raise NotConvergedError(
                f"FCI found S² = {best.spin_squared:.3f} instead of {problem.spin_squared:g}",
                hint="no state of this multiplicity may exist in the active space",
            )
        notes: dict[str, object] = {"searched": "all irreps"}
        if problem.orbital_irreps is not None:
            irrep = problem.irrep_name(space.target)
            only_one = self._one_irrep(problem)
            notes = {"searched": f"{irrep} only" if only_one else "all irreps", "irrep": irrep}
        total = best.shifted - SHIFT * excess + problem.core_energy
        converged = all(state.converged for state, _ in found)
        return ReferenceEnergy(total, converged, exact=True, notes=notes)


@dataclass(frozen=True)
class _State:
    """The lowest state of a space, with other spins pushed up."""

    vector: FloatArray
    shifted: float
    spin_squared: float
    converged: bool


class _Search:
    """The lowest eigenvalue of ``H + SHIFT (S² − S(S+1))`` in one space.

    H acts by PySCF's `direct_spin1` and `direct_spin1_symm`, whatever the size, so that the
    reference shares no code with the small sectors of the simulator.

    Args:
        problem: The integrals.
        space: Where to search.
        diagonal: Of H, over all alpha and beta strings.
    """

    def __init__(
        self, problem: ElectronicProblem, space: SectorSpace, diagonal: FloatArray
    ) -> None:
        self.space = space
        self._problem = problem
        self._product, self._spin = Direct(problem, space), SpinSquared(space)
        self._full = diagonal.reshape([strings.values.size for strings in space.strings])

    def run(self, tolerance: float, known: _State | None = None) -> _State:
        """Diagonalise, or iterate from what is known."""
        if self.space.dimension <= DENSE_UP_TO:
            return known or self._dense()
        from pyscf import lib

        guesses = [known.vector] if known else self._guesses()
        converged, energies, vectors = lib.davidson1(
            lambda vectors: [self._shifted(np.asarray(v)) for v in vectors],
            guesses,
            lib.make_diag_precond(self.space.pack(self._full)),
            tol=tolerance,
            max_cycle=300,
            max_space=12 + GUESSES,
            max_memory=usable_bytes() / 1e6,
            verbose=0,
        )
        vector = np.asarray(vectors[0])
        spin_squared = self._spin.expectation(vector)
        return _State(vector, float(energies[0]), spin_squared, bool(converged[0]))

    def _dense(self) -> _State:
        matrix = np.array([self._shifted(row) for row in np.eye(self.space.dimension)])
        values, vectors = np.linalg.eigh(0.5 * (matrix + matrix.T))
        vector = np.ascontiguousarray(vectors[:, 0])
        return _State(vector, float(values[0]), self._spin.expectation(vector), True)

    def _shifted(self, psi: FloatArray) -> FloatArray:
        excess = self._spin.times(psi) - self._problem.spin_squared * psi
        return np.asarray(self._product.times(psi) + SHIFT * excess)

    def _guesses(self) -> list[FloatArray]:
        """Lowest states of a model space, and a little of everything."""
        from pyscf.fci import direct_spin1

        space, problem = self.space, self._problem
        allowed = space.irreps[0][:, None] ^ space.irreps[1][None, :] == space.target
        screened = np.where(allowed, self._full, np.inf).ravel()
        places, model = direct_spin1.pspace(
            problem.h1, problem.h2, problem.norb, problem.nelec, screened, MODEL_SPACE
        )
        inside = np.isfinite(screened[places])
        places, model = places[inside], model[np.ix_(inside, inside)]
        rows, columns = np.divmod(places, self._full.shape[1])
        packed = space.row_start[rows] + space.column[columns]
        guesses = []
        for vector in np.linalg.eigh(model)[1].T[:GUESSES]:
            guess = np.zeros(space.dimension)
            guess[packed] = vector
            guesses.append(guess)
        noise = np.random.default_rng(7).normal(size=space.dimension)
        return [*guesses, noise / np.linalg.norm(noise)]
