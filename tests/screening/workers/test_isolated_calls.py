"""A function applied to a thousand small items, some of which kill the child."""

from __future__ import annotations

import ctypes
import os
import time

import pytest
from rdkit import Chem

from vqe_cli.errors import InputError
from vqe_cli.screening.model import Failure, Limits
from vqe_cli.screening.workers.isolated_calls import in_children

LIMITS = Limits(memory_bytes=400_000_000, seconds=0.5)
WEIGH = "tests.screening.workers.test_isolated_calls:heavy_atoms"
TREAT = "tests.screening.workers.test_isolated_calls:treat"


def heavy_atoms(smiles: str) -> str:
    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None:
        raise InputError(f"'{smiles}' is no SMILES")
    return str(molecule.GetNumHeavyAtoms())


def treat(item: str) -> str:
    """What the item says, or its capitals."""
    if item == "crash":
        ctypes.string_at(0)
    if item == "hang":
        time.sleep(100)
    if item == "hog":
        bytearray(os.urandom(1) * 2_000_000_000)
    return item.upper()


def test_molecules_in_their_order() -> None:
    smiles = ["C" * (1 + number % 30) for number in range(130)]
    found = list(in_children(WEIGH, smiles, LIMITS, children=2))
    assert found == [str(1 + number % 30) for number in range(130)]


def test_what_is_wrong_with_an_item_is_its_own_failure() -> None:
    found = list(in_children(WEIGH, ["C", "not a molecule", "CC"], LIMITS))
    assert found == ["1", Failure(kind="input", message="'not a molecule' is no SMILES"), "2"]


@pytest.mark.parametrize(
    ("deed", "kind"), [("crash", "crash"), ("hang", "timeout"), ("hog", "memory")]
)
def test_a_deadly_item_costs_only_itself(deed: str, kind: str) -> None:
    items = [f"item{number}" for number in range(120)]
    items[0] = items[60] = items[-1] = deed
    found = list(in_children(TREAT, items, LIMITS, children=3))
    assert [one.kind for one in found if isinstance(one, Failure)] == [kind] * 3
    assert [number for number, one in enumerate(found) if isinstance(one, Failure)] == [0, 60, 119]
    innocents = [item.upper() for item in items if item != deed]
    assert [one for one in found if isinstance(one, str)] == innocents


def test_nothing_is_nothing() -> None:
    assert list(in_children(TREAT, [], LIMITS)) == []
