"""Names of rows and variants."""

from __future__ import annotations


def name_of(method: str, variant: str) -> str:
    """A row's name: the method, and what the grid sets besides its solver and ansatz.

    Args:
        method: The method as chemists write it.
        variant: Label of the variant.
    """
    solver, _, ansatz = method.partition("-")
    told = {_plain(solver), _plain(ansatz), ""}
    parts = [part for part in variant.split(", ") if _plain(part) not in told]
    return f"{method} ({', '.join(parts)})" if parts else method


def _plain(name: str) -> str:
    """A name without hyphens and capitals, which papers and input files set differently."""
    return name.replace("-", "").lower()
