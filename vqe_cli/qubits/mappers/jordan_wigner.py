"""Jordan-Wigner: qubit p holds the occupation of spin orbital p."""

from __future__ import annotations

from collections.abc import Sequence

from vqe_cli.qubits.mappers import Mapper


class JordanWigner(Mapper):
    """Qubit p stores the occupation of spin orbital p, alpha before beta.

    Reference:
        Jordan and Wigner, Z. Phys. 47, 631 (1928).
    """

    def sums(self, count: int) -> Sequence[int]:
        """The occupations themselves."""
        return [1 << place for place in range(count)]
