"""The qubit Hamiltonian for OpenFermion."""

from __future__ import annotations

from typing import ClassVar

from vqe_cli.analysis.exports import Exportable, TextExport


class Openfermion(TextExport):
    """The qubit Hamiltonian as text for ``openfermion.QubitOperator(text)``.

    Reference:
        McClean et al., Quantum Sci. Technol. 5, 034014 (2020).
    """

    suffix: ClassVar[str] = ".txt"
    unrestricted: ClassVar[bool] = True

    def text(self, source: Exportable) -> str:
        """One term per line: ``0.5 [X0 Z1] +``."""
        lines = []
        for label, value in source.encoding.hamiltonian.to_list():
            factors = [f"{p}{i}" for i, p in enumerate(reversed(label)) if p != "I"]
            lines.append(f"{float(value.real)!r} [{' '.join(factors)}]")
        return " +\n".join(lines) + "\n"
