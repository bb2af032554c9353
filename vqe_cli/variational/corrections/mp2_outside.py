"""Second-order perturbation theory outside the active space."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.resources import Memory
from vqe_cli._core.threads import threads_for
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.correlation.singles import singles_energy
from vqe_cli.chemistry.pyscf_memory import Correlated, mp2_bytes
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema.check_records import Check, doubt
from vqe_cli.variational.corrections import Correction, CorrectionEnergy, Extent
from vqe_cli.variational.corrections._memory import limit_memory
from vqe_cli.variational.corrections._whole import (
    active_correlation,
    refuse_other_determinants,
    whole_scf,
)

if TYPE_CHECKING:
    from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection

LARGE_AMPLITUDE = 0.1
"""Amplitude of a double excitation from which it belongs in the active space."""


class Mp2Outside(Correction):
    """MP2 of all electrons minus MP2 of the active ones.

    All electrons are correlated, frozen cores included. The energy does not depend on the state.
    Open shells use semicanonical ROHF orbitals, with their single excitations.

    Reference:
        Møller and Plesset, Phys. Rev. 46, 618 (1934); open shells: Knowles et al., Chem. Phys.
        Lett. 186, 130 (1991); PySCF.
    """

    label: ClassVar[str] = "MP2 outside"
    needs_hartree_fock: ClassVar[bool] = True

    def check(self, extent: Extent, memory: Memory) -> None:
        """Refuse a molecule whose amplitudes would not fit into memory."""
        memory.refuse_if_larger(
            mp2_bytes(Correlated.of(extent.nelec, extent.orbitals)),
            f"MP2 of {counted(sum(extent.nelec), 'electron')}"
            f" in {counted(extent.orbitals, 'orbital')}",
            "choose a smaller basis",
        )

    def check_orbitals(self, selection: OrbitalSelection) -> None:
        """Refuse orbitals that are not those of Hartree-Fock."""
        refuse_other_determinants(selection, "MP2")

    def energy(
        self, selection: OrbitalSelection, encoding: Encoding, state: FloatArray | None
    ) -> CorrectionEnergy:
        """The difference of PySCF's MP2 of all electrons and MP2 in the active space."""
        if selection.is_whole:
            return CorrectionEnergy(0.0)
        field = selection.field
        with threads_for(field.mole.nao**2):
            scf = whole_scf(field)
            limit_memory(encoding.memory, scf)
            whole, blocks = _doubles(scf)
            if field.mole.spin:
                whole += singles_energy(scf, scf.get_fock(), field.mole.nelec)
            largest = _largest_outside(selection, scf, blocks)
        outside = whole - active_correlation("mp2", encoding)
        return CorrectionEnergy(outside, tuple(_single_reference(largest)))


def _doubles(scf: Any) -> tuple[float, list[FloatArray]]:
    """The energy of double excitations, Hartree, and their amplitudes.

    The amplitudes are one block of a closed shell; else those of αα, αβ and ββ.
    """
    from pyscf import mp

    alpha, beta = scf.mol.nelec
    closed = np.ndim(scf.mo_energy) == 1
    orbitals = np.shape(scf.mo_energy)[-1]
    if alpha + beta < 2 or beta == orbitals:
        return 0.0, []
    solver = mp.RMP2(scf) if closed else mp.UMP2(scf)
    solver.verbose = 0
    energy, amplitudes = solver.kernel()
    return float(energy), [amplitudes] if closed else list(amplitudes)


def _largest_outside(selection: OrbitalSelection, scf: Any, blocks: Sequence[FloatArray]) -> float:
    """The largest amplitude of a double excitation that is not within the active space."""
    spins = ((0, 0),) if len(blocks) == 1 else ((0, 0), (0, 1), (1, 1))
    rotations = _rotations(selection, scf)
    active = np.zeros(selection.field.num_orbitals, dtype=bool)
    active[list(selection.active)] = True
    largest = 0.0
    for block, (one, other) in zip(blocks, spins, strict=False):
        turned = _turned(block, rotations[one], rotations[other])
        occupied = [active[: turned.shape[place]] for place in (0, 1)]
        empty = [active[-turned.shape[place] :] for place in (2, 3)]
        turned[np.ix_(*occupied, *empty)] = 0.0
        largest = max(largest, float(np.abs(turned).max(initial=0.0)))
    return largest


def _rotations(selection: OrbitalSelection, scf: Any) -> list[FloatArray]:
    """The orbitals of a mean field over those of an RHF or UHF object, for each spin."""
    overlap, own = scf.get_ovlp(), selection.field.mo_coeff
    coefficients = scf.mo_coeff if np.ndim(scf.mo_energy) == 2 else [scf.mo_coeff]
    return [orbitals.T @ overlap @ own for orbitals in coefficients]


def _turned(block: FloatArray, one: FloatArray, other: FloatArray) -> FloatArray:
    """Amplitudes over other orbitals of the same occupations."""
    i, j, a, b = block.shape
    factors = (one[:i, :i], other[:j, :j], one[-a:, -a:], other[-b:, -b:])
    turned = np.einsum("ijab,ik,jl,ac,bd->klcd", block, *factors, optimize=True)
    return np.asarray(turned)


def _single_reference(largest: float) -> Iterator[Check]:
    """The failed check of a large amplitude outside the active space."""
    if largest > LARGE_AMPLITUDE:
        yield doubt(
            name="mp2-outside-amplitudes",
            value=largest,
            expected=0.0,
            tolerance=LARGE_AMPLITUDE,
            detail="a double excitation outside the active space is too large for perturbation"
            " theory: a larger active space should contain it",
        )
