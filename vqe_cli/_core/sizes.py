"""What a calculation takes, from numbers of electrons and orbitals alone.

These are known before the self-consistent field begins, so that what does not fit is refused at
once, with the nearest problem that does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import comb

from vqe_cli._core.resources import allowance, show_bytes, usable_bytes
from vqe_cli.errors import ResourceLimitError

LONG_SECONDS = 60.0
"""From which on a run is announced, and nothing is proposed."""

MOST_ORBITALS = 64
"""No smaller active space than this is asked about where there are more: none of it would fit."""

FEWEST_ORBITALS = 2
"""Of an active space that is worth naming."""


@dataclass(frozen=True)
class Size:
    """Electrons in orbitals.

    Args:
        norb: Spatial orbitals.
        nelec: Alpha and beta electrons.
        irreps: How many irreps the determinants may at most fall into.
    """

    norb: int
    nelec: tuple[int, int]
    irreps: int = 1

    @property
    def sector_dimension(self) -> int:
        """Determinants with these electrons."""
        return comb(self.norb, self.nelec[0]) * comb(self.norb, self.nelec[1])

    @property
    def flips(self) -> int:
        """Sets of spin orbitals that one term of a Hamiltonian may change, those of one irrep."""
        singles, fourfold = comb(self.norb, 2), comb(self.norb, 4)
        return -(-(1 + 2 * singles + 2 * fourfold + singles**2) // self.irreps)

    @property
    def label(self) -> str:
        """As chemists write it: ``(6e,6o)``."""
        return f"({sum(self.nelec)}e,{self.norb}o)"

    def smaller(self) -> Iterator[Size]:
        """The same with fewer orbitals, one by one, occupied and empty ones alike.

        Which irreps are left nobody knows, and so none is counted on.
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
    """Something that has to fit.

    Args:
        what: For people: ``a sector of 400 determinants``.
        memory: Bytes; at least so many are needed.
        limit: Why it cannot be whatever the memory, a sentence; None where memory decides.
        hint: What else could be done.
        seconds: What it takes on one core, within a factor of three or so; 0 where that is little
            or not known.
    """

    what: str
    memory: int = 0
    limit: str | None = None
    hint: str | None = None
    seconds: float = 0.0

    @property
    def fits(self) -> bool:
        """Whether it does, now and here."""
        return self.limit is None and self.memory <= usable_bytes()


@dataclass(frozen=True)
class Load:
    """A problem with its mapping and its trial state, as far as they decide what a backend takes.

    Args:
        size: Electrons and orbitals.
        qubits: After the mapping.
        is_product: Whether the trial state is a product of excitations.
        excitations: About how many; 0 where they are few, or where it is none.
        draws: Whether bit strings are drawn for a solver.
        measures: Whether energies are asked for; where not, bit strings are all.
        searches: Whether parameters are optimised.
    """

    size: Size
    qubits: int
    is_product: bool
    excitations: int
    draws: bool
    measures: bool
    searches: bool


BYTES_PER_GATE = 3000
"""Of a circuit and its copies while it is compiled."""

SECONDS_PER_GATE = 5e-4
"""To compile it."""

GATES_PER_QUBIT = 4
"""Of an excitation as a circuit, about, for each qubit of the problem."""

NOISY_GATE, NOISY_AMPLITUDE = 2e-6, 3e-9
"""Seconds of a gate in one shot with noise, and more for each amplitude; measured with Aer."""

BYTES_PER_EXCITATION, FEW_EXCITATIONS = 1000, 10_000
"""With the tables and groups it stands in, and up to how many they are not worth counting."""

BYTES_PER_PRODUCT = 2000
"""Of ``norb⁴`` products of Pauli strings while a Hamiltonian is mapped."""

SAVED_BY_PARITY = 2
"""Qubits that the parity mapping does without."""

COPIES_OF_COVARIANCES = 4
"""Of ``norb⁵`` numbers that are held while a measurement in rotated orbitals is planned."""


def compiled_needs(load: Load) -> Iterator[Need]:
    """What a product of excitations takes as a circuit.

    Args:
        load: Problem, mapping and trial state.
    """
    if load.is_product:
        gates = GATES_PER_QUBIT * load.excitations * load.qubits
        what, seconds = f"a circuit of about {gates:,} gates", SECONDS_PER_GATE * gates
        yield Need(what, BYTES_PER_GATE * gates, seconds=seconds)


def gates_of(load: Load) -> int:
    """About how many gates the trial state's circuit has.

    Args:
        load: Problem, mapping and trial state.
    """
    return GATES_PER_QUBIT * max(load.excitations, load.qubits) * load.qubits


