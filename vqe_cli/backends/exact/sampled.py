"""Energies from shots of a noiseless state."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.seeds import stream
from vqe_cli.backends._measured import MeasuredObjective, share_of
from vqe_cli.backends.exact.sampling import SectorSampler, StatevectorSampler
from vqe_cli.backends.exact.sector import EncodedSectorObjective
from vqe_cli.backends.exact.statevector import StatevectorObjective
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.measurement import Sampler
from vqe_cli.measurement.estimates import Counts, Estimate
from vqe_cli.measurement.task import MeasurementTask


class SampledObjective(MeasuredObjective):
    """Shots drawn from the state of an exact objective.

    Args:
        task: The measurement task.
        exact: The exact objective, which gives the state.
    """

    def __init__(
        self, task: MeasurementTask, exact: EncodedSectorObjective | StatevectorObjective
    ) -> None:
        super().__init__(task)
        self.exact = exact
        self.record = task.described(exact.record)
        if isinstance(exact, EncodedSectorObjective):
            assert isinstance(exact.space, SectorSpace)  # rotated orbitals break electron pairs
            self._sampler: SectorSampler | StatevectorSampler = SectorSampler(
                task.state.encoding, exact.space
            )
        else:
            self._sampler = StatevectorSampler(task.state.encoding.num_qubits)
        self.traits = replace(
            exact.traits,
            to_precision=task.budget.precision is not None,
            sampled=True,
            curvature=None,
        )

    def sampler(self, x: Vector, seed: int) -> Sampler:
        """A function that takes shots of the state at x; `seed` has no effect on the state."""
        return self._sampler.of(self.exact.state(x))

    def samples(self, x: Vector, shots: int, seed: int) -> Counts:
        """Shots in the computational basis."""
        return self.exact.samples(x, shots, seed)

    def fidelity(self, x: Vector, y: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """Probability that the state at y, undone by the circuit at x, is the initial state."""
        overlap = self.exact.fidelity(x, y).value
        shots = self.task.budget.scaled(shot_multiplier).total(np.ones(1))
        found = stream(seed, "shots").generator.binomial(shots, min(overlap, 1.0))
        return share_of(int(found), shots)
