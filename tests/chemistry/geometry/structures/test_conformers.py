"""Geometries against RDKit, published force-field and GFN2-xTB energies."""

from __future__ import annotations

import builtins
import itertools
import math
from typing import Any

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem, rdDistGeom

from tests.chemistry.geometry.structures.molfiles import v2000
from vqe_cli.chemistry.geometry.coordinates import atoms
from vqe_cli.chemistry.geometry.structures import PlacedMolecule, with_coordinates
from vqe_cli.chemistry.geometry.structures.xtb import Xtb
from vqe_cli.errors import InputError, NotConvergedError, UnavailableError
from vqe_cli.schema import MoleculeSpec
from vqe_cli.schema.problem_records import StructureRecord

BOHR = 0.529177210903
"""CODATA 2018, in Ångström."""

WATER_GFN2 = -5.070544440612
"""Hartree, at the GFN2-xTB minimum: the example of xtb's own documentation."""


def placed(**section: Any) -> PlacedMolecule:
    return with_coordinates(MoleculeSpec.model_validate(section))


def place(geometry: Any, **options: Any) -> tuple[np.ndarray, StructureRecord]:
    """Positions in Ångström, and how they came about."""
    found = placed(geometry=geometry, **({"structure": options} if options else {}))
    assert found.structure is not None
    return found.atoms.positions, found.structure


def of_smiles(text: str, **options: Any) -> StructureRecord:
    return place({"smiles": text}, **options)[1]


def energies(record: StructureRecord) -> tuple[float, ...]:
    assert record.conformer_energies is not None
    assert isinstance(record.conformer_energies.value, tuple)
    return record.conformer_energies.value


def distances(positions: np.ndarray) -> np.ndarray:
    return np.linalg.norm(positions[:, None] - positions[None], axis=2)


def test_water_looks_like_water() -> None:
    """0.958 Å and 104.5 degrees by experiment."""
    positions, record = place({"smiles": "O"})
    apart = distances(positions)
    assert apart[0, 1:] == pytest.approx(0.958, abs=0.02)
    assert apart[1, 2] == pytest.approx(2 * 0.958 * math.sin(math.radians(104.5 / 2)), abs=0.04)
    assert record.derived == ("charge", "multiplicity")


def test_butane_is_stretched_and_its_kink_costs_what_was_published() -> None:
    """Halgren, J. Comput. Chem. 17, 490 (1996): gauche lies 0.78 kcal/mol above anti."""
    positions, record = place({"smiles": "CCCC"})
    assert max(energies(record)) - min(energies(record)) == pytest.approx(0.78, abs=0.01)
    assert record.conformer_energies is not None
    assert record.conformer_energies.unit == "kcal/mol"
    assert distances(positions)[0, 3] > 3.8  # anti 3.9 Å, gauche 3.1 Å
    assert energies(record)[record.conformer - 1 if record.conformer else -1] == pytest.approx(
        min(energies(record))
    )


def test_conformers_are_those_of_rdkit() -> None:
    record = of_smiles("CC(C)CO", conformers=4, seed=11)
    molecule = Chem.AddHs(Chem.MolFromSmiles(Chem.CanonSmiles("CC(C)CO")))
    parameters = AllChem.ETKDGv3()
    parameters.randomSeed = 11
    AllChem.EmbedMultipleConfs(molecule, 4, parameters)
    expected = [energy for _, energy in AllChem.MMFFOptimizeMoleculeConfs(molecule, maxIters=2000)]
    assert energies(record) == pytest.approx(expected, abs=1e-3)
    assert (record.seed, record.method) == (11, "ETKDGv3, MMFF94")


def test_a_structure_has_one_geometry_however_it_is_written() -> None:
    assert of_smiles("OCC").geometry == of_smiles("C(O)C").geometry == of_smiles("CCO").geometry


def test_another_seed_finds_another_conformer() -> None:
    assert (
        of_smiles("CCCCO", conformers=1).geometry
        != of_smiles("CCCCO", conformers=1, seed=8).geometry
    )


def test_uff_stands_in_and_that_is_said() -> None:
    record = of_smiles("B")
    assert record.method == "ETKDGv3, UFF"
    assert any("UFF" in note for note in record.notes)


def test_a_geometry_that_no_force_field_relaxed_is_called_rough() -> None:
    record = of_smiles("[BeH2]")
    assert record.method == "ETKDGv3"
    assert any("rough" in note for note in record.notes)
    assert [check.name for check in record.checks] == ["geometry-relaxed"]


def test_a_geometry_that_was_not_asked_to_be_relaxed_is_no_doubt() -> None:
    assert not of_smiles("[BeH2]", optimize="none").checks
    assert not of_smiles("CCO").checks


