"""Random numbers by name: one table, and no stream twice."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import vqe_cli
from vqe_cli._core.seeds import STREAMS, guesses, stream

pytestmark = pytest.mark.quick

PACKAGE = Path(vqe_cli.__file__).parent

ROOTS: dict[str, dict[str, list[tuple[int, ...]]]] = {
    "run": {
        "starting points": [()],
        "minimisation": [(0,), (1,), (2,)],
        "starting orbitals": [(1,), (2,), (3,)],
        "evaluation": [(0,), (1,), (2,), (100,)],
        "fidelity": [(0,), (1,)],
        "final energy": [()],
        "final observables": [()],
        "SQD samples": [()],
        "SQD recovery": [()],
        "SQD baseline": [(0,), (1,), (2,)],
        "verification baseline": [()],
        "bit strings": [()],
        "excited states": [(0,), (1,), (2,)],
    },
    "shots study": {"repeated energy": [(0, 0), (0, 1), (1, 0), (1, 1)]},
    "variances of gradients": {"random parameters": [(3,), (4,)]},
    "minimisation": {"directions": [()]},
    "prediction": {"predicted start": [()]},
    "recovery": {"subsampling": [()]},
    "baseline": {"random bit strings": [()]},
    "energy": {"prepared state": [()], "measurement": [()]},
    "mitigated energy": {
        "mitigated state": [(0, 1), (0, 3), (1, 1), (1, 3)],
        "calibration": [()],
    },
    "observables": {"observable": [(0,), (1,), (2,)]},
    "calibrated observables": {
        "calibration for observables": [()],
        "calibrated observable": [(0,), (1,), (2,)],
    },
    "measurement": {"round": [(0,), (1,), (2,)]},
    "bits": {"prepared bits": [(0,), (1,)]},
    "parts of a job": {"job": [(), (1,), (2, 3)]},
    "circuits": {"simulated circuits": [(0,), (1,), (2,)]},
    "state": {"shots": [()]},
    "no seed": {"guesses": [()]},
}
"""Streams by whose seed they are taken from, and some of their numbers."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name != "_core/seeds.py":
            yield name, ast.parse(path.read_text(encoding="utf-8"))


@cache
def uses() -> dict[str, set[str]]:
    """Whether the package takes a seed or a generator from each stream."""
    found = defaultdict[str, set[str]](set)
    for _, tree in modules():
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(ast.Call(ast.Name("stream"), [_, ast.Constant(name), *_]), use):
                    found[str(name)].add(use)
    return {**found, "guesses": {"generator"}}


def first_draw(seed: int, name: str, number: tuple[int, ...]) -> float:
    """The first random number of a stream in the way that the package uses it."""
    found = stream(seed, name, *number)
    if uses()[name] == {"generator"}:
        return float(found.generator.random())
    return float(np.random.default_rng(found.seed).random())


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("seed", [0, 1, 7, 123_456_789])
def test_streams_of_one_seed_begin_with_different_numbers(root: str, seed: int) -> None:
    drawn = {
        (name, number): first_draw(seed, name, number)
        for name, numbers in ROOTS[root].items()
        for number in numbers
    }
    for (one, first), (other, second) in combinations(drawn.items(), 2):
        assert first != second, f"{one} and {other}"


def test_the_table_has_no_other_streams() -> None:
    assert sorted(STREAMS) == sorted(name for names in ROOTS.values() for name in names)


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_is_the_same_whenever_it_is_taken_and_another_one_for_another_seed(
    name: str,
) -> None:
    number = next(names[name] for names in ROOTS.values() if name in names)[0]
    first, again, other = (first_draw(seed, name, number) for seed in (7, 7, 8))
    assert first == again != other


@pytest.mark.parametrize("name", STREAMS)
def test_seeds_suit_simulators_that_take_31_bits(name: str) -> None:
    number = next(names[name] for names in ROOTS.values() if name in names)[0]
    assert all(0 <= stream(seed, name, *number).seed < 2**31 for seed in (0, 1, 2**30 - 1))


def test_guesses_begin_anew_each_time() -> None:
    assert guesses().random() == guesses().random()


def test_all_random_numbers_of_the_package_are_named() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and ast.unparse(node.value) in ("np.random", "numpy.random")
        and node.attr != "Generator"
    ]
    assert found == []


def test_names_in_the_package_are_those_of_the_table() -> None:
    assert uses().keys() == STREAMS.keys()


def test_no_stream_is_used_in_two_ways() -> None:
    assert all(kinds in ({"seed"}, {"generator"}) for kinds in uses().values())
