"""Energy differences by HF, VQE, VQE+NEVPT2 and CCSD(T), against experiment.

Ionisation energies, electron affinities, proton affinities and deprotonation energies:

    python scripts/differences_table.py --out differences        # all; again: what is missing
    python scripts/differences_table.py --out differences --only ionisation --first 2
    python scripts/differences_table.py --out differences --table # only the table of what is there
    python scripts/differences_table.py --out differences --table --docs  # and into the docs

Every result is a JSON file of the folder; the table is `table.md`. Ionisation energies and
affinities are vertical, at geometries of GFN2-xTB; acids and bases are relaxed on both sides.
docs/energy-differences.md has the sources of the measured values. Those of acids and bases are
enthalpies, compared without zero-point and thermal energies, which are those of GFN2-xTB.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr

import vqe_cli
from vqe_cli._core.units import HARTREE_IN_KCAL_PER_MOL
from vqe_cli.analysis.reaction import compute_reaction
from vqe_cli.analysis.reaction_input import read_reaction
from vqe_cli.chemistry.geometry.coordinates import as_geometry
from vqe_cli.chemistry.geometry.structures import PlacedMolecule, with_coordinates
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.context import Context
from vqe_cli.errors import VqeError
from vqe_cli.properties import PROPERTIES, Case
from vqe_cli.schema import MoleculeSpec, RunSpec, spec_from_data

BASIS, SMALLER_BASIS = "aug-cc-pvdz", "6-31+g*"
SPACE = {"name": "mp2-natural", "electrons": 6, "orbitals": 6, "at_most": True}
DOCS = Path(__file__).parent.parent / "docs" / "energy-differences.md"
BEGIN, END = "<!-- written by scripts/differences_table.py -->", "<!-- end -->"
KJ = 4.184
RT = 0.592485
"""At 298.15 K, kcal/mol."""

COLUMNS = {
    "hf": "HF",
    "vqe": "VQE",
    "corrected": "VQE+NEVPT2",
    "all_mp2": "MP2",
    "all_ccsd_t": "CCSD(T)",
}


@dataclass(frozen=True)
class Item:
    """One energy difference.

    Args:
        name: Name of the molecule.
        smiles: Its SMILES.
        experiment: Measured value, eV or kcal/mol (enthalpies at 298 K of acids and bases).
        kind: What was measured: v (vertical), a (adiabatic) or H (enthalpy).
        product: SMILES of the ion, for acids and bases.
        multiplicity: Multiplicity of the molecule, if its SMILES leaves it open.
        ion_multiplicity: Multiplicity of the ion, if it is not the lowest.
        basis: Basis set, if it is not that of the group.
    """

    name: str
    smiles: str
    experiment: float
    kind: str = "a"
    product: str = ""
    multiplicity: int | None = None
    ion_multiplicity: int | None = None
    basis: str = ""


@dataclass(frozen=True)
class Group:
    """A group of differences of one kind.

    Args:
        title: Heading of the table.
        unit: Unit of the numbers.
        items: The differences.
        property: Property that gives them; empty for a reaction.
        sign: Sign of the energy of the reaction.
        basis: Basis set.
    """

    title: str
    unit: str
    items: tuple[Item, ...]
    property: str = ""
    sign: int = 1
    basis: str = BASIS


GROUPS = {
    "ionisation": Group(
        "Ionisation energies",
        "eV",
        (
            Item("H2O", "O", 12.62, "v"),
            Item("NH3", "N", 10.82, "v"),
            Item("HF", "F", 16.12, "v"),
            Item("N2, 2Πu", "N#N", 16.98, "v"),
            Item("CO", "[C-]#[O+]", 14.01, "v"),
            Item("HCN", "C#N", 13.61, "v"),
            Item("C2H2", "C#C", 11.49, "v"),
            Item("C2H4", "C=C", 10.68, "v"),
            Item("H2CO", "C=O", 10.88, "v"),
            Item("CH3OH", "CO", 10.96, "v"),
            Item("H2S", "S", 10.50, "v"),
            Item("HCl", "Cl", 12.79, "v"),
            Item("PH3", "P", 10.59, "v"),
            Item("F2", "FF", 15.70),
            Item("Cl2", "ClCl", 11.49, "v"),
            Item("O2", "[O][O]", 12.30, "v", multiplicity=3),
            Item("NO", "[N]=O", 9.54, "v"),
            Item("OH", "[OH]", 13.02, ion_multiplicity=3),
            Item("CH3", "[CH3]", 9.84),
            Item("CO2", "O=C=O", 13.77, "v"),
            Item("CH3Cl", "CCl", 11.29, "v"),
            Item("N2O", "[N-]=[N+]=O", 12.89),
        ),
        "ionization-energy",
        basis=SMALLER_BASIS,
    ),
    "affinity": Group(
        "Electron affinities",
        "eV",
        (
            Item("C", "[C]", 1.262, ion_multiplicity=4),
            Item("O", "[O]", 1.461),
            Item("F", "[F]", 3.401),
            Item("Si", "[Si]", 1.390, ion_multiplicity=4),
            Item("P", "[P]", 0.746, ion_multiplicity=3),
            Item("S", "[S]", 2.077),
            Item("Cl", "[Cl]", 3.613),
            Item("CH", "[CH]", 1.238, multiplicity=2, ion_multiplicity=3),
            Item("NH", "[NH]", 0.370, multiplicity=3),
            Item("OH", "[OH]", 1.828),
            Item("NH2", "[NH2]", 0.771),
            Item("B", "[B]", 0.280, ion_multiplicity=3),
            Item("SiH", "[SiH]", 1.277, multiplicity=2, ion_multiplicity=3),
            Item("PH", "[PH]", 1.027, multiplicity=3),
            Item("SH", "[SH]", 2.315),
            Item("PH2", "[PH2]", 1.263),
            Item("CN", "[C]#N", 3.862),
            Item("C2H", "[C]#C", 2.969),
            Item("Al", "[Al]", 0.433, ion_multiplicity=3),
            Item("CH3S", "C[S]", 1.867),
        ),
        "electron-affinity",
    ),
    "protonation": Group(
        "Proton affinities",
        "kcal/mol",
        (
            Item("H2O", "O", 691.0 / KJ, "H", "[OH3+]"),
            Item("NH3", "N", 853.6 / KJ, "H", "[NH4+]"),
            Item("H2S", "S", 705.0 / KJ, "H", "[SH3+]"),
            Item("PH3", "P", 785.0 / KJ, "H", "[PH4+]"),
            Item("HCN", "C#N", 712.9 / KJ, "H", "C#[NH+]"),
            Item("H2CO", "C=O", 712.9 / KJ, "H", "C=[OH+]"),
            Item("CH3OH", "CO", 754.3 / KJ, "H", "C[OH2+]"),
        ),
        sign=-1,
    ),
    "deprotonation": Group(
        "Deprotonation energies",
        "kcal/mol",
        (
            Item("HF", "F", 371.3, "H", "[F-]"),
            Item("HCl", "Cl", 333.4, "H", "[Cl-]"),
            Item("H2O", "O", 390.3, "H", "[OH-]"),
            Item("H2S", "S", 351.3, "H", "[SH-]"),
            Item("HCN", "C#N", 350.8, "H", "[C-]#N"),
            Item("NH3", "N", 403.4, "H", "[NH2-]"),
            Item("CH3OH", "CO", 382.5, "H", "C[O-]"),
            Item("imidazole", "c1c[nH]cn1", 349.7, "H", "c1c[n-]cn1", basis=SMALLER_BASIS),
            Item("phenol", "Oc1ccccc1", 347.5, "H", "[O-]c1ccccc1", basis=SMALLER_BASIS),
        ),
    ),
}


def settings(group: Group, item: Item) -> dict[str, Any]:
    """The settings of all runs."""
    return {
        "molecule": {"basis": item.basis or group.basis, "structure": {"optimize": "gfn2-xtb"}},
        "active_space": SPACE,
        "correction": "nevpt2",
    }


def vertical(group: Group, item: Item) -> dict[str, Any]:
    """The values of a property of a molecule."""
    own: dict[str, Any] = {"geometry": {"smiles": item.smiles}, "name": item.name}
    if item.multiplicity is not None:
        own["multiplicity"] = item.multiplicity
    data = settings(group, item)
    spec = placed(spec_from_data({**data, "molecule": {**data["molecule"], **own}}))
    known = MeanFields()

    def run(one: RunSpec) -> Any:
        return vqe_cli.run(one, context=Context(mean_fields=known))

    energy = run(spec).model_dump(mode="json", by_alias=True)
    options = {} if item.ion_multiplicity is None else {"multiplicity": item.ion_multiplicity}
    entry = PROPERTIES.create({"name": group.property, **options})
    found = entry.compute(Case(spec, {"energy": energy}, run, known))
    name = group.property.replace("-", "_")
    values = {
        level: found.values[f"{name}_{level}_ev" if level != "vqe" else f"{name}_ev"]
        for level in ("vqe", "corrected", "exact", "hf", "all_mp2", "all_ccsd_t", "best")
    }
    told = {key: found.values[f"{name}_{key}"] for key in ("best_method", "caveats", "verdict")}
    return {**values, **told, "spaces": found.values[f"{name}_active_spaces"]}


def placed(spec: RunSpec) -> RunSpec:
    """The spec with coordinates in place of a SMILES, as in a campaign."""
    assert spec.molecule is not None
    found = with_coordinates(spec.molecule)
    told = found.molecule
    molecule = MoleculeSpec(
        name=told.name,
        geometry=as_geometry(found.atoms),
        charge=told.charge,
        multiplicity=told.multiplicity,
        basis=told.basis,
    )
    return spec.model_copy(update={"molecule": molecule})


def of_reaction(group: Group, item: Item) -> dict[str, Any]:
    """The energies of a protonation or deprotonation, and the measured one without vibrations."""
    molecule, ion = {"smiles": item.smiles}, {"smiles": item.product}
    proton = {"smiles": "[H+]"}
    sides = {"reactants": [molecule, proton], "products": [ion]}
    if group.sign > 0:
        sides = {"reactants": [molecule], "products": [ion, proton]}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reaction.json"
        path.write_text(json.dumps({"reaction": sides, **settings(group, item)}))
        reaction = read_reaction(path)

    def run(one: RunSpec, known: MeanFields) -> Any:
        return vqe_cli.run(one, context=Context(mean_fields=known))

    found = compute_reaction(reaction, run)
    values = {
        level.level: None
        if level.energy_kcal_per_mol is None
        else group.sign * level.energy_kcal_per_mol
        for level in found.levels
    }
    heat = group.sign * sum(one.coefficient * enthalpy(one.spec) for one in reaction.species)
    return {
        **values,
        "best_method": found.best.method,
        "caveats": "; ".join(found.caveats),
        "verdict": found.verdict,
        "spaces": found.active_spaces,
        "vibrations": heat,
    }


def enthalpy(spec: RunSpec | None) -> float:
    """Zero-point energy and thermal enthalpy of translation and rotation, kcal/mol."""
    if spec is None:
        return 2.5 * RT
    assert spec.molecule is not None
    found = with_coordinates(spec.molecule)
    if len(found.atoms) == 1:
        return 2.5 * RT
    positions = found.atoms.positions - found.atoms.positions.mean(axis=0)
    is_linear = np.linalg.svd(positions, compute_uv=False)[1] < 1e-2
    rotation = 1.0 if is_linear else 1.5
    return zero_point_energy(found, is_linear) + (2.5 + rotation) * RT


def zero_point_energy(found: PlacedMolecule, is_linear: bool) -> float:
    """The harmonic zero-point energy of GFN2-xTB, kcal/mol."""
    from pyscf.data import elements, nist
    from tblite.interface import Calculator

    bohr = found.atoms.positions / nist.BOHR
    numbers = np.array([elements.charge(symbol) for symbol in found.atoms.symbols])
    molecule = found.molecule

    def gradient(at: Any) -> Any:
        method = Calculator("GFN2-xTB", numbers, at, molecule.charge, molecule.multiplicity - 1)
        method.set("verbosity", 0)
        method.set("accuracy", 0.01)
        return method.singlepoint().get("gradient").ravel()

    step, size = 5e-3, 3 * len(numbers)
    hessian = np.empty((size, size))
    for index in range(size):
        moved = (step * np.eye(size)[index]).reshape(-1, 3)
        hessian[index] = (gradient(bohr + moved) - gradient(bohr - moved)) / (2 * step)
    masses = np.repeat([elements.MASSES[number] for number in numbers], 3) * nist.AMU2AU
    weighted = 0.5 * (hessian + hessian.T) / np.sqrt(np.outer(masses, masses))
    squares = np.linalg.eigvalsh(weighted)[5 if is_linear else 6 :]
    return HARTREE_IN_KCAL_PER_MOL * 0.5 * float(np.sqrt(np.maximum(squares, 0)).sum())


def compute(folder: Path, names: list[str], first: int | None) -> None:
    """Compute what is not in the folder yet."""
    for key in names:
        group = GROUPS[key]
        for item in group.items[:first]:
            path = folder / f"{key}-{item.name}.json"
            if path.exists():
                continue
            start = time.perf_counter()
            try:
                found = (vertical if group.property else of_reaction)(group, item)
            except VqeError as error:
                print(key, item.name, error.message, flush=True)
                continue
            found |= {"wall_s": time.perf_counter() - start, "basis": item.basis or group.basis}
            path.write_text(json.dumps(found, indent=1))
            print(key, item.name, shown(found), flush=True)
            write_table(folder)


def shown(found: dict[str, Any]) -> str:
    """The energies of a result in a line."""
    parts = (f"{title} {number(found[key])}" for key, title in COLUMNS.items())
    return ", ".join(parts) + f" ({found['wall_s']:.0f} s)"


def number(value: float | None) -> str:
    """An energy with two decimals; a dash if there is none."""
    return "–" if value is None else f"{value:.2f}"


def results(folder: Path, key: str) -> list[tuple[Item, dict[str, Any]]]:
    """The finished results of a group."""
    found = []
    for item in GROUPS[key].items:
        path = folder / f"{key}-{item.name}.json"
        if path.exists():
            found.append((item, json.loads(path.read_text())))
    return found


def write_table(folder: Path) -> None:
    """Write `table.md`: all results, errors and rank correlations."""
    lines: list[str] = []
    for key, group in GROUPS.items():
        found = results(folder, key)
        if found:
            lines += [f"### {group.title}, {group.unit}", "", *table(found), ""]
    (folder / "table.md").write_text("\n".join(lines))


def table(found: list[tuple[Item, dict[str, Any]]]) -> Iterator[str]:
    """The lines of the table of a group."""
    titles = ["", *COLUMNS.values(), "experiment"]
    yield "| " + " | ".join(titles) + " |"
    yield "| --- |" + " --- |" * (len(titles) - 1)
    for item, values in found:
        experimental = experiment(item, values)
        row = [item.name, *(number(values[key]) for key in COLUMNS)]
        yield "| " + " | ".join(row) + f" | {experimental:.2f} {item.kind} |"
    measured: list[float | None] = [experiment(item, values) for item, values in found]
    coupled = [values["all_ccsd_t"] for _, values in found]
    for measure, of in (("mean absolute error", mean_error), ("rank correlation", correlation)):
        for title, target in (("experiment", measured), ("CCSD(T)", coupled)):
            numbers = [number(of(found, key, target)) for key in COLUMNS]
            yield f"| {measure}, {title} | " + " | ".join(numbers) + " | |"


def experiment(item: Item, values: dict[str, Any]) -> float:
    """The measured value, without vibrations and thermal energy where it is an enthalpy."""
    return item.experiment - float(values.get("vibrations", 0.0))


def _pairs(found: Any, key: str, target: list[float | None]) -> list[tuple[float, float]]:
    values = (values[key] for _, values in found)
    return [(a, b) for a, b in zip(values, target, strict=True) if a is not None and b is not None]


def mean_error(found: Any, key: str, target: list[float | None]) -> float | None:
    """The mean absolute error of a method against other values."""
    pairs = _pairs(found, key, target)
    return float(np.mean([abs(a - b) for a, b in pairs])) if pairs else None


def correlation(found: Any, key: str, target: list[float | None]) -> float | None:
    """Spearman's rank correlation of a method with other values."""
    pairs = _pairs(found, key, target)
    return float(spearmanr(*zip(*pairs, strict=True)).statistic) if len(pairs) > 2 else None


def main() -> None:
    """Compute what is missing, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="folder of the results")
    parser.add_argument("--only", choices=GROUPS, action="append", help="only this group")
    parser.add_argument("--first", type=int, help="only so many of each group")
    parser.add_argument("--table", action="store_true", help="compute nothing")
    parser.add_argument("--docs", action="store_true", help="write the table into the docs")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    if not given.table:
        compute(given.out, given.only or list(GROUPS), given.first)
    write_table(given.out)
    text = (given.out / "table.md").read_text()
    if given.docs:
        before, _, rest = DOCS.read_text().partition(BEGIN)
        after = rest.partition(END)[2]
        DOCS.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}")
    print(text)


if __name__ == "__main__":
    main()
