"""How parameters are found: a registry."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from vqe_cli._core.arrays import Vector
from vqe_cli._core.registry import Entry, Registry
from vqe_cli.backends.objective import Evaluator, Objective, Outcome, Remote
from vqe_cli.errors import InputError


class Optimizer(Entry):
    """A minimiser under one protocol; its state can be rebuilt by replaying its evaluations."""

    tolerates_sampling: ClassVar[bool] = True
    """Whether it makes sense on energies that scatter."""

    asks_point_by_point: ClassVar[bool] = False
    """Whether it wants one energy after another, which on a device is a job for each."""

    def resolve(self, objective: Objective) -> Optimizer:
        """The optimiser that will really run; `auto` chooses here, all others are themselves.

        Args:
            objective: What will be minimised.

        Raises:
            InputError: It makes no sense on such an objective.
        """
        if isinstance(objective, Remote) and self.asks_point_by_point:
            raise InputError(
                f"{self.name} asks for one energy after another: on a device each is a job of its"
                " own, and waits and is paid for as one",
                path=("optimizer",),
                hint="use spsa, qnspsa, nft or adam, which ask for several points at once",
            )
        if objective.traits.sampled and not self.tolerates_sampling:
            raise InputError(
                f"{self.name} follows differences of energies that shots make random",
                path=("optimizer",),
                hint="use nft, spsa, qnspsa, adam or cobyla, or leave out shots",
            )
        return self

    @abstractmethod
    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> Outcome:
        """Minimise from a starting point.

        Args:
            evaluator: The function.
            x0: Shape (num_parameters,).
            seed: For stochastic methods.
        """


OPTIMIZERS = Registry("optimizer", Optimizer, __name__)
