"""What the terminal and the records say of active orbitals."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from tests.conftest import RunVqe, WriteFile
from tests.families import slow
from vqe_cli.cli.main import vqe

WATER = """
molecule:
  name: Water
  basis: 6-31g
  charge: 0
  multiplicity: 1
  geometry: "O 0 0 0.1173; H 0 0.7572 -0.4692; H 0 -0.7572 -0.4692"
active_space: {name: mp2-natural, electrons: 4, orbitals: 4}
"""


@pytest.fixture
def water(write_file: WriteFile) -> str:
    return str(write_file("water.yaml", WATER))


def test_inspect_shows_the_active_orbitals_and_their_neighbours(
    run_vqe: RunVqe, water: str
) -> None:
    outcome = run_vqe("inspect", water, "--orbitals")
    assert outcome.code == 0
    assert "(4e,4o) · " in outcome.out
    assert "active space mp2-natural: the most correlated natural orbitals of MP2" in outcome.out
    assert "8 qubits · 36 determinants · 3 frozen, 6 left out" in outcome.out
    assert "O1 2py" in outcome.out
    assert "Pauli" not in outcome.out


@pytest.mark.parametrize("columns", [40, 80])
def test_orbitals_end_with_a_line_to_type_that_works(
    run_vqe: RunVqe, write_file: WriteFile, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Acrolein's pi orbitals are perpendicular to its plane, which its frozen ones are not."""
    monkeypatch.setattr("vqe_cli.report.console.IN_PIPES", columns)
    flags = ("--smiles", "C=CC=O", "--active-space", "pi", "--set", "molecule.name=acro lein")
    outcome = run_vqe("inspect", *flags, "--orbitals")
    *lines, last = outcome.out.splitlines()
    assert max(map(len, lines)) <= columns
    assert not [line for line in lines if line != line.rstrip() or "…" in line]
    active = [line for line in lines if line.startswith("* ")]
    assert [float(line.split()[4]) > 0.9 for line in active] == 4 * [True]
    assert [float(line.split()[3]) for line in lines if "frozen  " in line] == 4 * [0.0]
    assert last.startswith("run it: vqe run ")
    words = shlex.split(last.partition("vqe ")[2])
    plan = vqe.get_command(click.Context(vqe), words[0])
    assert plan is not None
    given = plan.make_context(words[0], words[1:]).params
    assert (given["smiles"], given["active_space"]) == ("C=CC=O", "pi")
    assert given["assignments"] == ("molecule.name=acro lein",)


def test_a_singly_occupied_orbital_is_named(run_vqe: RunVqe) -> None:
    """Triplet oxygen has two of them, pi orbitals; PySCF's ROHF has 8 doubly occupied ones."""
    outcome = run_vqe("inspect", "molecules/o2_triplet.yaml", "--orbitals", "--json")
    single = [one for one in outcome.record["orbitals"] if one["occupation"] == 1]
    assert [one["atoms"] for one in single] == 2 * [[["O1", 0.5], ["O2", 0.5]]]
    assert all(one["pi_share"] > 0.9 for one in single)
    text = run_vqe("inspect", "molecules/o2_triplet.yaml", "--orbitals").out
    assert text.count("SOMO") == 2


def test_inspect_gives_them_as_json(run_vqe: RunVqe, water: str) -> None:
    outcome = run_vqe("inspect", water, "--orbitals", "--json")
    found = json.loads(outcome.out)
    assert found["schema"] == "vqe-orbitals/1"
    assert found["active_space"]["criterion"] == "MP2 natural occupation"
    active = [orbital for orbital in found["orbitals"] if orbital["part"] == "active"]
    assert [orbital["number"] for orbital in active] == [4, 5, 6, 7]
    assert sum(orbital["occupation"] for orbital in active) == 4
    assert len(found["orbitals"]) == 3 + 4 + 4
    assert all(0 < orbital["criterion"] < 2.0001 for orbital in active)


