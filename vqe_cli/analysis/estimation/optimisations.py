"""What optimising on a device takes, by the optimisers that suit one."""

from __future__ import annotations

from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.variational.evaluation_counts import Optimisation, counted
from vqe_cli.variational.optimizers import OPTIMIZERS, Optimizer

FOR_DEVICES = ("spsa", "nft")
"""Optimisers that are shown whatever the input says."""


def optimisations(
    spectra: tuple[Spectrum, ...], asked: Optimizer, error: float, seed: int
) -> tuple[Optimisation, ...]:
    """What optimising on a device takes.

    Args:
        spectra: How the energy depends on each parameter.
        asked: The optimiser of the input, whose options count.
        error: Standard error of each energy, Hartree.
        seed: Of the run.
    """
    if not spectra:
        return ()
    methods = (OPTIMIZERS.create(name) for name in FOR_DEVICES)
    return tuple(
        counted(asked if asked.name == method.name else method, spectra, error, seed)
        for method in methods
    )
