"""The qubit Hamiltonian for Qiskit."""

from __future__ import annotations

import json
from typing import ClassVar

from vqe_cli.analysis.exports import Exportable, TextExport


class Qiskit(TextExport):
    """The qubit Hamiltonian as a JSON list for ``SparsePauliOp.from_list(json.load(file))``.

    Reference:
        Qiskit's `SparsePauliOp`; the rightmost letter acts on qubit 0, energies are total
        energies in Hartree.
    """

    suffix: ClassVar[str] = ".json"
    unrestricted: ClassVar[bool] = True

    def text(self, source: Exportable) -> str:
        """Pairs of Pauli string and coefficient, one per line."""
        terms = source.encoding.hamiltonian.to_list()
        lines = [json.dumps([label, float(value.real)]) for label, value in terms]
        return "[\n" + ",\n".join(lines) + "\n]\n"
