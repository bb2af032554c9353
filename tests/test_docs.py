"""What the documents show works as they show it."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from pyscf import fci, gto, mcscf, scf

import vqe_cli
import vqe_cli.ansatz
from tests.conftest import RunVqe, WriteFile
from vqe_cli._core.registry import Registry
from vqe_cli.ansatz import Ansatz
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.parts import look_up_parts

ROOT = Path(__file__).parent.parent


def python_blocks(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)


def test_the_how_to_adds_an_ansatz_by_one_file(tmp_path, monkeypatch):
    (tmp_path / "opposite_spin.py").write_text(python_blocks("docs/add-an-ansatz.md")[0])
    monkeypatch.setattr(vqe_cli.ansatz, "__path__", [*vqe_cli.ansatz.__path__, str(tmp_path)])
    registry = Registry("ansatz", Ansatz, "vqe_cli.ansatz")
    assert "opposite-spin" in registry.names()
    monkeypatch.setattr("vqe_cli.ansatz.ANSATZE", registry)
    data = {"molecule": {"geometry": "H 0 0 0\nH 0 0 0.735"}, "ansatz": "opposite-spin"}
    record = vqe_cli.run(vqe_cli.spec_from_data(data))
    assert record.result.energy == pytest.approx(-1.137306, abs=1e-6)  # FCI by PySCF


def test_the_readme_scripts_run():
    done = [
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
        )
        for script in python_blocks("README.md")
    ]
    assert [one.stderr for one in done] == ["", ""]
    assert done[0].stdout.split()[-1] == "pass"


def test_the_readme_input_is_a_valid_input():
    (text,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    from vqe_cli.schema.yaml_source import parse_yaml

    spec = vqe_cli.spec_from_data(parse_yaml(text).data)
    problem = build_problem(spec, look_up_parts(spec).active_space)
    assert (problem.norb, problem.nelec) == (4, (2, 2))


def test_the_inputs_of_the_page_on_mitigation_are_valid():
    from vqe_cli.backends import BACKENDS
    from vqe_cli.schema.yaml_source import parse_yaml

    text = (ROOT / "docs/mitigation.md").read_text()
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        data = parse_yaml(block).data
        BACKENDS.create(data.get("backend") or {"name": "aer", **data}, ("backend",))


def test_the_input_of_the_page_on_scans_is_valid() -> None:
    from vqe_cli.scan.coordinates.internal import read_internal
    from vqe_cli.schema.yaml_source import parse_yaml

    (text,) = blocks_of("docs/scan.md", "yaml")
    found = read_internal(
        "dihedral", "3,1,2,5=0:180:19", vqe_cli.spec_from_data(parse_yaml(text).data)
    )
    assert set(found.moving) == {1, 4, 5}


def test_the_command_reference_is_up_to_date():
    script = ROOT / "scripts" / "make_command_reference.py"
    subprocess.run([sys.executable, str(script), "--check"], check=True)


def test_settings_on_the_page_on_screening_are_settings(write_file: WriteFile) -> None:
    from vqe_cli.screening.candidates import read_candidates
    from vqe_cli.screening.settings import load_config

    for number, block in enumerate(blocks_of("docs/screening.md", "yaml")):
        path = write_file(f"{number}.yaml", block)
        if block.startswith("molecules:"):
            grid = read_candidates(path)
            assert (len(list(grid)), len(grid.variants)) == (2, 4)
        else:
            load_config(path)


def test_the_page_on_screening_has_every_key_of_the_settings() -> None:
    from vqe_cli.screening.settings import CandidateOptions, LimitOptions, Sections
    from vqe_cli.screening.workers.clusters import BatchSystem
    from vqe_cli.screening.workers.retry import POLICIES

    text = (ROOT / "docs/screening.md").read_text()
    for model in (Sections, CandidateOptions, LimitOptions, BatchSystem):
        assert all(f"`{key}`" in text for key in model.model_fields), model
    assert all(f"| `{kind}` |" in text for kind in POLICIES)


@pytest.mark.usefixtures("shared_workers")
def test_the_commands_of_the_page_on_screening_run(run_vqe: RunVqe, write_file: WriteFile) -> None:
    first, cluster = (
        block
        for block in blocks_of("docs/screening.md", "yaml")
        if "ionization-energy" in block or "cluster:" in block
    )
    (grid,) = (b for b in blocks_of("docs/screening.md", "yaml") if b.startswith("molecules:"))
    write_file("candidates.smi", "[H][H] hydrogen\n[He] helium\n")
    write_file("geometries/helium.xyz", "1\n\nHe 0 0 0\n")
    write_file("cluster.yaml", cluster)
    write_file("grid.yaml", grid.replace("6-31g", "3-21g"))
    for command in commands_of("docs/screening.md"):
        outcome = run_vqe(*command[1:])
        assert outcome.code == 0, (command, outcome.err)
        if command[1] == "init":
            write_file("screen.yaml", first)


def blocks_of(page: str, language: str) -> list[str]:
    return re.findall(
        rf'```{language}(?: title="[^"]+")?\n(.*?)```', (ROOT / page).read_text(), re.DOTALL
    )


def commands_of(page: str) -> list[list[str]]:
    """The calls of vqe in a page's shell blocks; each begins a line, and quotes may go on.

    Where a page has two workers there is one, since each takes seconds to start.
    """
    text = "\n".join(blocks_of(page, "sh")).replace("--workers 2", "--workers 1")
    return [shlex.split(call) for call in re.split(r"\n(?=vqe )", text)]


PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")),
]


@pytest.mark.parametrize("page", PAGES)
def test_links_and_paths_in_documents_exist(page):
    text = (ROOT / page).read_text()
    links = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    paths = re.findall(r"(?:molecules|docs|scripts|vqe_cli)/[\w/]+\.(?:yaml|md|py|sh)", text)
    for name in (*links, *paths):
        if name.endswith("opposite_spin.py"):
            continue  # the file that the how-to tells to write
        base = ROOT if name.split("/")[0] in ("molecules", "docs", "scripts", "vqe_cli") else None
        assert ((base or (ROOT / page).parent) / name).exists(), name


def test_the_input_on_the_page_on_fewer_qubits_takes_the_qubits_it_tells() -> None:
    from vqe_cli.analysis.inspection import inspect_problem
    from vqe_cli.schema import spec_from_data
    from vqe_cli.schema.yaml_source import parse_yaml

    text = (ROOT / "docs/fewer-qubits.md").read_text()
    (block,) = blocks_of("docs/fewer-qubits.md", "yaml")
    problem = inspect_problem(spec_from_data(parse_yaml(block).data)).problem
    assert problem.tapered is not None
    size = f"{problem.qubits} qubits ({problem.tapered.qubits_before} before tapering)"
    terms = f"{problem.pauli_terms} Pauli terms ({problem.tapered.pauli_terms_before})"
    assert f"{size}, {terms}" in " ".join(text.split())


def test_the_page_on_formats_has_a_script_for_qcengine() -> None:
    (script,) = python_blocks("docs/formats.md")
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    energy, verdict = done.stdout.split()
    mole = gto.M(
        atom="O 0 0 0.222; H 0 1.431 -0.887; H 0 -1.431 -0.887",
        unit="bohr",
        basis="sto-3g",
        verbose=0,
    )
    exact = mcscf.CASCI(scf.RHF(mole).run(conv_tol=1e-11), 4, 4).run().e_tot
    assert float(energy) == pytest.approx(exact, abs=1e-5)  # UCCSD is not quite exact
    assert verdict == "pass"


@pytest.mark.slow
def test_claims_on_the_page_on_verification_have_the_verdicts_it_tells() -> None:
    from vqe_cli.schema.yaml_source import parse_yaml
    from vqe_cli.verification.claim import claim_from_data
    from vqe_cli.verification.verification import verify

    text = (ROOT / "docs/verify.md").read_text()
    parts = re.findall(r"\(`([a-z-]+)`\)[^\n]*\n\n```yaml\n(.*?)```", text, re.DOTALL)
    assert len(parts) == 4
    for verdict, block in parts:
        assert verify(claim_from_data(parse_yaml(block).data), 6.0).verdict == verdict


def run_script(script: str, folder: Path) -> list[str]:
    """The words that a script prints, which must not complain."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def hydrogen_in_631g(distance: float) -> float:
    """Full CI by PySCF, Hartree."""
    mole = gto.M(atom=f"H 0 0 0; H 0 0 {distance}", basis="6-31g", verbose=0)
    return float(fci.FCI(scf.RHF(mole).run(conv_tol=1e-12)).kernel()[0])


