"""All unit conversions (CODATA 2018).

Energies are in Hartree and lengths in Ångström unless a name says otherwise.
"""

from __future__ import annotations

HARTREE = "Hartree"
"""The unit of energies of molecules; models have units of their own."""

HARTREE_IN_MILLIHARTREE = 1000.0
HARTREE_IN_EV = 27.211386245988
HARTREE_IN_KCAL_PER_MOL = 627.5094740631
BOHR_IN_ANGSTROM = 0.529177210903
DEBYE_PER_ATOMIC_UNIT = 2.541746473

ENERGY_IN_HARTREE = {
    "Ha": 1.0,
    "mHa": 1.0 / HARTREE_IN_MILLIHARTREE,
    "uHa": 1e-6,
    "eV": 1.0 / HARTREE_IN_EV,
    "meV": 1e-3 / HARTREE_IN_EV,
    "kcal/mol": 1.0 / HARTREE_IN_KCAL_PER_MOL,
}

CHEMICAL_ACCURACY_MHA = 1.6
"""Chemical accuracy of 1 kcal/mol, rounded as usual, millihartree."""

NANOSECONDS = {"ns": 1.0, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9}
"""Units of time in nanoseconds; the two signs for micro look alike."""
