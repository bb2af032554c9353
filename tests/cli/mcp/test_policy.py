"""What a server opens to its clients, and what not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.mcp.serving import policy_of
from vqe_cli.errors import InputError

pytestmark = pytest.mark.quick


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """An open folder with a file and a link to a file outside, and the folder outside."""
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (inside / "h2.xyz").write_text("2\n\nH 0 0 0\nH 0 0 0.74\n")
    (outside / "secret").write_text("root:x:0:0\n")
    (inside / "link").symlink_to(outside / "secret")
    (inside / "folder").symlink_to(outside)
    return inside, outside


def test_files_of_open_folders_are_found_by_relative_and_absolute_names(
    folders: tuple[Path, Path],
) -> None:
    inside, outside = folders
    policy = policy_of(outside, inside)
    assert policy.existing("h2.xyz") == inside / "h2.xyz"
    assert policy.existing(str(inside / "h2.xyz")) == inside / "h2.xyz"


@pytest.mark.parametrize(
    "name", ["../outside/secret", "link", "folder/secret", "/etc/passwd", "../outside/nothing", "-"]
)
def test_other_files_are_refused(folders: tuple[Path, Path], name: str) -> None:
    with pytest.raises(InputError, match=r"outside of the folders|no such file"):
        policy_of(folders[0]).existing(name)


def test_without_folders_no_file_is_open(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="opens no folder") as refused:
        policy_of().existing(str(tmp_path))
    assert refused.value.hint is not None
    assert "--root" in refused.value.hint


@pytest.mark.parametrize(
    "data",
    [
        {"molecule": {"geometry": {"file": "../outside/secret"}}},
        {"molecule": {"basis": {"C": {"file": "link"}}}},
        {"active_space": [{"name": "carried", "from": "/etc/passwd"}]},
        {"fcidump": {"file": "../outside/secret/record.json"}},
        {"initial": "folder"},
    ],
)
def test_inputs_that_name_files_outside_are_refused_whatever_the_key(
    folders: tuple[Path, Path], data: dict[str, object]
) -> None:
    with pytest.raises(InputError, match="outside of the folders"):
        policy_of(folders[0]).refuse_texts_outside(data, folders[0])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "h2.xyz",
        "sto-3g",
        "/C=C/C",
        "F/C=C\\F",
        "H 0 0 0\nH 0 0 0.7",
        "a\0b",
        "x" * 5000,
        "/no/x",
    ],
)
def test_texts_that_lead_to_no_file_outside_are_left_alone(
    folders: tuple[Path, Path], text: str
) -> None:
    policy_of(folders[0]).refuse_texts_outside({"key": [text]}, folders[0])


def test_results_are_written_into_their_folder_alone(folders: tuple[Path, Path]) -> None:
    inside, outside = folders
    with pytest.raises(InputError, match="writes no files"):
        policy_of(inside).writable("result.json")
    policy = policy_of(inside, output=outside)
    assert policy.writable("result.json") == outside / "result.json"
    for name in ("../inside/result.json", "/tmp/result.json", str(inside / "result.json")):
        with pytest.raises(InputError, match="outside of the folder of results"):
            policy.writable(name)
    with pytest.raises(InputError, match="checkpoints and jobs"):
        policy.writable("state/jobs/job.json")
    (outside / "way").symlink_to(inside)
    with pytest.raises(InputError, match="outside of the folder of results"):
        policy.writable("way/result.json")
