"""The server over standard streams, asked by the protocol's own client."""

from __future__ import annotations

import sys
from pathlib import Path

import anyio
import pytest

from tests.cli.mcp.serving import policy_of
from tests.conftest import RunVqe
from vqe_cli.cli.mcp.calls import Outcome

mcp = pytest.importorskip("mcp")

from vqe_cli.cli.mcp.server import instructions_of, result_of, tools_of  # noqa: E402


def test_a_client_lists_the_tools_and_gets_an_error_with_hint_and_exit_code(
    tmp_path: Path,
) -> None:
    words = ["-m", "vqe_cli", "mcp", "--root", str(tmp_path), "--max-seconds", "60"]
    environment = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    server = mcp.StdioServerParameters(command=sys.executable, args=words, env=environment)

    async def talk() -> None:
        async with mcp.Client(mcp.stdio_client(server)) as client:
            listed = await client.list_tools()
            names = [tool.name for tool in listed.tools]
            assert names == ["run", "estimate", "inspect", "compare", "screen_status"]
            assert "Limits of a call: 60 s, 4.0 GB" in (listed.tools[0].description or "")
            refused = await client.call_tool("run", {"file": "/etc/passwd"})
            assert refused.is_error
            assert refused.structured_content["exit_code"] == 2
            error = refused.structured_content["error"]
            assert error["message"].startswith("/etc/passwd is outside of the folders")
            assert str(tmp_path) in error["hint"]
            assert refused.content[0].text.endswith("exit code: 2")

    anyio.run(talk)


def test_tools_say_whether_they_write() -> None:
    reading = {tool.name: tool.annotations.read_only_hint for tool in tools_of(policy_of())}
    assert set(reading.values()) == {True}
    with_folder = tools_of(policy_of(output=Path("/tmp")))
    writing = {tool.name for tool in with_folder if not tool.annotations.read_only_hint}
    assert writing == {"run", "inspect", "compare"}


def test_a_client_is_told_the_names_that_it_can_select() -> None:
    lines = instructions_of(policy_of()).splitlines()
    assert any(line.startswith("ansatz: ") and " uccsd" in line for line in lines)
    assert any(line.startswith("property: ") and "ionization-energy" in line for line in lines)
    assert "no jobs on real devices" in lines[-1]


def test_results_are_what_json_prints_and_a_failed_verdict_is_no_error() -> None:
    document = {"schema": "vqe-run/1", "verdict": "fail"}
    result = result_of(Outcome(5, document, 1.5))
    assert not result.is_error
    assert result.structured_content == document
    assert result.meta == {"exit_code": 5, "wall_s": 1.5}


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--root", "nowhere"), 2, "nowhere does not exist"),
        (("--max-memory", "much"), 2, "'much' is not an amount of memory"),
        (("--max-memory", "10MB"), 2, "is less than a call needs"),
        (("--max-seconds", "0"), 2, "--max-seconds"),
        (("--max-cost", "5"), 2, "need a folder in which they are recorded"),
    ],
)
def test_a_server_with_wrong_limits_does_not_start(
    run_vqe: RunVqe, words: tuple[str, ...], code: int, told: str
) -> None:
    outcome = run_vqe("mcp", *words)
    assert outcome.code == code
    assert told in outcome.err


def test_without_the_package_the_extra_is_named(
    run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vqe_cli.cli.mcp.server", None)
    monkeypatch.delitem(sys.modules, "vqe_cli.cli.mcp.server")
    for name in [name for name in sys.modules if name.partition(".")[0] == "mcp"]:
        monkeypatch.setitem(sys.modules, name, None)
    outcome = run_vqe("mcp")
    assert outcome.code == 6
    assert "pip install 'vqe-cli[mcp]'" in outcome.err
