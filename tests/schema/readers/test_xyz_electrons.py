"""Columns and keys of extended XYZ that tell of electrons, as ASE and others write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqe_cli.schema.readers.xyz import read_xyz
from vqe_cli.schema.source import Remark

SPECIES = "Properties=species:S:1:pos:R:3"


def doubts(comment: str, first: str = "", second: str = "") -> list[Remark]:
    """Of oxygen with these values behind the coordinates."""
    text = f"2\n{comment}\nO 0 0 0 {first}\nO 0 0 1.2 {second}\n"
    return [remark for remark in read_xyz(Path("o2.xyz"), text).remarks if remark.doubtful]


@pytest.mark.parametrize(
    ("comment", "first", "second", "key", "words"),
    [
        (":initial_magmoms:R:1", "1.0", "1.0", "multiplicity", "add up to 2"),
        (":initial_magmoms:R:1 charge=0", "1.0", "1.0", "multiplicity", "multiplicity 3; 1 is"),
        (":magmoms:R:1 multiplicity=1", "0.98", "0.97", "multiplicity", "1.95"),
        (":magmoms:R:1 multiplicity=3", "1", "-1", "multiplicity", "multiplicity 1; 3 is used"),
        (":magmoms:R:3", "0 0 1", "0 0 1", "multiplicity", "add up to 2"),
        (":spins:R:1", "up", "down", "multiplicity", "not numbers"),
        (":initial_charges:R:1 multiplicity=2", "0.5", "0.5", "charge", "charge +1; 0 is used"),
        (":formal_charges:I:1 charge=-1 multiplicity=2", "1", "0", "charge", "-1 is used"),
        (":charges:R:1", "1e999", "0", "charge", "not numbers"),
        (" magmom=2.0", "", "", "multiplicity", "multiplicity 3"),
        (' magmoms="1 1"', "", "", "multiplicity", "multiplicity 3"),
    ],
)
def test_what_contradicts_charge_and_multiplicity_is_doubted(
    comment: str, first: str, second: str, key: str, words: str
) -> None:
    (found,) = doubts(SPECIES + comment, first, second)
    assert found.keys == {key}
    assert words in found.text
    assert f"{key}=" in found.text


@pytest.mark.parametrize(
    ("comment", "first", "second"),
    [
        (":initial_magmoms:R:1 multiplicity=3", "1.0", "1.0"),
        (":initial_magmoms:R:1", "1.0", "-1.0"),
        (":charges:R:1", "0.1312", "-0.1287"),
        (":mulliken_charges:R:1 charge=1 multiplicity=2", "0.51", "0.48"),
        (":nuclear_charges:R:1", "8.0", "8.0"),
        (":born_effective_charges:R:9", "1 0 0 0 1 0 0 0 1", "1 0 0 0 1 0 0 0 1"),
        (":forces:R:3", "0 0 1", "0 0 -1"),
        (' magmom=0.0 external_field="0 0 0.0" solvent=none force_field=mmff94', "", ""),
    ],
)
def test_what_agrees_or_means_something_else_is_none(comment: str, first: str, second: str) -> None:
    assert not doubts(SPECIES + comment, first, second)


@pytest.mark.parametrize(
    ("comment", "name"),
    [
        (f'{SPECIES} external_field="0 0 0.01"', "external_field"),
        ("efield=0.01", "efield"),
        ("solvent=water", "solvent"),
        ("O2 in an electric field of 0.01 a.u.", "electric field"),
    ],
)
def test_fields_and_surroundings_are_doubted_whatever_is_set(comment: str, name: str) -> None:
    (found,) = doubts(comment)
    assert f"'{name}'" in found.text
    assert not found.keys


def test_no_field_is_none() -> None:
    assert not doubts("relaxed without electric field")
