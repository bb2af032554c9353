"""What the sentence of a comparison says, from figures by hand."""

from __future__ import annotations

from typing import Any

from vqe_cli.comparison.records import BestBound, ComparisonRow, DeviceNeeds
from vqe_cli.comparison.sentence import sentence_of

EXACT = BestBound(energy=-1.0, method="FCI", exact=True)

NEEDS = DeviceNeeds(
    device="fake_fez",
    two_qubit_gates=500,
    depth=900,
    two_qubit_error=4e-3,
    shots=200_000,
    qpu_seconds=60.0,
    money_usd=96.0,
    gates_all_to_all=300,
)


def row(name: str, error: float | None, wall_s: float = 1.0, **more: Any) -> ComparisonRow:
    labels = {"fci": "FCI", "ccsd": "CCSD", "ccsd-t": "CCSD(T)", "vqe": "VQE-UCCSD"}
    accurate = None if error is None else abs(error) <= 1.6
    known: dict[str, Any] = {
        "method": labels[name],
        "name": name,
        "family": "vqe" if name == "vqe" else "classical",
        "settings": {},
        "variant": "",
        "status": "done" if error is not None else "not-converged",
        "energy": None if error is None else -1.0 + error / 1000,
        "error_mha": error,
        "accurate": accurate,
        "variational": name in ("fci", "vqe"),
        "exact": name == "fci",
        "wall_s": wall_s,
    }
    return ComparisonRow(**{**known, **more})


def test_the_exact_method_that_is_cheap_is_admitted() -> None:
    text = sentence_of([row("fci", 0.0, 1.0), row("vqe", 0.5, 20.0)], EXACT, {})
    assert "FCI reaches chemical accuracy first, in 1 s: 20 times faster than VQE-UCCSD." in text
    assert "FCI gives the exact energy in 1 s: VQE gains nothing." in text
    assert "ends 0.5 mHa above the exact energy and takes 20 times as long as FCI" in text


def test_a_cheaper_vqe_is_said_to_be_cheaper() -> None:
    text = sentence_of([row("fci", 0.0, 50.0), row("vqe", 0.5, 5.0)], EXACT, {})
    assert "VQE-UCCSD reaches chemical accuracy first, in 5 s: 10 times faster than FCI." in text
    assert "gains nothing" not in text


def test_times_within_a_factor_of_two_are_not_ranked() -> None:
    text = sentence_of([row("fci", 0.0, 1.0), row("vqe", 0.5, 1.9)], EXACT, {})
    assert "FCI and VQE-UCCSD reach chemical accuracy in 1 s to 1.9 s, too close" in text


def test_milliseconds_are_not_ranked() -> None:
    text = sentence_of([row("fci", 0.0, 0.001), row("vqe", 0.5, 0.09)], EXACT, {})
    assert "too close to be ranked" in text


def test_coupled_cluster_that_fails_is_named() -> None:
    rows = [row("fci", 0.0), row("ccsd", None), row("ccsd-t", -42.0)]
    text = sentence_of(rows, EXACT, {})
    assert "CCSD does not converge." in text
    assert "CCSD(T) fails here: it lies 42 mHa below the exact energy." in text


def test_without_an_exact_energy_no_accuracy_is_claimed() -> None:
    bound = BestBound(energy=-1.0, method="VQE-UCCSD", exact=False)
    text = sentence_of([row("vqe", 0.0, accurate=None)], bound, {})
    assert "No exact energy is known" in text
    assert "chemical accuracy" not in text
    assert sentence_of([row("ccsd", None)], None, {}).startswith("No method gave an upper bound")


def test_one_inaccurate_seed_is_not_accurate() -> None:
    rows = [row("fci", 0.0, 9.0), *(row("vqe", error, 0.5) for error in (0.1, 0.2, 5.0))]
    text = sentence_of(rows, EXACT, {})
    assert "Only FCI reaches chemical accuracy" in text


