"""Circuits of qubit excitations, of which those on the same four qubits are one circuit.

Two electrons and two holes on four qubits can be paired in three ways, so that four qubits have
three double excitations, which commute: together they are one rotation of a qubit whose angle
depends on the three others. With angles of their own they take 13 CNOTs, however many they are;
two with the same angle, or with opposite ones, take 9.

Reference:
    Single and double qubit excitations: Yordanov, Arvidsson-Shukur and Barnes, Phys. Rev. A 102,
    062612 (2020). Coupled exchange operators: Ramôa, Anastasiou, Santos, Mayhall, Barnes and
    Economou, npj Quantum Inf. 11, 86 (2025).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

GRAY = ("b", "j", "b", "a", "b", "j", "b", "a")
"""Controls between the rotations of a uniformly controlled rotation, a Gray code of three bits."""

PATTERNS = ({"a"}, {"j", "a", "b"}, {"j", "b"})
"""Controls that are one where the excitations i j → a b, i b → a j and i a → j b act."""


@dataclass(frozen=True)
class QubitExcitation:
    """The operator ``|1…⟩⟨0…|`` that moves excitations, on every other qubit the identity.

    Args:
        sources: Qubits that become zero.
        targets: Qubits that become one, as many.
    """

    sources: frozenset[int]
    targets: frozenset[int]

    @property
    def qubits(self) -> frozenset[int]:
        """All qubits that it acts on."""
        return self.sources | self.targets

    @property
    def adjoint(self) -> QubitExcitation:
        """The excitation in the other direction, with the negative generator."""
        return QubitExcitation(self.targets, self.sources)


def append_single(circuit: QuantumCircuit, excitation: QubitExcitation, angle: Any) -> None:
    """Append ``exp(θ(Q − Q†))`` of a single excitation, a Givens rotation of two CNOTs.

    Args:
        circuit: The circuit.
        excitation: The excitation Q of one qubit to another.
        angle: The angle θ, a number or an expression.
    """
    (source,), (target,) = excitation.sources, excitation.targets
    circuit.h(source)
    circuit.cx(source, target)
    circuit.ry(angle, source)
    circuit.ry(angle, target)
    circuit.cx(source, target)
    circuit.h(source)


def append_doubles(circuit: QuantumCircuit, angles: Mapping[QubitExcitation, Any]) -> None:
    """Append ``exp(Σ θ(Q − Q†))`` of double excitations on the same four qubits, 13 CNOTs.

    Args:
        circuit: The circuit.
        angles: The angle θ of each excitation Q, a number or an expression.
    """
    first = next(iter(angles))
    (i, j), (a, b) = sorted(first.sources), sorted(first.targets)
    places = {"j": j, "a": a, "b": b}
    ways = [frozenset((i, j)), frozenset((i, b)), frozenset((i, a))]
    turned: list[tuple[Any, set[str]]] = []
    for excitation, angle in angles.items():
        if excitation.sources in ways:
            turned.append((angle, PATTERNS[ways.index(excitation.sources)]))
        else:
            turned.append((-angle, PATTERNS[ways.index(excitation.targets)]))
    circuit.cx(i, j)
    circuit.cx(a, b)
    circuit.cx(i, a)
    toggled: set[str] = set()
    for step, control in enumerate(GRAY):
        weight = sum(
            angle * (0.25 if len(pattern & toggled) % 2 else -0.25) for angle, pattern in turned
        )
        circuit.ry(weight, i)
        toggled ^= {control}
        if step < len(GRAY) - 1:
            circuit.cz(places[control], i)
    _append_z_then_x(circuit, i, a)
    circuit.cx(a, b)
    circuit.cx(i, j)


def append_exchange(
    circuit: QuantumCircuit, one: QubitExcitation, other: QubitExcitation, angle: Any
) -> None:
    """Append ``exp(θ(Q − Q† + R − R†))`` of two doubles on the same four qubits, 9 CNOTs.

    Args:
        circuit: The circuit.
        one: The excitation Q.
        other: The excitation R.
        angle: The angle θ, a number or an expression.
    """
    against = other.adjoint
    (i,), (j,) = one.sources & against.sources, one.sources & against.targets
    (a,), (b,) = one.targets & against.targets, one.targets & against.sources
    circuit.cx(j, b)
    circuit.cx(i, a)
    circuit.cx(j, i)
    for sign, control in zip((-1, 1, -1, 1), (a, b, a, None), strict=True):
        circuit.ry(0.5 * sign * angle, j)
        if control is not None:
            circuit.cz(control, j)
    circuit.cx(j, i)
    circuit.cx(i, a)
    _append_z_then_x(circuit, j, b)


def _append_z_then_x(circuit: QuantumCircuit, control: int, target: int) -> None:
    """Append a controlled Z and a controlled X after it, which are one gate: XZ = −iY."""
    circuit.sdg(control)
    circuit.cy(control, target)
