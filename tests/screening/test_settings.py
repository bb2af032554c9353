"""Settings of campaigns: accepted values, and the places of mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vqe_cli._core.resources import Memory
from vqe_cli.errors import InputError
from vqe_cli.screening.settings import SMALLEST_GRANT, load_config

pytestmark = pytest.mark.quick

GOOD = """\
molecule: {basis: 6-31g}
active_space: {name: frontier, electrons: 4, orbitals: 4, at_most: true}
properties: [energy, {name: solvation, solvent: ethanol}]
candidates: {max_heavy_atoms: 9, smiles_column: structure}
limits: {memory: 2 GB, time: 60}
grid: {ansatz: [uccsd, {name: k-upccgsd, k: 2}]}
cluster: {kind: slurm, cores: 4, memory: 8GB, walltime: "01:00:00"}
"""


def config_of(tmp_path: Path, text: str, overrides: Any = ()) -> Any:
    path = tmp_path / "screen.yaml"
    path.write_text(text)
    return load_config(path, overrides)


def test_every_section_arrives(tmp_path: Path) -> None:
    config = config_of(tmp_path, GOOD)
    assert config.run["molecule"] == {"basis": "6-31g"}
    assert [entry.name for entry in config.properties()] == ["structure", "energy", "solvation"]
    assert config.sections.candidates.max_heavy_atoms == 9
    assert config.sections.cluster.kind == "slurm"
    limits = config.limits(4)
    assert (limits.memory_bytes, limits.seconds) == (2_000_000_000, 60.0)


def test_without_a_file_all_is_default() -> None:
    config = load_config(None)
    names = [entry.name for entry in config.properties()]
    assert names == ["structure", "energy", "dipole", "gap", "triage"]


def test_flags_win(tmp_path: Path) -> None:
    overrides = [(("molecule", "basis"), "sto-3g", "--basis"), (("limits", "time"), 5, "--set")]
    config = config_of(tmp_path, GOOD, overrides)
    assert config.run["molecule"]["basis"] == "sto-3g"
    assert config.sections.limits.time == 5


@pytest.mark.parametrize(
    ("text", "line", "words", "hint"),
    [
        ("seed: 1\nansatzz: uccsd\n", 2, "unknown key 'ansatzz'", "ansatz"),
        ("seed: 1\nansatz: ucsd\n", 2, "no ansatz called 'ucsd'", "uccsd"),
        ("basis: sto-3g\n", 1, "belongs under 'molecule'", "molecule: {basis"),
        ("molecule:\n  basis: sto-3g\n  charge: 1\n", 3, "comes from the candidates", "remove"),
        ("properties: [energy, dipol]\n", 1, "no property called 'dipol'", "dipole"),
        ("properties:\n  - {name: solvation, solvant: water}\n", 2, "solvant", "solvent"),
        ("candidates: {max_atom: 3}\n", 1, "unknown key 'max_atom'", "max_atoms"),
        ("limits:\n  memory: a lot\n", 2, "not an amount of memory", "4 GB"),
        ("limits:\n  time: 0\n", 2, "greater than 0", None),
        ("grid:\n  ansatzz: [uccsd]\n", 2, "not a key of the input", "ansatz"),
        ("grid:\n  properties: [gap]\n", 2, "not a key of the input", None),
        ("grid:\n  ansatz: uccsd\n", 2, "must be a list", None),
        ("grid:\n  ansatz: [uccsd, ucsd]\n", 2, "no ansatz called 'ucsd'", "uccsd"),
        ("grid:\n  molecule.charge: [0, 1]\n", 2, "is the candidate's", None),
        ("cluster: {kind: slurn, cores: 1}\n", 1, "'cluster.kind' is 'slurn'", "slurm"),
        ("hamiltonian: {paulis: {Z: 1.0}}\n", 1, "campaigns support only molecules", None),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_their_line(
    tmp_path: Path, text: str, line: int, words: str, hint: str | None
) -> None:
    with pytest.raises(InputError, match=words.replace("'", ".")) as caught:
        config_of(tmp_path, text)
    assert caught.value.where is not None
    assert caught.value.where.endswith(f"screen.yaml:{line}")
    if hint is not None:
        assert hint in (caught.value.hint or "")


def test_workers_share_the_machine_unless_told_otherwise() -> None:
    config = load_config(None)
    memory = Memory(8_000_000_000)
    assert config.limits(2, memory).memory_bytes == 4_000_000_000
    assert config.limits(1000, memory).memory_bytes == SMALLEST_GRANT
