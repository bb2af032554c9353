"""Reaction energies from a file, against PySCF and experiment, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pyscf import cc

from tests.conftest import WriteFile
from tests.problems import pyscf_mean_field
from vqe_cli import run
from vqe_cli._core.units import HARTREE_IN_KCAL_PER_MOL
from vqe_cli.analysis.reaction import compute_reaction
from vqe_cli.analysis.reaction_input import read_reaction
from vqe_cli.context import Context
from vqe_cli.errors import InputError
from vqe_cli.properties.differences.balance import Composition, spin_note
from vqe_cli.schema.reaction_records import ReactionRecord

HYDROGEN = "H 0 0 0\nH 0 0 0.7414"
FLUORINE = "F 0 0 0\nF 0 0 1.4119"
FLUORIDE = "H 0 0 0\nF 0 0 0.9168"


def computed(write_file: WriteFile, text: str) -> ReactionRecord:
    reaction = read_reaction(write_file("reaction.yaml", text))
    return compute_reaction(
        reaction, lambda spec, known: run(spec, context=Context(mean_fields=known))
    )


def of_fluorine(hydrogen: Any = "full", **more: Any) -> str:
    """Hydrogen and fluorine to hydrogen fluoride, as JSON, which is YAML."""
    pair = {"name": "frontier", "electrons": 2, "orbitals": 2}
    reactants = [
        {"geometry": HYDROGEN, "name": "H2", "active_space": hydrogen},
        {"geometry": FLUORINE, "name": "F2"},
    ]
    products = [{"geometry": FLUORIDE, "name": "HF", "count": 2}]
    reaction = {"reactants": reactants, "products": products}
    common = {"molecule": {"basis": "sto-3g"}, "active_space": pair}
    return json.dumps({"reaction": reaction, **common, **more})


def test_two_molecules_make_two_as_pyscf_says(write_file: WriteFile) -> None:
    from pyscf import cc

    found = computed(write_file, of_fluorine())
    assert found.equation == "H2 + F2 → 2 HF"
    levels = {level.level: level.energy_kcal_per_mol for level in found.levels}
    fields = [pyscf_mean_field({"geometry": text}) for text in (HYDROGEN, FLUORINE, FLUORIDE)]
    hydrogen, fluorine, fluoride = (field.e_tot for field in fields)
    expected = HARTREE_IN_KCAL_PER_MOL * (2 * fluoride - hydrogen - fluorine)
    assert levels["hf"] == pytest.approx(expected, abs=1e-4)
    coupled = []
    for field, core in zip(fields, (0, 2, 1), strict=True):
        solver = cc.CCSD(field, frozen=core)
        solver.diis = False
        solver.run(conv_tol=1e-10, verbose=0, max_cycle=200)
        coupled.append(solver.e_tot + solver.ccsd_t())
    expected = HARTREE_IN_KCAL_PER_MOL * (2 * coupled[2] - coupled[0] - coupled[1])
    assert levels["all_ccsd_t"] == pytest.approx(expected, abs=1e-3)


def test_corrected_energies_are_those_of_the_runs(write_file: WriteFile) -> None:
    found = computed(write_file, of_fluorine(correction=["nevpt2", "mp2-outside"]))
    level = next(level for level in found.levels if level.level == "corrected")
    assert level.method == "VQE+NEVPT2"
    runs = [(one["coefficient"], one["run"]["result"]["corrections"]) for one in found.species]
    expected = sum(
        coefficient * next(one["energy"] for one in corrections if one["name"] == "nevpt2")
        for coefficient, corrections in runs
    )
    assert level.energy_hartree == pytest.approx(expected, abs=1e-10)
    assert "dynamic-correlation" not in {check.name for check in found.checks}


def test_a_warning_says_why_coupled_cluster_is_not_the_best(write_file: WriteFile) -> None:
    """T1 of stretched HF by PySCF."""
    sides = {
        "reactants": [{"geometry": FLUORIDE, "name": "HF"}],
        "products": [{"geometry": "H 0 0 0\nF 0 0 2.2", "name": "stretched"}],
    }
    more = {"molecule": {"basis": "6-31g"}, "correction": "nevpt2"}
    pair = {"name": "frontier", "electrons": 2, "orbitals": 2}
    found = computed(write_file, json.dumps({"reaction": sides, "active_space": pair, **more}))
    mean_field = pyscf_mean_field({"geometry": "H 0 0 0\nF 0 0 2.2", "basis": "6-31g"})
    diagnostic = cc.CCSD(mean_field, frozen=1).run().get_t1_diagnostic()
    assert found.best.method == "VQE+NEVPT2"
    assert f"whose T1 of {diagnostic:.3f} is above its threshold" in found.caveats[0]


def test_protons_and_electrons_have_no_energy(write_file: WriteFile) -> None:
    """The ionisation energy of hydrogen: 13.6 eV, of Hartree-Fock 0.4666 Ha in STO-3G."""
    text = "reaction: {reactants: ['[H]'], products: ['[H+]', e-]}\nmolecule: {basis: sto-3g}"
    found = computed(write_file, text)
    assert found.best.energy_hartree == pytest.approx(0.46658185, abs=1e-6)
    assert found.best.method == "VQE"
    assert found.active_spaces == "[H] (1e,1o)"


def test_files_and_flags_are_read(write_file: WriteFile) -> None:
    write_file("helium.yaml", "molecule: {geometry: He 0 0 0, basis: sto-3g}")
    text = "reaction: {reactants: [helium.yaml], products: [{file: helium.yaml}]}"
    path = write_file("reaction.yaml", text)
    reaction = read_reaction(path, [(("molecule", "basis"), "6-31g", "--basis")])
    assert reaction.equation == "helium → helium"
    specs = [one.spec for one in reaction.species]
    assert all(spec and spec.molecule and spec.molecule.basis == "6-31g" for spec in specs)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("molecule: {geometry: He 0 0 0}", "there is no reaction"),
        ("reaction: {reactants: [O]}", "'reaction.products' is missing"),
        ("reaction: {reactants: [O], products: []}", "'reaction.products' is empty"),
        (
            "reaction: {reactants: [O], products: [{geometry: 'N 0 0 0; O 0 0 1.15', count: 2}]}",
            "NO: multiplicity 1 is impossible",
        ),
        ("reaction: {reactants: [O], products: [[O]]}", "must be a mapping|products"),
        ("reaction: {reactants: [O], products: [{smile: O}]}", "unknown key 'smile'"),
        ("reaction: {reactants: [O], products: [{smiles: O, count: 0}]}", "count"),
        ("reaction: {reactants: [O], products: [{smiles: O, geometry: He 0 0 0}]}", "needs one of"),
        ("reaction: {reactants: [O], products: [{name: water}]}", "needs one of"),
        ("reaction: {reactants: [O], products: [xx(]}", "xx"),
        ("reaction: {reactants: [O], products: [missing.yaml]}", "missing.yaml"),
        ("reaction: {reactants: [O, '[HH]'], products: [O]}", r"not balanced: .* -2 H"),
        ("reaction: {reactants: [O], products: ['[OH-]', '[H]']}", "charges are not balanced"),
        ("reaction: {reactants: [O], products: ['[OH]', '[H]', e-]}", "charges are not balanced"),
        (
            "reaction: {reactants: [O], products: [O]}\nmolecule: {geometry: He 0 0 0}",
            "belongs to each species",
        ),
        (
            "reaction: {reactants: [O], products: [O]}\nhamiltonian: {paulis: {Z: 1}}",
            "has molecules, and no hamiltonian",
        ),
        ("reaction: {reactants: [O], products: [O]}\nansatz: ucsd", "no ansatz called 'ucsd'"),
    ],
)
def test_what_is_no_reaction_is_refused(write_file: WriteFile, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_reaction(write_file("reaction.yaml", text))


def test_species_in_other_bases_are_refused(write_file: WriteFile) -> None:
    write_file("one.yaml", "molecule: {geometry: He 0 0 0, basis: sto-3g}")
    write_file("two.yaml", "molecule: {geometry: He 0 0 0, basis: 6-31g}")
    path = write_file("r.yaml", "reaction: {reactants: [one.yaml], products: [two.yaml]}")
    with pytest.raises(InputError, match="differ in basis"):
        read_reaction(path)


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize(
    ("key", "more"),
    [
        ("correction", "correction: nevpt2"),
        ("relativity", "molecule: {geometry: He 0 0 0, relativity: x2c}"),
        ("density_fitting", "molecule: {geometry: He 0 0 0, density_fitting: true}"),
    ],
)
def test_species_with_other_methods_are_refused(
    write_file: WriteFile, key: str, more: str, first: int
) -> None:
    """Whichever of the two asks for it."""
    plain = "molecule: {geometry: He 0 0 0}\n"
    texts = [plain, more if more.startswith("molecule") else plain + more]
    for name, text in zip(("one.yaml", "two.yaml"), texts[::-1] if first else texts, strict=True):
        write_file(name, text)
    path = write_file("r.yaml", "reaction: {reactants: [one.yaml], products: [two.yaml]}")
    with pytest.raises(InputError, match=f"differ in {key}"):
        read_reaction(path)


def test_spaces_that_do_not_add_up_are_refused(write_file: WriteFile) -> None:
    text = of_fluorine(hydrogen={"name": "explicit", "orbitals": [1]})
    with pytest.raises(InputError, match="active spaces do not match") as caught:
        computed(write_file, text)
    assert caught.value.hint is not None
    assert "active_space of their own" in caught.value.hint


@pytest.mark.parametrize(
    ("sides", "changes"),
    [(((1,), (3,)), True), (((2, 2), (3,)), False), (((3, 3), (1,)), False), (((2,), (4,)), True)],
)
def test_spins_that_cannot_be_coupled_are_told(
    sides: tuple[tuple[int, ...], tuple[int, ...]], changes: bool
) -> None:
    from collections import Counter

    reactants, products = (
        [Composition(Counter("H"), 0, multiplicity) for multiplicity in side] for side in sides
    )
    assert (spin_note(reactants, products) is not None) is changes


def test_species_are_named_by_their_atoms_and_charge(write_file: WriteFile) -> None:
    text = """reaction:
  reactants: [{geometry: "H 0 0 0; H 0 0 0.74"}]
  products: [{geometry: "H 0 0 0; H 0 0 1.05", charge: 1, multiplicity: 2}, e-]