@pytest.mark.slow
def test_the_recipe_for_ase_finds_the_minimum_of_full_ci(tmp_path: Path) -> None:
    distance, _, wavenumber, _, energy, _ = run_script(
        python_blocks("docs/recipes.md")[0], tmp_path
    )
    near = [hydrogen_in_631g(float(distance) + step) for step in (-0.01, 0.0, 0.01)]
    assert near[1] < min(near[0], near[2])
    curvature = (near[0] - 2 * near[1] + near[2]) / (0.01 / 0.529177) ** 2
    assert float(wavenumber) == pytest.approx(
        5140.5 * (curvature / 1.00783) ** 0.5 * 2**0.5, rel=0.01
    )
    assert float(energy) == pytest.approx(27.2114 * near[1], abs=0.5)


@pytest.mark.slow
def test_the_recipe_for_barriers_gives_that_of_full_ci(tmp_path: Path) -> None:
    words = run_script(python_blocks("docs/recipes.md")[3], tmp_path)
    saddle = gto.M(atom="H 0 0 -0.9396; H 0 0 0; H 0 0 0.9396", basis="6-31g", spin=1, verbose=0)
    atom = scf.ROHF(gto.M(atom="H", basis="6-31g", spin=1, verbose=0)).run().e_tot
    top = fci.FCI(scf.ROHF(saddle).run()).kernel()[0]
    exact = 627.5095 * (top - atom - hydrogen_in_631g(0.7461))
    assert float(words[4]) == pytest.approx(exact, abs=0.01)
    assert float(words[1]) == pytest.approx(exact, abs=0.2)


@pytest.mark.slow
def test_the_recipe_that_keeps_the_verdict_runs(tmp_path: Path) -> None:
    verdict, error = run_script(python_blocks("docs/recipes.md")[2], tmp_path)
    assert verdict == "pass"
    assert abs(float(error)) < 1e-3
