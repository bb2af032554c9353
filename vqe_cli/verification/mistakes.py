"""Common mistakes that explain a claimed energy: units, parts of the energy, other molecules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from vqe_cli._core.log import package_logger
from vqe_cli._core.units import HARTREE_IN_EV, HARTREE_IN_KCAL_PER_MOL
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.errors import VqeError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.parts import Parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec
from vqe_cli.schema.molecule_spec import MoleculeSpec
from vqe_cli.verification.records import Bound
from vqe_cli.verification.upper_bounds import upper_bounds

LOG = package_logger(__name__)

UNITS = {
    "eV": HARTREE_IN_EV,
    "kcal/mol": HARTREE_IN_KCAL_PER_MOL,
    "kJ/mol": 4.184 * HARTREE_IN_KCAL_PER_MOL,
    "rydberg": 2.0,
    "mHa": 1000.0,
}

RELATIVE = 2e-6
"""Relative difference of a number that was converted with constants of other years."""

SIX_DIGITS = 2e-6
"""Difference of numbers that were rounded to six digits, Hartree."""

SMALL = 20_000
"""Number of determinants up to which variations of the molecule are solved."""

BASES = ("sto-3g", "6-31g")
"""Basis sets that are tried in place of that of the claim."""


def explanations(
    claimed: float, bounds: Sequence[Bound], encoding: Encoding, tolerance: float
) -> Iterator[str]:
    """Mistakes after which an energy of this problem is the claimed number.

    Args:
        claimed: The claimed number.
        bounds: Energies of the problem, Hartree.
        encoding: The problem.
        tolerance: The tolerance of the claim, Hartree.
    """
    problem = encoding.problem
    for bound in bounds:
        what = "the exact energy" if bound.exact else f"the energy of {bound.method}"
        near = max(tolerance, SIX_DIGITS)
        for unit, factor in UNITS.items():
            value = factor * bound.energy
            if abs(claimed - value) <= max(factor * near, RELATIVE * abs(value)):
                yield f"the number is {what} in {unit}"
        if abs(claimed + bound.energy) <= near:
            yield f"the number is {what} without its sign"
        if isinstance(problem, ElectronicProblem) and problem.core_energy:
            electronic = bound.energy - problem.core_energy
            if abs(claimed - electronic) <= near:
                yield f"the number is {what} without that of nuclei and frozen electrons"
            if abs(claimed - (electronic + 2 * problem.core_energy)) <= near:
                yield f"the number is {what} with that of the nuclei added twice"
    if isinstance(problem, ElectronicProblem) and bounds:
        correlation = min(bound.energy for bound in bounds) - problem.hartree_fock_energy
        if abs(claimed - correlation) <= max(tolerance, SIX_DIGITS) and correlation:
            yield "the number is the correlation energy alone"


def of_other_molecules(
    claimed: float, spec: RunSpec, parts: Parts, tolerance: float, remaining: Callable[[], float]
) -> Iterator[str]:
    """Small changes of the molecule after which its energy is the claimed number.

    Args:
        claimed: The claimed number, Hartree.
        spec: The spec of the claim.
        parts: Its parts.
        tolerance: The tolerance of the claim, Hartree.
        remaining: Function that returns the time that is left, seconds.
    """
    if spec.molecule is None:
        return
    near = max(tolerance, SIX_DIGITS)
    for words, molecule in _variations(spec.molecule):
        if remaining() <= 0:
            return
        try:
            changed = spec.model_copy(update={"molecule": molecule})
            problem = build_problem(changed, parts.active_space)
            if not isinstance(problem, ElectronicProblem) or problem.sector_dimension > SMALL:
                continue
            found = upper_bounds(Encoding(problem, parts.mapper, spec.memory), remaining)
        except VqeError as error:
            LOG.debug("the molecule %s has no energy: %s", words, error)
            continue
        for bound in found.bounds:
            if abs(claimed - bound.energy) <= near:
                what = "exact energy" if bound.exact else f"energy of {bound.method}"
                yield f"the number is the {what} of the molecule {words}"


def _variations(molecule: MoleculeSpec) -> Iterator[tuple[str, MoleculeSpec]]:
    """The molecule with other units, charges, multiplicities and basis sets."""

    def changed(**changes: Any) -> MoleculeSpec:
        return molecule.model_copy(update=changes)

    if not molecule.geometry.is_structure:
        other = {"angstrom": "bohr", "bohr": "angstrom"}[molecule.units]
        yield f"with coordinates in {other}", changed(units=other)
    for difference in (2, -2):
        multiplicity = molecule.multiplicity + difference
        if multiplicity >= 1:
            yield f"with multiplicity {multiplicity}", changed(multiplicity=multiplicity)
    for basis in BASES:
        if basis != molecule.basis:
            yield f"in the basis {basis}", changed(basis=basis)
    for charge in (molecule.charge + 1, molecule.charge - 1):
        for multiplicity in {molecule.multiplicity + 1, abs(molecule.multiplicity - 1)} - {0}:
            words = f"with charge {charge} and multiplicity {multiplicity}"
            yield words, changed(charge=charge, multiplicity=multiplicity)
