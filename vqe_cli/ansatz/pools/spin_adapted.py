"""Operators that commute with the total spin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from vqe_cli._core.sizes import Size
from vqe_cli.ansatz.pools import Pool
from vqe_cli.fermions.excitations import Excitation, orbital_rotation, pair_exchange


class SpinAdapted(Pool):
    """Orbital rotations and double excitations of electron pairs, which conserve the total spin.

    Each exponential commutes with S² and has no Trotter error, so that the state has the spin of
    the reference determinant whatever the parameters. Both kinds together can express any
    operator that conserves the spin (tUPS is a fixed order of them).

    Reference:
        Burton, Marti-Dafcik, Tew and Wales, npj Quantum Inf. 9, 75 (2023).
    """

    def excitations(self, norb: int, nelec: tuple[int, int]) -> Iterable[Sequence[Excitation]]:
        """A rotation and a pair excitation for each pair of orbitals."""
        pairs = list(combinations(range(norb), 2))
        return [*(pair_exchange(p, q) for p, q in pairs), *(orbital_rotation(*pq) for pq in pairs)]

    def count(self, size: Size) -> int:
        """Two operators for each pair of orbitals."""
        return size.norb * (size.norb - 1)
