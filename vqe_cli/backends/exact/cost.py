"""Estimated memory and time of an energy with its gradient, before anything is allocated.

The nanoseconds were measured with N2 cc-pVDZ, (10e,12o) and (14e,14o), on one core of a 2020s
server; machines differ by a factor of two or three either way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import comb

from vqe_cli._core.resources import show_bytes
from vqe_cli._core.sizes import Load, Need, Size, excitation_needs, planning_need
from vqe_cli.backends import Cost
from vqe_cli.fermions.determinants.hamiltonian import matrix_bytes
from vqe_cli.fermions.excitations import Excitation
from vqe_cli.fermions.problem import ElectronicProblem

VECTORS = 6
"""Largest number of vectors of the sector's size that an energy with its gradient holds."""

BYTES_PER_AMPLITUDE = 120
"""Bytes for each amplitude of a circuit: two vectors, two scratch vectors, diagonal, tables."""

MAX_CIRCUIT_QUBITS = 30
"""Largest number of qubits of a circuit: basis states are 32-bit integers."""

GRADIENTS, CIRCUIT_GRADIENTS = 30, 300
"""Energies with gradients in an optimisation: for products of excitations fewer than ten near
equilibrium and some dozens along stretched bonds, for circuits from random starts hundreds."""

GATES, GATE_NS = 10, 5
"""Gates of a circuit for each pair of qubits, and nanoseconds for each gate and amplitude."""

CONTIGUOUS_NS, GATHERED_NS = 1.5, 6.0
"""Nanoseconds, forward and back, for a pair of determinants in rows, and in rows and columns."""

COMPLEX_VECTORS = 12
"""Largest number of real vectors of the sector's size that orbital rotations hold."""

ROTATION_NS = 5.0
"""Nanoseconds of orbital rotations, forward and back, for a determinant and a pair of an occupied
and an empty orbital."""

PAIR_NS = 2.0
"""Nanoseconds for a pair of determinants that moving an electron pair connects, once."""

HAMILTONIAN_NS = 1.1
"""Nanoseconds of the Hamiltonian for a determinant and a pair of orbitals."""


STATEVECTOR_SHOTS = 64
"""Bytes for each amplitude of a statevector that is rotated into each basis and sampled."""

SECTOR_SHOTS = 40
"""Bytes for each determinant of a sampled sector: the amplitude, its bits, and its probability."""


def needs(load: Load, *, sampled: bool) -> Iterator[Need]:
    """The memory and time of a problem, from the numbers of electrons and orbitals.

    The measurement bases of conserved quantities are not rotations of orbitals, so that energies
    with shots need the whole statevector.

    Args:
        load: Sizes of the problem, the mapping and the parameterised state.
        sampled: Whether energies are measured with shots.
    """
    size = load.size
    if load.form == "pairs" and not sampled:
        seconds = _pair_seconds(size, load.excitations)
        need = pair_need(size, load.excitations)
        yield replace(need, seconds=GRADIENTS**load.searches * seconds)
        yield from excitation_needs(load)
    elif load.is_product:
        need = sector_need(size, SECTOR_SHOTS if sampled or load.draws else 0)
        yield replace(need, seconds=GRADIENTS**load.searches * _gradient_seconds(load))
        yield from excitation_needs(load)
    elif load.form == "rotations" and not sampled:
        seconds = CIRCUIT_GRADIENTS**load.searches * _rotation_seconds(size)
        yield replace(rotation_need(size), seconds=seconds)
    else:
        seconds = 1e-9 * (GATE_NS * GATES * load.qubits**2 << load.qubits)
        yield replace(circuit_need(load.qubits), seconds=CIRCUIT_GRADIENTS**load.searches * seconds)
    if sampled:
        yield planning_need(load)
    if sampled and load.measures:
        what = f"shots of a statevector of {load.qubits} qubits"
        yield Need(what, STATEVECTOR_SHOTS << load.qubits)


