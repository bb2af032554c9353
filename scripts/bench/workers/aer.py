"""Qiskit Aer through this package's backend `aer`: a circuit transpiled once, energies only."""

from __future__ import annotations

from functools import partial

from ours import Ours
from serve import serve

if __name__ == "__main__":
    serve(partial(Ours, backend="aer"), ("qiskit-aer", "qiskit", "numpy"))
