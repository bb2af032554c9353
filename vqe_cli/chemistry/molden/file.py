"""The molecule and the orbitals of a Molden file, as PySCF reads them."""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.schema.readers.content import MAX_FCIDUMP_BYTES, about, read_bytes

ORTHONORMAL = 1e-3
"""Largest deviation from orthonormal orbitals; files are written with as few as five digits."""

INTEGRAL = 1e-2
"""Largest deviation of a number of electrons from a whole one."""

UNPHYSICAL = 0.1
"""Largest excess of occupations, which those of perturbation theory may have."""

LARGEST_CHARGE = 4
"""Largest charge of a molecule; a higher one is that of electrons in core potentials."""

_BETA = re.compile(rb"^\s*spin\s*=\s*b", re.IGNORECASE | re.MULTILINE)

_ATOMS = re.compile(r"\s*\[atoms\]", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class SpinOrbitals:
    """Orbitals with occupations, those of highest occupation first.

    Args:
        coefficients: Orthonormal orbitals over the atomic ones, shape (nao, n).
        energies: Energies in the file, Hartree, shape (n,).
        occupations: Numbers of electrons, shape (n,).
    """

    coefficients: FloatArray
    energies: FloatArray
    occupations: FloatArray

    @property
    def electrons(self) -> float:
        """The number of electrons."""
        return float(self.occupations.sum())

    @property
    def are_whole(self) -> bool:
        """Whether all occupations are whole numbers, as those of a determinant."""
        return bool(np.abs(self.occupations - self.occupations.round()).max() < INTEGRAL)

    @property
    def have_levels(self) -> bool:
        """Whether energies were written, not zeros or the numbers 0, 1, 2 ... that PySCF counts."""
        levels = np.sort(self.energies)
        return bool(levels.any()) and not np.array_equal(levels, np.arange(len(levels)))


@dataclass(frozen=True, eq=False)
class MoldenFile:
    """The content of a Molden file.

    Args:
        path: The file, for messages.
        mole: The molecule and its basis as a `pyscf.gto.Mole`, whose charge is not that of the
            orbitals.
        orbitals: The orbitals of both spins, or first the alpha and then the beta orbitals.
    """

    path: Path
    mole: Any
    orbitals: tuple[SpinOrbitals, ...]

    @classmethod
    def read(cls, path: Path) -> MoldenFile:
        """Read a file.

        Args:
            path: The file, possibly compressed by gzip, or in a bundle.

        Raises:
            InputError: The file is damaged, has core potentials or a charge that no molecule has,
                or its orbitals are not orthonormal over its basis functions.
        """
        mole, energies, coefficients, occupations = _loaded(path)
        if mole.ecp:
            message = "has core potentials ([Core]), which the format does not describe"
            raise about(path, message, "write integrals: TREXIO or FCIDUMP")
        _refuse_other_nuclei(path, mole)
        sets = zip(energies, coefficients, occupations, strict=True)
        overlap = mole.intor_symmetric("int1e_ovlp")
        found = cls(path, mole, tuple(_sorted(path, overlap, *one) for one in sets))
        _refuse_charge(found)
        return found

    @property
    def charge(self) -> int:
        """The charge that follows from the occupations."""
        electrons = sum(one.electrons for one in self.orbitals)
        return int(sum(self.mole.atom_charges())) - round(electrons)


def has_beta_orbitals(path: Path) -> bool:
    """Whether a Molden file has orbitals of beta electrons alone.

    Args:
        path: The file.
    """
    return _BETA.search(read_bytes(path, MAX_FCIDUMP_BYTES)) is not None


def _loaded(path: Path) -> tuple[Any, list[Any], list[Any], list[Any]]:
    """The molecule, and energies, coefficients and occupations of each set of orbitals."""
    from pyscf.tools import molden

    hint = "write it with [Atoms], [GTO] and [MO], Ene= and Occup= of each orbital"
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
        copy = Path(folder) / "orbitals.molden"
        copy.write_bytes(read_bytes(path, MAX_FCIDUMP_BYTES))
        try:
            mole, energies, coefficients, occupations, *_ = molden.load(str(copy))
        except Exception as error:  # the parser raises whatever unexpected lines lead to
            why = f"{type(error).__name__}: {error}".removesuffix(": ")
            hint = f"{hint}; functions are Cartesian unless it has [5D], [7F] and [9G]"
            raise about(path, f"is a Molden file that PySCF cannot read: {why}", hint) from error
    if coefficients is None:
        raise about(path, "is a Molden file without orbitals ([MO])", hint)
    both = isinstance(coefficients, tuple | list)
    if both and (len(coefficients) != 2 or not has_beta_orbitals(path)):
        raise about(path, "has several sets of orbitals ([MO])", "leave one of them")
    found = [list(one) if both else [one] for one in (energies, coefficients, occupations)]
    for level, orbitals, numbers in zip(*found, strict=True):
        if not len(level) == orbitals.shape[1] == len(numbers):
            raise about(path, "is a Molden file with orbitals without energy or occupation", hint)
        if orbitals.shape[0] != mole.nao:
            message = f"has {orbitals.shape[0]} coefficients for {mole.nao} basis functions"
            raise about(path, message, "functions are Cartesian unless it has [5D], [7F] and [9G]")
        if not all(np.isfinite(one).all() for one in (level, orbitals, numbers)):
            raise about(path, "has a number that is not finite")
    return mole, *found


def _refuse_other_nuclei(path: Path, mole: Any) -> None:
    """Refuse nuclei whose numbers are not those of their elements, which alone PySCF reads."""
    lines = read_bytes(path, MAX_FCIDUMP_BYTES).decode(errors="replace").splitlines()
    start = next(i for i, line in enumerate(lines) if _ATOMS.match(line)) + 1
    rows = [line.split() for line in lines[start:] if line.strip()][: mole.natm]
    for (symbol, _, number, *_), charge in zip(rows, mole.atom_charges(), strict=True):
        if float(number) != charge:
            message = f"has {symbol} with the nuclear charge {number} in place of {charge}"
            raise about(path, message, "core potentials: write TREXIO or FCIDUMP; ghosts: X-H")


def _sorted(
    path: Path,
    overlap: FloatArray,
    energies: FloatArray,
    coefficients: FloatArray,
    occupations: FloatArray,
) -> SpinOrbitals:
    """Orbitals in the order of occupations, orthonormal to all digits."""
    products = coefficients.T @ overlap @ coefficients
    apart = float(np.abs(products - np.eye(len(products))).max())
    if apart > ORTHONORMAL:
        raise about(
            path,
            f"has orbitals that are not orthonormal over its basis functions (by {apart:.1e})",
            "its normalisation or order of functions is another: write TREXIO or FCIDUMP",
        )
    values, vectors = np.linalg.eigh(products)
    exact = coefficients @ (vectors / np.sqrt(values)) @ vectors.T
    order = np.argsort(-occupations, kind="stable")
    return SpinOrbitals(exact[:, order], energies[order], occupations[order])


def _refuse_charge(found: MoldenFile) -> None:
    """Refuse occupations, numbers of electrons and charges that no molecule has."""
    for orbitals in found.orbitals:
        electrons = orbitals.electrons
        most = 2.0 / len(found.orbitals)
        low, high = orbitals.occupations.min(), orbitals.occupations.max()
        if low < -UNPHYSICAL or high > most + UNPHYSICAL:
            message = f"has occupations from {low:g} to {high:g}, beyond 0 and {most:g}"
            raise about(found.path, message, "write the occupations (Occup=) of a state")
        if abs(electrons - round(electrons)) > INTEGRAL:
            message = f"has {electrons:.4f} electrons (Occup=), not a whole number"
            raise about(found.path, message, "write all occupied orbitals")
    charge, electrons = found.charge, sum(one.electrons for one in found.orbitals)
    if electrons < 1 - INTEGRAL or abs(charge) > LARGEST_CHARGE:
        told = f"has {electrons:.0f} electrons (Occup=), for nuclei of a charge of"
        hint = "orbitals with core potentials: write TREXIO or FCIDUMP, which have them"
        raise about(found.path, f"{told} {sum(found.mole.atom_charges()):.0f}", hint)