def sector_need(size: Size, per_determinant: int = 0) -> Need:
    """The memory of a product of excitations in its sector.

    Args:
        size: Size of the problem.
        per_determinant: Further bytes for each determinant of all irreps.
    """
    whole = size.sector_dimension
    determinants = -(-whole // size.irreps)
    memory = 8 * VECTORS * determinants + per_determinant * whole
    memory += matrix_bytes(size, determinants, size.irreps)
    return Need(f"a sector of {whole:,} determinants", memory)


def rotation_need(size: Size) -> Need:
    """The memory of orbital rotations and Jastrow factors in a sector of all irreps.

    Args:
        size: Size of the problem.
    """
    count = size.sector_dimension
    memory = 8 * COMPLEX_VECTORS * count + matrix_bytes(size, count, size.irreps)
    return Need(f"a complex sector of {count:,} determinants", memory)


def _rotation_seconds(size: Size) -> float:
    """Approximate seconds of an energy with its gradient for one Jastrow factor."""
    shares = sum(count * (size.norb - count) for count in size.nelec)
    rotations = ROTATION_NS * shares + 2 * HAMILTONIAN_NS * size.norb**2
    return 1e-9 * rotations * size.sector_dimension


def pair_need(size: Size, excitations: int) -> Need:
    """The memory of a product that only moves electron pairs, among determinants of pairs.

    Vectors, strings, and the connected determinants of the Hamiltonian and of the product.

    Args:
        size: Size of the problem, a closed shell.
        excitations: Number of excitations.
    """
    determinants = comb(size.norb, size.nelec[0])
    moves = comb(size.norb, 2) + excitations
    memory = 8 * (2 * VECTORS * determinants + moves * _connected_pairs(size))
    return Need(f"a sector of {determinants:,} determinants of electron pairs", memory)


def _pair_seconds(size: Size, excitations: int) -> float:
    """Approximate seconds of an energy with its gradient among determinants of pairs."""
    moves = comb(size.norb, 2) + 2 * excitations
    return 1e-9 * PAIR_NS * moves * _connected_pairs(size)


def _connected_pairs(size: Size) -> int:
    """The number of pairs of determinants that moving an electron pair connects."""
    return comb(size.norb - 2, size.nelec[0] - 1) if 0 < size.nelec[0] < size.norb else 0


def _gradient_seconds(load: Load) -> float:
    """Approximate seconds of an energy with its gradient, for doubles of opposite spins."""
    size = load.size
    determinants = -(-size.sector_dimension // size.irreps)
    shares = [count * (size.norb - count) / size.norb**2 for count in size.nelec]
    pairs = load.excitations * determinants * shares[0] * shares[1]
    return 1e-9 * (GATHERED_NS * pairs + HAMILTONIAN_NS * size.norb**2 * determinants)


def circuit_need(qubits: int) -> Need:
    """The memory of a circuit on a statevector.

    Args:
        qubits: Number of qubits.
    """
    what, limit = f"a circuit on {qubits} qubits", None
    if qubits > MAX_CIRCUIT_QUBITS:
        limit = f"{what} needs {show_bytes(BYTES_PER_AMPLITUDE << qubits)} of memory, and"
        limit += f" more than {MAX_CIRCUIT_QUBITS} qubits are not simulated here"
    return Need(what, BYTES_PER_AMPLITUDE << qubits, limit)


def sector_cost(problem: ElectronicProblem, excitations: Sequence[Excitation], irreps: int) -> Cost:
    """Memory and time of a product of excitations in its sector.

    Args:
        problem: The electronic problem.
        excitations: The excitation of every rotation.
        irreps: Number of irreps in the sector, one of which is kept.
    """
    determinants = -(-problem.sector_dimension // irreps)
    pairs = sum(_pair_ns(problem, excitation) for excitation in excitations) / irreps
    product = HAMILTONIAN_NS * problem.norb**2 * determinants
    return Cost(8 * VECTORS * determinants, 1e-9 * (pairs + product))


def pair_cost(problem: ElectronicProblem, excitations: int) -> Cost:
    """Memory and time of a product that only moves electron pairs.

    Args:
        problem: The electronic problem, a closed shell.
        excitations: Number of excitations.
    """
    size = problem.size
    return Cost(pair_need(size, excitations).memory, _pair_seconds(size, excitations))


def rotation_cost(problem: ElectronicProblem) -> Cost:
    """Memory and time of orbital rotations and Jastrow factors.

    Args:
        problem: The electronic problem.
    """
    size = problem.size
    return Cost(rotation_need(size).memory, _rotation_seconds(size))


def circuit_cost(qubits: int) -> Cost:
    """Memory of a circuit; its time is unknown, since it depends on the gates."""
    return Cost(BYTES_PER_AMPLITUDE << qubits, None)


def _pair_ns(problem: ElectronicProblem, excitation: Excitation) -> float:
    """Nanoseconds for all pairs of determinants that an excitation connects."""
    pairs = 1
    for spin in (0, 1):
        taken = {orbital for orbital, s in excitation.annihilate if s == spin}
        filled = {orbital for orbital, s in excitation.create if s == spin}
        free = problem.norb - len(taken | filled)
        electrons = problem.nelec[spin] - len(taken)
        pairs *= comb(free, electrons) if electrons >= 0 else 0
    in_rows = all(spin == 0 for _, spin in excitation.annihilate)
    return pairs * (CONTIGUOUS_NS if in_rows else GATHERED_NS)
