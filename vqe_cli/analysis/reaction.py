"""Reaction energies: the runs of all species, and the judgement of their difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from vqe_cli._core.provenance import provenance
from vqe_cli._core.units import HARTREE_IN_EV, HARTREE_IN_KCAL_PER_MOL
from vqe_cli.analysis.reaction_input import Reactant, Reaction
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.errors import VqeError
from vqe_cli.properties.differences.balance import Composition, spin_note
from vqe_cli.properties.differences.difference import Computed, Difference, require_match
from vqe_cli.properties.differences.levels import LEVELS, MAX_OPERATIONS, Species, energies_of
from vqe_cli.schema import RunSpec
from vqe_cli.schema.reaction_records import LevelRecord, ReactionRecord
from vqe_cli.schema.records import RunRecord


def compute_reaction(
    reaction: Reaction,
    run: Callable[[RunSpec, MeanFields], RunRecord],
    most_operations: float = MAX_OPERATIONS,
) -> ReactionRecord:
    """Run every species, and judge the difference.

    Args:
        reaction: The reaction.
        run: Function that runs a spec with known mean fields.
        most_operations: Largest cost of CCSD(T) of all electrons, floating-point operations.

    Raises:
        InputError: The active spaces of the sides do not match.
        VqeError: A run failed.
    """
    known = MeanFields()
    found = [
        Species(one.label, one.coefficient, one.spec, known)
        for one in reaction.species
        if one.spec is not None
    ]
    for one in found:
        _refuse_impossible(one)
    require_match(found, reaction.free_electrons)
    parts = []
    for one in found:
        record = run(one.spec, known)
        parts.append(Computed(one, record, energies_of(one, record, most_operations)))
    return _record(reaction, Difference(tuple(parts)))


def _refuse_impossible(one: Species) -> None:
    """Find the active space of a species, and name the species if there is none."""
    try:
        _ = one.classical.problem
    except VqeError as error:
        error.message = f"{one.label}: {error.message}"
        raise


def _record(reaction: Reaction, found: Difference) -> ReactionRecord:
    levels = {level: _level(found, level) for level in LEVELS}
    best = levels[found.levels.best].model_copy(update={"method": found.levels.best_method})
    return ReactionRecord(
        name=reaction.name,
        equation=reaction.equation,
        best=best,
        levels=tuple(levels.values()),
        standard_error_hartree=found.standard_error,
        active_spaces=found.spaces,
        checks=found.own_checks,
        caveats=found.doubts,
        notes=tuple(_notes(reaction, found)),
        species=tuple(part.record() for part in found.parts),
        verdict=found.verdict,
        provenance=provenance(),
    )


def _level(found: Difference, level: str) -> LevelRecord:
    energy = found.energy(level)
    method = LEVELS[level]
    if level == "corrected" and found.levels.correction is not None:
        method = found.levels.correction
    return LevelRecord(
        level=level or "vqe",
        method=method,
        energy_hartree=energy,
        energy_ev=None if energy is None else HARTREE_IN_EV * energy,
        energy_kcal_per_mol=None if energy is None else HARTREE_IN_KCAL_PER_MOL * energy,
    )


def _notes(reaction: Reaction, found: Difference) -> Iterator[str]:
    """Spins, and the notes of all runs."""
    reactants, products = (list(_each(side)) for side in reaction.sides)
    told = " → ".join(
        " + ".join(str(one.multiplicity) for one in side) for side in (reactants, products)
    )
    yield f"multiplicities 2S+1: {told}"
    changed = spin_note(reactants, products)
    if changed is not None:
        yield changed
    yield from _other_surroundings(reaction)
    yield from found.notes()


def _other_surroundings(reaction: Reaction) -> Iterator[str]:
    """Which species are in a solvent or among charges, where others are not."""
    places = {one.label: _place(one.spec) for one in reaction.species if one.spec is not None}
    if len(set(places.values())) > 1:
        told = "; ".join(f"{label} {place}" for label, place in places.items())
        yield f"species differ in their surroundings: {told}"


def _place(spec: RunSpec) -> str:
    words = []
    if spec.solvent is not None:
        words.append(f"in {spec.solvent.name} ({spec.solvent.model})")
    if spec.environment is not None:
        words.append("among point charges")
    return " and ".join(words) or "in vacuum"


def _each(side: Iterable[Reactant]) -> Iterator[Composition]:
    """Compositions of species with electrons, each as often as it reacts."""
    return chain.from_iterable(
        [one.composition] * abs(one.coefficient) for one in side if not one.composition.is_proton
    )