def test_a_kept_conformer_at_no_minimum_is_a_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vqe_cli.chemistry.geometry.structures.conformers.MAX_STEPS", 1)
    record = of_smiles("CCCCO", conformers=2)
    assert "MMFF94 did not reach the minimum of 2 conformers" in record.notes
    assert [check.name for check in record.checks] == ["geometry-relaxed"]


@pytest.mark.parametrize("smiles", ["[He]", "[Fe+3]", "[H]"])
def test_an_atom_is_at_rest(smiles: str) -> None:
    assert len(of_smiles(smiles).geometry.splitlines()) == 1


def test_the_timeout_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """RDKit counts whole seconds; it gets one, once, or none if the time is over before."""
    tried = []
    embed = rdDistGeom.EmbedMultipleConfs

    def watched(molecule: Chem.Mol, count: int, parameters: Any) -> Any:
        tried.append(parameters.timeout)
        return embed(molecule, count, parameters)

    monkeypatch.setattr(rdDistGeom, "EmbedMultipleConfs", watched)
    with pytest.raises(InputError, match=r"within 0\.01 s"):
        of_smiles("C1" + "C" * 80 + "1", timeout_s=0.01)
    assert tried in ([1], [])


def test_what_has_no_place_in_space_is_not_told_to_wait() -> None:
    """Cyclopropyne: a triple bond does not fit into a ring of three."""
    with pytest.raises(InputError) as error:
        of_smiles("C1#CC1")
    assert " within " not in error.value.message
    assert "timeout" not in (error.value.hint or "")


def test_what_gfn2_relaxes_is_not_called_rough() -> None:
    notes = of_smiles("[BeH2]", optimize="gfn2-xtb").notes
    assert notes == ("no force field has parameters for this molecule",)


def test_fewer_conformers_than_asked_for_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """RDKit gives up one of many attempts now and then."""
    embed = rdDistGeom.EmbedMultipleConfs
    monkeypatch.setattr(
        rdDistGeom,
        "EmbedMultipleConfs",
        lambda molecule, count, how: embed(molecule, min(count, 2), how),
    )
    assert "2 of 5 conformers were found" in of_smiles("CCO", conformers=5).notes


def test_gfn2_energies_are_those_of_tblite() -> None:
    """The sixteen atoms of the example in tblite's documentation, bohr and Hartree."""
    numbers = [1, 1, 6, 5, 1, 15, 8, 17, 13, 15, 5, 1, 9, 15, 1, 15]
    positions = np.array([
        [+2.79274810283778, +3.82998228828316, -2.79287054959216],
        [-1.43447454186833, +0.43418729987882, +5.53854345129809],
        [-3.26268343665218, -2.50644032426151, -1.56631149351046],
        [+2.14548759959147, -0.88798018953965, -2.24592534506187],
        [-4.30233097423181, -3.93631518670031, -0.48930754109119],
        [+0.06107643564880, -3.82467931731366, -2.22333344469482],
        [+0.41168550401858, +0.58105573172764, +5.56854609916143],
        [+4.41363836635653, +3.92515871809283, +2.57961724984000],
        [+1.33707758998700, +1.40194471661647, +1.97530004949523],
        [+3.08342709834868, +1.72520024666801, -4.42666116106828],
        [-3.02346932078505, +0.04438199934191, -0.27636197425010],
        [+1.11508390868455, -0.97617412809198, +6.25462847718180],
        [+0.61938955433011, +2.17903547389232, -6.21279842416963],
        [-2.67491681346835, +3.00175899761859, +1.05038813614845],
        [-4.13181080289514, -2.34226739863660, -3.44356159392859],
        [+2.85007173009739, -2.64884892757600, +0.71010806424206],
    ])  # fmt: skip
    assert Xtb(numbers, 0, 1).energy(positions * BOHR) == pytest.approx(-31.716159156, abs=1e-6)


@pytest.mark.parametrize(
    "geometry", [{"smiles": "O"}, "O 0 0 0\nH 0 0 1.1\nH 0.9 0.3 -0.4"], ids=["smiles", "given"]
)
def test_gfn2_relaxes_water_to_the_published_minimum(geometry: Any) -> None:
    positions, record = place(geometry, optimize="gfn2-xtb")
    assert record.optimized_energy is not None
    assert record.optimized_energy.unit == "hartree"
    assert record.optimized_energy.value == pytest.approx(WATER_GFN2, abs=1e-6)
    assert "GFN2-xTB" in record.method
    assert record.packages["tblite"]
    assert distances(positions)[0, 1:] == pytest.approx(0.9590, abs=2e-3)


def test_conformers_are_ranked_by_gfn2_where_asked_for() -> None:
    record = of_smiles("CCCC", rank_by="gfn2-xtb", conformers=6)
    assert record.conformer_energies is not None
    assert record.conformer_energies.unit == "hartree"
    spread = 627.5 * (max(energies(record)) - min(energies(record)))
    assert spread == pytest.approx(0.6, abs=0.1)  # as of xtb at these geometries, kcal/mol


