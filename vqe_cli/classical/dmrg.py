"""The density matrix renormalisation group."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from vqe_cli._core.resources import Memory
from vqe_cli._core.sizes import Need, Size
from vqe_cli.classical import ClassicalEnergy, ClassicalMethod, electrons_of
from vqe_cli.errors import UnavailableError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding

BYTES, SECONDS = 25.0, 8e-9
"""Memory of the renormalised operators for each ``norb² M²``, bytes, and time of a sweep for each
``norb³ M² + norb² M³ / 60``, seconds, with the bond dimension M; from 12 hydrogen atoms."""

SHARE = 0.5
"""Share of the usable memory for block2's stack; what is not needed is not touched."""

WARM_UP = ((0.25, 3, 1e-4), (0.5, 3, 1e-5))
"""Share of the bond dimension, number of sweeps, and noise of each stage before the last one."""

START = 200
"""Smallest bond dimension of the first stages: narrow random states lack whole sectors of a block,
which noise does not bring back."""

NOISE = 1e-6
"""Noise of the first two sweeps with the whole bond dimension."""

EXTRAPOLATED = (0.85, 0.7, 0.55)
"""Shares of the bond dimension whose energies are extrapolated with that of the whole one."""

SWEEPS_EACH = 2
"""Number of sweeps with each smaller bond dimension."""

NOTHING_DISCARDED = 1e-12
"""Discarded weight below which the energy is not extrapolated."""


