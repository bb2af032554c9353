"""A small calculation before forking, which loads everything that calculations need."""

from __future__ import annotations

LITHIUM_HYDRIDE = {
    "molecule": {"geometry": "Li 0 0 0\nH 0 0 1.596", "basis": "sto-3g"},
    "reference": "fci",
}
"""A molecule with enough determinants for compiled kernels."""


def warm_up() -> None:
    """Compute a molecule, which loads packages that are imported late and compiled kernels."""
    import qiskit.quantum_info  # noqa: F401

    from vqe_cli import run, spec_from_data

    run(spec_from_data(LITHIUM_HYDRIDE))
