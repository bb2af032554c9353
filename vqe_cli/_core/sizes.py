"""The cost of calculations, from numbers of electrons and orbitals alone.

These are known before the self-consistent field begins, so that problems that do not fit are
refused at once, with the nearest problem that fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import comb
from typing import Literal

from vqe_cli._core.resources import Memory
from vqe_cli.errors import ResourceLimitError

LONG_SECONDS = 60.0
"""Duration from which a run is announced as long, and is not proposed as a hint, seconds."""

MOST_ORBITALS = 64
"""Number of orbitals of the largest active space considered as a hint; larger ones never fit."""

FEWEST_ORBITALS = 2
"""Number of orbitals of the smallest active space that a hint names."""


@dataclass(frozen=True)
class Size:
    """The size of a problem: electrons in orbitals.

    Args:
        norb: Number of spatial orbitals.
        nelec: Numbers of alpha and beta electrons.
        irreps: Maximum number of irreps of the determinants.
    """

    norb: int
    nelec: tuple[int, int]
    irreps: int = 1

    @property
    def sector_dimension(self) -> int:
        """The number of determinants with these electrons."""
        return comb(self.norb, self.nelec[0]) * comb(self.norb, self.nelec[1])

    @property
    def flips(self) -> int:
        """The number of sets of spin orbitals that terms of a Hamiltonian change, of one irrep."""
        singles, fourfold = comb(self.norb, 2), comb(self.norb, 4)
        return -(-(1 + 2 * singles + 2 * fourfold + singles**2) // self.irreps)

    @property
    def label(self) -> str:
        """The size as chemists write it: ``(6e,6o)``."""
        return f"({sum(self.nelec)}e,{self.norb}o)"

    def smaller(self) -> Iterator[Size]:
        """Sizes with fewer orbitals, one by one, with occupied and empty ones removed in turn.

        Their irreps are unknown, and so not used.
        """
        unpaired = self.nelec[0] - self.nelec[1]
        most = min(self.norb - 1, MOST_ORBITALS)
        for norb in range(most, max(FEWEST_ORBITALS, unpaired) - 1, -1):
            frozen = self.norb - norb
            pairs = max(round(self.nelec[1] * norb / self.norb), min(1, self.nelec[1]))
            pairs = min(max(pairs, self.nelec[1] - frozen), norb - unpaired)
            if 2 * pairs + unpaired > 0:
                nelec = (pairs + unpaired, pairs)
                yield Size(norb, nelec)


@dataclass(frozen=True)
class Need:
    """A requirement of a run, which must fit.

    Args:
        what: Description for messages: ``a sector of 400 determinants``.
        memory: Minimum memory, bytes.
        limit: Reason why it does not fit whatever the memory, a sentence; None if memory decides.
        hint: Advice on an alternative.
        seconds: Estimated time on one core, within a factor of about three, seconds; 0 if it is
            small or unknown.
    """

    what: str
    memory: int = 0
    limit: str | None = None
    hint: str | None = None
    seconds: float = 0.0

    def fits(self, memory: Memory) -> bool:
        """Whether the requirement fits on this machine now.

        Args:
            memory: The memory limit.
        """
        return self.limit is None and self.memory <= memory.usable


Form = Literal["excitations", "pairs", "rotations", "circuit"]
"""Form of a parameterised state: a product of excitations, one that only moves electron pairs,
orbital rotations and Jastrow factors, or a circuit only."""


@dataclass(frozen=True)
class Load:
    """Properties of a problem, its mapping and its ansatz that determine a backend's cost.

    Args:
        size: Numbers of electrons and orbitals.
        qubits: Number of qubits after the mapping.
        form: The form of the parameterised state.
        excitations: Approximate number of excitations; 0 if they are few, or for circuits.
        draws: Whether a solver samples bit strings.
        measures: Whether energies are measured, not only bit strings.
        searches: Whether parameters are optimised.
    """

    size: Size
    qubits: int
    form: Form
    excitations: int
    draws: bool
    measures: bool
    searches: bool

    @property
    def is_product(self) -> bool:
        """Whether the parameterised state is a product of excitations."""
        return self.form in ("excitations", "pairs")


BYTES_PER_GATE = 3000
"""Memory of a gate in a circuit and its copies during transpilation, bytes."""

SECONDS_PER_GATE = 5e-4
"""Time to transpile a gate, seconds."""

GATES_PER_QUBIT = 4
"""Approximate number of gates of an excitation's circuit for each qubit of the problem."""

NOISY_GATE, NOISY_AMPLITUDE = 2e-6, 3e-9
"""Time of a gate in one noisy shot, and in addition for each amplitude, seconds, from Aer."""

BYTES_PER_EXCITATION, FEW_EXCITATIONS = 1000, 10_000
"""Memory of an excitation with its tables and groups, bytes, and a number that is negligible."""

BYTES_PER_PRODUCT = 2000
"""Memory of each of ``norb⁴`` products of Pauli strings while a Hamiltonian is mapped, bytes."""

SAVED_BY_PARITY = 2
"""Number of qubits that the parity mapping removes."""

COPIES_OF_COVARIANCES = 4
"""Number of arrays of ``norb⁵`` numbers while a measurement in rotated orbitals is planned."""


def compiled_needs(load: Load) -> Iterator[Need]:
    """The needs of a product of excitations as a circuit.

    Args:
        load: The problem, mapping and ansatz.
    """
    if load.is_product:
        gates = GATES_PER_QUBIT * load.excitations * load.qubits
        what, seconds = f"a circuit of about {gates:,} gates", SECONDS_PER_GATE * gates
        yield Need(what, BYTES_PER_GATE * gates, seconds=seconds)