def noisy_seconds(load: Load, shots: int) -> float:
    """What one energy takes where every shot is simulated with errors of its own.

    Args:
        load: Problem, mapping and trial state.
        shots: Of a setting; there is at least one.
    """
    return shots * gates_of(load) * (NOISY_GATE + NOISY_AMPLITUDE * 2.0**load.qubits)


def excitation_needs(load: Load) -> Iterator[Need]:
    """What a long list of excitations takes.

    Args:
        load: Problem, mapping and trial state.
    """
    if load.is_product and load.excitations > FEW_EXCITATIONS:
        what = f"a list of {load.excitations:,} excitations"
        yield Need(what, BYTES_PER_EXCITATION * load.excitations)


def mapping_need(load: Load) -> Need:
    """What the Hamiltonian takes as Pauli strings.

    Args:
        load: Problem, mapping and trial state.
    """
    products = -(-(load.size.norb**4) // load.size.irreps)
    return Need(f"a Hamiltonian of {load.qubits} qubits", BYTES_PER_PRODUCT * products)


def planning_need(load: Load) -> Need:
    """What the plan of a measurement takes.

    Args:
        load: Problem, mapping and trial state.
    """
    norb = load.size.norb
    return Need(f"a measurement in {norb} orbitals", 8 * COPIES_OF_COVARIANCES * norb**5)


def device_need(load: Load, device: str, qubits: int) -> Need:
    """That a device has the qubits.

    Args:
        load: Problem, mapping and trial state.
        device: Its name.
        qubits: How many it has.
    """
    limit = None if load.qubits <= qubits else too_few_qubits(load.qubits, device, qubits)
    saves_enough = load.qubits == 2 * load.size.norb <= qubits + SAVED_BY_PARITY
    hint = "--mapper parity" if saves_enough else "choose a larger device"
    return Need(f"{load.qubits} qubits on {device}", limit=limit, hint=hint)


def too_few_qubits(wanted: int, device: str, qubits: int) -> str:
    """Why a device cannot hold a problem."""
    return f"the circuit needs {wanted} qubits, {device} has {qubits}"


Needs = Callable[[Size], Iterable[Need]]
"""All that a run needs for a problem of a size."""


def refuse_what_does_not_fit(size: Size, needs: Needs) -> None:
    """Refuse a run of which a part does not fit.

    Args:
        size: Of the problem.
        needs: Of all parts of the run.

    Raises:
        ResourceLimitError: It names what does not fit, and the nearest size with which all does.
    """
    for need in needs(size):
        if need.fits:
            continue
        hints = [nearest(size, needs), need.hint]
        hint = ", or ".join(text for text in hints if text) or "choose a smaller problem"
        raise refusal(need, hint)


@dataclass(frozen=True)
class Forecast:
    """What a run that takes long will take.

    Args:
        seconds: On one core.
        memory: Bytes.
        hint: What would take less than `LONG_SECONDS`, as it is typed; None where nothing does.
    """

    seconds: float
    memory: int
    hint: str | None


def forecast(size: Size, needs: Needs) -> Forecast | None:
    """What a run will take, None if it is not long.

    Args:
        size: Of the problem.
        needs: Of all parts of the run.
    """
    found = list(needs(size))
    seconds = sum(need.seconds for need in found)
    if seconds < LONG_SECONDS:
        return None
    return Forecast(seconds, max(need.memory for need in found), nearest(size, needs))


def nearest(size: Size, needs: Needs) -> str | None:
    """The largest smaller active space with which a run fits and is not long, as it is typed.

    Args:
        size: Of the problem.
        needs: Of all parts of the run.
    """
    for other in size.smaller():
        found = list(needs(other))
        if all(need.fits for need in found) and sum(n.seconds for n in found) < LONG_SECONDS:
            return active_space_hint(other)
    return None


def active_space_hint(size: Size) -> str:
    """The option that asks for a size.

    Args:
        size: An active space.
    """
    electrons = sum(size.nelec)
    space = f"{{name: frontier, electrons: {electrons}, orbitals: {size.norb}}}"
    return f"--active-space '{space}'"


def refusal(need: Need, hint: str | None) -> ResourceLimitError:
    """The error that says what does not fit.

    Args:
        need: It.
        hint: What to do instead.
    """
    return ResourceLimitError(need.limit or _too_much(need), hint=hint)


def _too_much(need: Need) -> str:
    usable, limited = allowance()
    return f"{need.what} needs {show_bytes(need.memory)} of memory, {show_bytes(usable)} {limited}"
