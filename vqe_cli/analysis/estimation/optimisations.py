"""Evaluations of optimisations on a device, by the optimisers that suit one."""

from __future__ import annotations

from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.variational.evaluation_counts import Optimisation, counted
from vqe_cli.variational.optimizers import OPTIMIZERS, Optimizer

FOR_DEVICES = ("spsa", "nft")
"""Optimisers that are shown for every input."""


def optimisations(
    spectra: tuple[Spectrum, ...], asked: Optimizer, error: float, seed: int
) -> tuple[Optimisation, ...]:
    """Evaluations of an optimisation, by optimiser.

    Args:
        spectra: The frequencies of the energy in each parameter.
        asked: The optimiser of the input, whose options apply.
        error: Standard error of each energy, in Hartree or what stands for one in a model.
        seed: The run's random seed.
    """
    if not spectra:
        return ()
    methods = (OPTIMIZERS.create(name) for name in FOR_DEVICES)
    return tuple(
        counted(asked if asked.name == method.name else method, spectra, error, seed)
        for method in methods
    )
