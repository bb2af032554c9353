"""``-v`` shows the log on standard error, in every command, and never on standard output."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from tests.cli.hydrogen import H2
from tests.conftest import RunVqe, WriteFile
from vqe_cli.cli.main import vqe

TOKEN = "abcdef0123456789" * 3


@pytest.fixture(scope="module", autouse=True)
def each_mean_field_once() -> None:
    """Every test computes its own."""


STAGES = ("chemistry", "preparation", "reference", "properties", "checks")


def leaves(group: click.Group, *above: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, *above, name)
        else:
            yield (*above, name), command


@pytest.mark.parametrize(("words", "command"), list(leaves(vqe)))
def test_every_command_takes_it(words: tuple[str, ...], command: click.Command) -> None:
    assert {"-v", "--verbose"} <= {flag for each in command.params for flag in each.opts}, words


@pytest.mark.parametrize("words", [("run", "h2.yaml", "-v"), ("-v", "run", "h2.yaml")])
def test_stages_are_told_with_their_seconds(
    words: tuple[str, ...], run_vqe: RunVqe, write_file: WriteFile
) -> None:
    write_file("h2.yaml", H2.replace("reference: none\n", ""))
    found = run_vqe(*words, "--json", "-q")
    assert found.record["verdict"] == "pass"
    assert set(STAGES) <= set(re.findall(r": (\w+): \d+\.\d+ s$", found.err, re.MULTILINE))
    assert "RHF: DIIS" in found.err
    assert "active space: 2 electrons in 2 orbitals" in found.err
    assert "from start 1" in found.err
    assert "DEBUG" not in found.err
    assert "\x1b" not in found.err


def test_twice_tells_more(run_vqe: RunVqe, write_file: WriteFile) -> None:
    write_file("h2.yaml", H2)
    found = run_vqe("run", "h2.yaml", "-vv", "-q")
    assert "check scf-converged: pass" in found.err
    assert "DEBUG" in found.err
    assert "INFO" not in found.out


def test_lines_are_not_doubled_where_it_stands_twice(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    write_file("h2.yaml", H2)
    found = run_vqe("-v", "run", "h2.yaml", "-v", "-q")
    assert found.err.count("active space") == 1


def test_without_it_nothing_is_logged(run_vqe: RunVqe, write_file: WriteFile) -> None:
    write_file("h2.yaml", H2)
    assert run_vqe("run", "h2.yaml", "-q").err == ""


def test_jobs_on_devices_are_told(run_vqe: RunVqe, write_file: WriteFile) -> None:
    write_file("h2.yaml", H2)
    found = run_vqe("run", "h2.yaml", "-v", "-q", "--backend", "{name: ibm, device: fake_manila}")
    assert re.search(r"job \S+ sent to fake_manila", found.err)
    assert re.search(r"job \S+ has ended: done", found.err)


@pytest.mark.parametrize("more", [(), ("--json",), ("--debug",)])
def test_a_token_in_an_error_of_a_plug_in_is_not_shown(
    run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"login at https://x/?key={TOKEN} failed")

    monkeypatch.setenv("QISKIT_IBM_TOKEN", TOKEN)
    monkeypatch.setattr("vqe_cli.backends.exact.Exact.prepare", fail)
    outcome = run_vqe(*[word for word in more if word == "--debug"], "run", "molecules/h2.yaml",
                      *[word for word in more if word == "--json"])  # fmt: skip
    assert outcome.code == 1
    assert TOKEN not in outcome.out + outcome.err
    assert "[token removed]" in outcome.out + outcome.err


def test_where_entries_are_looked_up_is_left_to_vv(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("h2.yaml", H2)
    assert "entries of" not in run_vqe("run", str(path), "-v").err
