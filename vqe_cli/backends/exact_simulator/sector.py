"""Products of excitations in the sector of fixed electron numbers, with analytic gradients.

The state is a real matrix ``C[alpha string, beta string]``. A rotation ``exp(θ(T − T†))`` turns
disjoint pairs of determinants into one another, and the gradient of all parameters comes from
one sweep back over the rotations (adjoint differentiation: Jones and Gacon, arXiv:2009.02823).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli.backends.exact_simulator.strings import Strings, Transition, split_by_spin
from vqe_cli.chemistry.problem import ElectronicProblem, FloatArray
from vqe_cli.chemistry.threads import pyscf_threads_for
from vqe_cli.excitations import Excitation, ExcitationProduct
from vqe_cli.objective import Estimate, Traits, Vector


@dataclass(frozen=True, eq=False)
class PairTable:
    """The pairs of determinants that an excitation connects, as an outer product of spins.

    Args:
        source: Index into the matrix of amplitudes for the determinants D.
        target: The same for D' in ``T|D⟩ = sign |D'⟩``.
        sign: ±1, broadcast to the shape that the index selects.
    """

    source: Any
    target: Any
    sign: FloatArray


def pair_table(excitation: Excitation, alpha: Strings, beta: Strings) -> PairTable:
    """Tabulate an excitation once for all strings.

    Args:
        excitation: T.
        alpha: Strings of the alpha electrons.
        beta: Strings of the beta electrons.
    """
    alpha_ladders, beta_ladders, sign = split_by_spin(excitation)
    if not beta_ladders:
        rows = alpha.transition(alpha_ladders)
        return PairTable(rows.source, rows.target, sign * rows.sign[:, None])
    if not alpha_ladders:
        columns = beta.transition(beta_ladders)
        everything = slice(None)
        return PairTable(
            (everything, columns.source), (everything, columns.target), sign * columns.sign[None, :]
        )
    return _opposite_spin(alpha.transition(alpha_ladders), beta.transition(beta_ladders), sign)


def _opposite_spin(rows: Transition, columns: Transition, sign: float) -> PairTable:
    return PairTable(
        np.ix_(rows.source, columns.source),
        np.ix_(rows.target, columns.target),
        sign * rows.sign[:, None] * columns.sign[None, :],
    )


class SectorObjective:
    """Energy and gradient of a product of excitations, exact.

    Args:
        problem: The electrons.
        product: The excitations.
    """

    def __init__(self, problem: ElectronicProblem, product: ExcitationProduct) -> None:
        from pyscf.fci import cistring, direct_spin1

        self._problem = problem
        self._product = product
        norb, nelec = problem.norb, problem.nelec
        self._alpha, self._beta = Strings(norb, nelec[0]), Strings(norb, nelec[1])
        self._shape = (self._alpha.values.size, self._beta.values.size)
        tables: dict[Excitation, PairTable] = {}
        for rotation in product.rotations:
            if rotation.excitation not in tables:
                table = pair_table(rotation.excitation, self._alpha, self._beta)
                tables[rotation.excitation] = table
        self._gates = [(r, tables[r.excitation]) for r in product.rotations]
        self._integrals = direct_spin1.absorb_h1e(problem.h1, problem.h2, norb, nelec, 0.5)
        self._links = tuple(cistring.gen_linkstr_index_trilidx(range(norb), n) for n in nelec)
        self._contract = direct_spin1.contract_2e
        self.traits = Traits(
            num_parameters=product.num_parameters,
            has_gradient=True,
            sampled=False,
            noisy=False,
            conserving=True,
            spectra=product.spectra,
        )
        self.details: dict[str, object] = {
            "representation": "sector",
            "dimension": problem.sector_dimension,
            "rotations": len(product.rotations),
        }

    def state(self, x: Vector) -> FloatArray:
        """The amplitudes, shape (alpha strings, beta strings)."""
        psi = np.zeros(self._shape)
        psi[0, 0] = 1.0
        for rotation, table in self._gates:
            _rotate(psi, table, rotation.factor * x[rotation.parameter])
        return psi

    def hamiltonian_times(self, psi: FloatArray) -> FloatArray:
        """``(H − core) ψ``."""
        norb, nelec = self._problem.norb, self._problem.nelec
        with pyscf_threads_for(psi.size):
            product = self._contract(self._integrals, psi, norb, nelec, self._links)
        return np.asarray(product).reshape(self._shape)

    def energy(self, x: Vector, seed: int = 0) -> Estimate:
        """The total energy; `seed` plays no part."""
        psi = self.state(x)
        value = float(np.vdot(psi, self.hamiltonian_times(psi)))
        return Estimate(value + self._problem.core_energy)

    def energy_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The total energy and its derivatives from one sweep forward and one back."""
        psi = self.state(x)
        bra = self.hamiltonian_times(psi)
        energy = float(np.vdot(psi, bra)) + self._problem.core_energy
        gradient = np.zeros(self._product.num_parameters)
        for rotation, table in reversed(self._gates):
            slope = table.sign * (bra[table.target] * psi[table.source])
            slope -= table.sign * (bra[table.source] * psi[table.target])
            gradient[rotation.parameter] += 2.0 * rotation.factor * float(slope.sum())
            angle = -rotation.factor * x[rotation.parameter]
            _rotate(psi, table, angle)
            _rotate(bra, table, angle)
        return energy, gradient

    def observables(self, x: Vector, seed: int = 0) -> dict[str, Estimate]:
        """Electron numbers, spin and energy variance from the state itself."""
        from pyscf.fci import spin_op

        psi = self.state(x)
        sigma = self.hamiltonian_times(psi)
        norm = float(np.vdot(psi, psi))
        electronic = float(np.vdot(psi, sigma))
        variance = float(np.vdot(sigma, sigma)) - electronic**2
        alpha, beta = self._problem.nelec
        spin_squared, _ = spin_op.spin_square0(psi, self._problem.norb, self._problem.nelec)
        return {
            "particle-number": Estimate((alpha + beta) * norm),
            "sz": Estimate((alpha - beta) / 2 * norm),
            "s-squared": Estimate(float(spin_squared)),
            "energy-variance": Estimate(max(variance, 0.0)),
        }


def _rotate(psi: FloatArray, table: PairTable, angle: float) -> None:
    """Apply ``exp(angle (T − T†))`` in place."""
    source, target = psi[table.source], psi[table.target]
    cosine, sine = np.cos(angle), np.sin(angle)
    psi[table.source] = cosine * source - sine * table.sign * target
    psi[table.target] = cosine * target + sine * table.sign * source
