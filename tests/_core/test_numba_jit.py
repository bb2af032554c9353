"""Who hears of compilations: every block that is open, once."""

from __future__ import annotations

import numba

from vqe_cli._core.numba_jit import announced


def compile_something() -> None:
    numba.njit(lambda x: x + 1)(1)


def test_a_compilation_is_announced_once() -> None:
    told: list[str] = []
    with announced(lambda: told.append("compiling")):
        assert not told
        compile_something()
        compile_something()
    compile_something()
    assert told == ["compiling"]


def test_a_block_within_another_does_not_take_its_announcement_away() -> None:
    told: list[str] = []
    with announced(lambda: told.append("outer")):
        with announced(lambda: told.append("inner")):
            compile_something()
        assert sorted(told) == ["inner", "outer"]


def test_the_outer_block_hears_of_what_is_compiled_after_the_inner_one() -> None:
    told: list[str] = []
    with announced(lambda: told.append("outer")):
        with announced(lambda: told.append("inner")):
            pass
        compile_something()
    assert told == ["outer"]