def test_a_run_says_in_one_line_why_these_orbitals(run_vqe: RunVqe, water: str) -> None:
    outcome = run_vqe("run", water)
    assert "active space mp2-natural: the most correlated natural orbitals" in outcome.out
    record = json.loads(run_vqe("run", water, "--json").out)
    space = record["problem"]["active_space"]
    assert space["method"] == "mp2-natural"
    assert len(space["orbitals"]) == 4
    full = run_vqe("run", water, "--active-space", "full", "--basis", "sto-3g")
    assert "active space" not in full.out


def test_nothing_is_exported_where_only_orbitals_are_looked_at(run_vqe: RunVqe, water: str) -> None:
    outcome = run_vqe("inspect", water, "--orbitals", "--export", "fcidump", "water.fcidump")
    assert outcome.code == 2
    assert "nothing to export" in outcome.err


def test_orbitals_of_a_qubit_hamiltonian_are_an_input_error(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    file = write_file("model.yaml", "hamiltonian: {paulis: {ZZ: 1.0}}\n")
    outcome = run_vqe("inspect", file, "--orbitals")
    assert outcome.code == 2
    assert "molecules only" in outcome.err


def test_energies_of_the_state_and_of_its_samples_have_their_own_names(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    """The energy before the orbitals were optimised is that of the state, also for samples."""
    text = 'molecule: {geometry: "Li 0 0 0; H 0 0 1.6"}\norbitals: optimised\noptimizer: bfgs\n'
    space = "active_space: {name: frontier, electrons: 2, orbitals: 2}\n"
    path = str(write_file("lih.yaml", text + space))
    sampled = run_vqe("run", path, "--solver", "sqd").out
    assert re.search(r"E\(parameterised state\) .* in the first orbitals", sampled)
    assert re.search(r"E\(SQD\) .* in optimised orbitals", sampled)
    assert re.search(r"E\(VQE\) .* in the first orbitals", run_vqe("run", path).out)


@pytest.mark.parametrize(
    ("name", "start"), [("o.png", b"\x89PNG"), slow("o.pdf", b"%PDF"), ("o.svg", b"<?xml")]
)
def test_orbitals_are_drawn(run_vqe: RunVqe, water: str, name: str, start: bytes) -> None:
    outcome = run_vqe("inspect", water, "--pictures", name)
    assert outcome.code == 0
    assert f"wrote {name} (4 orbitals)" in outcome.out
    content = Path(name).read_bytes()
    assert content.startswith(start)
    if name.endswith("svg"):
        for text in ("orbital 4, ", "0 electrons", "MP2 natural occupation", "70%"):
            assert text.encode() in content


def test_pictures_need_atoms_and_a_known_format(run_vqe: RunVqe, water: str) -> None:
    assert run_vqe("inspect", water, "--pictures", "o.gif").code == 2
    Path("spins.yaml").write_text("hamiltonian: {paulis: {ZZ: 1.0, XI: 0.3}}")
    outcome = run_vqe("inspect", "spins.yaml", "--pictures", "o.png")
    assert outcome.code == 2
    assert "no molecule" in outcome.err
    assert not Path("o.png").exists()


def test_orbitals_without_an_entropy_keep_the_columns(run_vqe: RunVqe, water: str) -> None:
    outcome = run_vqe("inspect", water, "--active-space", "entropy", "--orbitals", "--json")
    first, *others = outcome.record["orbitals"]
    assert (first["part"], first["criterion"]) == ("frozen", None)
    assert all(0 < one["criterion"] < 1.4 for one in others if one["part"] == "active")


def test_pictures_name_the_elements_and_have_room_for_long_names(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    name = "an atom whose name is too long for a picture of one orbital"
    text = f'molecule: {{name: {name}, charge: 0, multiplicity: 2, geometry: "H 0 0 0"}}'
    flags = ("--orbitals", "--pictures", "h.svg", "--figure-width", "single")
    outcome = run_vqe("inspect", write_file("h.yaml", text), *flags)
    assert outcome.code == 0
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", Path("h.svg").read_text())
    assert "H" in texts
    assert name in " ".join(texts)
    assert max(len(line) for line in texts) <= 46
