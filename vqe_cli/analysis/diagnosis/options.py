"""What a diagnosis can be asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from pydantic import Field

from vqe_cli._core.validation import Frozen
from vqe_cli.backends.devices.noise import Noise

Study = Literal["gradients", "noise", "shots"]
STUDIES: tuple[Study, ...] = ("gradients", "noise", "shots")

Tell = Callable[[str], None]
"""Told in a few words what comes next."""

FEWEST_SAMPLES = 100
"""Of random parameters: a variance from them is known to about a seventh."""

FEWEST_REPETITIONS = 30
"""Of a measurement: its spread is then known to an eighth."""


class DiagnosisOptions(Frozen):
    """Which studies, and how far they go.

    Args:
        studies: None for all that make sense.
        samples: Random parameter vectors for each variance of gradients.
        depths: Numbers of layers of the ansatz; None for a default.
        sizes: Hydrogen atoms of chains, or orbitals of active spaces; None for a default.
        noise: Its scale is one; None for that of the input's backend.
        scales: Multiples of the noise.
        noise_shots: Shots of each setting where a density matrix does not fit.
        shots: On average for each setting.
        repetitions: Measurements with seeds of their own, for each number of shots.
        measurements: Names or mappings; None for qubit-wise and, for electrons, fluid.
    """

    studies: tuple[Study, ...] | None = None
    samples: int = Field(FEWEST_SAMPLES, ge=FEWEST_SAMPLES)
    depths: tuple[int, ...] | None = None
    sizes: tuple[int, ...] | None = None
    noise: Noise | None = None
    scales: tuple[float, ...] = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
    noise_shots: int = Field(1000, ge=2)
    shots: tuple[int, ...] = (100, 1000, 10_000)
    repetitions: int = Field(50, ge=FEWEST_REPETITIONS)
    measurements: tuple[str | dict[str, Any], ...] | None = None
