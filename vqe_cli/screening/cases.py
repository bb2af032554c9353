"""From validated candidates to cases: what is computed, under which key, in which order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vqe_cli import __version__
from vqe_cli._core.provenance import fingerprint
from vqe_cli.chemistry.basis.basis_size import basis_functions
from vqe_cli.errors import ResourceLimitError, VqeError
from vqe_cli.properties import Property
from vqe_cli.registries import located, plain_spec, resolve
from vqe_cli.schema import spec_from_data
from vqe_cli.schema.basis import as_basis
from vqe_cli.screening.candidates.validation import OWN_KEYS
from vqe_cli.screening.model import Failure, PropertyTask, ValidatedCandidate, Variant, failure_of
from vqe_cli.screening.settings import ScreenConfig

SEMANTICS_VERSION = 4
"""Raised when the same input gets another answer; old results are then not found any more.
3: bases that are made for core potentials get them, ions start from their neutral molecule, point
groups are kept, all properties that rest on energies have verdicts, and square-planar complexes
stay planar. 4: what structures leave in doubt lowers verdicts, and electrons are those that they
state."""

KEY_DIGITS = 8
"""Decimals of coordinates in the key of a result; geometries that agree in them share results."""

START_S = 0.5
"""What the smallest molecule takes."""

FUNCTIONS_IN_A_SECOND = 50
"""Beyond the start, time grows like the cube of the basis functions."""

_NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eEdD][-+]?\d+)?")


@dataclass(frozen=True)
class PlannedCase:
    """One candidate under one variant.

    Args:
        candidate: Its place among the candidates, from 0.
        variant: The variant's label.
        spec: The input of the run; empty where it was refused.
        properties: What is computed, in order.
        cost: Roughly the seconds it takes on one core, for the order and the time that is left.
        basis_functions: Of the molecule; 0 where it is not run.
        failure: Why it is not run.
        content_key: Equal for equal structures under equal settings, whose results are the same.
    """

    candidate: int
    variant: str
    spec: dict[str, Any]
    properties: tuple[PropertyTask, ...]
    cost: float
    basis_functions: int = 0
    failure: Failure | None = None
    content_key: str = ""


class Planner:
    """Makes the cases of a campaign.

    Args:
        config: The settings.
        variants: Of the grid; one that changes nothing if there is none.
    """

    def __init__(self, config: ScreenConfig, variants: Sequence[Variant]) -> None:
        self._config = config
        self._variants = variants
        self.properties: tuple[Property, ...] = config.properties()
        self._levels = {variant.label: self._level(variant) for variant in variants}

    @property
    def settings_hash(self) -> str:
        """SHA-256 of the settings as this program understands them.

        A newer version may fill in other defaults, or compute other numbers from the same settings.
        """
        understood = {"version": __version__, "semantics": SEMANTICS_VERSION}
        return fingerprint({**understood, "levels": self._levels})

    def cases(self, candidates: Iterable[ValidatedCandidate]) -> Iterator[PlannedCase]:
        """The cases of every candidate.

        Args:
            candidates: In their order.
        """
        for position, validated in enumerate(candidates):
            yield from self.of_candidate(position, validated)

    def of_candidate(self, position: int, validated: ValidatedCandidate) -> Iterator[PlannedCase]:
        """The cases of one candidate, one for each variant.

        Args:
            position: Its place, from 0.
            validated: The candidate.
        """
        for variant in self._variants:
            yield self.case(position, validated, variant)

    def case(self, position: int, validated: ValidatedCandidate, variant: Variant) -> PlannedCase:
        """One candidate under one variant.

        Args:
            position: Of the candidate.
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

    def _level(self, variant: Variant) -> str:
        """Fingerprint of all that is not the molecule itself."""
        return self._fingerprint(self._config.data({"geometry": "He 0 0 0"}, variant.overrides))

    def _fingerprint(self, data: dict[str, Any]) -> str:
        spec = spec_from_data(data, self._config.source)
        with located(spec):
            parts = resolve(spec)
        plain = parts.without_limits(plain_spec(spec, parts))
        molecule = {key: value for key, value in plain["molecule"].items() if key != "name"}
        return fingerprint({**plain, "molecule": canonical(molecule)})

    def _property_tasks(
        self, base: dict[str, Any], doubts: tuple[str, ...]
    ) -> tuple[PropertyTask, ...]:
        """Each property under the key of its content, which holds the keys of what it needs."""
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
        """Refused here where there are too many, or none for an element."""
        basis = as_basis(data["molecule"].get("basis", "sto-3g"))
        functions = basis_functions(element_counts(validated.formula or ""), basis)
        allowed = self._config.sections.candidates.max_basis_functions
        if functions > allowed:
            raise ResourceLimitError(
                f"{functions} basis functions are more than {allowed}",
                hint="choose a smaller basis, or raise candidates.max_basis_functions",
            )
        return functions


def _content_key(validated: ValidatedCandidate, level: str) -> str:
    """Atoms may be listed in another order, and notations of coordinates differ."""
    own = {key: value for key, value in (validated.molecule or {}).items() if key in OWN_KEYS}
    known = {"identity": validated.identity, "smiles": validated.smiles, "own": own}
    return fingerprint({"level": level, **known})


def element_counts(formula: str) -> dict[str, int]:
    """Atoms of each element in a formula such as ``C2H5O-``.

    Args:
        formula: In Hill's notation, a charge at the end.
    """
    found: dict[str, int] = {}
    for symbol, count in re.findall(r"([A-Z][a-z]?)(\d*)", formula):
        found[symbol] = found.get(symbol, 0) + int(count or 1)
    return found


def canonical(molecule: Mapping[str, Any]) -> dict[str, Any]:
    """The molecule with its coordinates in one notation, so that 0.50 and .5 are the same.

    Args:
        molecule: The input's section of that name.
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
