"""ADAPT-VQE: a product of operators that grows during the optimisation."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from pydantic import Field, field_validator, model_validator

from vqe_cli._core.sizes import Size
from vqe_cli._core.validation import SpecError
from vqe_cli.ansatz import Ansatz
from vqe_cli.ansatz.pools import POOLS, Pool
from vqe_cli.ansatz.state import AdaptiveOptions, ParameterisedState, Start
from vqe_cli.errors import InputError
from vqe_cli.fermions.excitations import ExcitationProduct, shared_product
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.pauli_strings import PauliProduct


class Adapt(Ansatz):
    """Adaptive ansatz (ADAPT-VQE), grown by the operators with the largest energy gradients.

    In every cycle the derivative of the energy by each operator of the pool is computed, the
    operator with the largest one is appended, and all parameters are optimised, starting from
    their last values and zero for the new one. It ends when the norm of the pool's gradient is
    small. `vqe list pool` shows the pools.

    With `tetris`, each cycle appends a layer: after the steepest operator the next one that acts
    on other spin orbitals, and so on. With `prune`, an operator whose parameter has become small,
    compared to the last ones appended, is removed again.

    `ansatz: {name: grown, file: RECORD}` reads a grown ansatz back, on any backend.

    Reference:
        Grimsley, Economou, Barnes and Mayhall, Nat. Commun. 10, 3007 (2019). Layers: Anastasiou,
        Chen, Mayhall, Barnes and Economou, Phys. Rev. Research 6, 013254 (2024). Removal:
        Vaquero-Sabater, Carreras and Casanova, J. Chem. Theory Comput. 21, 8720 (2025).
    """

    label: ClassVar[str | None] = "ADAPT"

    start: ClassVar[Start | None] = "zeros"

    pool: str = Field(
        default="singles-doubles",
        description="Pool of operators.",
        json_schema_extra=lambda schema: schema.update(enum=[*POOLS.names()]),
    )
    gradient_tolerance: float = Field(
        default=1e-3, gt=0, description="Norm of the pool's gradient at the end, Hartree."
    )
    energy_tolerance: float = Field(
        default=1e-7, ge=0, description="Gain of three consecutive cycles at the end, Hartree."
    )
    max_operators: int = Field(default=500, ge=1, description="Maximum number of operators.")
    operators_per_cycle: int = Field(
        default=1,
        ge=1,
        description="Number of operators, all on different sets of spin orbitals, that a cycle "
        "appends if their derivatives are above gradient_tolerance.",
    )
    tetris: bool = Field(
        default=False,
        description="Append in every cycle as many operators as act on disjoint sets of spin "
        "orbitals and have derivatives above gradient_tolerance.",
    )
    prune: bool = Field(
        default=False, description="Remove operators whose parameters have become small."
    )
    point_group: bool = Field(
        default=True, description="Leave out operators that change the irrep."
    )

    @field_validator("pool")
    @classmethod
    def _known_pool(cls, value: str) -> str:
        try:
            return POOLS.create(value).name
        except InputError as error:
            raise SpecError(error.message, error.hint) from None

    @model_validator(mode="after")
    def _one_number(self) -> Adapt:
        if self.tetris and self.operators_per_cycle > 1:
            raise SpecError(
                "tetris appends as many operators as fit", "omit one of them", ("tetris",)
            )
        return self

    @property
    def is_product(self) -> bool:
        """Whether the pool consists of excitations."""
        return self._operators.conserves_electrons

    @property
    def without_excitations(self) -> str:
        """What pool has no excitations."""
        return f"ansatz '{self.name}' with pool '{self.pool}' consists of Pauli strings"

    def check_unrestricted(self) -> None:
        """Allow unrestricted orbitals: operators of the pool then stand alone."""
        return

    def num_excitations(self, size: Size) -> int:
        """The approximate size of the pool."""
        return self._operators.count(size)

    def excitations(self, problem: ElectronicProblem) -> ExcitationProduct | None:
        """The empty product, from which the ansatz grows; None for Pauli strings."""
        return shared_product(problem.norb, problem.nelec, []) if self.is_product else None

    def state(self, encoding: Encoding) -> ParameterisedState:
        """The reference state, from which the ansatz grows."""
        state = super().state(encoding)
        if self.is_product:
            return state
        return replace(state.with_strings(PauliProduct(())), adaptive=state.adaptive)

    def adaptive(self, encoding: Encoding) -> AdaptiveOptions:
        """The pool and the stopping criteria."""
        problem = encoding.problem
        assert isinstance(problem, ElectronicProblem)
        irreps = problem.orbital_irreps if self.point_group else None
        operators = self._operators.operators(encoding, irreps)
        return AdaptiveOptions(
            pool=operators,
            gradient_tolerance=self.gradient_tolerance,
            energy_tolerance=self.energy_tolerance,
            max_operators=self.max_operators,
            operators_per_cycle=None if self.tetris else self.operators_per_cycle,
            prunes=self.prune,
            parts=tuple(self._operators.parts(encoding, operator) for operator in operators),
        )

    @property
    def _operators(self) -> Pool:
        return POOLS.create(self.pool)
