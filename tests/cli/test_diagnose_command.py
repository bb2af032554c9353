"""`vqe diagnose` from the command line: tables, JSON, plots, and bad input."""

from __future__ import annotations

import pytest

from tests.conftest import RunVqe, WriteFile
from tests.families import slow_but

MODEL = """
hamiltonian:
  paulis: {ZZ: -1.0, ZI: 0.5, IZ: 0.5, XX: 0.2}
ansatz: {name: two-local, rotation_blocks: [ry], reps: 1}
"""
H2 = "2\n\nH 0 0 0\nH 0 0 0.735\n"
QUICK = ("--depths", "1,2", "--scales", "1", "--shots", "50", "--repetitions", "30")
NOISE = ("--noise", "{depolarizing: {two_qubit: 0.01}}")


def test_all_studies_as_one_json_object(run_vqe: RunVqe, write_file: WriteFile) -> None:
    file = write_file("model.yaml", MODEL)
    outcome = run_vqe("diagnose", file, *QUICK, *NOISE, "--json")
    assert outcome.code == 0
    assert "gradients: " in outcome.err
    record = outcome.record
    assert record["schema"] == "vqe-diagnose/1"
    assert record["optimum"]["energy"] == pytest.approx(-1.0 - 1.04**0.5, abs=1e-6)
    assert [point["depth"] for point in record["gradients"]["by_depth"]] == [1, 2]
    assert record["gradients"]["decay"] is None
    assert record["noise"]["slope_mha"] == pytest.approx(10 * (1 + 1.04**0.5), rel=1e-5)
    (method,) = record["shots"]["methods"]
    assert method["repetitions"] == 30
    assert method["shots_to_accuracy"] == pytest.approx(method["fitted"] / 1.6e-3**2)
    assert record["left_out"] == {}


@pytest.mark.parametrize("suffix", slow_but(("svg",), ("png", "svg", "pdf")))
def test_tables_and_a_plot(run_vqe: RunVqe, write_file: WriteFile, suffix: str) -> None:
    file = write_file("model.yaml", MODEL)
    plot = file.parent / f"studies.{suffix}"
    outcome = run_vqe("diagnose", file, *QUICK, *NOISE, "--plot", plot, "-q")
    assert (outcome.code, outcome.err) == (0, "")
    for text in ("one size only", "noise: depolarizing", "M ε²", "mHa per unit of scale"):
        assert text in outcome.out
    assert max(map(len, outcome.out.splitlines())) <= 80
    heads = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
    assert plot.read_bytes().startswith(heads[suffix])


def test_one_study_and_chosen_measurements(run_vqe: RunVqe, write_file: WriteFile) -> None:
    file = write_file("h2.xyz", H2)
    chosen = ("--measurement", "low-rank", "--measurement", "{name: fully-commuting}")
    outcome = run_vqe("diagnose", file, "--study", "shots", *QUICK[4:], *chosen, "--json")
    record = outcome.record
    names = [method["measurement"] for method in record["shots"]["methods"]]
    assert names == ["low-rank", "fully-commuting"]
    assert record["gradients"] is record["noise"] is None
    again = run_vqe("diagnose", file, "--study", "shots", *QUICK[4:], *chosen, "--json").record
    assert again["shots"] == record["shots"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--study", "noise"], "no noise is given"),
        (["--study", "noise", "--noise", "fake_nowhere"], "fake_nowhere"),
        (["--noise", "{depolarizing: {two_qubit: 2}}"], "two_qubit"),
        (["--study", "noise", *NOISE, "--scales", "200"], "--scales: 200"),
        (["--study", "gradients", "--depths", "1,2"], "has no layers"),
        (["--study", "gradients", "--ansatz", "tups", "--depths", "0"], "layers"),
        (["--depths", "1,x"], "not a list of whole numbers"),
        (["--scales", "nan"], "at least 0, and finite"),
        (["--shots", "2"], "at least 4"),
        (["--samples", "10"], "--samples"),
        (["--study", "shots", "--measurement", "fluent"], "fluent"),
        (["--study", "anything"], "anything"),
        (["--plot", "studies.txt"], "file extension must be one of"),
    ],
)
def test_bad_input_is_code_2(
    run_vqe: RunVqe, write_file: WriteFile, arguments: list[str], message: str
) -> None:
    outcome = run_vqe("diagnose", write_file("h2.xyz", H2), *arguments)
    assert outcome.code == 2
    assert message in outcome.err
