"""Full configuration interaction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from vqe_cli.chemistry.problem import ElectronicProblem, FloatArray
from vqe_cli.chemistry.threads import threads_for
from vqe_cli.determinants.hamiltonian import hamiltonian
from vqe_cli.determinants.space import SectorSpace
from vqe_cli.determinants.spin import SpinSquared
from vqe_cli.errors import NotConvergedError
from vqe_cli.machine import available_bytes, refuse_if_larger
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.references import Reference, ReferenceEnergy, electrons_of

VECTORS = 30
"""Vectors that Davidson's method holds at most."""

ALL_IRREPS_UP_TO = 2_000_000
"""Determinants up to which all irreps are searched unless asked otherwise."""

SHIFT = 0.5
"""Hartree by which a unit of S² too much is pushed up."""


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

    def solve(self, encoding: Encoding) -> ReferenceEnergy:
        """PySCF's `direct_spin1`, or `direct_spin1_symm` in one irrep; other spins pushed up."""
        problem = electrons_of(encoding, self.label)
        space = self._space(problem)
        refuse_if_larger(
            8 * VECTORS * (problem.sector_dimension if space is None else space.dimension),
            f"FCI over {problem.sector_dimension:,} determinants",
            "choose a smaller active space, or reference: none",
        )
        with threads_for(problem.sector_dimension):
            return self._davidson(problem) if space is None else self._in_irrep(problem, space)

    def _space(self, problem: ElectronicProblem) -> SectorSpace | None:
        """The irrep that is to be searched, or None for all."""
        irreps, target = problem.orbital_irreps, problem.reference_irrep
        small = problem.sector_dimension <= ALL_IRREPS_UP_TO
        if irreps is None or target is None or self.irreps == "all":
            return None
        if self.irreps == "auto" and small:
            return None
        return SectorSpace(problem.norb, problem.nelec, irreps, target)

    def _in_irrep(self, problem: ElectronicProblem, space: SectorSpace) -> ReferenceEnergy:
        """Davidson's method on the determinants of one irrep, higher spins pushed up."""
        from pyscf import lib
        from pyscf.fci import direct_spin1

        product, spin = hamiltonian(problem, space), SpinSquared(space)
        target = problem.spin_squared
        diagonal = space.pack(
            direct_spin1.make_hdiag(problem.h1, problem.h2, problem.norb, problem.nelec).reshape(
                [strings.values.size for strings in space.strings]
            )
        )

        def shifted(vectors: list[FloatArray]) -> list[FloatArray]:
            return [
                product.times(v) + SHIFT * (spin.times(v) - target * v)
                for v in map(np.asarray, vectors)
            ]

        guess = 1e-3 * np.random.default_rng(7).normal(size=space.dimension)
        guess /= np.sqrt(space.dimension)
        guess[space.row_start[0] + space.column[0]] += 1.0
        converged, energies, vectors = lib.davidson1(
            shifted,
            [guess],
            lib.make_diag_precond(diagonal),
            tol=self.tolerance,
            max_cycle=300,
            max_memory=available_bytes() / 2e6,
            verbose=0,
        )
        found = spin.expectation(vectors[0])
        return self._answer(problem, float(energies[0]), found, bool(converged[0]), space)

    def _davidson(self, problem: ElectronicProblem) -> ReferenceEnergy:
        from pyscf import fci

        solver = fci.direct_spin1.FCISolver()
        solver.verbose, solver.conv_tol, solver.max_cycle = 0, self.tolerance, 300
        fci.addons.fix_spin_(solver, shift=SHIFT, ss=problem.spin_squared)
        norb, nelec = problem.norb, problem.nelec
        energy, vector = solver.kernel(
            problem.h1, problem.h2, norb, nelec, ci0=_guess(solver, problem), ecore=0.0
        )
        spin_squared, _ = fci.spin_op.spin_square0(vector, norb, nelec)
        converged = bool(np.all(solver.converged))
        found = self._answer(problem, float(energy), float(spin_squared), converged, None)
        irrep = _irrep_of(problem, np.asarray(vector))
        return found if irrep is None else replace(found, notes={**found.notes, "irrep": irrep})

    def _answer(
        self,
        problem: ElectronicProblem,
        shifted: float,
        spin_squared: float,
        converged: bool,
        space: SectorSpace | None,
    ) -> ReferenceEnergy:
        """The total energy without the shift, if the spin is right."""
        if abs(spin_squared - problem.spin_squared) > 1e-3:
            raise NotConvergedError(
                f"FCI found S² = {spin_squared:.3f} instead of {problem.spin_squared:g}",
                hint="no state of this multiplicity may exist in the active space",
            )
        total = shifted - SHIFT * (spin_squared - problem.spin_squared) + problem.core_energy
        notes: dict[str, object] = {"searched": "all irreps"}
        if space is not None:
            irrep = problem.irrep_name(space.target)
            notes = {"searched": f"{irrep} only", "irrep": irrep}
        return ReferenceEnergy(total, converged, exact=True, notes=notes)


def _irrep_of(problem: ElectronicProblem, vector: FloatArray) -> str | None:
    """The irrep that a vector over all of a sector belongs to, if there is a point group."""
    if problem.orbital_irreps is None:
        return None
    alpha, beta = SectorSpace(problem.norb, problem.nelec, problem.orbital_irreps, 0).irreps
    irreps = (alpha[:, None] ^ beta[None, :]).ravel()
    weights = np.bincount(irreps, weights=vector.ravel() ** 2)
    return problem.irrep_name(int(np.argmax(weights)))


def _guess(solver: Any, problem: ElectronicProblem) -> Any:
    """PySCF's guess with a little of everything, so that no irrep is out of reach."""
    if problem.sector_dimension < solver.pspace_size:
        return None
    hdiag = solver.make_hdiag(problem.h1, problem.h2, problem.norb, problem.nelec)
    guess = np.asarray(solver.get_init_guess(problem.norb, problem.nelec, 1, hdiag)[0])
    noise = np.random.default_rng(7).normal(size=guess.shape)
    return guess + 1e-3 / np.sqrt(guess.size) * noise
