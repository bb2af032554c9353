"""The methods paragraph with numbered references."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vqe_cli._core.kinds import KINDS
from vqe_cli._core.registry import Registry, docstring_section
from vqe_cli._core.wording import counted
from vqe_cli.report.campaign.page.data import CampaignReport, Choice, Methods, Totals
from vqe_cli.report.format import seconds

PHRASES = {
    "active_space": "Active spaces were chosen by",
    "mapper": "Fermions were mapped to qubits by",
    "ansatz": "The parameterised state was",
    "optimizer": "Parameters were optimised by",
    "backend": "Energies were evaluated by the backend",
    "measurement": "Sampled energies were measured by",
    "solver": "The energy was computed from the parameterised state by",
    "reference": "Results were compared with the exact energy by",
    "property": "The campaign computed",
}
"""The beginning of the sentence on each kind, in the order of the sentences."""

GEOMETRIES = {
    "ETKDGv3": "Riniker and Landrum, J. Chem. Inf. Model. 55, 2562 (2015); Wang et al., J. Chem. "
    "Inf. Model. 60, 2044 (2020).",
    "MMFF94": "Halgren, J. Comput. Chem. 17, 490 (1996).",
    "UFF": "Rappé et al., J. Am. Chem. Soc. 114, 10024 (1992).",
    "GFN2-xTB": "Bannwarth, Ehlert and Grimme, J. Chem. Theory Comput. 15, 1652 (2019).",
}
"""References of the methods that make coordinates."""

VQE = "Peruzzo et al., Nat. Commun. 5, 4213 (2014)."

SOFTWARE = {
    "pyscf": "Sun et al., J. Chem. Phys. 153, 024109 (2020).",
    "rdkit": "RDKit: open-source cheminformatics, https://www.rdkit.org.",
    "qiskit": "Javadi-Abhari et al., arXiv:2405.08810 (2024).",
    "ffsim": "ffsim, https://github.com/qiskit-community/ffsim.",
    "numpy": "Harris et al., Nature 585, 357 (2020).",
    "scipy": "Virtanen et al., Nat. Methods 17, 261 (2020).",
    "tblite": "Bannwarth, Ehlert and Grimme, J. Chem. Theory Comput. 15, 1652 (2019).",
}
"""References of the packages."""


PROPER_NAMES = ("Nakanishi", "Qiskit")
"""Proper names at the beginning of summaries, which keep their capital."""


class Bibliography:
    """References in the order in which they are first cited."""

    def __init__(self) -> None:
        self.entries: list[str] = []

    def cite(self, reference: str) -> str:
        """The citation mark of a reference, such as `` [1]``.

        Args:
            reference: The reference; an empty one gives no mark.
        """
        entry = " ".join(reference.replace("`", "").split())
        if not entry:
            return ""
        if entry not in self.entries:
            self.entries.append(entry)
        return f" [{self.entries.index(entry) + 1}]"


def methods_text(report: CampaignReport) -> tuple[str, list[str]]:
    """The methods paragraph, in sentences for a paper.

    Args:
        report: The data of the campaign.

    Returns:
        The paragraph, and its references in order.
    """
    cited = Bibliography()
    methods = report.methods
    sentences = [_cited_steps(sentence, cited) for sentence in methods.structures]
    sentences += _basis(methods)
    if "ansatz" in methods.selected:
        sentences.append(
            f"Energies are those of the variational quantum eigensolver{cited.cite(VQE)}, total"
            " energies in Hartree."
        )
    for key, phrase in PHRASES.items():
        choices = methods.selected.get(key, ())
        if choices:
            registry = KINDS[key.replace("_", "-")].registry
            entries = [_entry(registry, choice, cited) for choice in choices]
            sentences.append(f"{phrase} {_listed(entries)}.")
    sentences += [*methods.remarks, *_software(report, cited), *_costs(report)]
    return " ".join(sentences), cited.entries


def _basis(methods: Methods) -> list[str]:
    if not methods.basis:
        return []
    plural = "s" if len(methods.basis) > 1 else ""
    return [
        f"Orbitals are those of Hartree-Fock in the basis set{plural} {_listed(methods.basis)}."
    ]


def _cited_steps(sentence: str, cited: Bibliography) -> str:
    """The sentence with a citation mark after each method that it names."""
    for step, reference in GEOMETRIES.items():
        if step in sentence:
            sentence = sentence.replace(step, f"{step}{cited.cite(reference)}", 1)
    return sentence


def _entry(registry: Registry[Any], choice: Choice, cited: Bibliography) -> str:
    """Name, summary, options and citation of an entry."""
    name = choice.name
    known = name if name in registry.names() else _family(registry, name)
    options = (choice.options,) if choice.options else ()
    if known is None:
        return f"{name} ({choice.options})" if options else name
    entry = registry.get(known)
    said = "; ".join((_within_a_sentence(entry.summary()), *options))
    return f"{name} ({said}){_cited(entry, cited)}"


def _cited(entry: Any, cited: Bibliography) -> str:
    """The citation mark of an entry; empty for an automatic choice."""
    reference = docstring_section(entry, "Reference")
    return "" if entry.name == "auto" else cited.cite(reference)


def _family(registry: Registry[Any], name: str) -> str | None:
    return registry.family.entry if registry.family and "_" in name else None


def _within_a_sentence(summary: str) -> str:
    """The summary in lower case, unless it begins with a name or a symbol."""
    first, rest = summary[:1], summary[1:]
    proper = summary.startswith(PROPER_NAMES)
    return first.lower() + rest if rest[:1].islower() and not proper else summary


def _listed(items: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a; b and c``."""
    return items[0] if len(items) == 1 else f"{'; '.join(items[:-1])} and {items[-1]}"


def _software(report: CampaignReport, cited: Bibliography) -> list[str]:
    named = [
        f"{package} {version}{cited.cite(SOFTWARE.get(package, ''))}"
        for package, version in report.versions.items()
        if version and package not in report.methods.unused
    ]
    when = _when(report)
    if not named:
        return [f"Calculations were made {when}."] if when else []
    return [f"Calculations were made {when + ' ' if when else ''}with {', '.join(named)}."]


def _costs(report: CampaignReport) -> list[str]:
    """The sentence on the total costs."""
    totals = report.totals
    if not totals.task_seconds:
        return []
    found = [f"{seconds(totals.task_seconds)} of computing time", *_paid(totals)]
    return [f"The campaign took {_listed(found)}."]


def _paid(totals: Totals) -> list[str]:
    shots = [counted(totals.shots, "shot")] if totals.shots else []
    money = [f"{totals.money:,.2f} {totals.currency} of device time"] if totals.money else []
    return [*shots, *money]


def _when(report: CampaignReport) -> str:
    days = list(dict.fromkeys(day[:10] for day in (report.started, report.finished) if day))
    return "" if not days else f"on {days[0]}" if len(days) == 1 else f"from {days[0]} to {days[1]}"
