"""Remedies fit the run, and what stands between backticks can be typed."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest

from tests.problems import H2, spec_of
from vqe_cli import run
from vqe_cli.cli.diagnose_command import command as diagnose_command
from vqe_cli.cli.run_command import command as run_command
from vqe_cli.report.run.remedies import remedy_of
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.problem_records import ScfRecord
from vqe_cli.schema.records import RunRecord


@pytest.fixture(scope="module")
def hydrogen() -> RunRecord:
    return run(spec_of(H2))


def doubted(name: str, value: float | None = None, detail: str = "") -> Check:
    return Check(name=name, status="warn", hard=False, value=value, detail=detail)


def remedy(record: RunRecord, check: Check, *others: Check, **spec: Any) -> str:
    """The remedy of a check in a record that has these checks, and these parts of a spec."""
    changed = record.model_copy(
        update={"spec": record.spec | spec, "checks": (check, *others), "verdict": "warn"}
    )
    found = remedy_of(check, changed)
    assert_typed(found)
    return found


def assert_typed(text: str) -> None:
    """Every flag and command of a remedy is parsed as it stands."""
    for chunk in re.findall("`([^`]*)`", text):
        words = shlex.split(chunk)
        if words[0].startswith("--"):
            run_command.make_context("run", ["FILE", *words])
        elif words[:2] == ["vqe", "diagnose"]:
            diagnose_command.make_context("diagnose", words[2:])


def ended(detail: str) -> Check:
    return Check(name="optimizer-converged", status="fail", hard=True, detail=detail)


NOISE = doubted("noise-free")


def noisy(noise: Any, **options: Any) -> dict[str, Any]:
    return {"name": "aer", "shots": 1000, "noise": noise, **options}


@pytest.mark.parametrize(
    ("backend", "flag"),
    [
        (noisy({"device": "fake_manila", "scale": 1.0}), "--noise fake_manila"),
        (noisy({"device": "fake_manila", "scale": 0.5}), "--noise '{"),
        (noisy({"depolarizing": {"two_qubit": 0.01}, "scale": 1.0}), "--noise '{"),
        ({"name": "ibm", "device": "fake_fez"}, "--noise fake_fez"),
        ({"name": "ibm", "device": "ibm_fez"}, ""),
    ],
)
def test_study_of_noise_is_given_the_noise_of_the_run(
    hydrogen: RunRecord, backend: dict[str, Any], flag: str
) -> None:
    """The file need not hold it, and `vqe diagnose` refuses to study none."""
    text = remedy(hydrogen, NOISE, backend=backend)
    assert f"`vqe diagnose FILE --study noise {flag}".rstrip() in text
    assert ("--noise" in text) is bool(flag)


@pytest.mark.parametrize(
    ("ansatz", "methods"),
    [
        ({"name": "uccsd"}, "[readout, reference_state]"),
        ({"name": "efficient-su2"}, "[readout, zne]"),
        ({"name": "of a plug-in that is not installed"}, "[readout, zne]"),
    ],
)
def test_determinant_is_subtracted_where_it_takes_the_same_gates(
    hydrogen: RunRecord, ansatz: dict[str, Any], methods: str
) -> None:
    backend = noisy({"device": "fake_manila", "scale": 1.0})
    text = remedy(hydrogen, NOISE, backend=backend, ansatz=ansatz)
    assert f"`--set 'backend.mitigation={methods}'`" in text


def test_mitigation_in_use_is_not_advised_again(hydrogen: RunRecord) -> None:
    device = {"device": "fake_manila", "scale": 1.0}
    backend = noisy(device, mitigation={"readout": {}, "zne": {}})
    assert "mitigation" not in remedy(hydrogen, NOISE, backend=backend)
    large = doubted("chemical-accuracy")
    assert "mitigation" not in remedy(hydrogen, large, NOISE, backend=backend)
    numbers = remedy(hydrogen, doubted("particle-number"), NOISE, backend=backend)
    assert "`--set 'backend.mitigation=[readout, symmetry, zne]'`" in numbers
    below = remedy(hydrogen, doubted("not-below-exact"), NOISE, backend=backend)
    assert "`--set 'backend.mitigation=[readout, zne, reference_state]'`" in below


def test_a_gentler_extrapolation_keeps_the_other_methods(hydrogen: RunRecord) -> None:
    methods: dict[str, Any] = {"readout": {}, "zne": {}}
    backend = {"name": "aer", "noise": "fake_manila", "mitigation": methods}
    below = remedy(
        *(hydrogen, doubted("not-below-exact"), NOISE),
        ansatz={"name": "efficient-su2"},
        backend=backend,
    )
    assert "{readout: {}, zne: {extrapolation: linear}}" in below


@pytest.mark.parametrize("name", ["particle-number", "sz"])
def test_noiseless_states_of_other_electrons_are_not_post_selected(
    hydrogen: RunRecord, name: str
) -> None:
    text = remedy(hydrogen, doubted(name), ansatz={"name": "real-amplitudes"})
    assert text.startswith("`--ansatz uccsd`")
    assert "selection" not in text


@pytest.mark.parametrize(
    ("spec", "detail", "flag"),
    [
        ({"max_evaluations": 20}, "stopped after 20 evaluations (max_evaluations)", "200"),
        ({"max_shots": 5000}, "stopped after 5,000 shots (max_shots)", "50000"),
        ({"optimizer": {"name": "diis", "maxiter": 2}}, "the limit is reached", "--maxiter 20"),
    ],
)
def test_limits_are_raised_tenfold(
    hydrogen: RunRecord, spec: dict[str, Any], detail: str, flag: str
) -> None:
    assert flag in remedy(hydrogen, ended(detail), **spec)


def test_accuracy_waits_for_the_search_and_the_determinant(hydrogen: RunRecord) -> None:
    large = doubted("chemical-accuracy", 185.2)
    record = hydrogen.model_copy(update={"error_mha": 185.2})
    assert remedy(record, large, ended("")) == "a search that converges"
    stayed = doubted("correlation-found", 0.0)
    assert remedy(record, large, stayed).endswith("see correlation-found")
    square = doubted("symmetry-broken-solution", 77.7)  # H4 of 1.23 Å: 185 mHa, 2 after breaking
    assert remedy(record, large, square).endswith("see symmetry-broken-solution")
    stretched = doubted("symmetry-broken-solution", 317.3)  # N2 of 2.5 Å: no gain from breaking
    assert "--ansatz" in remedy(record, large, stretched)


@pytest.mark.parametrize(
    ("ansatz", "flag"),
    [
        ({"name": "puccd"}, "--ansatz uccsd"),
        ({"name": "efficient-su2", "reps": 3}, "--ansatz uccsd"),
        ({"name": "uccsd"}, "--ansatz uccgsd"),
        ({"name": "k-upccgsd", "k": 1}, "--set ansatz.k=2"),
        ({"name": "tups", "layers": 2}, "--set ansatz.layers=4"),
        ({"name": "adapt", "gradient_tolerance": 0.2}, "--set ansatz.gradient_tolerance=0.02"),
    ],
)
def test_a_stronger_ansatz_is_advised_by_its_option(
    hydrogen: RunRecord, ansatz: dict[str, Any], flag: str
) -> None:
    large = doubted("chemical-accuracy", 20.0)
    record = hydrogen.model_copy(update={"error_mha": 20.0})
    assert f"`{flag}`" in remedy(record, large, ansatz=ansatz)


def test_restarts_are_advised_where_starts_differed(hydrogen: RunRecord) -> None:
    large = doubted("chemical-accuracy", 20.0)
    for starts, advised in {(-1.1,): False, (-1.1, -1.1): False, (-1.1, -1.09): True}.items():
        result = hydrogen.result.model_copy(update={"starts": starts})
        record = hydrogen.model_copy(update={"error_mha": 20.0, "result": result})
        assert ("--restarts 4" in remedy(record, large)) is advised


def test_error_within_its_bar_asks_for_shots(hydrogen: RunRecord) -> None:
    """0.72 ± 0.78 mHa of hydrogen, which UCCSD describes exactly: 1.96 · 2 · 0.78 is 3.1 mHa."""
    result = hydrogen.result.model_copy(update={"standard_error": 0.78e-3})
    record = hydrogen.model_copy(update={"error_mha": 0.72, "result": result})
    large = doubted("chemical-accuracy", 2.25)
    by_precision = {"name": "exact", "shots": None, "precision": 8e-4}
    assert remedy(record, large, backend=by_precision).startswith("`--precision 0.4mHa`, about 4 ")
    by_shots = {"name": "exact", "shots": 1000, "precision": None}
    assert remedy(record, large, backend=by_shots).startswith("`--shots 4000`, about 4 times")


def test_noisy_error_within_its_bar_asks_for_shots_first(hydrogen: RunRecord) -> None:
    """1.0 ± 4.1 mHa after mitigation: (2 · 1.96 · 4.1 / 1.6)² is 100.9."""
    result = hydrogen.result.model_copy(update={"standard_error": 4.1e-3})
    record = hydrogen.model_copy(update={"error_mha": 1.0, "result": result})
    backend = noisy("fake_fez", mitigation={"readout": {}})
    text = remedy(record, doubted("chemical-accuracy", 9.06), NOISE, backend=backend)
    assert text.startswith("`--shots 101000`, about 101 times as many")
    assert "noise" in text
    beyond = record.model_copy(update={"error_mha": 37.5})
    assert "nor more shots" in remedy(
        beyond, doubted("chemical-accuracy", 39.5), NOISE, backend=backend
    )


def test_a_circuit_that_stays_at_hartree_fock_is_not_started_from_amplitudes(
    hydrogen: RunRecord,
) -> None:
    stayed = doubted("correlation-found", 0.0)
    circuit = {"name": "excitation-preserving", "reps": 3}
    assert "mp2" not in remedy(hydrogen, stayed, ansatz=circuit)
    assert "`--initial mp2`" in remedy(hydrogen, stayed, ansatz={"name": "uccsd"})


def test_full_space_is_not_enlarged(hydrogen: RunRecord) -> None:
    assert "larger" not in remedy(hydrogen, doubted("symmetry-broken-solution", 77.7))
    scf = hydrogen.problem.scf
    assert isinstance(scf, ScfRecord)
    problem = hydrogen.problem.model_copy(
        update={"scf": scf.model_copy(update={"spin_squared": 0.5})}
    )
    unrestricted = hydrogen.model_copy(update={"problem": problem})
    text = remedy(unrestricted, doubted("s-squared", 0.5))
    assert "`--set molecule.scf.unrestricted=false`" in text
    assert "active space" not in text
