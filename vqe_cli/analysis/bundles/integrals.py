"""Integrals of the active space at full precision, with a checksum of their numbers."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray, array_archive
from vqe_cli.fermions.beta_orbitals import BetaOrbitals, TotalSpin
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.schema.problem_records import ProblemRecord

INTEGRALS = "integrals.npz"


@dataclass(frozen=True, eq=False)
class Integrals:
    """What determines the electronic problem of a run, without its origin.

    Args:
        h1: One-electron integrals, Hartree, shape (norb, norb).
        h2: Two-electron integrals (pq|rs), chemists' order, Hartree, shape (norb,)*4.
        core_energy: Energy of the nuclei and frozen electrons, Hartree.
        nelec: Numbers of alpha and beta electrons, shape (2,).
        orbital_energies: Orbital energies, Hartree, shape (norb,); empty if they are not known.
        orbsym: Irreps of the orbitals in PySCF's numbering, shape (norb,); empty without symmetry.
        beta: Integrals over beta orbitals where they differ from the alpha ones; None elsewhere.
    """

    h1: FloatArray
    h2: FloatArray
    core_energy: float
    nelec: tuple[int, int]
    orbital_energies: FloatArray
    orbsym: tuple[int, ...]
    beta: BetaOrbitals | None = None

    @classmethod
    def of(cls, problem: ElectronicProblem) -> Integrals:
        """The integrals of a problem.

        Args:
            problem: The problem.
        """
        energies = problem.orbital_energies
        return cls(
            h1=problem.h1,
            h2=problem.h2,
            core_energy=problem.core_energy,
            nelec=problem.nelec,
            orbital_energies=np.empty(0) if energies is None else energies,
            orbsym=problem.orbsym or (),
            beta=problem.beta,
        )

    @classmethod
    def from_bytes(cls, content: bytes) -> Integrals:
        """The integrals in a file of `to_bytes`.

        Args:
            content: The content of the file.

        Raises:
            ValueError: The content is no such file.
        """
        try:
            with array_archive(content) as file:
                alpha, beta = file["nelec"].tolist()
                return cls(
                    h1=file["h1"],
                    h2=file["h2"],
                    core_energy=float(file["core_energy"]),
                    nelec=(alpha, beta),
                    orbital_energies=file["orbital_energies"],
                    orbsym=tuple(file["orbsym"].tolist()),
                    beta=_beta_in(file),
                )
        except (KeyError, TypeError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(f"no file of integrals: {error}") from None

    def to_bytes(self) -> bytes:
        """The content of a file of NumPy's format npz, the same for the same numbers."""
        stream = io.BytesIO()
        arrays: dict[str, Any] = {
            "h1": _plain(self.h1),
            "h2": _plain(self.h2),
            "core_energy": np.float64(self.core_energy),
            "nelec": np.array(self.nelec),
            "orbital_energies": _plain(self.orbital_energies),
            "orbsym": np.array(self.orbsym, dtype=np.int64),
            **_arrays_of(self.beta),
        }
        np.savez(stream, **arrays)
        return stream.getvalue()

    @property
    def sha256(self) -> str:
        """SHA-256 of the numbers: core energy, h1 and h2 as little-endian doubles, in rows.

        Those of beta orbitals follow: h1, (αα|ββ) and (ββ|ββ).
        """
        digest = hashlib.sha256(np.array(self.nelec, dtype="<i8").tobytes())
        for numbers in (np.array([self.core_energy]), *self.matrices):
            digest.update(_plain(numbers).tobytes())
        return digest.hexdigest()

    @property
    def matrices(self) -> tuple[FloatArray, ...]:
        """h1 and h2, and where beta orbitals differ their h1, (αα|ββ) and (ββ|ββ), Hartree."""
        beta = self.beta
        return (self.h1, self.h2, *(() if beta is None else (beta.h1, beta.mixed, beta.h2)))

    def problem(self, record: ProblemRecord, *, optimised_orbitals: bool) -> ElectronicProblem:
        """The electronic problem, with what is recorded of its mean field.

        Args:
            record: The record of the problem.
            optimised_orbitals: Whether the orbitals are those of an ansatz, not of a mean field.
        """
        known = self.orbital_energies.size > 0
        return ElectronicProblem(
            h1=self.h1,
            h2=self.h2,
            core_energy=self.core_energy,
            nelec=self.nelec,
            multiplicity=record.multiplicity or abs(self.nelec[0] - self.nelec[1]) + 1,
            orbital_energies=self.orbital_energies if known else None,
            orbsym=self.orbsym or None,
            point_group=record.point_group,
            scf=record.scf,
            frozen_electrons=record.frozen_electrons or 0,
            optimised_orbitals=optimised_orbitals,
            beta=self.beta,
        )


def _arrays_of(beta: BetaOrbitals | None) -> dict[str, FloatArray]:
    """The arrays of beta orbitals, with the operator S² where it is known, by name."""
    if beta is None:
        return {}
    found = {"h1_beta": beta.h1, "h2_mixed": beta.mixed, "h2_beta": beta.h2}
    if beta.spin is not None:
        found["spin_overlap"] = beta.spin.overlap
        found["spin_one_body"] = beta.spin.one_body
        found["spin_constant"] = np.array(beta.spin.constant)
    return {name: _plain(numbers) for name, numbers in found.items()}


def _beta_in(file: Mapping[str, Any]) -> BetaOrbitals | None:
    """The beta orbitals of a file; None where they are the alpha ones."""
    if "h1_beta" not in file:
        return None
    spin = None
    if "spin_overlap" in file:
        constant = float(file["spin_constant"].item())
        spin = TotalSpin(file["spin_overlap"], file["spin_one_body"], constant)
    return BetaOrbitals(file["h1_beta"], file["h2_beta"], file["h2_mixed"], spin)


def _plain(numbers: FloatArray) -> FloatArray:
    return np.ascontiguousarray(numbers, dtype="<f8")
