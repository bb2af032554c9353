"""Strongly contracted second-order perturbation theory of n electron valence states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.resources import Memory
from vqe_cli._core.sizes import Need, Size
from vqe_cli._core.threads import threads_for
from vqe_cli._core.wording import counted
from vqe_cli.backends.exact.cost import sector_need
from vqe_cli.chemistry.pyscf_memory import nevpt2_bytes
from vqe_cli.chemistry.scf.scf_objects import restricted_scf
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema.check_records import Check, doubt
from vqe_cli.variational.corrections import (
    OPERATIONS_PER_SECOND,
    Correction,
    CorrectionEnergy,
    Extent,
    refuse_if_too_long,
)
from vqe_cli.variational.corrections._memory import limit_memory

if TYPE_CHECKING:
    from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection

DENSITIES = 8
"""Number of arrays of ``norb⁶`` numbers in memory: densities of three bodies, contractions of
those of four, and intermediates."""

VECTORS = 4
"""Number of arrays over all alpha and beta strings: both states, and copies of one."""

STATES = 2
"""Number of states with a correction: that of the run, and the exact one."""

PER_DETERMINANT, PER_ELEMENT = 5e-10, 2e-8
"""Time of the contraction for a determinant and ``norb⁶``, and of the intermediates for
``norb⁸``, on one core, seconds, measured with (10e,10o), (6e,12o) and (4e,14o)."""

MAX_OPERATIONS = 1e14
"""Default limit of floating-point operations, about three hours on one core."""

SMALL_GAP = 0.2
"""Gap between frozen and empty orbitals below which perturbation theory is doubtful, Hartree."""


class Nevpt2(Correction):
    """NEVPT2: second-order perturbation theory on the state, strongly contracted.

    All electrons are correlated, frozen cores included. Energies are those of Dyall's Hamiltonian
    with the density of the state itself; for a state that is not exact they carry its error.

    Reference:
        Angeli, Cimiraglia, Evangelisti, Leininger and Malrieu, J. Chem. Phys. 114, 10252 (2001);
        Angeli, Cimiraglia and Malrieu, J. Chem. Phys. 117, 9138 (2002); PySCF.
    """

    label: ClassVar[str] = "NEVPT2"
    needs_state: ClassVar[bool] = True

    max_operations: float = Field(
        default=MAX_OPERATIONS,
        gt=0,
        description="Largest number of floating-point operations; more are refused.",
    )

    def needs(self, size: Size) -> Iterator[Need]:
        """The memory of the state, and memory and time of densities of three and four bodies."""
        yield sector_need(size)
        norb, what = size.norb, f"NEVPT2 on {counted(size.norb, 'active orbital')}"
        seconds = STATES * (
            PER_DETERMINANT * size.sector_dimension * norb**6 + PER_ELEMENT * norb**8
        )
        memory = 8 * (DENSITIES * norb**6 + VECTORS * size.sector_dimension)
        yield Need(what, memory, seconds=seconds)

    def check(self, extent: Extent, memory: Memory) -> None:
        """Refuse a molecule whose integrals would not fit into memory, and too large a space."""
        if extent.active is None:
            return
        electrons, active = extent.active
        core = (sum(extent.nelec) - electrons) // 2
        memory.refuse_if_larger(
            nevpt2_bytes(core, active, extent.orbitals),
            f"NEVPT2 with {counted(extent.orbitals, 'orbital')}, {active} of them active,",
            "choose a smaller basis or active space, or correction: mp2-outside",
        )
        alpha, beta = extent.nelec
        if 0 <= beta - core <= alpha - core <= active:  # else there is no such space
            size = Size(active, (alpha - core, beta - core))
            seconds = sum(need.seconds for need in self.needs(size))
            refuse_if_too_long(
                f"NEVPT2 of {counted(size.sector_dimension, 'determinant')}"
                f" in {counted(active, 'active orbital')}",
                OPERATIONS_PER_SECOND * seconds,
                self.max_operations,
                "choose a smaller active space, or correction: mp2-outside",
            )

    def energy(
        self, selection: OrbitalSelection, encoding: Encoding, state: FloatArray | None
    ) -> CorrectionEnergy:
        """The energy by PySCF on the given state."""
        assert state is not None
        if selection.is_whole:
            return CorrectionEnergy(0.0)
        with threads_for(selection.field.mole.nao**2):
            method = _casci(selection, state, encoding.memory)
            return CorrectionEnergy(_perturbation(method), tuple(_gap(method)))


def _casci(selection: OrbitalSelection, state: FloatArray, memory: Memory) -> Any:
    """PySCF's CASCI object with a given state, its frozen and empty orbitals canonical.

    Canonical are the eigenvectors of the Fock operator of the state's density. The active orbitals
    stay as they are: the energy does not depend on them. PySCF's own canonicalisation in NEVPT2
    makes them natural, and mixes those with an occupation of exactly 2 or 0 with the others, which
    would change the active space of states of few excitations.
    """
    from pyscf import mcscf

    scf, count = restricted_scf(selection.field), len(selection.active)
    method = mcscf.CASCI(scf, count, selection.nelec, len(selection.inactive))
    method.verbose, method.chkfile = 0, None
    limit_memory(memory, scf, method)
    method.mo_coeff, method.ci = selection.field.mo_coeff[:, selection.order], state
    method.canonicalize_()
    return method


def _perturbation(method: Any) -> float:
    """The energy of NEVPT2 over the orbitals of a CASCI object, Hartree."""
    from pyscf import mrpt

    perturbation = mrpt.NEVPT(method)
    perturbation.canonicalized = True
    return float(perturbation.kernel())


def _gap(method: Any) -> Iterator[Check]:
    """The failed check of a small gap between frozen and empty orbitals."""
    levels, core = np.asarray(method.mo_energy), method.ncore
    occupied, empty = levels[:core], levels[core + method.ncas :]
    if not (occupied.size and empty.size):
        return
    gap = float(empty.min() - occupied.max())
    if gap < SMALL_GAP:
        yield doubt(
            name="nevpt2-gap",
            value=gap,
            detail=f"Hartree between frozen and empty orbitals, less than {SMALL_GAP:g}:"
            " they belong in the active space",
        )
