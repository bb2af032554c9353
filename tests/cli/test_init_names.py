"""What `vqe init` takes a name for."""

from __future__ import annotations

import pytest

from tests.conftest import RunVqe, WriteFile
from vqe_cli.schema.known_molecules import known_molecule

pytestmark = pytest.mark.quick


@pytest.mark.parametrize("name", ["Co", "No", "Hf", "Bh"])
def test_an_element_is_not_taken_for_a_molecule(name: str) -> None:
    """`vqe init Co` is about cobalt, `vqe init CO` and `co` about carbon monoxide."""
    assert known_molecule(name) is None
    assert known_molecule(name.upper()) is not None
    assert known_molecule(name.lower()) is not None


def test_subscripts_are_digits() -> None:
    assert known_molecule("H₂O") is known_molecule("H2O")


@pytest.mark.parametrize("name", ["", ".", "..", "a\nb", "\x1b[31mred"])
def test_a_name_that_is_none(write_file: WriteFile, run_vqe: RunVqe, name: str) -> None:
    folder = write_file("other.txt", "x").resolve().parent
    outcome = run_vqe("init", name)
    assert outcome.code == 2
    assert "not a valid NAME" in outcome.err
    assert [path.name for path in folder.iterdir()] == ["other.txt"]
