"""Ansätze: a registry. A new ansatz is one file here and one test."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import comb
from typing import TYPE_CHECKING, ClassVar, Literal

from vqe_cli._core.arrays import Vector
from vqe_cli._core.registry import Entry, Registry
from vqe_cli._core.sizes import Form, Size
from vqe_cli.ansatz.state import AdaptiveOptions, Block, ParameterisedState, Start
from vqe_cli.chemistry.correlation.amplitudes import AmplitudeMethod
from vqe_cli.errors import InputError
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct
from vqe_cli.fermions.problem import ElectronicProblem, QubitProblem
from vqe_cli.qubits.encoding import Encoding

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

    from vqe_cli.qubits.mappers import Mapper


class Ansatz(Entry):
    """A family of parameterised states. Subclasses define `excitations`, `circuit` or both."""

    label: ClassVar[str | None] = None
    """The name as papers write it; None for that of input files."""

    serves: ClassVar[frozenset[Literal["electrons", "qubits"]]] = frozenset({"electrons"})
    """The kinds of problem that the ansatz supports."""

    start: ClassVar[Start | None] = None
    """The default initial point; None for MP2 with excitations, and random with circuits."""

    conserving: ClassVar[bool] = False
    """Whether the circuit conserves the electrons of each spin, as excitations always do."""

    conserves_spin: ClassVar[bool] = False
    """Whether S² is conserved for all parameters and options."""

    depth_option: ClassVar[str | None] = None
    """The option with the number of layers; None without layers."""

    def excitations(self, problem: ElectronicProblem) -> ExcitationProduct | None:
        """The ansatz as an ordered product of excitations; None if it is a circuit only."""
        return None

    def blocks(self, problem: ElectronicProblem) -> tuple[Block, ...] | None:
        """The ansatz as orbital rotations and Jastrow factors; None for others."""
        return None

    @property
    def is_product(self) -> bool:
        """Whether the ansatz is a product of excitations, which is simulated in a sector."""
        return type(self).excitations is not Ansatz.excitations

    @property
    def without_excitations(self) -> str:
        """What an ansatz is that is no product of excitations, as a clause of messages."""
        return f"ansatz '{self.name}' is a circuit"

    @property
    def form(self) -> Form:
        """The form of the parameterised state, on which the cost of a simulation depends."""
        if self.is_product:
            return "excitations"
        return "circuit" if type(self).blocks is Ansatz.blocks else "rotations"

    @property
    def is_adaptive(self) -> bool:
        """Whether the ansatz grows while its parameters are optimised."""
        return type(self).adaptive is not Ansatz.adaptive

    @property
    def has_amplitudes(self) -> bool:
        """Whether parameters follow from amplitudes of MP2 or CCSD."""
        return self.is_product or type(self).amplitude_point is not Ansatz.amplitude_point

    def check_for_electrons(self, mapper: Mapper) -> None:
        """Refuse a mapping or options with which the ansatz does not support electrons.

        Args:
            mapper: The mapping of electrons to qubits.

        Raises:
            InputError: The ansatz does not support them.
        """
        return

    def check_spin(self, unpaired: int) -> None:
        """Refuse unpaired electrons that the ansatz does not support.

        Args:
            unpaired: Number of unpaired electrons.

        Raises:
            InputError: The ansatz does not support them.
        """
        return

    def check_unrestricted(self) -> None:
        """Refuse alpha and beta orbitals that differ, unless the ansatz overrides this.

        Electron pairs, and rotations of both spins alike, have no meaning in such orbitals.

        Raises:
            InputError: The ansatz does not support them.
        """
        raise InputError(
            f"{self.name} moves electrons of both spins alike, and alpha and beta electrons have"
            " different orbitals",
            path=("ansatz",),
            hint="use uccsd, uccgsd, adapt or a circuit such as efficient-su2, or restricted"
            " orbitals",
        )

    def num_excitations(self, size: Size) -> int:
        """The approximate number of excitations, or of a pool's; 0 if they are few.

        Args:
            size: Numbers of electrons, orbitals and irreps, which forbid some excitations.
        """
        return 0

    def adaptive(self, encoding: Encoding) -> AdaptiveOptions | None:
        """The options for growing the product of operators; None if it is fixed."""
        return None

    def amplitude_point(self, problem: ElectronicProblem, method: AmplitudeMethod) -> Vector | None:
        """A circuit's parameters from a classical method's amplitudes; None if not available."""
        return None

    @property
    def has_ramp(self) -> bool:
        """Whether a linear ramp of its parameters is known."""
        return type(self).ramp_point is not Ansatz.ramp_point

    def ramp_point(self, encoding: Encoding) -> Vector:
        """Parameters that change from layer to layer as those of an adiabatic evolution.

        Args:
            encoding: A problem of qubits.
        """
        raise NotImplementedError(f"{self.name} has no ramp")

    def check_kind(self, kind: Literal["electrons", "qubits"]) -> None:
        """Refuse a kind of problem that the ansatz does not support.

        Args:
            kind: The kind of the problem.

        Raises:
            InputError: The ansatz does not support it.
        """
        if kind in self.serves:
            return
        if kind == "qubits":
            raise InputError(
                f"ansatz '{self.name}' excites electrons; this problem is a qubit Hamiltonian",
                path=("ansatz",),
                hint="choose a circuit such as two-local or efficient-su2",
            )
        raise InputError(
            f"ansatz '{self.name}' is made of parts of a qubit Hamiltonian; this problem has"
            " electrons, whose number it would not keep",
            path=("ansatz",),
            hint="choose excitations such as uccsd or k-upccgsd",
        )

    def circuit(self, encoding: Encoding) -> QuantumCircuit:
        """The ansatz as a circuit, including the initial state."""
        from vqe_cli.qubits.circuits import excitation_circuit

        assert isinstance(encoding.problem, ElectronicProblem)
        product = self.excitations(encoding.problem)
        if product is None:
            raise NotImplementedError(f"{self.name} defines neither excitations nor a circuit")
        return excitation_circuit(product, encoding)

    def state(self, encoding: Encoding) -> ParameterisedState:
        """The parameterised state for a problem.

        Raises:
            InputError: The ansatz does not support this kind of problem.
        """
        problem = encoding.problem
        self.check_kind("qubits" if isinstance(problem, QubitProblem) else "electrons")
        circuit = partial(self.circuit, encoding)
        if isinstance(problem, QubitProblem):
            ramp = partial(self.ramp_point, encoding) if self.has_ramp else None
            start = self.start or "random"
            return ParameterisedState(encoding, circuit, None, start, ramp_point=ramp)
        product = self.excitations(problem)
        adaptive = self.adaptive(encoding)
        encoding.refuse_unconserved(_excitations(product, adaptive), f"ansatz '{self.name}'")
        start = self.start or ("random" if product is None else "mp2")
        return ParameterisedState(
            encoding,
            circuit,
            product,
            start,
            adaptive,
            self.blocks(problem),
            amplitude_point=partial(self.amplitude_point, problem),
            conserves_electrons=self.conserving,
            conserves_spin=self.conserves_spin,
        )

    @classmethod
    def guarantees(cls) -> tuple[str, ...]:
        """What is conserved for all parameters and options."""
        return ("conserves S²",) if cls.conserves_spin else ()


def _excitations(
    product: ExcitationProduct | None, adaptive: AdaptiveOptions | None
) -> Iterator[Excitation]:
    """The excitations of a product, and of the pool from which it grows."""
    yield from (rotation.excitation for rotation in (product.rotations if product else ()))
    for operator in adaptive.pool if adaptive else ():
        yield from (part for part in operator if isinstance(part, Excitation))


def singles_and_doubles(size: Size) -> int:
    """The approximate number of excitations of the reference determinant that keep its irrep.

    Args:
        size: Numbers of electrons, orbitals and irreps.
    """
    occupied, empty = size.nelec, [size.norb - count for count in size.nelec]
    singles = [i * a for i, a in zip(occupied, empty, strict=True)]
    same = sum(comb(i, 2) * comb(a, 2) for i, a in zip(occupied, empty, strict=True))
    return -(-(sum(singles) + same + singles[0] * singles[1]) // size.irreps)


def all_pairs(size: Size) -> int:
    """The approximate number of generalised singles and doubles that keep the irrep.

    Each pair of orbital pairs counts once.

    Args:
        size: Numbers of electrons, orbitals and irreps.
    """
    same, mixed = comb(size.norb, 2), size.norb**2
    return -(-(2 * comb(same, 2) + comb(mixed, 2) + 2 * same) // size.irreps)


ANSATZE = Registry("ansatz", Ansatz, __name__, beside={"state", "pools"})


def spin_conserving(problem: ElectronicProblem) -> tuple[str, ...]:
    """Names of the ansätze that conserve S² and support the problem's unpaired electrons.

    Args:
        problem: The problem.
    """
    found = []
    for name in ANSATZE.usable():
        if not ANSATZE.get(name).conserves_spin:
            continue
        try:
            ANSATZE.create(name).check_spin(problem.multiplicity - 1)
        except InputError:
            continue
        found.append(name)
    return tuple(found)
