"""The bundle of a scan: its record, and what each point was computed from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from vqe_cli._core.bundles import BundledFile, write_bundle
from vqe_cli.analysis.bundles.environment import input_file, record_file, requirements_file
from vqe_cli.analysis.bundles.problem import input_files, with_bundled_inputs
from vqe_cli.scan.plan import PlannedScan
from vqe_cli.scan.records import Scan, ScanPoint

COMMAND = "command.txt"
GEOMETRIES = "geometries.xyz"

_USES = f"""\
The command in {COMMAND} computes the scan again, in the folder of this file unpacked;
`vqe run point-1.json` computes one point from nothing.
"""


def write_scan_bundle(path: Path, record: Scan, scan: PlannedScan, command: str) -> None:
    """Write the bundle of a scan.

    Args:
        path: Path of the bundle.
        record: The record of the scan.
        scan: The scan.
        command: The command that computes it again, where the bundle is unpacked.

    Raises:
        OSError: The bundle cannot be written.
    """
    about = "the command that computes the scan again"
    found = [
        record_file(record),
        requirements_file(record.provenance),
        BundledFile(COMMAND, f"{command}\n".encode(), about),
        input_file(with_bundled_inputs(scan.resolved)),
        *input_files(scan.spec),
        *(_point(scan, number, point) for number, point in enumerate(record.points, start=1)),
        *_geometries(record),
    ]
    write_bundle(path, f"Bundle of `vqe scan`: {record.name}", found, _USES)


def _point(scan: PlannedScan, number: int, point: ScanPoint) -> BundledFile:
    """The input of one point, at its relaxed geometry if there is one."""
    data = dict(scan.point(point.value, "alone", None).data)
    if scan.coordinate.record.relaxed and point.geometry:
        data["molecule"] = _at_geometry(data["molecule"], point)
    file = input_file(with_bundled_inputs(data), f"point-{number}.json")
    shown = point.label or f"{point.value:g} {scan.coordinate.record.unit}".rstrip()
    return replace(file, about=f"the input of the point at {shown}")


def _at_geometry(molecule: dict[str, Any], point: ScanPoint) -> dict[str, Any]:
    geometry = {"cartesian": _lines(point)}
    kept = {key: value for key, value in molecule.items() if key != "structure"}
    return {**kept, "geometry": geometry, "units": "angstrom"}


def _geometries(record: Scan) -> Iterator[BundledFile]:
    """The geometries of all points, if the atoms move and all points have one."""
    if record.coordinate.kind == "key" or not all(point.geometry for point in record.points):
        return
    frames = [
        f"{len(point.geometry)}\n{point.label or f'{record.coordinate.name} {point.value:g}'}\n"
        f"{_lines(point)}\n"
        for point in record.points
    ]
    yield BundledFile(GEOMETRIES, "".join(frames).encode(), "the geometries of all points, in Å")


def _lines(point: ScanPoint) -> str:
    return "\n".join(f"{label} {x!r} {y!r} {z!r}" for label, x, y, z in point.geometry)
