"""Coupled cluster with perturbative triples outside the active space."""

from __future__ import annotations

from collections.abc import Iterator
from math import comb
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.resources import Memory
from vqe_cli._core.threads import threads_for
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.correlation.coupled_cluster import solve_amplitudes
from vqe_cli.chemistry.correlation.diagnostics import (
    D1_CLOSED,
    T1_CLOSED,
    T1_OPEN,
    cost_of_ccsd,
    singles_diagnostics,
    spin_adapted,
)
from vqe_cli.chemistry.correlation.possible import correlation_is_possible
from vqe_cli.errors import NotConvergedError
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema.check_records import Check, doubt
from vqe_cli.variational.corrections import (
    Correction,
    CorrectionEnergy,
    Extent,
    refuse_if_too_long,
)
from vqe_cli.variational.corrections._memory import limit_memory
from vqe_cli.variational.corrections._whole import (
    active_correlation,
    refuse_other_determinants,
    whole_scf,
)

if TYPE_CHECKING:
    from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection

MAX_OPERATIONS = 1e14
"""Default limit of floating-point operations, about three hours on one core."""

ENERGY_TOLERANCE = 1e-9
"""Convergence threshold of the energy of all electrons, Hartree."""


class CcsdTOutside(Correction):
    """CCSD(T) of all electrons minus CCSD(T) of the active ones.

    All electrons are correlated, frozen cores included. The energy does not depend on the state.
    Open shells use semicanonical ROHF orbitals.

    Reference:
        Raghavachari, Trucks, Pople and Head-Gordon, Chem. Phys. Lett. 157, 479 (1989); open
        shells: Watts, Gauss and Bartlett, J. Chem. Phys. 98, 8718 (1993); PySCF.
    """

    label: ClassVar[str] = "CCSD(T) outside"
    needs_hartree_fock: ClassVar[bool] = True

    max_operations: float = Field(
        default=MAX_OPERATIONS,
        gt=0,
        description="Largest number of floating-point operations; more are refused.",
    )

    def check(self, extent: Extent, memory: Memory) -> None:
        """Refuse a molecule for which CCSD(T) takes too long or too much memory."""
        cost = cost_of_ccsd(extent.nelec, extent.orbitals)
        what = (
            f"CCSD(T) of {counted(cost.electrons, 'electron')}"
            f" in {counted(cost.orbitals, 'orbital')}"
        )
        hint = "choose a smaller basis, or correction: mp2-outside"
        memory.refuse_if_larger(cost.memory_bytes, what, hint)
        operations = cost.operations + _operations_of_triples(extent)
        refuse_if_too_long(what, operations, self.max_operations, hint)

    def check_orbitals(self, selection: OrbitalSelection) -> None:
        """Refuse orbitals that are not those of Hartree-Fock."""
        refuse_other_determinants(selection, "CCSD(T)")

    def energy(
        self, selection: OrbitalSelection, encoding: Encoding, state: FloatArray | None
    ) -> CorrectionEnergy:
        """The difference of PySCF's CCSD(T) of all electrons and CCSD(T) in the active space."""
        field = selection.field
        if selection.is_whole or not correlation_is_possible(field.num_orbitals, field.mole.nelec):
            return CorrectionEnergy(0.0)
        with threads_for(field.mole.nao**2):
            whole, checks = _whole(selection, encoding.memory)
        return CorrectionEnergy(whole - active_correlation("ccsd-t", encoding), checks)


def _whole(selection: OrbitalSelection, memory: Memory) -> tuple[float, tuple[Check, ...]]:
    """The correlation energy of all electrons, Hartree, and failed checks."""
    from pyscf import cc

    field = selection.field
    scf = whole_scf(field)
    limit_memory(memory, scf)
    closed, nelec, orbitals = field.mole.spin == 0, field.mole.nelec, field.num_orbitals
    solver = cc.CCSD(scf) if closed else cc.UCCSD(scf)
    determinants = comb(orbitals, nelec[0]) * comb(orbitals, nelec[1])
    solve_amplitudes(solver, determinants, ENERGY_TOLERANCE)
    if not solver.converged:
        raise NotConvergedError(
            f"CCSD of all electrons did not converge in {solver.max_cycle} iterations",
            hint="the Hartree-Fock determinant is too poor for it: correction: nevpt2",
        )
    blocks = [solver.t1] if closed else spin_adapted(field, scf, solver.t1, 0)
    diagnostics = singles_diagnostics(blocks, sum(nelec))
    has_triples = sum(min(count, orbitals - count) for count in nelec) > 2
    triples = float(solver.ccsd_t()) if has_triples else 0.0
    return float(solver.e_corr) + triples, tuple(_single_reference(*diagnostics, closed=closed))


def _operations_of_triples(extent: Extent) -> float:
    """Floating-point operations of (T): each of ``o³v³/6`` amplitudes from six sums over v + o.

    Unrestricted triples have four spin blocks.
    """
    alpha, beta = extent.nelec
    empty = extent.orbitals - alpha
    blocks = 1 if alpha == beta else 4
    return 2.0 * blocks * alpha**3 * empty**3 * (empty + alpha)


def _single_reference(t1: float, d1: float, *, closed: bool) -> Iterator[Check]:
    """The failed checks of large single amplitudes."""
    limit = T1_CLOSED if closed else T1_OPEN
    detail = "coupled cluster may fail here: a larger active space with nevpt2 is safer"
    if t1 > limit:
        yield doubt(
            name="ccsd-t-outside-t1", value=t1, expected=0.0, tolerance=limit, detail=detail
        )
    if closed and d1 > D1_CLOSED:
        yield doubt(
            name="ccsd-t-outside-d1", value=d1, expected=0.0, tolerance=D1_CLOSED, detail=detail
        )
