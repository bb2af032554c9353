"""Planning of cases: the properties of each validated candidate, with their content keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from vqe_cli._core.provenance import fingerprint
from vqe_cli._core.version import __version__
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.basis.basis_size import basis_functions
from vqe_cli.chemistry.scf.surroundings import refuse_arbitrary_places
from vqe_cli.errors import ResourceLimitError, VqeError
from vqe_cli.parts import located, look_up_parts, plain_spec
from vqe_cli.properties import Property, refuse_other_references
from vqe_cli.schema import spec_from_data
from vqe_cli.schema.basis import as_basis
from vqe_cli.screening.candidates.validation import OWN_KEYS
from vqe_cli.screening.model import Failure, PropertyTask, ValidatedCandidate, Variant, failure_of
from vqe_cli.screening.settings import ScreenConfig
from vqe_cli.screening.store.model import PlannedCase

SEMANTICS_VERSION = 6
"""Incremented when the same input gives another answer; old results are then not found any more.
3: bases made for core potentials get them, ions start from their neutral molecule, point groups are
kept, all properties that rest on energies have verdicts, and square-planar complexes stay planar.
4: doubts about a structure lower its verdicts, and electrons are those that structures state.
5: ions, fragments, acids and bases keep the active orbitals of the molecule, and differences that
lack dynamic correlation or disagree with CCSD(T) warn.
6: optimised orbitals have several starts, affinities with natural orbitals those of the anion, and
cores do not count among the electrons that are most correlated."""

KEY_DIGITS = 8
"""Decimals of coordinates in content keys; geometries that agree in them share results."""

START_S = 0.5
"""Estimated time for the smallest molecule, seconds."""

FUNCTIONS_IN_A_SECOND = 50
"""Basis functions of a molecule that takes a second more; time grows with their cube."""

_NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eEdD][-+]?\d+)?")


class Planner:
    """Makes the cases of a campaign.

    Args:
        config: Settings of the campaign.
        variants: Variants of the grid; a single one without overrides if there is no grid.
    """

    def __init__(self, config: ScreenConfig, variants: Sequence[Variant]) -> None:
        self._config = config
        self._variants = variants
        self.properties: tuple[Property, ...] = config.properties()
        self._levels = {variant.label: self._level(variant) for variant in variants}

    @property
    def settings_hash(self) -> str:
        """SHA-256 of the settings with all defaults filled in, and of the program's version.

        Another version may have other defaults, or compute other numbers from the same settings.
        """
        understood = {"version": __version__, "semantics": SEMANTICS_VERSION}
        return fingerprint({**understood, "levels": self._levels})

    def cases(self, candidates: Iterable[ValidatedCandidate]) -> Iterator[PlannedCase]:
        """The cases of every candidate.

        Args:
            candidates: All candidates, in order.
        """
        for position, validated in enumerate(candidates):
            yield from self.of_candidate(position, validated)

    def of_candidate(self, position: int, validated: ValidatedCandidate) -> Iterator[PlannedCase]:
        """The cases of one candidate, one for each variant.

        Args:
            position: Position of the candidate, from 0.
            validated: The candidate.
        """
        for variant in self._variants:
            yield self.case(position, validated, variant)

    def case(self, position: int, validated: ValidatedCandidate, variant: Variant) -> PlannedCase:
        """One candidate under one variant.

        Args:
            position: Position of the candidate, from 0.
            validated: The candidate.
            variant: The variant.
        """

        def refused(failure: Failure) -> PlannedCase:
            return PlannedCase(position, variant.label, {}, (), 0.0, failure=failure)

        if validated.failure is not None:
            return refused(validated.failure)
        assert validated.molecule is not None
        own = {k: v for k, v in (validated.candidate.input or {}).items() if k != "molecule"}
        data = self._config.data(validated.molecule, variant.overrides, own)
        try:
            self._refuse_without_place(data)
            self._refuse_own_orbitals(validated.molecule, data)
            functions = self._basis_functions(validated, data)
            level = self._fingerprint(data) if own else self._levels[variant.label]
        except VqeError as error:
            return refused(failure_of(error))
        base = {"level": level, "molecule": canonical(validated.molecule)}
        properties = self._property_tasks(base, validated.doubts)
        cost = START_S + (functions / FUNCTIONS_IN_A_SECOND) ** 3
        key = _content_key(validated, level)
        return PlannedCase(
            position, variant.label, data, properties, cost, functions, content_key=key
        )

    def _refuse_without_place(self, data: dict[str, Any]) -> None:
        """Refuse a candidate without coordinates among the point charges of the campaign."""
        if "environment" not in data:
            return
        spec = spec_from_data(data, self._config.source)
        if spec.molecule is not None and spec.molecule.geometry.is_structure:
            with located(spec):
                refuse_arbitrary_places(spec.molecule, spec.surroundings)

    def _refuse_own_orbitals(self, molecule: Mapping[str, Any], data: dict[str, Any]) -> None:
        """Refuse orbitals of a candidate's own input that a part or a property excludes."""
        if "scf" not in molecule:
            return
        spec = spec_from_data(data, self._config.source)
        with located(spec):
            look_up_parts(spec)
            refuse_other_references(spec, self.properties)

    def _level(self, variant: Variant) -> str:
        """The fingerprint of all settings except the molecule."""
        return self._fingerprint(self._config.data({"geometry": "He 0 0 0"}, variant.overrides))

    def _fingerprint(self, data: dict[str, Any]) -> str:
        spec = spec_from_data(data, self._config.source)
        with located(spec):
            parts = look_up_parts(spec)
        plain = parts.without_limits(plain_spec(spec, parts))
        molecule = {key: value for key, value in plain["molecule"].items() if key != "name"}
        return fingerprint({**plain, "molecule": canonical(molecule)})

    def _property_tasks(
        self, base: dict[str, Any], doubts: tuple[str, ...]
    ) -> tuple[PropertyTask, ...]:
        """The property tasks with their content keys, which include the keys of their needs."""
        keys: dict[str, str] = {}
        found = []
        for entry in (one.about(doubts) for one in self.properties):
            content = {
                "semantics": SEMANTICS_VERSION,
                **base,
                "property": entry.selection(),
                "needs": [keys[name] for name in entry.needs],
            }
            keys[entry.name] = fingerprint(content)
            found.append(PropertyTask(key=keys[entry.name], property=entry.selection()))
        return tuple(found)

    def _basis_functions(self, validated: ValidatedCandidate, data: dict[str, Any]) -> int:
        """The number of basis functions; too many, or an element without any, are refused."""
        basis = as_basis(data["molecule"].get("basis", "sto-3g"))
        functions = basis_functions(element_counts(validated.formula or ""), basis)
        allowed = self._config.sections.candidates.max_basis_functions
        if functions > allowed:
            raise ResourceLimitError(
                f"{counted(functions, 'basis function')} are more than {allowed}",
                hint="choose a smaller basis, or raise candidates.max_basis_functions",
            )
        return functions


