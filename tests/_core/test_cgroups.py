"""Limits of containers and batch slots, in trees laid out as the kernel does."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqe_cli._core.batch_slots import slot_bytes, slot_cores
from vqe_cli._core.cgroups import ControlGroups

pytestmark = pytest.mark.quick

MIB = 2**20
V2 = "35 24 0:30 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate"
V1_MEMORY = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"
V1_CPU = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct"


def laid_out(root: Path, groups: str, mounts: str, files: dict[str, object]) -> ControlGroups:
    """A tree below a root of its own."""
    own = {"proc/self/cgroup": groups, "proc/self/mountinfo": mounts}
    for name, content in {**own, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{content}\n")
    return ControlGroups(root)


def test_without_control_groups_nothing_is_limited(tmp_path: Path) -> None:
    groups = ControlGroups(tmp_path)
    assert groups.free_bytes() is groups.cores() is None


def test_a_container_of_version_2_sees_its_own_limits_at_the_top(tmp_path: Path) -> None:
    groups = laid_out(
        tmp_path,
        "0::/",
        V2,
        {
            "sys/fs/cgroup/memory.max": 1024 * MIB,
            "sys/fs/cgroup/memory.high": "max",
            "sys/fs/cgroup/memory.current": 300 * MIB,
            "sys/fs/cgroup/memory.stat": f"anon {200 * MIB}\ninactive_file {50 * MIB}",
            "sys/fs/cgroup/cpu.max": "150000 100000",
        },
    )
    assert groups.free_bytes() == (1024 - 300 + 50) * MIB
    assert groups.cores() == 1


def test_the_narrowest_of_nested_groups_counts(tmp_path: Path) -> None:
    slice_ = "sys/fs/cgroup/batch.slice"
    groups = laid_out(
        tmp_path,
        "0::/batch.slice/job.scope",
        V2,
        {
            f"{slice_}/memory.max": 4000 * MIB,
            f"{slice_}/memory.current": 3500 * MIB,
            f"{slice_}/cpu.max": "400000 100000",
            f"{slice_}/job.scope/memory.max": 2000 * MIB,
            f"{slice_}/job.scope/memory.current": 100 * MIB,
            f"{slice_}/job.scope/cpu.max": "max 100000",
        },
    )
    assert groups.free_bytes() == 500 * MIB
    assert groups.cores() == 4


def test_what_is_slowed_down_beyond_its_high_mark_keeps_below_it(tmp_path: Path) -> None:
    groups = laid_out(
        tmp_path,
        "0::/a",
        V2,
        {
            "sys/fs/cgroup/a/memory.max": "max",
            "sys/fs/cgroup/a/memory.high": 700 * MIB,
            "sys/fs/cgroup/a/memory.current": 800 * MIB,
            "sys/fs/cgroup/a/cpu.max": "20000 100000",
        },
    )
    assert groups.free_bytes() == 0
    assert groups.cores() == 1


def test_version_1_has_a_tree_for_each_controller(tmp_path: Path) -> None:
    groups = laid_out(
        tmp_path,
        "4:memory:/slurm/job_7\n2:cpu,cpuacct:/slurm/job_7\n0::/",
        f"{V1_MEMORY}\n{V1_CPU}",
        {
            "sys/fs/cgroup/memory/memory.limit_in_bytes": 9223372036854771712,
            "sys/fs/cgroup/memory/memory.usage_in_bytes": 5000 * MIB,
            "sys/fs/cgroup/memory/slurm/job_7/memory.limit_in_bytes": 1000 * MIB,
            "sys/fs/cgroup/memory/slurm/job_7/memory.usage_in_bytes": 400 * MIB,
            "sys/fs/cgroup/memory/slurm/job_7/memory.stat": f"total_inactive_file {MIB}",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": -1,
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": 100000,
            "sys/fs/cgroup/cpu,cpuacct/slurm/job_7/cpu.cfs_quota_us": 350000,
            "sys/fs/cgroup/cpu,cpuacct/slurm/job_7/cpu.cfs_period_us": 100000,
        },
    )
    assert groups.free_bytes() == 601 * MIB
    assert groups.cores() == 3


def test_a_container_of_version_1_has_its_group_mounted_at_the_top(tmp_path: Path) -> None:
    """Without a namespace the path is the host's, and the mount shows only that group."""
    groups = laid_out(
        tmp_path,
        "4:memory:/docker/abc",
        "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory",
        {
            "sys/fs/cgroup/memory/memory.limit_in_bytes": 512 * MIB,
            "sys/fs/cgroup/memory/memory.usage_in_bytes": 112 * MIB,
        },
    )
    assert groups.free_bytes() == 400 * MIB
    assert groups.cores() is None


@pytest.mark.parametrize(
    ("environment", "memory", "cores"),
    [
        ({}, None, None),
        ({"SLURM_MEM_PER_NODE": "4000", "SLURM_CPUS_ON_NODE": "8"}, 4000 * MIB, 8),
        ({"SLURM_MEM_PER_CPU": "500", "SLURM_CPUS_PER_TASK": "4"}, 2000 * MIB, 4),
        ({"SLURM_MEM_PER_NODE": "0", "SLURM_CPUS_PER_TASK": "2"}, None, 2),
        ({"PBS_RESC_MEM": "1073741824", "NCPUS": "3"}, 2**30, 3),
        ({"SGE_HGR_h_vmem": "2G", "NSLOTS": "6"}, 2 * 2**30, 6),
        ({"LSB_DJOB_NUMPROC": "5"}, None, 5),
        ({"SLURM_MEM_PER_NODE": "much", "NSLOTS": "undefined"}, None, None),
    ],
)
def test_variables_of_batch_systems(
    environment: dict[str, str], memory: int | None, cores: int | None
) -> None:
    assert slot_bytes(environment) == memory
    assert slot_cores(environment) == cores
