"""Attributes of PySCF's mean fields that PySCF looks for, although not all of them have any.

Where an attribute is missing, PySCF imports all of its modules to look for it, which takes half as
long as importing PySCF itself.
"""

from __future__ import annotations

from typing import Any

LOOKED_FOR = ("_scf", "kpts", "with_df")


def with_absent_attributes(method: Any) -> Any:
    """PySCF's mean field with None for attributes that it lacks.

    Args:
        method: PySCF's object.
    """
    for name in LOOKED_FOR:
        vars(method).setdefault(name, None)
    return method
