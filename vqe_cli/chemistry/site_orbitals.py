"""Orbitals of Hartree-Fock over the sites of a model of electrons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from vqe_cli._core.resources import Memory
from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.fcidump.header import Header
from vqe_cli.chemistry.fcidump.orbitals import select_from_integrals
from vqe_cli.chemistry.fcidump.reading import FileIntegrals
from vqe_cli.models import SiteIntegrals

NOTES = {
    True: "orbitals are those of Hartree-Fock over the sites",
    False: "Hartree-Fock did not converge over the sites: orbitals are the sites, the first ones"
    " occupied",
}
"""Notes by whether Hartree-Fock converged."""


def select_from_sites(
    sites: SiteIntegrals,
    space: ActiveSpace,
    check: Callable[[Any], None] | None,
    memory: Memory,
) -> OrbitalSelection:
    """The active orbitals of a model.

    Args:
        sites: The integrals over the sites.
        space: The active space.
        check: Callback that may refuse a `pyscf.gto.Mole` without atoms; None for that of the
            active space.
        memory: The memory limit.
    """
    from pyscf import ao2mo

    norb = len(sites.h1)
    header = Header(norb, sites.electrons, sites.unpaired, orbsym=None, isym=1, line=1)
    integrals = FileIntegrals(header, sites.h1, ao2mo.restore(8, sites.h2, norb), 0.0, None)
    found = select_from_integrals(integrals, "canonical", space, check, memory)
    notes = (sites.formula, NOTES[found.field.report.converged])
    return replace(found, field=replace(found.field, notes=notes))
