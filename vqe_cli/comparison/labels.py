"""Names of rows and variants."""

from __future__ import annotations


def name_of(method: str, variant: str) -> str:
    """A row's name: the method, and what the grid sets besides its ansatz.

    Args:
        method: The method as chemists write it.
        variant: Label of the variant.
    """
    ansatz = _plain(method.partition("-")[2])
    parts = [part for part in variant.split(", ") if part and _plain(part) != ansatz]
    return f"{method} ({', '.join(parts)})" if parts else method


def _plain(name: str) -> str:
    """A name without hyphens and capitals, which papers and input files set differently."""
    return name.replace("-", "").lower()
