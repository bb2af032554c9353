"""The share of a molecule's valence electrons that are active."""

from __future__ import annotations

from vqe_cli.chemistry.basis.cores import core_orbitals
from vqe_cli.chemistry.scf.mean_field import MeanField

FEW = 0.5
"""Share of the valence electrons below which an active space is called small."""


def few_electrons(field: MeanField, active: tuple[int, ...]) -> str:
    """The remark on an active space that is small, as the end of a reason; empty for others.

    The error of a run is that within its active space, which may be zero however much is left out.

    Args:
        field: The mean field.
        active: Indices of the active orbitals.
    """
    if not field.mole.natm:  # a file or a model, whose orbitals are an active space already
        return ""
    valence = field.mole.nelectron - 2 * min(core_orbitals(field.mole), field.num_doubly_occupied)
    electrons = round(float(field.mo_occ[list(active)].sum()))
    if electrons >= FEW * valence:
        return ""
    return (
        f"; {electrons} of {valence} valence electrons, and correlation of the others is left out:"
        " compare sizes by `vqe inspect FILE --spaces`"
    )
