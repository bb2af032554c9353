"""ADAPT-VQE: a product of excitations that grows during the optimisation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from vqe_cli._core.sizes import Size
from vqe_cli.ansatz import Ansatz, all_pairs, singles_and_doubles
from vqe_cli.ansatz.state import AdaptiveOptions, Start
from vqe_cli.fermions.excitations import (
    Excitation,
    ExcitationProduct,
    acting,
    generalized,
    joined_with_spin_flips,
    opposite_spin_doubles,
    same_spin_doubles,
    shared_generalized,
    shared_product,
    singles,
    symmetric,
)
from vqe_cli.fermions.problem import ElectronicProblem


class Adapt(Ansatz):
    """Adaptive ansatz (ADAPT-VQE), grown by the operator with the largest energy gradient.

    In every cycle the derivative of the energy by each operator of the pool is computed, the
    operator with the largest one is appended, and all parameters are optimised, starting from
    their last values and zero for the new one. It ends when the norm of the pool's gradient is
    small.

    Pools: *singles-doubles*, excitations from occupied to empty orbitals, and *generalized*,
    between all orbitals, both with an excitation and its spin flip as one operator for closed
    shells of restricted orbitals; *qubit-excitations*, between all orbitals, one by one, without
    fermionic signs, whose circuits are shorter but do not conserve the total spin.

    Reference:
        Grimsley, Economou, Barnes and Mayhall, Nat. Commun. 10, 3007 (2019); qubit excitations
        Yordanov, Armaos, Barnes and Arvidsson-Shukur, Commun. Phys. 4, 228 (2021).
    """

    label: ClassVar[str | None] = "ADAPT"

    start: ClassVar[Start | None] = "zeros"

    pool: Literal["singles-doubles", "generalized", "qubit-excitations"] = Field(
        default="singles-doubles", description="Pool of operators."
    )
    gradient_tolerance: float = Field(
        default=1e-3, gt=0, description="Norm of the pool's gradient at the end, Hartree."
    )
    energy_tolerance: float = Field(
        default=1e-7, ge=0, description="Gain of three consecutive operators at the end, Hartree."
    )
    max_operators: int = Field(default=500, ge=1, description="Maximum number of operators.")
    point_group: bool = Field(
        default=True, description="Leave out operators that change the irrep."
    )

    def check_unrestricted(self) -> None:
        """Allow unrestricted orbitals: operators of the pool then stand alone."""
        return

    def num_excitations(self, size: Size) -> int:
        """The approximate size of the pool."""
        return singles_and_doubles(size) if self.pool == "singles-doubles" else all_pairs(size)

    def excitations(self, problem: ElectronicProblem) -> ExcitationProduct:
        """The empty product, from which the ansatz grows."""
        return shared_product(problem.norb, problem.nelec, [])

    def adaptive(self, problem: ElectronicProblem) -> AdaptiveOptions:
        """The pool and the stopping criteria."""
        norb, nelec = problem.norb, problem.nelec
        irreps = problem.orbital_irreps if self.point_group else None
        closed = nelec[0] == nelec[1] and problem.beta is None
        pool = self._pool(norb, nelec, closed=closed)
        groups = acting(norb, nelec, symmetric(pool, irreps))
        return AdaptiveOptions(
            pool=tuple(tuple(group) for group in groups),
            gradient_tolerance=self.gradient_tolerance,
            energy_tolerance=self.energy_tolerance,
            max_operators=self.max_operators,
        )

    def _pool(self, norb: int, nelec: tuple[int, int], *, closed: bool) -> list[list[Excitation]]:
        if self.pool == "singles-doubles":
            found = list(_from_reference(norb, nelec))
            return joined_with_spin_flips(found) if closed else [[part] for part in found]
        if self.pool == "generalized":
            found = list(generalized(norb))
            return shared_generalized(found) if closed else [[part] for part in found]
        return [
            [replace(part, qubit=True)]
            for part in generalized(norb)
            if not set(part.create) & set(part.annihilate)
        ]


def _from_reference(norb: int, nelec: tuple[int, int]) -> Iterator[Excitation]:
    for spin in (0, 1):
        yield from singles(norb, nelec, spin)
    yield from opposite_spin_doubles(norb, nelec)
    for spin in (0, 1):
        yield from same_spin_doubles(norb, nelec, spin)
