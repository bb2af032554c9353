"""Local unitary cluster Jastrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import ComplexArray, Vector
from vqe_cli.ansatz import Ansatz
from vqe_cli.ansatz._cluster_jastrow import ClusterJastrow, cluster_jastrow
from vqe_cli.ansatz._givens_networks import (
    GivensNetwork,
    determinant_angles,
    determinant_network,
    rotation_angles,
    rotation_network,
)
from vqe_cli.ansatz._jastrow import (
    Connectivity,
    JastrowFactor,
    allowed_pairs,
    jastrow_factor,
    orbital_phases,
)
from vqe_cli.ansatz.state import Block, Start
from vqe_cli.chemistry.correlation.amplitudes import AmplitudeMethod, amplitudes
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

    from vqe_cli.qubits.mappers import Mapper


class Lucj(Ansatz):
    """Local unitary cluster Jastrow (LUCJ), from CCSD amplitudes, with shallow circuits.

    ``F Π_k U_k exp(iJ_k) U_k†`` on the reference determinant, with orbital rotations U and F and
    J a sum over products of occupation numbers on pairs of orbitals that the device connects.
    Adjacent rotations are merged, and the first only makes a determinant, which does not change
    the set of states. The Givens rotations of a rotation are a brick wall of as many layers as
    there are orbitals. Electrons of each spin are conserved, irreps and S² are not.

    Reference:
        Motta et al., Chem. Sci. 14, 11213 (2023); amplitudes to factors as in ffsim,
        https://github.com/qiskit-community/ffsim.
    """

    label: ClassVar[str | None] = "LUCJ"

    start: ClassVar[Start | None] = "ccsd"
    conserving: ClassVar[bool] = True

    layers: int = Field(
        default=1, ge=1, le=100, description="Number of Jastrow factors, ffsim's n_reps."
    )
    pairs: Connectivity = Field(
        default="heavy-hex",
        description="Orbitals that a Jastrow factor couples: neighbours of equal spin, and alpha "
        "with beta at every 4th (heavy-hex), 2nd (hex) or every (square) orbital; or all.",
    )
    spin_balanced: bool | None = Field(
        default=None, description="Share parameters between both spins. Default: for closed shells."
    )
    optimize_t2: bool = Field(
        default=False,
        description="Fit the factors to the T2 amplitudes instead of truncating their expansion.",
    )

    def check_for_electrons(self, mapper: Mapper) -> None:
        """Refuse mappings other than Jordan-Wigner."""
        if not mapper.stores_occupations:
            raise InputError(
                f"lucj rotates neighbouring orbitals as neighbouring qubits, in Jordan-Wigner"
                f" only, not in {mapper.label}",
                path=("mapper",),
                hint="mapper: jordan-wigner",
            )

    def check_spin(self, unpaired: int) -> None:
        """Refuse parameters shared by both spins in open shells."""
        if self.spin_balanced and unpaired:
            raise InputError(
                "both spins can share parameters in closed shells only",
                path=("ansatz", "spin_balanced"),
                hint="leave out 'spin_balanced'",
            )

    def circuit(self, encoding: Encoding) -> QuantumCircuit:
        """The reference determinant, followed by alternating rotations and Jastrow factors."""
        from qiskit.circuit import ParameterVector

        from vqe_cli.qubits.circuits import reference_circuit

        self.check_for_electrons(encoding.mapper)
        assert isinstance(encoding.problem, ElectronicProblem)
        blocks = self.blocks(encoding.problem)
        theta = ParameterVector("θ", sum(block.num_parameters for block in blocks))
        circuit, first = reference_circuit(encoding), 0
        for block in blocks:
            block.append_to(circuit, theta[first : first + block.num_parameters])
            first += block.num_parameters
        return circuit

    def amplitude_point(self, problem: ElectronicProblem, method: AmplitudeMethod) -> Vector:
        """Parameters of the factorised T2 amplitudes, with T1 as the last rotation."""
        if not self._channels(problem):
            return np.zeros(0)
        same, mixed = allowed_pairs(self.pairs, problem.norb)
        local = None if self.pairs == "all" else (same, mixed)
        factors = cluster_jastrow(
            problem,
            amplitudes(problem, method),
            self.layers,
            local,
            self._shares(problem),
            self.optimize_t2,
        )
        return self.point_of(problem, factors)

    def point_of(self, problem: ElectronicProblem, factors: ClusterJastrow) -> Vector:
        """The parameters of a given cluster-Jastrow operator, up to a global phase.

        Args:
            problem: The problem.
            factors: One factor for each layer, with couplings that `pairs` allows.
        """
        return np.concatenate([np.zeros(0), *self._angles(problem, factors)])

    def _shares(self, problem: ElectronicProblem) -> bool:
        """Whether both spins have the same parameters."""
        unpaired = problem.nelec[0] - problem.nelec[1]
        self.check_spin(unpaired)
        return not unpaired and self.spin_balanced is not False

    def _channels(self, problem: ElectronicProblem) -> list[tuple[int, ...]]:
        """Groups of spins with the same rotations; spins without electrons or holes have none."""
        moving = [spin for spin in (0, 1) if 0 < problem.nelec[spin] < problem.norb]
        return [(0, 1)] if moving and self._shares(problem) else [(spin,) for spin in moving]

    def blocks(self, problem: ElectronicProblem) -> tuple[Block, ...]:
        """All parts in the order in which they act, which is that of their parameters."""
        return tuple(self._blocks(problem))

    def _blocks(self, problem: ElectronicProblem) -> Iterator[Block]:
        norb, channels = problem.norb, self._channels(problem)
        moving = [spin for spins in channels for spin in spins]
        for spins in channels:
            yield determinant_network(norb, problem.nelec[spins[0]], spins)
        for layer in range(self.layers):
            yield jastrow_factor(norb, self.pairs, moving, self._shares(problem))
            for spins in channels:
                yield rotation_network(norb, spins, phases=layer == self.layers - 1)

    def _angles(self, problem: ElectronicProblem, factors: ClusterJastrow) -> Iterator[Vector]:
        """The parameters of each block of the factors."""
        blocks = self._blocks(problem)
        channels = self._channels(problem)
        rotations = {spins: factors.rotations_between(spins[0]) for spins in channels}
        waiting = {spins: np.ones(problem.norb, dtype=np.complex128) for spins in channels}
        for spins in channels:
            network = _next_network(blocks)
            yield determinant_angles(network, rotations[spins][0], problem.nelec[spins[0]])
        for layer, matrices in enumerate(factors.jastrow, start=1):
            factor = next(blocks)
            assert isinstance(factor, JastrowFactor)
            yield factor.angles_of(matrices)
            for spins in channels:
                network = _next_network(blocks)
                own = np.exp(1j * orbital_phases(matrices)[spins[0]])
                # Phases commute with the factors between, so that the last rotation has them all.
                whole = rotations[spins][layer] * (waiting[spins] * own)
                angles, waiting[spins] = rotation_angles(network, whole)
                yield angles
                if network.phases:
                    yield _relative_phases(waiting[spins])


def _next_network(blocks: Iterator[Block]) -> GivensNetwork:
    network = next(blocks)
    assert isinstance(network, GivensNetwork)
    return network


def _relative_phases(phases: ComplexArray) -> Vector:
    """Phases relative to that of the first orbital, radians."""
    return np.asarray(np.angle(phases[1:] / phases[0]), dtype=np.float64)