"""
    reaction = read_reaction(write_file("reaction.yaml", text))
    assert reaction.equation == "H2 → H2+ + e-"


def test_coordinates_of_a_species_can_be_in_bohr(write_file: WriteFile) -> None:
    text = """reaction:
  reactants: [{geometry: "H 0 0 0; H 0 0 1.4", units: bohr}]
  products: [{geometry: "H 0 0 0", multiplicity: 2, count: 2}]
molecule: {basis: sto-3g}
"""
    found = computed(write_file, text)
    hydrogen = pyscf_mean_field({"geometry": "H 0 0 0\nH 0 0 0.740848"}).e_tot
    expected = 2 * -0.46658185 - hydrogen
    levels = {level.level: level.energy_hartree for level in found.levels}
    assert levels["hf"] == pytest.approx(expected, abs=1e-6)


def test_a_wrong_file_name_is_told_from_a_smiles(write_file: WriteFile) -> None:
    text = "reaction: {reactants: [h2.xzy], products: [h2.xzy]}"
    with pytest.raises(InputError, match="not a SMILES") as caught:
        read_reaction(write_file("reaction.yaml", text))
    assert caught.value.hint == "a file is {file: NAME}, coordinates are {geometry: ...}"


def test_an_unknown_key_of_a_species_has_a_hint(write_file: WriteFile) -> None:
    text = "reaction: {reactants: [{smiles: O, cuont: 2}], products: [O]}"
    with pytest.raises(InputError, match="unknown key 'cuont'") as caught:
        read_reaction(write_file("reaction.yaml", text))
    assert caught.value.hint == "did you mean 'count'?"


def test_an_impossible_active_space_names_its_species(write_file: WriteFile) -> None:
    space = {"name": "frontier", "electrons": 4, "orbitals": 4}
    with pytest.raises(InputError, match="H2: an active space with 4 of 2 electrons"):
        computed(write_file, of_fluorine(hydrogen=space))


def test_species_in_other_surroundings_are_told(write_file: WriteFile) -> None:
    body = "molecule: {geometry: H 0 0 0; F 0 0 0.92, basis: sto-3g}\nactive_space: full\n"
    write_file("wet.yaml", f"{body}solvent: water\n")
    write_file("dry.yaml", body)
    reaction = {"reactants": [{"file": "dry.yaml"}], "products": [{"file": "wet.yaml"}]}
    text = json.dumps({"reaction": reaction})
    found = computed(write_file, text)
    told = "species differ in their surroundings: wet in water (ddcosmo); dry in vacuum"
    assert told in found.notes
