"""VQE in ASE: a calculator of energies and forces.

>>> from ase.build import molecule
>>> from vqe_cli.ase import VQE
>>> atoms = molecule("H2")
>>> atoms.calc = VQE(ansatz="uccsd")
>>> round(atoms.get_potential_energy(), 3)
-30.948
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from vqe_cli._core.units import BOHR_IN_ANGSTROM, HARTREE_IN_EV
from vqe_cli.analysis.geometries.surface import Surface
from vqe_cli.errors import InputError, UnavailableError
from vqe_cli.schema import spec_from_data

try:
    from ase import Atoms
    from ase.calculators.calculator import Calculator, all_changes
except ImportError:
    raise UnavailableError("ASE is not installed", hint="pip install 'vqe-cli[ase]'") from None

__all__ = ["VQE"]


class VQE(Calculator):  # type: ignore[misc]
    """Energies in eV and forces in eV/Å of a VQE on exact energies.

    Every calculation starts from orbitals and parameters of the one before.

    Args:
        atoms: The atoms, if the calculator is to be attached to them at once.
        keys: The keys of an input file: ``ansatz="uccsd"``, ``orbitals="optimised"``,
            ``molecule={"basis": "6-31g", "charge": 1, "multiplicity": 2}``. The geometry is that of
            the atoms.
    """

    implemented_properties: ClassVar[list[str]] = ["energy", "forces"]

    def __init__(self, *, atoms: Any = None, **keys: Any) -> None:
        self._surface: Surface | None = None
        super().__init__(atoms=atoms)
        self.set(**keys)

    def set(self, **keys: Any) -> dict[str, Any]:
        """Change keys; what was computed with others is forgotten.

        Args:
            keys: Keys of an input file.

        Returns:
            The keys whose values changed, with their values.

        Raises:
            InputError: A key changes neither energy nor forces, or is decided by the atoms.
        """
        molecule = keys.get("molecule", {})
        if not isinstance(molecule, dict):
            raise InputError(
                f"'molecule' must be a mapping of keys to values, not {molecule!r}",
                path=("molecule",),
                hint='for example {"basis": "6-31g"}',
            )
        if {"geometry", "units"} & set(molecule) or {"fcidump", "hamiltonian"} & set(keys):
            raise InputError(
                "the geometry is that of ASE's atoms", path=("molecule",), hint="leave it out"
            )
        for key in {"correction", "properties", "states"} & set(keys):
            raise InputError(
                f"'{key}' changes neither energy nor forces of the calculator",
                path=(key,),
                hint="leave it out, and use vqe_cli.run for the last geometry",
            )
        changed: dict[str, Any] = super().set(**keys)
        if changed:
            self._surface = None
            self.reset()
        return changed

    def calculate(
        self,
        atoms: Any = None,
        properties: Sequence[str] = ("energy",),
        system_changes: Sequence[str] = tuple(all_changes),
    ) -> None:
        """Compute energy and forces.

        Args:
            atoms: ASE's atoms, without periodic boundary conditions.
            properties: The wanted properties; both are always computed.
            system_changes: What changed since the last calculation.

        Raises:
            InputError: The atoms are periodic, or the input is wrong.
            NotConvergedError: Orbitals or parameters did not converge.
        """
        super().calculate(atoms, properties, system_changes)
        if self.atoms is None:
            raise InputError("the calculator has no atoms", hint="atoms.get_potential_energy()")
        if self.atoms.pbc.any():
            raise InputError("VQE has no periodic boundary conditions", hint="atoms.pbc = False")
        if self._surface is None or "numbers" in system_changes:
            self._surface = Surface(spec_from_data(self._data(self.atoms)))
        self._compare_electrons(self.atoms, self._surface)
        point = self._surface.point(self.atoms.positions / BOHR_IN_ANGSTROM)
        self.results = {
            "energy": HARTREE_IN_EV * point.energy,
            "forces": -np.asarray(point.gradient) * HARTREE_IN_EV / BOHR_IN_ANGSTROM,
        }

    def _compare_electrons(self, atoms: Atoms, surface: Surface) -> None:
        """Refuse charges and magnetic moments of the atoms that the keys leave to defaults."""
        assumed = surface.spec.molecule
        if assumed is None:
            return
        for key, default, sizes, value in (
            ("charge", assumed.charge, atoms.get_initial_charges(), 0),
            ("multiplicity", assumed.multiplicity, atoms.get_initial_magnetic_moments(), 1),
        ):
            total = round(float(np.sum(sizes)))
            wanted = total if key == "charge" else abs(total) + value
            if (
                np.any(sizes)
                and key not in self.parameters.get("molecule", {})
                and wanted != default
            ):
                raise InputError(
                    f"the atoms have {key} {wanted}, and {default} is assumed",
                    path=("molecule", key),
                    hint=f'VQE(molecule={{"{key}": {wanted}}})',
                )

    def _data(self, atoms: Atoms) -> dict[str, Any]:
        """The input with the geometry of the atoms."""
        rows = zip(atoms.get_chemical_symbols(), atoms.positions.tolist(), strict=True)
        lines = "\n".join(f"{symbol} {x!r} {y!r} {z!r}" for symbol, (x, y, z) in rows)
        molecule = {**self.parameters.get("molecule", {}), "geometry": lines, "units": "angstrom"}
        return {**self.parameters, "molecule": molecule}
