"""Names of rows and variants."""

from __future__ import annotations

import pytest

from vqe_cli.ansatz import ANSATZE
from vqe_cli.comparison.labels import name_of


@pytest.mark.parametrize(
    ("method", "variant", "name"),
    [
        ("VQE-k-UpCCGSD", "k-upccgsd, spsa", "VQE-k-UpCCGSD (spsa)"),
        ("VQE-EfficientSU2", "efficient-su2", "VQE-EfficientSU2"),
        ("SQD-LUCJ", "sqd, lucj, 100", "SQD-LUCJ (100)"),
        ("VQE-PUCCD", "puccd", "VQE-PUCCD"),
        ("CCSD(T)", "", "CCSD(T)"),
        ("DMRG", "bond_dimension=20", "DMRG (bond_dimension=20)"),
    ],
)
def test_what_the_method_says_is_not_said_again(method: str, variant: str, name: str) -> None:
    assert name_of(method, variant) == name


def test_labels_of_ansaetze_are_their_names_as_papers_write_them() -> None:
    for name in ANSATZE.names():
        label = ANSATZE.get(name).label or name
        assert label.replace("-", "").lower() == name.replace("-", "")