def test_seeds_that_scatter_are_not_ranked() -> None:
    rows = [row("fci", 0.0)]
    rows += [row("vqe", error, variant="spsa") for error in (1.0, 3.0, 5.0, 7.0, 9.0)]
    rows += [row("vqe", error, variant="nft") for error in (2.0, 4.0, 6.0, 8.0, 10.0)]
    rows += [row("vqe", error, variant="cobyla") for error in (60.0, 61.0, 62.0, 63.0, 64.0)]
    text = sentence_of(rows, EXACT, {})
    assert "smallest median of |error| is that of VQE-UCCSD (spsa), 5 mHa" in text
    assert "VQE-UCCSD (nft) does not differ from it by more than the scatter" in text
    assert "VQE-UCCSD (cobyla) follows with 62 mHa" in text


def test_three_seeds_are_too_few_for_a_ranking() -> None:
    """By hand: of the 20 orders of 3 and 3 seeds the two extreme ones have p = 0.1."""
    rows = [row("fci", 0.0)]
    rows += [row("vqe", error, variant="spsa") for error in (1.8, 1.9, 2.0)]
    rows += [row("vqe", error, variant="nft") for error in (391.0, 392.0, 393.0)]
    text = sentence_of(rows, EXACT, {})
    assert "3 seeds are too few for a test to tell variants apart." in text
    assert "do not differ" not in text
    assert "does not differ" not in text


def test_scatter_around_zero_is_not_accuracy() -> None:
    rows = [row("fci", 0.0)]
    rows += [row("vqe", error, variant="none") for error in (-40.0, -20.0, 0.1, 20.0, 40.0)]
    rows += [row("vqe", error, variant="spsa") for error in (1.8, 1.9, 2.0, 2.1, 2.2)]
    text = sentence_of(rows, EXACT, {})
    assert "VQE-UCCSD (spsa), which is not told apart from another variant of VQE, ends 2" in text
    assert "The best VQE" not in text
    assert "smallest median of |error| is that of VQE-UCCSD (spsa), 2 mHa" in text


def test_a_device_is_told_what_it_would_have_to_do() -> None:
    rows = [row("fci", 0.0), row("vqe", 0.5, evaluations=16, mixed_energy=-0.2)]
    text = sentence_of(rows, EXACT, {"": NEEDS})
    assert (
        "200,000 shots, 60 s of QPU time and 96.00 USD, and the search asked for 16 energies"
        in text
    )
    assert (
        "its 500 two-qubit gates would need errors below about 4e-06; they are at 4.0e-03" in text
    )


def test_round_off_is_no_distance() -> None:
    text = sentence_of([row("fci", 0.0, 1.0), row("vqe", 8.9e-13, 9.0)], EXACT, {})
    assert "The best VQE, VQE-UCCSD, ends at the exact energy and takes 9 times" in text


def test_a_cheap_accurate_method_is_a_gain_over_the_exact_one() -> None:
    rows = [row("fci", 0.0, 40.0), row("ccsd-t", 0.1, 1.0), row("vqe", 0.5, 90.0)]
    text = sentence_of(rows, EXACT, {})
    assert "CCSD(T) reaches chemical accuracy first, in 1 s: 40 times faster than FCI." in text
    assert "FCI gives the exact energy in 40 s: VQE gains nothing." in text


def test_a_sampled_energy_has_its_standard_error() -> None:
    rows = [row("fci", 0.0), row("vqe", -0.36, standard_error=4e-4, variational=False)]
    text = sentence_of(rows, EXACT, {})
    assert "ends 0.36 mHa below the exact energy (standard error 0.4 mHa)" in text


def test_an_energy_below_the_exact_one_is_explained() -> None:
    text = sentence_of([row("fci", 0.0), row("vqe", -1.8)], EXACT, {})
    assert "1.8 mHa below the exact energy, which only other orbitals allow," in text


