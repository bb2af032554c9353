"""Bundles: zip files with checksums."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from vqe_cli._core.bundles import Bundle, BundledFile, bundle_around, is_bundle, write_bundle
from vqe_cli.errors import InputError

pytestmark = pytest.mark.quick

FILES = (BundledFile("b/two.txt", b"zwei", "the second"), BundledFile("one.txt", b"eins", "a file"))


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "result.zip"
    write_bundle(path, "Two numbers", FILES)
    return path


def rewritten(path: Path, changes: dict[str, bytes | None]) -> Path:
    """The bundle with other files, as somebody would change it by hand; None removes one."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    other = path.with_name("edited.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for name, data in {**content, **changes}.items():
            if data is not None:
                archive.writestr(name, data)
    return other


def test_the_same_content_gives_the_same_bytes(bundle: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    write_bundle(again, "Two numbers", FILES)
    assert again.read_bytes() == bundle.read_bytes()
    with zipfile.ZipFile(bundle) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_file_is_explained_and_has_its_checksum(bundle: Path) -> None:
    readme = Bundle(bundle).read("README.txt").decode()
    assert readme.startswith("Two numbers\n")
    assert all(file.name in readme and file.about in readme for file in FILES)
    assert Bundle(bundle).listed["one.txt"] == (hashlib.sha256(b"eins").hexdigest(), 4)
    assert Bundle(bundle).faults() == ()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"one.txt": b"drei"}, "one.txt was changed"),
        ({"one.txt": None}, "one.txt is missing"),
        ({"three.txt": b"drei"}, "three.txt was added later"),
        ({"README.txt": b"other"}, "README.txt was changed"),
    ],
)
def test_files_that_were_changed_by_hand_are_noticed(
    bundle: Path, changes: dict[str, bytes | None], told: str
) -> None:
    (fault,) = Bundle(rewritten(bundle, changes)).faults()
    assert fault.startswith(told)


def test_a_bundle_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "result.zip"
    path.write_bytes(b"what was there")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_bundle(path, "Two numbers", FILES)
    assert [one.name for one in tmp_path.iterdir()] == ["result.zip"]
    assert path.read_bytes() == b"what was there"


def test_damaged_and_foreign_files_are_refused_by_name(bundle: Path, tmp_path: Path) -> None:
    whole = bundle.read_bytes()
    place = whole.index(b"one.txt") + len(b"one.txt")
    bundle.write_bytes(whole[:place] + b"\xff\xff\xff" + whole[place + 3 :])
    with pytest.raises(InputError, match=r"result\.zip: is damaged"):
        Bundle(bundle).faults()
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("text", "no bundle")
    with pytest.raises(InputError, match=r"other\.zip: has no manifest\.json"):
        Bundle(other).faults()


@pytest.mark.parametrize("kept", [0.5, 0.98])
def test_truncated_bundles_are_damaged_bundles(bundle: Path, kept: float) -> None:
    whole = bundle.read_bytes()
    bundle.write_bytes(whole[: int(kept * len(whole))])
    assert is_bundle(bundle)
    with pytest.raises(InputError, match=r"result\.zip: is damaged or no bundle"):
        Bundle(bundle).faults()


def test_a_file_that_is_in_it_twice_is_noticed(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        content = archive.read("one.txt")
    with (
        pytest.warns(UserWarning, match="Duplicate name"),
        zipfile.ZipFile(bundle, "a") as archive,
    ):
        archive.writestr("one.txt", content)
    assert Bundle(bundle).faults() == ("one.txt is in it twice",)


def test_a_file_of_another_size_is_not_decompressed(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = rewritten(bundle, {"one.txt": bytes(1000)})
    monkeypatch.setattr(Bundle, "sha256", lambda _, name: {"one.txt": ""}.get(name, "other"))
    faults = Bundle(path).faults()
    assert "one.txt was changed: its size is not that of the manifest" in faults


def test_files_larger_than_allowed_are_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    write_bundle(path, "Zeros", [BundledFile("zeros", bytes(2_000_000), "zeros")])
    assert path.stat().st_size < 10_000
    with pytest.raises(InputError, match="zeros is larger than 1 MB"):
        Bundle(path).read("zeros", 1_000_000)


def test_paths_into_a_bundle_are_known(bundle: Path, tmp_path: Path) -> None:
    assert is_bundle(bundle)
    assert bundle_around(bundle / "b" / "two.txt") == bundle
    assert bundle_around(tmp_path / "b" / "two.txt") is None
