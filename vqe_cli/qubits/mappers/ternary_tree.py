"""Ternary trees: ladder operators act on log₃(2n + 1) qubits."""

from __future__ import annotations

from collections.abc import Sequence

from vqe_cli.qubits.mappers import Mapper


class TernaryTree(Mapper):
    """Qubits are the nodes of a balanced ternary tree; operators act on O(log₃ n) qubits.

    A path from the root that leaves nodes by their X, Y and Z branches is a Pauli string, and the
    two strings that differ only at their last X or Y are paired to a ladder operator, so that
    determinants are basis states. Spin orbitals are placed in the order in which all of these have
    positive signs: those of the X branch, the node, those of the Y branch backwards, and those of
    the Z branch.

    Reference:
        Jiang, Kalev, Mruczkiewicz and Neven, Quantum 4, 276 (2020); the pairing of Miller,
        Zimborás, Knecht, Maniscalco and García-Pérez, PRX Quantum 4, 030314 (2023).
    """

    def sums(self, count: int) -> Sequence[int]:
        """The sums of the tree; qiskit-nature's tree does not map determinants to basis states."""
        return tree_sums(count)


def tree_sums(count: int) -> list[int]:
    """The spin orbitals whose occupations each qubit of a ternary tree sums, as bit masks.

    A qubit stores its own spin orbital and those of its X and Y branches.

    Args:
        count: Number of spin orbitals.
    """
    places = {node: place for place, node in enumerate(_ordered(0, count))}
    found = [0] * count
    for node, place in places.items():
        found[node] |= 1 << place
        below = node
        while below:
            parent, branch = divmod(below - 1, 3)
            if branch < 2:
                found[parent] |= 1 << place
            below = parent
    return found


def _ordered(node: int, count: int) -> list[int]:
    """The nodes of a subtree in the order of their spin orbitals.

    Nodes are numbered from the root, level by level.
    """
    if node >= count:
        return []
    x, y, z = (_ordered(3 * node + branch, count) for branch in (1, 2, 3))
    return [*x, node, *reversed(y), *z]
