"""Noiseless energies with analytic gradients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from math import comb
from typing import TYPE_CHECKING

from vqe_cli._core.resources import Memory
from vqe_cli._core.sizes import Load, Need, refusal, refuse_what_does_not_fit
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends import Backend, Cost
from vqe_cli.backends._measured import ShotOptions
from vqe_cli.backends.exact import cost
from vqe_cli.backends.objective import Expected, Objective
from vqe_cli.backends.submitter import Submitter
from vqe_cli.fermions.determinants.pairs import moved_pair
from vqe_cli.fermions.excitations import Excitation
from vqe_cli.fermions.problem import ElectronicProblem, smaller

if TYPE_CHECKING:
    from vqe_cli.backends.exact.jastrow import JastrowObjective
    from vqe_cli.backends.exact.sector import EncodedSectorObjective, Sector
    from vqe_cli.backends.exact.state_space import StateSpace
    from vqe_cli.backends.exact.statevector import StatevectorObjective


class Exact(ShotOptions):
    """Noiseless energies with analytic gradients, or shots sampled from the exact state.

    Products of excitations run in the sector of fixed electron numbers and, where they keep it,
    of the reference's irrep, whatever the mapping; those that only move electron pairs run among
    determinants of pairs; orbital rotations and Jastrow factors (lucj) run in the sector without
    irreps; other circuits run on a statevector. With `shots`
    or `precision` energies scatter as those of a perfect quantum computer would.

    Reference:
        Adjoint differentiation: Jones and Gacon, arXiv:2009.02823 (2020).
    """

    def cost(self, state: ParameterisedState) -> Cost:
        """Estimate memory and time from the numbers of determinants and connected pairs.

        Returns:
            The estimate, in bytes and seconds.
        """
        problem, excitations = state.encoding.problem, _excitations(state)
        if self._rotates(state) and isinstance(problem, ElectronicProblem):
            return cost.rotation_cost(problem)
        if excitations is None or not isinstance(problem, ElectronicProblem):
            return cost.circuit_cost(state.encoding.num_qubits)
        if self._is_among_pairs(problem, excitations):
            return cost.pair_cost(problem, len(excitations))
        return cost.sector_cost(problem, excitations, _irreps(problem, excitations))

    def needs(self, load: Load) -> Iterator[Need]:
        """The memory and time of a sector or a statevector, and of shots."""
        return cost.needs(load, sampled=self.budget is not None)

    def search(self) -> Backend | None:
        """The exact simulator without shots; None if parameters are optimised here."""
        return None if self.budget is None else super().search()

    def expected(self, *, is_product: bool) -> Expected:
        """A sector of determinants, a statevector, or shots from either.

        Rotations and Jastrow factors in a sector have the capabilities of a statevector.
        """
        from vqe_cli.backends.exact.sampled import SampledObjective
        from vqe_cli.backends.exact.sector import EncodedSectorObjective
        from vqe_cli.backends.exact.statevector import StatevectorObjective

        if self.budget is not None:
            return Expected(SampledObjective, sampled=True, has_curvature=is_product)
        kind = EncodedSectorObjective if is_product else StatevectorObjective
        return Expected(kind, sampled=False, has_curvature=is_product)

    def prepare(
        self, state: ParameterisedState, seed: int, submitter: Submitter | None = None
    ) -> Objective:
        """Tabulate the excitations, or flatten the circuit; plan the shots, if there are any.

        Returns:
            The objective, for parameters of shape (num_parameters,).
        """
        exact = self._prepare(state)
        if self.budget is None:
            return exact
        from vqe_cli.backends.exact.jastrow import JastrowObjective
        from vqe_cli.backends.exact.sampled import SampledObjective

        assert not isinstance(exact, JastrowObjective)
        return SampledObjective(self.task(state, self.budget), exact)

    def in_whole_sector(self, state: ParameterisedState) -> EncodedSectorObjective:
        """The objective of a product of excitations among all determinants of its irrep.

        References of the product may then break electron pairs.

        Args:
            state: The parameterised state, a product of excitations of electrons.

        Raises:
            ResourceLimitError: The determinants do not fit into memory.
        """
        from vqe_cli.backends.exact.sector import EncodedSectorObjective

        problem, excitations = state.encoding.problem, _excitations(state)
        assert isinstance(problem, ElectronicProblem)
        assert excitations is not None
        assert state.product is not None
        sector = self._sector(problem, excitations, state.encoding.memory)
        return EncodedSectorObjective(state.encoding, state.product, sector)

    def _prepare(
        self, state: ParameterisedState
    ) -> EncodedSectorObjective | JastrowObjective | StatevectorObjective:
        problem, excitations = state.encoding.problem, _excitations(state)
        memory = state.encoding.memory
        if isinstance(problem, ElectronicProblem) and excitations is not None:
            from vqe_cli.backends.exact.sector import EncodedSectorObjective

            assert state.product is not None
            space = self._space(problem, excitations, memory)
            return EncodedSectorObjective(state.encoding, state.product, space)
        if self._rotates(state):
            from vqe_cli.backends.exact.jastrow import JastrowObjective

            assert isinstance(problem, ElectronicProblem)
            size = replace(problem.size, irreps=1)
            refuse_what_does_not_fit(size, lambda other: [cost.rotation_need(other)], memory)
            return JastrowObjective(state, problem)
        need = cost.circuit_need(state.encoding.num_qubits)
        if not need.fits(memory):
            hint = f"{smaller(problem)}, or method matrix_product_state of backend aer"
            raise refusal(need, hint, memory)
        if state.strings is not None:
            from vqe_cli.backends.exact.pauli_products import PauliObjective

            return PauliObjective(state)
        from vqe_cli.backends.exact.statevector import StatevectorObjective

        return StatevectorObjective(state)

    def _space(
        self, problem: ElectronicProblem, excitations: Sequence[Excitation], memory: Memory
    ) -> StateSpace:
        """The determinants that the excitations reach.

        Raises:
            ResourceLimitError: They do not fit into memory.
        """
        if not self._is_among_pairs(problem, excitations):
            return self._sector(problem, excitations, memory)
        from vqe_cli.backends.exact.pair_sector import PairSector

        count = len(excitations)
        refuse_what_does_not_fit(problem.size, lambda one: [cost.pair_need(one, count)], memory)
        return PairSector(problem)

    def _sector(
        self, problem: ElectronicProblem, excitations: Sequence[Excitation], memory: Memory
    ) -> Sector:
        """All determinants of the irrep, if it is kept, and else of all irreps.

        Raises:
            ResourceLimitError: They do not fit into memory.
        """
        from vqe_cli.backends.exact.sector import Sector

        size = replace(problem.size, irreps=_irreps(problem, excitations))
        refuse_what_does_not_fit(size, lambda other: [cost.sector_need(other)], memory)
        return Sector(problem, excitations, memory)

    def _rotates(self, state: ParameterisedState) -> bool:
        """Whether rotations and Jastrow factors act on determinants; shots need circuits."""
        return state.blocks is not None and self.budget is None

    def _is_among_pairs(
        self, problem: ElectronicProblem, excitations: Sequence[Excitation]
    ) -> bool:
        """Whether only electron pairs move, among fewer determinants than those of the irrep.

        Shots are drawn in rotated orbitals, in which pairs are broken. Unrestricted orbitals have
        no pairs.
        """
        (alpha, beta), norb = problem.nelec, problem.norb
        closed = self.budget is None and problem.beta is None and alpha == beta
        if not closed or not excitations or any(moved_pair(part) is None for part in excitations):
            return False
        return comb(norb, alpha) * _irreps(problem, excitations) < problem.sector_dimension


def _irreps(problem: ElectronicProblem, excitations: Sequence[Excitation]) -> int:
    """Number of irreps in the sector; one where an excitation leads from one to another."""
    irreps = problem.orbital_irreps
    if irreps is None or any(part.irrep(irreps) for part in excitations):
        return 1
    return 1 << max(irreps).bit_length()


def _excitations(state: ParameterisedState) -> list[Excitation] | None:
    """All excitations that may act on the reference, the pool of an adaptive ansatz included."""
    if state.product is None:
        return None
    found = [rotation.excitation for rotation in state.product.rotations]
    if state.adaptive is not None:
        operators = chain(state.adaptive.pool, *state.adaptive.parts)
        found += [part for one in operators for part in one if isinstance(part, Excitation)]
    return found
