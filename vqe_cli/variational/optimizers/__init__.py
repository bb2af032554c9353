"""Optimisers of the parameters: a registry."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from vqe_cli._core.arrays import Vector
from vqe_cli._core.registry import Entry, Registry
from vqe_cli.backends.objective import Evaluator, Expected, Objective, OptimizerResult, Remote
from vqe_cli.errors import InputError


class Optimizer(Entry):
    """A minimiser whose state can be rebuilt by replaying its evaluations."""

    tolerates_sampling: ClassVar[bool] = True
    """Whether the optimiser works on sampled energies."""

    asks_point_by_point: ClassVar[bool] = False
    """Whether the optimiser evaluates one energy at a time, which on a device is a job each."""

    def check(self, expected: Expected) -> None:
        """Refuse an objective that the optimiser cannot minimise.

        Args:
            expected: What is known of the objective.

        Raises:
            InputError: The optimiser is unsuitable for the objective.
        """
        if expected.can(Remote) and self.asks_point_by_point:
            raise InputError(
                f"{self.name} evaluates one energy at a time: on a device, each would be a job of"
                " its own, with its own waiting time and cost",
                path=("optimizer",),
                hint="use spsa, qnspsa, nft or adam, which evaluate several points at once",
            )
        if expected.sampled and not self.tolerates_sampling:
            raise InputError(
                f"{self.name} relies on differences of energies, which shots make random",
                path=("optimizer",),
                hint="use nft, spsa, qnspsa, adam or cobyla, or leave out shots",
            )

    def resolve(self, objective: Objective) -> Optimizer:
        """The optimiser that will run: the choice of `auto`, or the optimiser itself.

        Args:
            objective: The objective to be minimised.

        Raises:
            InputError: The optimiser is unsuitable for the objective.
        """
        self.check(Expected.of(objective))
        return self

    @abstractmethod
    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> OptimizerResult:
        """Minimise from a starting point.

        Args:
            evaluator: The evaluator of energies.
            x0: The starting point, shape (num_parameters,).
            seed: The seed of stochastic methods.

        Returns:
            The final point, and whether the method converged.
        """


OPTIMIZERS = Registry("optimizer", Optimizer, __name__)