def test_coordinates_of_a_file_stay_unless_a_method_is_named() -> None:
    molecule = Chem.AddHs(Chem.MolFromSmiles("CCO"))
    AllChem.EmbedMolecule(molecule, randomSeed=5)
    block = Chem.MolToMolBlock(molecule)
    given = Chem.MolFromMolBlock(block, removeHs=False).GetConformer().GetPositions()
    kept, record = place({"molfile": block}, conformers=5)
    assert kept == pytest.approx(given, abs=1e-7)
    assert record.method == "coordinates of the file"
    assert record.conformer_energies is None
    moved, record = place({"molfile": block}, optimize="mmff94")
    assert record.method == "coordinates of the file, MMFF94"
    assert np.abs(moved - given).max() > 1e-3


def test_fragments_do_not_stand_on_each_other() -> None:
    positions, _ = place({"smiles": "O.O.CO"})
    pairs = itertools.combinations(positions, 2)
    assert min(math.dist(a, b) for a, b in pairs) > 0.7


def test_a_force_field_needs_bonds() -> None:
    with pytest.raises(InputError, match="bonds") as error:
        place("H 0 0 0; H 0 0 0.74", optimize="mmff94")
    assert error.value.path == ("molecule", "structure", "optimize")


def test_coordinates_that_are_given_are_taken() -> None:
    found = placed(geometry="H 0 0 0; D 0 0 0.123456789012")
    assert found.structure is None
    assert found.atoms.positions.tolist() == [[0.0, 0.0, 0.0], [0.0, 0.0, 0.123456789012]]
    assert [remark.split(":")[0] for remark in found.remarks] == ["read D as H"]


def test_made_coordinates_are_computed_with_as_they_stand_in_the_record() -> None:
    """Somebody who copies them into another input file asks the same question."""
    found = placed(geometry={"smiles": "C"}, structure={"optimize": "gfn2-xtb"})
    assert found.structure is not None
    assert found.molecule.geometry.cartesian == found.structure.geometry
    again = with_coordinates(found.molecule)
    assert again.structure is None
    assert again.atoms.symbols == found.atoms.symbols
    assert again.atoms.positions.tolist() == found.atoms.positions.tolist()


def test_ghosts_stay_ghosts() -> None:
    section = {"geometry": "He 0 0 0; @He 0 0 2.5", "structure": {"optimize": "none"}}
    found = placed(**section)
    assert found.atoms.ghosts == (False, True)
    assert atoms(found.molecule).ghosts == (False, True)
    with pytest.raises(InputError, match="ghosts"):
        placed(**{**section, "structure": {"optimize": "gfn2-xtb"}})


@pytest.mark.parametrize(
    ("second", "message"), [((0.0, 0.0, 0.05), "atom 3"), ((0.0, 2e4, 0.0), "not finite")]
)
def test_a_molfile_with_atoms_nowhere_is_refused(
    second: tuple[float, float, float], message: str
) -> None:
    block = v2000([("H", 0.0, 0.0, 1.0), ("H", 0.0, 0.0, 0.0), ("H", *second)], [(1, 2, 1, 0)])
    with pytest.raises(InputError, match=message) as error:
        placed(geometry={"molfile": block})
    assert error.value.path == ("molecule", "geometry")


def test_elements_beyond_radon_have_no_gfn2() -> None:
    with pytest.raises(InputError, match="radon"):
        of_smiles("F[U](F)(F)(F)(F)F", optimize="gfn2-xtb")


def test_a_geometry_that_has_no_minimum_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vqe_cli.chemistry.geometry.structures.xtb.MAX_STEPS", 1)
    with pytest.raises(NotConvergedError, match="did not converge in 1 steps"):
        place("O 0 0 0\nH 0 0 1.3\nH 1.2 0.3 -0.4", optimize="gfn2-xtb")


def test_without_tblite_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("tblite"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UnavailableError) as error:
        of_smiles("N", optimize="gfn2-xtb")
    assert error.value.hint == "pip install 'vqe-cli[xtb]'"


def test_a_stated_charge_must_be_that_of_the_structure() -> None:
    geometry = {"smiles": "[OH-]"}
    with pytest.raises(InputError) as error:
        placed(geometry=geometry, charge=0)
    assert error.value.path == ("molecule", "charge")
    assert "charge: -1" in (error.value.hint or "")
    fitting = placed(geometry=geometry, charge=-1)
    assert fitting.molecule.charge == -1
    assert fitting.structure is not None
    assert fitting.structure.derived == ("multiplicity",)


def test_a_stated_multiplicity_is_a_choice() -> None:
    found = placed(geometry={"smiles": "O=O"}, multiplicity=3)
    assert found.molecule.multiplicity == 3
    assert found.structure is not None
    assert not any("state" in note for note in found.structure.notes)
