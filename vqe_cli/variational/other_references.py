"""Refusal of what does not go with unrestricted or Kohn-Sham orbitals, before any is computed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vqe_cli.chemistry.problem import is_unrestricted
from vqe_cli.errors import InputError, Path
from vqe_cli.measurement import MEASUREMENTS
from vqe_cli.schema import RunSpec
from vqe_cli.schema.basis import AUTO

if TYPE_CHECKING:
    from vqe_cli.parts import Parts

UNRESTRICTED, FUNCTIONAL = ("molecule", "scf", "unrestricted"), ("molecule", "scf", "functional")

OF_HARTREE_FOCK = ("entropy", "fno", "mp2-natural")
"""Active spaces from perturbation theory, which builds on Hartree-Fock."""


def refuse_with_other_references(spec: RunSpec, parts: Parts) -> None:
    """Refuse parts and keys that need restricted orbitals, or those of Hartree-Fock.

    Args:
        spec: The run's spec.
        parts: The parts of the run.

    Raises:
        InputError: A part does not go with the orbitals, or there is no such functional.
    """
    if spec.molecule is None:
        return
    scf = spec.molecule.scf
    if scf.functional is not None:
        _refuse_unknown_functional(scf.functional)
        _refuse(_needing_hartree_fock(spec, parts), "molecule.scf.functional")
    if scf.unrestricted:
        _refuse_with_unrestricted_orbitals(spec, parts)


def refuse_with_orbitals_of(spec: RunSpec, parts: Parts) -> None:
    """Refuse parts and keys that need restricted orbitals if those of the input differ.

    Whether those of a file differ is read from its header, which `refuse_with_other_references`
    does not open.

    Args:
        spec: The run's spec.
        parts: The parts of the run.

    Raises:
        InputError: A part needs restricted orbitals.
    """
    if is_unrestricted(spec):
        _refuse_with_unrestricted_orbitals(spec, parts)


def _refuse_with_unrestricted_orbitals(spec: RunSpec, parts: Parts) -> None:
    """Refuse parts and keys that need one set of orbitals for both spins."""
    parts.ansatz.check_unrestricted()
    instead = "molecule.scf.unrestricted" if spec.molecule else "the file's unrestricted orbitals"
    _refuse(_needing_restricted_orbitals(spec, parts), instead)


def _refuse(found: Iterator[tuple[Path, str]], instead: str) -> None:
    """Raise the first of the reasons, if there is one."""
    for path, reason in found:
        raise InputError(reason, path=path, hint=f"leave out '{path[-1]}', or {instead}")


def _needing_hartree_fock(spec: RunSpec, parts: Parts) -> Iterator[tuple[Path, str]]:
    """Keys that build on Hartree-Fock's orbitals, with reasons."""
    orbitals = "Kohn-Sham orbitals are not those of Hartree-Fock"
    if parts.active_space.name in OF_HARTREE_FOCK:
        name = parts.active_space.name
        yield ("active_space",), f"{name} is chosen by perturbation theory, and {orbitals}"
    yield from _needing_own_orbitals(spec, parts, orbitals)


def _needing_restricted_orbitals(spec: RunSpec, parts: Parts) -> Iterator[tuple[Path, str]]:
    """Keys that need one set of orbitals for both spins, with reasons."""
    orbitals = "alpha and beta electrons have different orbitals"
    if not parts.active_space.by_order:
        name = parts.active_space.name
        yield ("active_space",), f"{name} chooses restricted orbitals, and {orbitals}"
    if parts.reference is not None and not parts.reference.unrestricted:
        name = parts.reference.name
        yield ("reference",), f"the reference {name} needs restricted orbitals, and {orbitals}"
    measurement = MEASUREMENTS.create(parts.backend.shot_settings().measurement)
    if measurement.needs_restricted_orbitals:
        key = ("backend", "measurement")
        yield key, f"{measurement.name} rotates the orbitals of both spins alike, and {orbitals}"
    if parts.solver.draws:
        name = parts.solver.name
        yield ("solver",), f"{name} diagonalises in restricted orbitals, and {orbitals}"
    if parts.state_method is not None:
        yield ("states",), f"excited states are those of restricted orbitals, and {orbitals}"
    if spec.molecule is not None and spec.molecule.density_fitting not in (False, AUTO):
        key = ("molecule", "density_fitting")
        yield key, f"integrals are fitted for restricted orbitals, and {orbitals}"
    yield from _needing_own_orbitals(spec, parts, orbitals)


def _needing_own_orbitals(spec: RunSpec, parts: Parts, orbitals: str) -> Iterator[tuple[Path, str]]:
    """Keys that need restricted orbitals of Hartree-Fock, with reasons.

    Args:
        spec: The run's spec.
        parts: The parts of the run.
        orbitals: What the orbitals are, a clause.
    """
    if parts.corrections:
        yield ("correction",), f"corrections build on restricted Hartree-Fock, and {orbitals}"
    if spec.orbitals.name == "optimised":
        yield ("orbitals",), f"optimised orbitals start from Hartree-Fock's, and {orbitals}"
    if spec.forces:
        yield ("forces",), f"forces follow the orbitals of Hartree-Fock, and {orbitals}"
    if spec.solvent is not None:
        yield ("solvent",), f"solvents are polarised by Hartree-Fock's density, and {orbitals}"


def _refuse_unknown_functional(name: str) -> None:
    """Refuse a functional that libxc does not have, or that needs more than orbitals' densities.

    Args:
        name: The name in PySCF's notation.
    """
    from pyscf.dft import libxc
    from pyscf.scf.dispersion import parse_dft

    if re.search(r"-d[34]", name.lower()):
        raise InputError(
            f"{name} has a dispersion correction, which does not change orbitals",
            path=FUNCTIONAL,
            hint="name the functional without it, such as b3lyp",
        )
    try:
        parse_dft(name)
        _, parts = libxc.parse_xc(name)
    except NotImplementedError as error:
        message, hint = f"PySCF does not compute {name}", "another functional, such as pbe0"
        raise InputError(message, path=FUNCTIONAL, hint=hint) from error
    except (KeyError, ValueError, IndexError) as error:
        raise InputError(
            f"'{name}' is not a density functional",
            path=FUNCTIONAL,
            hint="a name of PySCF and libxc, such as pbe0, b3lyp, blyp or m06-2x",
        ) from error
    if libxc.is_nlc(name):
        raise InputError(
            f"{name} has a non-local correlation, which is not supported",
            path=FUNCTIONAL,
            hint="a functional without it, such as wb97x or pbe0",
        )
    if not parts and not libxc.hybrid_coeff(name):
        raise InputError(f"'{name}' has neither exchange nor correlation", path=FUNCTIONAL)
