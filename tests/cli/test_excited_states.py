"""Excited states on the terminal, in the record, in plots and in the JSON Schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import RunVqe, WriteFile


def test_states_are_shown_with_spin_energy_and_intensity(run_vqe: RunVqe, hydrogen: Path) -> None:
    outcome = run_vqe("run", hydrogen, "-q", "--states", "4")
    lines = outcome.out.splitlines()
    assert max(map(len, lines)) <= 80
    (header,) = (line for line in lines if line.startswith("qse "))
    assert header.split() == ["qse", "total", "energy", "/", "Ha", "eV", "f", "transition"]
    (singlet,) = (line for line in lines if line.startswith("2 singlet B1u"))
    assert "26.5189" in singlet  # 0.974553 Ha
    assert "0.8706" in singlet
    assert "1 → 2 (99 %)" in singlet
    assert any(line.startswith("3 singlet Ag") and "double" in line for line in lines)


def test_the_record_has_what_the_contract_names(run_vqe: RunVqe, hydrogen: Path) -> None:
    record = run_vqe("run", hydrogen, "--states", "3", "--json").record
    assert record["spec"]["states"]["number"] == 3
    assert record["spec"]["states"]["method"]["name"] == "qse"
    states = record["result"]["states"]
    assert len(states) == 3
    named = "energy excitation_ev s_squared multiplicity irrep oscillator_strength"
    for state in states:
        assert {*named.split(), "reference_energy", "error_mha"} <= set(state)
    assert states[0]["energy"] == pytest.approx(record["result"]["energy"])


def test_flags_and_set_change_parts_of_the_key(run_vqe: RunVqe, write_file: WriteFile) -> None:
    text = 'molecule:\n  geometry: "H 0 0 0; H 0 0 0.735"\nstates: 2\n'
    write_file("two.yaml", text)
    change = ("--set", "states.method=q-sc-eom", "--json")
    record = run_vqe("run", "two.yaml", "--states", "3", *change).record
    assert len(record["result"]["states"]) == 3
    assert record["spec"]["states"]["method"]["name"] == "q-sc-eom"


def test_a_spectrum_is_drawn(run_vqe: RunVqe, hydrogen: Path) -> None:
    run_vqe("run", hydrogen, "-q", "--states", "4", "--spectrum", "spectrum.svg")
    drawn = Path("spectrum.svg").read_text()
    assert "<svg" in drawn
    for word in ("triplet", "computed", "excitation energy / eV", "H2 / STO-3G, UCCSD, qse"):
        assert f">{word}</text>" in drawn
    refused = run_vqe("run", hydrogen, "-q", "--spectrum", "spectrum.svg")
    assert refused.code == 2
    assert "--states" in refused.err


def test_a_recorded_run_is_replayed_with_its_states(run_vqe: RunVqe, hydrogen: Path) -> None:
    run_vqe("run", hydrogen, "-q", "--states", "3", "-o", "h2.json")
    replayed = run_vqe("replay", "h2.json", "--json").record
    assert replayed["same"]


def test_methods_are_listed_and_in_the_schema(run_vqe: RunVqe) -> None:
    assert "vqd" in run_vqe("list", "state-method").out
    schema = run_vqe("schema").record
    short, whole = schema["$defs"]["StatesSpec"]["anyOf"]
    assert short["type"] == "integer"
    assert "vqd" in whole["properties"]["method"]["anyOf"][0]["enum"]
