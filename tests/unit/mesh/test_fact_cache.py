# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one cache: what comes back of slices is put together, the newest of each host."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from mesh import fact_cache


def write(folder: Path, name: str, told: str, at: float) -> Path:
    """A cache file as ansible-core 2.19 writes it."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(json.dumps({"__payload__": json.dumps({"told": told})}), encoding="utf-8")
    os.utime(path, (at, at))
    return path


def told(cache: Path, host: str) -> object:
    return fact_cache.facts_of(cache, host).get("told")


def test_two_slices_make_one_cache(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for number, host in ((1, "sh1"), (2, "sh2")):
        job = tmp_path / f"job{number}"
        write(job, f"s1_{host}", f"by {number}", 100)
        assert fact_cache.take_back(job, [host], cache) == [host]
    assert {path.name for path in cache.iterdir()} == {"s1_sh1", "s1_sh2"}
    assert [told(cache, host) for host in ("sh1", "sh2")] == ["by 1", "by 2"]


@pytest.mark.parametrize(
    ("known", "fresh", "expected"), [(100, 200, "new"), (100, 100, "new"), (200, 100, "old")]
)
def test_the_newest_facts_of_a_host_count(
    tmp_path: Path, known: float, fresh: float, expected: str
) -> None:
    cache, job = tmp_path / "cache", tmp_path / "job"
    write(cache, "s1_sh1", "old", known)
    write(job, "s1_sh1", "new", fresh)
    taken = fact_cache.take_back(job, ["sh1"], cache)
    assert taken == (["sh1"] if expected == "new" else [])
    assert told(cache, "sh1") == expected
    assert [path.name for path in cache.iterdir()] == ["s1_sh1"]


def test_a_job_may_only_tell_about_its_own_hosts(tmp_path: Path) -> None:
    cache, job = tmp_path / "cache", tmp_path / "job"
    write(cache, "s1_sh2", "old", 100)
    write(job, "s1_sh1", "new", 200)
    write(job, "s1_sh2", "stray", 200)
    assert fact_cache.take_back(job, ["sh1"], cache) == ["sh1"]
    assert told(cache, "sh2") == "old"


def test_facts_that_were_only_sent_are_no_news(tmp_path: Path) -> None:
    cache, job = tmp_path / "cache", tmp_path / "job"
    write(cache, "s1_sh1", "old", 100)
    assert fact_cache.send(cache, ["sh1", "sh9"], job) == 1
    assert (job / "s1_sh1").stat().st_mtime == 100
    assert fact_cache.take_back(job, ["sh1", "sh9"], cache) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sh1", '{"told": "plainly"}'),
        ("s1_sh1", '{"__payload__": "{\\"told\\": \\"plainly\\"}"}'),
    ],
)
def test_files_of_old_and_new_ansible_are_read(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert told(tmp_path, "sh1") == "plainly"
    assert fact_cache.facts_of(tmp_path, "sh2") == {}