class Dmrg(ClassicalMethod):
    """Density matrix renormalisation group; variational, with exact spin.

    The energy is that of the largest bond dimension; that for an unlimited one is extrapolated in
    the discarded weight. The state has the irrep of the reference determinant, where the orbitals
    have irreps. One thread computes.

    Reference:
        White, Phys. Rev. Lett. 69, 2863 (1992); spin-adapted: Sharma and Chan, J. Chem. Phys. 136,
        124121 (2012); extrapolation: Olivares-Amaya et al., J. Chem. Phys. 142, 034102 (2015);
        block2: Zhai et al., J. Chem. Phys. 159, 234801 (2023).
    """

    label: ClassVar[str] = "DMRG"
    variational: ClassVar[bool] = True

    bond_dimension: int = Field(
        default=250, ge=4, le=10_000, description="Largest number of states that a bond keeps."
    )
    tolerance: float = Field(
        default=1e-7, gt=0, description="Change of the energy at which sweeps end, Hartree."
    )
    max_sweeps: int = Field(
        default=30, ge=12, le=1000, description="Maximum number of sweeps before extrapolation."
    )

    def needs(self, size: Size, qubits: int, memory: Memory) -> Iterator[Need]:
        """The memory of the renormalised operators, and the time of all sweeps."""
        kept = self._states(size)
        products = size.norb**3 * kept**2 + size.norb**2 * kept**3 / 60
        what = f"DMRG with bond dimension {kept:,} in {size.norb} orbitals"
        yield Need(
            what,
            int(BYTES * size.norb**2 * kept**2),
            hint="a smaller bond_dimension",
            seconds=SECONDS * self.max_sweeps * products,
        )

    def _states(self, size: Size) -> int:
        """The largest number of states of a bond, which a small problem limits."""
        whole: int = 4 ** (size.norb // 2)
        return min(max(START, self.bond_dimension), whole)

    def solve(self, encoding: Encoding) -> ClassicalEnergy:
        """The energy of block2, and its extrapolation in the notes."""
        problem = electrons_of(encoding, self.label)
        if problem.sector_dimension == 1:
            return ClassicalEnergy(problem.hartree_fock_energy)
        need = next(self.needs(problem.size, encoding.num_qubits, encoding.memory))
        encoding.memory.refuse_if_larger(need.memory, need.what, "a smaller bond_dimension")
        with tempfile.TemporaryDirectory(prefix="vqe-dmrg-") as scratch:
            chain = _Chain(problem, scratch, int(SHARE * encoding.memory.usable))
            found = self._swept(chain)
            smaller = self._smaller(chain) if found.discarded > NOTHING_DISCARDED else []
            chain.close()
        notes: dict[str, object] = {
            "bond_dimension": self.bond_dimension,
            "discarded_weight": found.discarded,
            "sweeps": found.sweeps,
            "searched": _searched(problem),
            **_extrapolated(found, smaller),
        }
        return ClassicalEnergy(found.energy, found.change <= self.tolerance, notes=notes)

    def _swept(self, chain: _Chain) -> _Swept:
        """Sweeps with growing bond dimensions, the last of them without noise."""
        stages = [
            (max(START, int(share * self.bond_dimension)), n, noise) for share, n, noise in WARM_UP
        ]
        stages.append((self.bond_dimension, 2, NOISE))
        dimensions = [states for states, count, _ in stages for _ in range(count)]
        noises = [noise for _, count, noise in stages for _ in range(count)]
        return chain.sweep(dimensions, [*noises, 0.0], self.max_sweeps, self.tolerance)

    def _smaller(self, chain: _Chain) -> list[_Swept]:
        """Sweeps with smaller and smaller bond dimensions from the converged state."""
        dimensions = [max(2, int(share * self.bond_dimension)) for share in EXTRAPOLATED]
        return [chain.sweep([states], [0.0], SWEEPS_EACH, 0.0) for states in dimensions]


@dataclass(frozen=True)
class _Swept:
    """The last of some sweeps.

    Args:
        energy: Lowest energy of the sweep, Hartree.
        discarded: Largest discarded weight of the sweep.
        change: Change of the energy in the last sweep, Hartree.
        sweeps: Number of sweeps.
    """

    energy: float
    discarded: float
    change: float
    sweeps: int


class _Chain:
    """Orbitals in a row, and a matrix product state over them.

    Args:
        problem: The problem.
        scratch: Folder for temporary files.
        room: Memory for block2's stack, bytes.

    Raises:
        UnavailableError: block2 is not installed.
    """

    def __init__(self, problem: ElectronicProblem, scratch: str, room: int) -> None:
        try:
            from pyblock2.driver.core import DMRGDriver, SymmetryTypes
        except ModuleNotFoundError:
            hint = "pip install 'vqe-cli[dmrg]'"
            raise UnavailableError("DMRG needs the package block2", hint=hint) from None
        driver = DMRGDriver(
            scratch=scratch, symm_type=SymmetryTypes.SU2, n_threads=1, stack_mem=room
        )
        driver.bw.b.Random.rand_seed(1234)
        spin, electrons = problem.multiplicity - 1, sum(problem.nelec)
        order = driver.orbital_reordering(problem.h1, problem.h2)
        irreps = problem.orbital_irreps
        driver.initialize_system(
            n_sites=problem.norb,
            n_elec=electrons,
            spin=spin,
            orb_sym=None if irreps is None else [irreps[orbital] for orbital in order],
            pg_irrep=problem.reference_irrep,
        )
        self._driver = driver
        self._operator = driver.get_qc_mpo(
            h1e=problem.h1[np.ix_(order, order)],
            g2e=problem.h2[np.ix_(order, order, order, order)],
            ecore=problem.core_energy,
            iprint=0,
        )
        self._state = driver.get_random_mps(tag="STATE", bond_dim=START)

    def sweep(
        self, dimensions: Sequence[int], noises: Sequence[float], count: int, tolerance: float
    ) -> _Swept:
        """Improve the state by sweeps.

        Args:
            dimensions: Bond dimension of each sweep; the last one is that of all others.
            noises: Noise of each sweep; the last one is that of all others.
            count: Maximum number of sweeps.
            tolerance: Change of the energy at which sweeps end, Hartree.
        """
        driver = self._driver
        driver.dmrg(
            self._operator,
            self._state,
            n_sweeps=count,
            tol=tolerance,
            bond_dims=list(dimensions),
            noises=list(noises),
            thrds=[max(0.01 * tolerance, 1e-10)] * len(noises),
            iprint=0,
        )
        _, discarded, energies = driver.get_dmrg_results()
        last = [float(energy[0]) for energy in energies[-2:]]
        return _Swept(last[-1], float(discarded[-1]), abs(last[0] - last[-1]), len(energies))

    def close(self) -> None:
        """Release block2's memory."""
        self._driver.finalize()


def _searched(problem: ElectronicProblem) -> str:
    irrep = problem.reference_irrep
    return "all irreps" if irrep is None else f"{problem.irrep_name(irrep)} only"


def _extrapolated(found: _Swept, smaller: Sequence[_Swept]) -> dict[str, Any]:
    """The energy for no discarded weight, by a straight line, and its uncertainty, Hartree.

    The uncertainty is the length of the extrapolation. A fifth of it is common, which is too little
    for chains of hydrogen atoms with 30 to 120 states.
    """
    if not smaller:
        return {}
    points = [found, *smaller]
    slope, energy = np.polyfit([p.discarded for p in points], [p.energy for p in points], 1)
    if slope <= 0:
        return {"extrapolated_energy": None}
    length = abs(float(found.energy - energy))
    return {"extrapolated_energy": float(energy), "extrapolation_error": length}
