"""Common mistakes that explain a claimed energy: units, parts of the energy, other molecules."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from vqe_cli._core.log import package_logger
from vqe_cli._core.units import HARTREE_IN_EV, HARTREE_IN_KCAL_PER_MOL
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.errors import VqeError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.parts import Parts, look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec, Selection
from vqe_cli.screening.model import Failure
from vqe_cli.verification.records import Bound
from vqe_cli.verification.timed import in_time
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

SPACES = ("full", "frozen-core")
"""Active spaces that are tried in place of that of the claim."""

SHARE_OF_SEARCH = 0.9
"""Share of the time limit after which no further molecule is tried."""

Changes = dict[str, Any]
"""Keys of a spec with other values."""

BASES = ("sto-3g", "6-31g")
"""Basis sets that are tried in place of that of the claim."""


@dataclass(frozen=True, eq=False)
class Claimed:
    """A molecule of which a number is claimed.

    Args:
        spec: The spec of the claim.
        parts: Its parts.
        tolerance: The tolerance of the claim, Hartree.
        quick: Whether the molecule is so small that all its variations take seconds.
    """

    spec: RunSpec
    parts: Parts
    tolerance: float
    quick: bool


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


def of_other_molecules(claimed: float, claim: Claimed, seconds: float) -> Sequence[str]:
    """Small changes of the molecule after which its energy is the claimed number.

    Args:
        claimed: The claimed number, Hartree.
        claim: The molecule, and how near the number must be.
        seconds: Time limit.
    """
    if claim.spec.molecule is None or seconds <= 0:
        return ()
    share = SHARE_OF_SEARCH * seconds
    memory = claim.spec.memory
    found = in_time(
        searched, claimed, claim, share, seconds=seconds, quick=claim.quick, memory=memory
    )
    if isinstance(found, Failure):
        LOG.info("other molecules: %s", found.message)
        return ()
    return found


def searched(claimed: float, claim: Claimed, seconds: float) -> Sequence[str]:
    """What `of_other_molecules` finds, without a hard limit.

    Args:
        claimed: The claimed number, Hartree.
        claim: The molecule, and how near the number must be.
        seconds: Time after which no further molecule is tried.
    """
    end = time.perf_counter() + seconds
    spec, found = claim.spec, []
    near = max(claim.tolerance, SIX_DIGITS)
    for words, changes in _variations(spec):
        if time.perf_counter() > end:
            break
        try:
            changed = spec.model_copy(update=changes)
            space = look_up_parts(changed).active_space
            problem = build_problem(changed, space)
            if not isinstance(problem, ElectronicProblem) or problem.sector_dimension > SMALL:
                continue
            encoding = Encoding(problem, claim.parts.mapper, spec.memory)
            upper = upper_bounds(encoding, lambda: end - time.perf_counter())
        except VqeError as error:
            LOG.debug("the molecule %s has no energy: %s", words, error)
            continue
        for bound in upper.bounds:
            if abs(claimed - bound.energy) <= near:
                what = "exact energy" if bound.exact else f"energy of {bound.method}"
                found.append(f"the number is the {what} of the molecule {words}")
    return found


def _variations(spec: RunSpec) -> Iterator[tuple[str, Changes]]:
    """The molecule with other units, charges, multiplicities, basis sets and active spaces."""
    molecule = spec.molecule
    assert molecule is not None

    def changed(**changes: Any) -> Changes:
        return {"molecule": molecule.model_copy(update=changes)}

    for space in SPACES:
        if space != spec.selection("active_space").name:
            yield f"with the active space {space}", {"active_space": Selection(name=space)}
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