def test_a_run_with_failed_checks_and_a_stopped_one_are_named() -> None:
    rows = [row("fci", 0.0), row("vqe", 0.0, verdict="fail", variant="aer")]
    text = sentence_of(rows, EXACT, {})
    assert "VQE-UCCSD (aer) is not ranked: checks of the run failed." in text
    rows = [row("fci", 0.0), row("vqe", 9.0, verdict="fail", stopped=True)]
    assert "its search stopped at its budget" in sentence_of(rows, EXACT, {})


def test_the_lowest_bound_is_not_compared_with_itself() -> None:
    bound = BestBound(energy=-1.0, method="VQE-UCCSD", exact=False)
    text = sentence_of([row("vqe", 0.0, accurate=None)], bound, {})
    assert "The best VQE, VQE-UCCSD, gives this bound." in text


def test_a_device_is_not_told_of_another_variant() -> None:
    rows = [row("fci", 0.0), row("vqe", 0.5, variant="a"), row("vqe", 5.0, variant="b")]
    text = sentence_of(rows, EXACT, {"b": NEEDS})
    assert "What VQE-UCCSD (a) needs on a device could not be estimated." in text
    assert "fake_fez" not in text


def test_round_off_makes_no_variant_the_best() -> None:
    rows = [row("fci", 0.0, 0.1), row("vqe", 1e-9, 9.0, variant="aer")]
    text = sentence_of([*rows, row("vqe", 1e-5, 0.5, variant="exact")], EXACT, {})
    assert (
        "VQE-UCCSD (exact), which is not told apart from another variant of VQE, ends 1e-05 mHa "
        "above the exact energy and takes 5 times as long as FCI." in text
    )


def test_shots_that_scatter_make_no_variant_the_best() -> None:
    """By hand: 3 mHa are less than 1.96 √2 · 2 mHa, and more than 1.96 √2 · 0.5 mHa."""
    for bar, apart in ((0.002, False), (0.0005, True)):
        rows = [row("fci", 0.0), row("vqe", 2.0, variant="nft", standard_error=bar)]
        rows.append(row("vqe", 5.0, variant="spsa", standard_error=bar))
        text = sentence_of(rows, EXACT, {})
        assert ("The best VQE, VQE-UCCSD (nft), ends 2 mHa" in text) is apart
        assert ("(nft), which is not told apart from another variant" in text) is not apart


def test_seeds_that_failed_are_named_with_the_ranking() -> None:
    rows = [row("fci", 0.0)]
    rows += [row("vqe", error, variant="spsa") for error in (2.0, 2.1, 2.2, 2.3)]
    rows += [row("vqe", None, variant="spsa") for _ in range(6)]
    rows += [row("vqe", error, variant="nft") for error in (7.0, 7.1, 7.2, 7.3, 7.4)]
    text = sentence_of(rows, EXACT, {})
    assert "The best VQE, VQE-UCCSD (spsa), 6 of whose 10 seeds failed, ends 2.15 mHa" in text
    assert "that of VQE-UCCSD (spsa), 6 of whose 10 seeds failed, 2.15 mHa" in text


def test_few_seeds_of_one_variant_do_not_silence_the_others() -> None:
    rows = [row("fci", 0.0), row("vqe", 3.0, variant="none")]
    rows += [row("vqe", None, variant="none") for _ in range(4)]
    rows += [row("vqe", error, variant="spsa") for error in (2.0, 2.1, 2.2, 2.3, 2.4)]
    rows += [row("vqe", error, variant="nft") for error in (7.0, 7.1, 7.2, 7.3, 7.4)]
    text = sentence_of(rows, EXACT, {})
    assert "1 seed of VQE-UCCSD (none) is too few for a test to tell variants apart." in text
    assert "VQE-UCCSD (nft) follows with 7.2 mHa" in text


def test_what_the_search_asked_for_is_the_median_over_seeds() -> None:
    rows = [row("vqe", 2.0, evaluations=count, mixed_energy=-0.2) for count in (11, 40, 60)]
    text = sentence_of([row("fci", 0.0), *rows], EXACT, {"": NEEDS})
    assert "the search asked for 40 energies and gradients (median)." in text
