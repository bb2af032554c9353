"""The methods of a campaign, from its settings and its records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vqe_cli._core.kinds import PARTS
from vqe_cli._core.wording import counted
from vqe_cli.properties.structure import STATED
from vqe_cli.report.campaign.page import Choice, Methods
from vqe_cli.schema import StructureSpec
from vqe_cli.schema.basis import basis_label
from vqe_cli.schema.basis_names import published_name
from vqe_cli.screening.store import Revision

Record = Mapping[str, Any]

LABELS = {"mmff94": "MMFF94", "gfn2-xtb": "GFN2-xTB"}
"""Names of the methods that rank and relax conformers, as papers write them."""

WITHOUT_VQE = frozenset({"gap", "solvation", "structure", "triage"})
"""Properties that are computed without the variational quantum eigensolver."""

INPUT = {STATED: "the input"}
"""Other names for methods whose own would repeat the sentence."""


@dataclass
class Seen:
    """Methods and costs found in the rows and records of a campaign.

    Args:
        optimizers: Number of runs of each optimiser.
        references: Number of runs of each method of exact energies.
        geometries: Names of candidates by the method that made their coordinates.
        money: Cost of real devices by the price list, in `currency`.
        currency: Currency of `money`.
    """

    optimizers: Counter[str] = field(default_factory=Counter)
    references: Counter[str] = field(default_factory=Counter)
    geometries: dict[str, set[str]] = field(default_factory=dict)
    money: float = 0.0
    currency: str = "USD"

    def add(self, row: Record, record: Record | None) -> None:
        """Add a row with results of its own.

        Args:
            row: A row of the table.
            record: The record of its energy; None if there is none.
        """
        if row.get("geometry_method"):
            names = self.geometries.setdefault(str(row["geometry_method"]), set())
            names.add(str(row["candidate"]))
        if record is None:
            return
        result, reference = record.get("result") or {}, record.get("reference")
        if result:
            self.optimizers[result["optimizer"]] += 1
            self._add_cost(result["backend"])
        if reference:
            self.references[reference["method"]] += 1

    def _add_cost(self, facts: Record) -> None:
        cost = facts.get("estimated_cost")
        if cost and not str(facts.get("representation")).startswith("fake_"):
            self.money += float(cost)
            self.currency = str(facts["currency"])


def methods_of(revision: Revision | None, seen: Seen) -> Methods:
    """The data of the methods paragraph.

    Args:
        revision: The settings of the campaign.
        seen: The methods and costs in its records.
    """
    if revision is None:
        return Methods()
    config = revision.config
    grid: Record = config.get("grid", {})
    molecule = config.get("molecule", {})
    selected = {name: _choices(config, name) for name in PARTS}
    selected["optimizer"] = _resolved(selected["optimizer"], seen.optimizers)
    exact = _resolved(selected["reference"], seen.references)
    if not (variational := _is_variational(revision)):
        triage = any(entry.name == "triage" for entry in revision.properties)
        selected, exact = ({"active_space": selected["active_space"]} if triage else {}), ()
    selected["reference"] = tuple(choice for choice in exact if choice.name != "none")
    selected["property"] = tuple(_properties(config))
    bases = [
        published_name(basis) if isinstance(basis, str) else basis_label(basis)
        for basis in grid.get("molecule.basis") or [molecule.get("basis", "sto-3g")]
    ]
    return Methods(
        structures=tuple(
            _structures(
                StructureSpec.model_validate(molecule.get("structure") or {}),
                seen,
                neutral=bool(config.get("candidates", {}).get("neutralise")),
            )
        ),
        basis=tuple(dict.fromkeys(bases)),
        selected={kind: found for kind, found in selected.items() if found},
        remarks=(
            *_unjudged(exact),
            f"Random choices start from the seed {config.get('seed', 7)}.",
        ),
        unused=frozenset(_unused(selected, seen) if variational else _unused_without_vqe(seen)),
    )


def _is_variational(revision: Revision) -> bool:
    """Whether any property of a campaign needs the variational quantum eigensolver."""
    return any(entry.name not in WITHOUT_VQE for entry in revision.properties)


def caveats_of(revision: Revision | None, seen: Seen) -> Iterator[str]:
    """Sentences on the limits of the results.

    Args:
        revision: The settings of the campaign.
        seen: The methods and costs in its records.
    """
    if revision is None or _is_variational(revision):
        yield (
            "Errors are relative to the exact energy of the same active space and basis: they "
            "measure VQE, not how well the active space describes the molecule."
        )
    embedded = [method for method in seen.geometries if method.startswith("ETKDG")]
    if any("GFN2" not in method for method in embedded):
        yield "Geometries that were made from SMILES are those of a force field."
    names = () if revision is None else {entry.name for entry in revision.properties}
    phase = "in the gas phase" + (", but for energies of solvation" if "solvation" in names else "")
    yield f"Each molecule is in one conformer, without vibrations and {phase}."
    if revision is None or "energy" in names:
        yield "Rankings of total energies compare only isomers."


def options_in_words(value: Mapping[str, Any]) -> str:
    """Options in words, such as ``electrons 4, orbitals 4``, without name and empty values.

    Args:
        value: A selection or a section of the settings.
    """
    rest = {key: item for key, item in value.items() if key != "name"}
    return ", ".join(_pair(key, item) for key, item in rest.items() if item not in (None, False))


def in_words(value: Any) -> str:
    """A value in words, such as ``frontier (electrons 4, orbitals 4)``.

    Args:
        value: Any value of the settings.
    """
    if isinstance(value, list):
        return ", ".join(in_words(item) for item in value)
    if not isinstance(value, dict):
        return f"{value:g}" if isinstance(value, float) else str(value)
    said, name = options_in_words(value), value.get("name")
    if name is None:
        return said
    return f"{name} ({said})" if said else str(name)


def _pair(key: str, value: Any) -> str:
    words = key.replace("_", " ")
    return words if value is True else f"{words} {in_words(value)}"


def _choices(config: Record, name: str) -> tuple[Choice, ...]:
    """The entries that all variants select, without repeats."""
    selected = config.get(name) or PARTS[name].default
    chosen: Sequence[Any] = config.get("grid", {}).get(name) or [selected]
    found = [_choice(value) for value in chosen]
    return tuple(dict.fromkeys(choice for choice in found if choice is not None))


def _choice(value: Any) -> Choice | None:
    if isinstance(value, dict):
        return Choice(str(value["name"]), options_in_words(value)) if value.get("name") else None
    return Choice(str(value)) if value else None


def _resolved(choices: tuple[Choice, ...], found: Iterable[str]) -> tuple[Choice, ...]:
    """The choices, with ``auto`` replaced by the entries that ran."""
    stated = [choice for choice in choices if choice.name != "auto"]
    names = {choice.name for choice in stated}
    ran = [Choice(name) for name in found if name not in names]
    return (*stated, *ran) if ran and len(stated) < len(choices) else choices


def _properties(config: Record) -> Iterator[Choice]:
    for value in config.get("properties", ()):
        choice = _choice(value)
        if choice is not None and choice.name not in {"energy", "structure"}:
            yield choice


def _unjudged(references: Sequence[Choice]) -> Iterator[str]:
    if any(choice.name == "none" for choice in references):
        some = "Some energies" if len(references) > 1 else "Energies"
        yield f"{some} were not compared with an exact one."


def _structures(options: StructureSpec, seen: Seen, *, neutral: bool) -> Iterator[str]:
    charges = "neutralised where protons allow it; " if neutral else "charges and "
    yield (
        "Structures were read and standardised with RDKit (counter-ions and solvents left off; "
        f"{charges}unpaired electrons as written)."
    )
    embedded = [method for method in seen.geometries if method.startswith("ETKDG")]
    if embedded or not seen.geometries:
        relaxed = " and relaxed by GFN2-xTB" if options.optimize == "gfn2-xtb" else ""
        yield (
            f"SMILES were embedded by ETKDGv3 (seed {options.seed}), and the lowest of "
            f"{counted(options.conformers, 'conformer')} by"
            f" {LABELS[options.rank_by]} was kept{relaxed}."
        )
    if seen.geometries and (len(seen.geometries) > 1 or not embedded):
        yield f"Coordinates are from {'; '.join(_counted(seen.geometries))}."


def _counted(geometries: Mapping[str, set[str]]) -> Iterator[str]:
    for method, names in geometries.items():
        yield f"{INPUT.get(method, method)} ({counted(len(names), 'molecule')})"


def _unused_without_vqe(seen: Seen) -> Iterator[str]:
    yield from ("ffsim", "qiskit", "qiskit-algorithms", "qiskit-nature")
    yield from _unused({"backend": (), "solver": ()}, seen)


def _unused(selected: Mapping[str, tuple[Choice, ...]], seen: Seen) -> Iterator[str]:
    """Installed packages that the campaign did not use."""
    if not any("GFN2" in method for method in seen.geometries):
        yield "tblite"
    backends = selected["backend"]
    if all(choice.name == "exact" for choice in backends):
        yield "qiskit-aer"
    on_device = ("ibm", "fake_")
    if not any(c.name.startswith(on_device) or "fake_" in c.options for c in backends):
        yield "qiskit-ibm-runtime"
    if not any(choice.name == "sqd" for choice in selected["solver"]):
        yield "qiskit-addon-sqd"
