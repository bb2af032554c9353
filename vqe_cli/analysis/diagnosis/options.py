"""The options of a diagnosis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from pydantic import Field

from vqe_cli._core.validation import Frozen
from vqe_cli.backends.devices.noise import Noise

Study = Literal["gradients", "noise", "shots"]
STUDIES: tuple[Study, ...] = ("gradients", "noise", "shots")

Tell = Callable[[str], None]
"""A callback, called with a short message about the next computation."""

FEWEST_SAMPLES = 100
"""The smallest number of random parameter vectors; the error of a variance is about a seventh."""

FEWEST_REPETITIONS = 30
"""The smallest number of repeated measurements; the error of their spread is about an eighth."""


class DiagnosisOptions(Frozen):
    """The studies and their extent.

    Args:
        studies: Names of the studies; None for all that apply.
        samples: Number of random parameter vectors for each variance of gradients.
        depths: Numbers of layers of the ansatz; None for a default.
        sizes: Numbers of atoms of hydrogen chains, or of active orbitals; None for a default.
        noise: The noise at scale one; None for that of the input's backend.
        scales: Factors of the noise.
        noise_shots: Shots per measurement basis if a density matrix does not fit.
        shots: Average numbers of shots per measurement basis.
        repetitions: Number of measurements, each with its own seed, for each number of shots.
        measurements: Measurement methods, as names or mappings; None for qubit-wise and, for
            electrons, fluid (fully-commuting for unrestricted orbitals).
    """

    studies: tuple[Study, ...] | None = None
    samples: int = Field(default=FEWEST_SAMPLES, ge=FEWEST_SAMPLES)
    depths: tuple[int, ...] | None = None
    sizes: tuple[int, ...] | None = None
    noise: Noise | None = None
    scales: tuple[float, ...] = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
    noise_shots: int = Field(default=1000, ge=2)
    shots: tuple[int, ...] = (100, 1000, 10_000)
    repetitions: int = Field(default=50, ge=FEWEST_REPETITIONS)
    measurements: tuple[str | dict[str, Any], ...] | None = None
