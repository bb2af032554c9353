"""Energies from shots of a noiseless state."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.seeds import stream
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends._measured import MeasuredObjective, share_of
from vqe_cli.backends.exact.sampling import SectorSampler, StatevectorSampler
from vqe_cli.backends.exact.sector import SectorObjective
from vqe_cli.backends.exact.statevector import StatevectorObjective
from vqe_cli.measurement import MeasurementPlan, Sampler
from vqe_cli.measurement.estimates import Counts, Estimate
from vqe_cli.measurement.shots import Budget


class SampledObjective(MeasuredObjective):
    """Shots drawn from the state of an exact objective.

    Args:
        state: The parameterised state.
        exact: Has its state.
        plan: How its energy is measured.
        budget: How much may be measured.
        post_select: Whether shots with wrong numbers of electrons are left out.
    """

    def __init__(
        self,
        state: ParameterisedState,
        exact: SectorObjective | StatevectorObjective,
        plan: MeasurementPlan,
        budget: Budget,
        post_select: bool,
    ) -> None:
        super().__init__(state, plan, budget, post_select)
        self.exact = exact
        self._sampler = (
            SectorSampler(state.encoding, exact.space)
            if isinstance(exact, SectorObjective)
            else StatevectorSampler(state.encoding.num_qubits)
        )
        self.traits = replace(
            exact.traits,
            has_samples=True,
            to_precision=budget.precision is not None,
            has_gradient=False,
            sampled=True,
            curvature=None,
            has_density=False,
            can_grow=False,
        )
        self.details: dict[str, object] = dict(exact.details)

    def sampler(self, x: Vector, seed: int) -> Sampler:
        """Shots of the state at x; the state itself needs no seed."""
        return self._sampler.of(self.exact.state(x))

    def samples(self, x: Vector, shots: int, seed: int) -> Counts:
        """Shots without a change of basis."""
        return self.exact.samples(x, shots, seed)

    def fidelity(self, x: Vector, y: Vector, seed: int, effort: float = 1.0) -> Estimate:
        """How often the state at y, undone by the circuit of x, would be found where it began."""
        overlap = self.exact.fidelity(x, y).value
        shots = self.budget.scaled(effort).total(np.ones(1))
        found = stream(seed, "shots").generator.binomial(shots, min(overlap, 1.0))
        return share_of(int(found), shots)
