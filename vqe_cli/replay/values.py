"""What a run gives beside its energy, recorded and now: other energies, forces, densities.

Energies of the state are stationary at its parameters, so that they drift in second order; other
values drift in first order, and more is allowed to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from vqe_cli._core.energy_units import HARTREES, units_of
from vqe_cli._core.units import ENERGY_IN_HARTREE
from vqe_cli.properties import is_verdict
from vqe_cli.replay.records import ReplayedValue
from vqe_cli.schema.density_records import PropertiesRecord, Quantity
from vqe_cli.schema.records import Measured, PropertyRecord, RunRecord
from vqe_cli.schema.severity import ROUND_OFF

SAME_VALUE = 1e-3
"""Largest difference of values of first order, in their unit, or of them if they are above 1.

Ten times the square root of what energies may drift, as states drift with that root.
"""

SAME_ENERGY = 1e-5
"""Largest difference of energies that are not stationary, such as corrections, Hartree."""

SAME_FORCE = 1e-5
"""Largest difference of a force, Hartree/bohr."""

SMALLEST_BOND = 0.011
"""Bond orders below are recorded or not, by round-off."""


def replayed_values(
    recorded: RunRecord, now: RunRecord, *, of_state: bool
) -> tuple[ReplayedValue, ...]:
    """What the record has beside its energy, and its drift.

    Args:
        recorded: The recorded run.
        now: The same run now.
        of_state: Whether values of the final state are comparable; not those of a device.
    """
    found = list(_energies(recorded, now))
    if of_state:
        found += _standard_error(recorded, now)
        sampled = {recorded.result.standard_error, now.result.standard_error} != {None}
        judged = [*_corrections(recorded, now), *_forces(recorded, now)]
        judged += _states(recorded, now)
        judged += [*_densities(recorded, now), *_properties(recorded, now)]
        found += [_not_judged(one) if sampled else one for one in judged]
    return tuple(found)


def _energies(recorded: RunRecord, now: RunRecord) -> Iterator[ReplayedValue]:
    """The energies of the mean field and of the exact state."""
    before, after = (one.problem.hartree_fock_energy for one in (recorded, now))
    unit = units_of(recorded.problem.unit).energy
    if before is not None:
        yield _energy("Hartree-Fock energy", unit, before, after)
    if recorded.reference is not None:
        exact = None if now.reference is None else now.reference.energy
        yield _energy("exact energy", unit, recorded.reference.energy, exact)


def _energy(name: str, unit: str, recorded: float, now: float | None) -> ReplayedValue:
    return _value(name, unit, recorded, now, ROUND_OFF * max(1.0, abs(recorded)))


def _standard_error(recorded: RunRecord, now: RunRecord) -> Iterator[ReplayedValue]:
    """The standard error, which is itself estimated from few shots: up to twice that of now."""
    before, after = recorded.result.standard_error, now.result.standard_error
    unit = units_of(recorded.problem.unit).energy
    if before is not None:
        yield _value("standard error", unit, before, after, after or 0.0)


def _corrections(recorded: RunRecord, now: RunRecord) -> Iterator[ReplayedValue]:
    known = {one.name: one for one in now.result.corrections}
    for one in recorded.result.corrections:
        after = known.get(one.name)
        allowed = ROUND_OFF if one.state is None else SAME_ENERGY
        exact = None if after is None else after.reference_energy
        correction = None if after is None else after.correction
        pairs = (
            (f"{one.name} correction", one.correction, correction),
            (f"exact energy, {one.name}", one.reference_energy, exact),
        )
        for name, was, is_now in pairs:
            if was is not None:
                yield _value(name, HARTREES.energy, was, is_now, allowed)


def _forces(recorded: RunRecord, now: RunRecord) -> Iterator[ReplayedValue]:
    before, after = recorded.result.forces, now.result.forces
    if before is not None:
        forces = () if after is None else np.ravel(after.forces)
        yield _values("force", "Ha/bohr", np.ravel(before.forces), forces, SAME_FORCE)


def _states(recorded: RunRecord, now: RunRecord) -> Iterator[ReplayedValue]:
    """The energies of excited states."""
    before, after = recorded.result.states, now.result.states
    if before is not None:
        energies = [one.energy for one in after or ()]
        yield _values(
            "state energy", HARTREES.energy, [one.energy for one in before], energies, SAME_ENERGY
        )


def _densities(recorded: RunRecord, now: RunRecord) -> Iterator[ReplayedValue]:
    """The values of the one-body density."""
    before, after = recorded.result.properties, now.result.properties
    if before is None:
        return
    known = {} if after is None else dict(_of_density(after))
    for name, quantity in _of_density(before):
        numbers = known[name].value if name in known else ()
        yield _values(name, quantity.unit, quantity.value, numbers)
    yield from _bonds(before, after)


def _of_density(found: PropertiesRecord) -> Iterator[tuple[str, Quantity]]:
    """Names and values of the one-body density, of the quadrupole moment the principal ones.

    Components of the quadrupole moment are another if the state is one of a degenerate pair.
    """
    yield "active electrons", found.electrons
    yield "natural occupation", found.natural_occupations
    yield "unpaired electrons", found.unpaired_electrons
    if found.dipole is not None:
        yield "dipole moment", found.dipole.components
    if found.quadrupole is not None:
        xx, xy, xz, yy, yz, zz = np.ravel(found.quadrupole.components.value)
        principal = np.linalg.eigvalsh([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
        unit = found.quadrupole.components.unit
        yield "quadrupole moment", Quantity(value=tuple(principal.tolist()), unit=unit)
    for name in ("mulliken_charge", "lowdin_charge", "mulliken_spin", "lowdin_spin"):
        if found.atoms is not None:
            values = tuple(getattr(atom, name) for atom in found.atoms)
            yield _WORDS[name], Quantity(value=values, unit="e")


_WORDS = {
    "mulliken_charge": "Mulliken charge",
    "lowdin_charge": "Löwdin charge",
    "mulliken_spin": "Mulliken spin",
    "lowdin_spin": "Löwdin spin",
}


def _bonds(before: PropertiesRecord, after: PropertiesRecord | None) -> Iterator[ReplayedValue]:
    """Bond orders, by pairs of atoms; a pair that is not recorded has none."""
    if not before.bonds:
        return
    for name in ("mayer", "wiberg"):
        was, is_now = (
            {bond.atoms: float(getattr(bond, name)) for bond in (one.bonds if one else None) or ()}
            for one in (before, after)
        )
        pairs = [
            pair
            for pair in sorted(was.keys() | is_now.keys())
            if (pair in was and pair in is_now)
            or max(was.get(pair, 0.0), is_now.get(pair, 0.0)) > SMALLEST_BOND
        ]
        title = f"{name.capitalize()} bond order"
        recorded, now = ([known.get(pair, 0.0) for pair in pairs] for known in (was, is_now))
        yield _values(title, "", recorded, now)


def _properties(recorded: RunRecord, now: RunRecord) -> Iterator[ReplayedValue]:
    """The values of properties that were requested."""
    known = {one.name: one for one in now.properties}
    for one in recorded.properties:
        yield from _of_property(one, known.get(one.name))


def _of_property(before: PropertyRecord, after: PropertyRecord | None) -> Iterator[ReplayedValue]:
    values: Mapping[str, Measured] = {} if after is None else after.values
    for column, measured in before.values.items():
        if measured.value is None:
            continue
        is_now = values[column].value if column in values else None
        name = f"{before.name}: {column}"
        if isinstance(measured.value, float) and isinstance(is_now, (float, int)):
            allowed = _allowed(measured.unit, measured.value)
            yield _value(name, measured.unit, measured.value, float(is_now), allowed)
            continue
        yield ReplayedValue(
            name=name,
            unit=measured.unit,
            recorded=measured.value,
            now=is_now,
            drifted=is_now is None or (is_verdict(column) and is_now != measured.value),
        )


def _allowed(unit: str, value: float) -> float:
    """The largest difference of a value of a property, in its unit."""
    if unit in ENERGY_IN_HARTREE:
        return SAME_ENERGY / ENERGY_IN_HARTREE[unit]
    return SAME_VALUE * max(1.0, abs(value))


def _value(
    name: str, unit: str, recorded: float, now: float | None, tolerance: float
) -> ReplayedValue:
    """One number; one that is not computed now has drifted."""
    drift = None if now is None else now - recorded
    return ReplayedValue(
        name=name,
        unit=unit,
        recorded=recorded,
        now=now,
        drift=drift,
        tolerance=tolerance,
        drifted=drift is None or not abs(drift) <= tolerance,
    )


def _values(
    name: str,
    unit: str,
    recorded: float | Sequence[float] | np.ndarray,
    now: float | Sequence[float] | np.ndarray,
    tolerance: float | None = None,
) -> ReplayedValue:
    """Of several numbers the one that drifted most."""
    before, after = np.ravel(recorded), np.ravel(now)
    if before.size != after.size:
        return ReplayedValue(
            name=f"{name}, how many", recorded=before.size, now=after.size, drifted=True
        )
    if not before.size:
        return ReplayedValue(name=f"{name}, how many", recorded=0, now=0)
    worst = int(np.argmax(np.abs(after - before)))
    allowed = SAME_VALUE * max(1.0, abs(before[worst])) if tolerance is None else tolerance
    return _value(name, unit, float(before[worst]), float(after[worst]), allowed)


def _not_judged(found: ReplayedValue) -> ReplayedValue:
    """A value of a sampled run, which has no error bar to judge it by."""
    return found.model_copy(update={"tolerance": None, "drifted": False})
