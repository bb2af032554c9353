"""Outputs of other programs by cclib; the texts are cut down to what names geometry and charge."""

from __future__ import annotations

import builtins
from typing import Any

import pytest
from pyscf import gto, scf

from tests.conftest import RunVqe, WriteFile
from vqe_cli.chemistry.geometry.coordinates import atoms
from vqe_cli.errors import InputError, UnavailableError
from vqe_cli.schema import load

LONG, SHORT = 0.80, 0.74
"""Bond lengths of the steps of an optimisation, Å."""

RULE = " " + 69 * "-" + "\n"


def gaussian(*lengths: float, charge: int = 0, multiplicity: int = 1, end: str = "") -> str:
    """An optimisation of hydrogen, with a geometry for each length."""
    text = (
        " Entering Gaussian System, Link 0=g16\n"
        " Copyright (c) 1988-2019, Gaussian, Inc.  All Rights Reserved.\n"
        " ******************************************\n"
        " Gaussian 16:  ES64L-G16RevC.01  3-Jul-2019\n"
        " ******************************************\n"
        f"{RULE} # opt b3lyp/6-31g*\n{RULE}"
        f" Charge = {charge:2d} Multiplicity = {multiplicity}\n"
        " NAtoms=      2 NQM=        2\n"
    )
    for number, length in enumerate(lengths):
        done = "YES" if end and number == len(lengths) - 1 else "NO "
        text += (
            "                         Standard orientation:\n"
            f"{RULE} Center     Atomic      Atomic             Coordinates (Angstroms)\n"
            f" Number     Number       Type             X           Y           Z\n{RULE}"
            f"      1          1           0        0.000000    0.000000    {length / 2:8.6f}\n"
            f"      2          1           0        0.000000    0.000000   {-length / 2:9.6f}\n"
            f"{RULE} Step number {number + 1:3d} out of a maximum of   20\n"
            "         Item               Value     Threshold  Converged?\n"
            f" Maximum Force            0.000010     0.000450     {done}\n"
            f" RMS     Force            0.000010     0.000300     {done}\n"
            f" Maximum Displacement     0.000010     0.001800     {done}\n"
            f" RMS     Displacement     0.000010     0.001200     {done}\n"
            " Predicted change in Energy=-1.000000D-09\n"
        )
    return text + end


DONE = (
    " Optimization completed.\n    -- Stationary point found.\n"
    " Normal termination of Gaussian 16 at Mon Jan  1 00:00:00 2024.\n"
)


def orca(charge: int = 1, multiplicity: int = 2, more: str = "") -> str:
    stars = " " * 33
    return (
        f"{stars}*****************\n{stars}* O   R   C   A *\n{stars}*****************\n"
        "                         Program Version 5.0.3 -  RELEASE  -\n"
        "---------------------------------\nCARTESIAN COORDINATES (ANGSTROEM)\n"
        "---------------------------------\n"
        "  H      0.000000    0.000000    0.000000\n"
        "  H      0.000000    0.000000    1.060000\n\n"
        f" Total Charge           Charge          ....    {charge}\n"
        f" Multiplicity           Mult            ....    {multiplicity}\n{more}"
        "                             ****ORCA TERMINATED NORMALLY****\n"
    )


def test_the_last_geometry_of_an_optimisation_is_used(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    """Its Hartree-Fock energy by PySCF in the basis of the flag."""
    file = write_file("opt.log", gaussian(LONG, SHORT, end=DONE))
    outcome = run_vqe("run", file, "--basis", "6-31g", "--json", "--quiet")
    assert outcome.code == 0, outcome.err
    mole = gto.M(atom=f"H 0 0 0; H 0 0 {SHORT}", basis="6-31g", verbose=0)
    expected = scf.RHF(mole).run(conv_tol=1e-12).e_tot
    assert outcome.record["problem"]["hartree_fock_energy"] == pytest.approx(expected, abs=1e-8)
    notes = " ".join(outcome.record["problem"]["notes"])
    assert "of the Gaussian output the last of 2 geometries, charge and multiplicity" in notes
    assert outcome.record["verdict"] == "pass"


@pytest.mark.parametrize("through_yaml", [False, True], ids=["direct", "through-yaml"])
def test_charge_and_multiplicity_are_read_with_their_lines(
    write_file: WriteFile, through_yaml: bool
) -> None:
    file = write_file("orca.out", orca())
    if through_yaml:
        file = write_file("in.yaml", "molecule: {geometry: {file: orca.out}}\n")
    spec = load(file)
    assert spec.molecule is not None
    assert (spec.molecule.charge, spec.molecule.multiplicity) == (1, 2)
    assert spec.source.describe(("molecule", "charge")) == "orca.out:11"
    first, second = atoms(spec.molecule).positions
    assert second[2] - first[2] == pytest.approx(1.06)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (gaussian(LONG, SHORT), "did not converge"),
        (orca() + orca(), "2 geometries that are not steps of an optimisation"),
        (gaussian(LONG, SHORT), "without a normal termination"),
        (orca(more="CPCM SOLVATION MODEL\nCPCM parameters:\n  Epsilon   ...  80.4\n"), "solvent"),
    ],
)
def test_doubtful_outputs_are_told(write_file: WriteFile, text: str, words: str) -> None:
    spec = load(write_file("a.out", text))
    assert any(words in one.text for one in spec.source.remarks if one.doubtful)


def test_jobs_on_different_species_are_refused_with_their_lines(write_file: WriteFile) -> None:
    text = gaussian(SHORT, end=DONE) + gaussian(SHORT, charge=1, multiplicity=2, end=DONE)
    with pytest.raises(InputError, match="states charge 0 in line 9, but 1 in line") as error:
        load(write_file("a.log", text))
    assert str(error.value.where).startswith("a.log:")


@pytest.mark.parametrize("name", ["a.xyz", "a.yaml"])
def test_an_output_under_the_name_of_another_format_is_named(
    write_file: WriteFile, name: str
) -> None:
    with pytest.raises(InputError, match="is an output of ORCA") as error:
        load(write_file(name, orca()))
    assert "name it .out" in str(error.value.hint)


def test_an_output_that_broke_off_is_refused_by_the_programs_name(write_file: WriteFile) -> None:
    with pytest.raises(InputError, match="output of Gaussian"):
        load(write_file("a.log", "\n".join(gaussian(SHORT).splitlines()[:7])))


def test_without_cclib_its_extra_is_named(
    write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing = builtins.__import__

    def missing(name: str, *arguments: Any, **more: Any) -> Any:
        if name == "cclib":
            raise ImportError(name)
        return importing(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(UnavailableError) as error:
        load(write_file("a.out", orca()))
    assert "vqe-cli[cclib]" in str(error.value.hint)