def _content_key(validated: ValidatedCandidate, level: str) -> str:
    """The key of structure and settings, whatever the order of atoms and the notation."""
    own = {key: value for key, value in (validated.molecule or {}).items() if key in OWN_KEYS}
    known = {"identity": validated.identity, "smiles": validated.smiles, "own": own}
    return fingerprint({"level": level, **known})


def element_counts(formula: str) -> dict[str, int]:
    """Numbers of atoms of each element in a formula such as ``C2H5O-``.

    Args:
        formula: Formula in Hill notation, with a charge at the end.
    """
    found: dict[str, int] = {}
    for symbol, count in re.findall(r"([A-Z][a-z]?)(\d*)", formula):
        found[symbol] = found.get(symbol, 0) + int(count or 1)
    return found


def canonical(molecule: Mapping[str, Any]) -> dict[str, Any]:
    """A molecule section with coordinates in one notation, so that 0.50 and .5 are the same.

    Args:
        molecule: Section ``molecule`` of an input.
    """
    geometry = molecule.get("geometry")
    text = geometry.get("cartesian") if isinstance(geometry, dict) else geometry
    rest = {key: value for key, value in molecule.items() if key != "name"}
    if not isinstance(text, str):
        return rest
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    return {**rest, "geometry": {"cartesian": "\n".join(_rounded(line) for line in lines)}}


def _rounded(line: str) -> str:
    symbol, _, coordinates = line.partition(" ")

    def number(match: re.Match[str]) -> str:
        value = round(float(match[0].lower().replace("d", "e")), KEY_DIGITS)
        return f"{value + 0.0:.{KEY_DIGITS}f}"

    return f"{symbol} {_NUMBER.sub(number, coordinates)}"
