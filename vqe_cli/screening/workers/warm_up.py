"""A small calculation before forking, which loads everything that calculations need."""

from __future__ import annotations

HYDROGEN = {
    "molecule": {"geometry": "H 0 0 0\nH 0 0 0.735", "basis": "sto-3g"},
    "reference": "fci",
}


def warm_up() -> None:
    """Compute hydrogen, which loads packages that are imported late and compiled kernels."""
    from vqe_cli import run, spec_from_data

    run(spec_from_data(HYDROGEN))
