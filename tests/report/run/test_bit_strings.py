"""The answer of a model on screen: units, bit strings, cuts, and advice with a flag that works."""

import re

import pytest

from tests.conftest import RunVqe, WriteFile

CUT = "hamiltonian: {model: maxcut, edges: [[1, 2], [2, 3], [3, 4], [1, 4]]}\nansatz: qaoa\n"
RING = "hamiltonian: {model: ising, sites: 4, lattice: ring}\nansatz: {name: hva, layers: 1}\n"


def words(text):
    return " ".join(text.split())


def test_a_cut_is_shown_beside_the_optimum(run_vqe: RunVqe, write_file: WriteFile):
    shown = words(run_vqe("run", write_file("in.yaml", CUT), "-q").out)
    assert "bit string probability amplitude cut" in shown
    assert "the optimum is 4: {1, 3} | {2, 4}" in shown
    assert "approximation ratio 0.7500" in shown
    assert "Ha" not in shown


def test_the_advice_is_a_flag_that_mends_it(run_vqe: RunVqe, write_file: WriteFile):
    path = write_file("in.yaml", RING)
    shown = words(run_vqe("run", path, "-q").out)
    (flag,) = re.findall(r"more layers \((--set \S+)\)", shown)
    mended = words(run_vqe("run", path, "-q", *flag.split()).out)
    assert "ansatz-depth" not in mended
    assert "PASS" in mended


@pytest.mark.parametrize("command", ["diagnose"])
def test_commands_in_hartree_say_how_to_go_on(command, run_vqe: RunVqe, write_file: WriteFile):
    done = run_vqe(command, write_file("in.yaml", RING))
    assert done.code == 2
    assert "--set hamiltonian.unit=Hartree" in words(done.err)


def test_a_graph_without_a_cut_has_an_optimum_of_zero(run_vqe: RunVqe, write_file: WriteFile):
    """Negative weights: every cut of a triangle costs something."""
    edges = "[[0, 1, -1.0], [1, 2, -2.0], [0, 2, -0.5]]"
    model = f"hamiltonian: {{model: maxcut, edges: {edges}}}\nansatz: qaoa\n"
    out = words(run_vqe("run", write_file("cut.yaml", model), "-q").out)
    assert "the optimum is 0:" in out
    assert "-0.0000000000" not in out