def gates_of(load: Load) -> int:
    """The approximate number of gates in the ansatz's circuit.

    Args:
        load: The problem, mapping and ansatz.
    """
    return GATES_PER_QUBIT * max(load.excitations, load.qubits) * load.qubits


def noisy_seconds(load: Load, shots: int) -> float:
    """The time of one energy if every shot is simulated with its own errors, seconds.

    Args:
        load: The problem, mapping and ansatz.
        shots: Number of shots in each measurement basis, of which there is at least one.
    """
    return shots * gates_of(load) * (NOISY_GATE + NOISY_AMPLITUDE * 2.0**load.qubits)


def excitation_needs(load: Load) -> Iterator[Need]:
    """The needs of a long list of excitations.

    Args:
        load: The problem, mapping and ansatz.
    """
    if load.is_product and load.excitations > FEW_EXCITATIONS:
        what = f"a list of {load.excitations:,} excitations"
        yield Need(what, BYTES_PER_EXCITATION * load.excitations)


def mapping_need(load: Load) -> Need:
    """The need of the Hamiltonian as Pauli strings.

    Args:
        load: The problem, mapping and ansatz.
    """
    products = -(-(load.size.norb**4) // load.size.irreps)
    return Need(f"a Hamiltonian of {load.qubits} qubits", BYTES_PER_PRODUCT * products)


def planning_need(load: Load) -> Need:
    """The need of planning a measurement.

    Args:
        load: The problem, mapping and ansatz.
    """
    norb = load.size.norb
    return Need(f"a measurement in {norb} orbitals", 8 * COPIES_OF_COVARIANCES * norb**5)


def device_need(load: Load, device: str, qubits: int) -> Need:
    """The need of enough qubits on a device.

    Args:
        load: The problem, mapping and ansatz.
        device: Name of the device.
        qubits: Number of the device's qubits.
    """
    limit = None if load.qubits <= qubits else too_few_qubits(load.qubits, device, qubits)
    saves_enough = load.qubits == 2 * load.size.norb <= qubits + SAVED_BY_PARITY
    hint = "--mapper parity" if saves_enough else "choose a larger device"
    return Need(f"{load.qubits} qubits on {device}", limit=limit, hint=hint)


def too_few_qubits(wanted: int, device: str, qubits: int) -> str:
    """The message that a device has too few qubits for a problem."""
    return f"the circuit needs {wanted} qubits, {device} has {qubits}"


Needs = Callable[[Size], Iterable[Need]]
"""Function that returns all needs of a run for a size."""


def refuse_what_does_not_fit(
    size: Size,
    needs: Needs,
    memory: Memory,
    better: Callable[[], str | None] = lambda: None,
) -> None:
    """Refuse a run with a need that does not fit.

    Args:
        size: The size of the problem.
        needs: The needs of all parts of the run.
        memory: The memory limit.
        better: The option for an active space that fits the molecule's chemistry, if there is one.

    Raises:
        ResourceLimitError: A need does not fit; the hint has the nearest size that fits.
    """
    for need in needs(size):
        if need.fits(memory):
            continue
        hints = [better(), nearest(size, needs, memory), need.hint]
        hint = ", or ".join(text for text in hints if text) or "choose a smaller problem"
        raise refusal(need, hint, memory)


@dataclass(frozen=True)
class Forecast:
    """The cost of a long run.

    Args:
        seconds: Estimated time on one core, seconds.
        memory: Estimated memory, bytes.
        hint: The option for a size that takes less than `LONG_SECONDS`; None without such a size.
    """

    seconds: float
    memory: int
    hint: str | None


def forecast(size: Size, needs: Needs, memory: Memory) -> Forecast | None:
    """The cost of a run; None if the run is not long.

    Args:
        size: The size of the problem.
        needs: The needs of all parts of the run.
        memory: The memory limit.
    """
    found = list(needs(size))
    seconds = sum(need.seconds for need in found)
    if seconds < LONG_SECONDS:
        return None
    most = max(need.memory for need in found)
    return Forecast(seconds, most, nearest(size, needs, memory))


def nearest(size: Size, needs: Needs, memory: Memory) -> str | None:
    """The option for the largest smaller active space with which a run fits and is not long.

    Args:
        size: The size of the problem.
        needs: The needs of all parts of the run.
        memory: The memory limit.
    """
    fitting = (other for other in size.smaller() if is_short(other, needs, memory))
    return next(map(active_space_hint, fitting), None)


def is_short(size: Size, needs: Needs, memory: Memory) -> bool:
    """Whether a run of a size fits and is not long.

    Args:
        size: The size of the problem.
        needs: The needs of all parts of the run.
        memory: The memory limit.
    """
    found = list(needs(size))
    seconds = sum(need.seconds for need in found)
    return seconds < LONG_SECONDS and all(need.fits(memory) for need in found)


def active_space_hint(size: Size) -> str:
    """The command-line option for the active space of a size.

    Args:
        size: The size of the active space.
    """
    electrons = sum(size.nelec)
    space = f"{{name: frontier, electrons: {electrons}, orbitals: {size.norb}}}"
    return f"--active-space '{space}'"


def refusal(need: Need, hint: str | None, memory: Memory) -> ResourceLimitError:
    """The error for a need that does not fit.

    Args:
        need: The need.
        hint: Advice on an alternative.
        memory: The memory limit.
    """
    return ResourceLimitError(
        need.limit or memory.too_little_for(need.memory, need.what), hint=hint
    )
