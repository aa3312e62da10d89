# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of the mesh see what they are there for."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mesh import checks
from mesh.farm_hosts import Asked, RequestLog, scenario
from mesh.job import Attempt
from mesh.private_data import JobPlan

START = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()


def attempt(
    number: int, *hosts: str, lost: bool = False, after: float = 0, **more: bool
) -> Attempt:
    """Ten seconds from ``after`` on."""
    inventory = {"all": {"children": {"rds_session_hosts": {"hosts": dict.fromkeys(hosts)}}}}
    plan = JobPlan("diagnose", "diagnose.yml", "diagnose", inventory, 5, number, 2)
    started = START + after
    return Attempt(
        *(plan, "a", more.get("good", not lost), lost, hosts),
        *(started, started + 10, 0, 0, "what it printed"),
    )


GOOD = [
    attempt(1, "sh1"),
    attempt(2, "sh2", lost=True, after=10),
    attempt(2, "sh2", after=20),
]


def cache(folder: Path, **times: float) -> Path:
    for host, after in times.items():
        at = datetime.fromtimestamp(START + after, UTC).isoformat()
        facts = json.dumps({"rds_diagnosis": {"collected_at": at}})
        (folder / f"s1_{host}").write_text(json.dumps({"__payload__": facts}), encoding="utf-8")
    return folder


def test_attempts_as_they_should_be() -> None:
    assert checks.attempts_fit(GOOD, 2) == []


@pytest.mark.parametrize(
    ("attempts", "text"),
    [
        (GOOD[:2], "came to a good end are [1], not"),
        ([*GOOD, attempt(1, "sh1", after=40)], "came to a good end are [1, 1, 2], not"),
        ([GOOD[0], GOOD[2]], "lost their node are [], not one"),
        ([*GOOD, attempt(2, "sh2", good=False)], "what it printed"),
    ],
)
def test_attempts_that_do_not_fit(attempts: list[Attempt], text: str) -> None:
    assert text in "\n".join(checks.attempts_fit(attempts, 2))


def test_a_host_of_a_finished_slice_that_is_asked_again_is_seen() -> None:
    own = [Asked("sh1", START + 5, False), Asked("sh2", START + 15, True)]
    assert checks.asked_once(GOOD, own) == []
    again = [*own, Asked("sh1", START + 25, False)]
    assert "1 hosts (sh1)" in checks.asked_once(GOOD, again)[0]


def test_cached_once(tmp_path: Path) -> None:
    assert (
        checks.cached_once(cache(tmp_path, sh1=5, sh2=25), GOOD, "rds_diagnosis", ["sh1", "sh2"])
        == []
    )


def test_old_missing_and_double_facts_are_seen(tmp_path: Path) -> None:
    folder = cache(tmp_path, sh1=5, sh2=15)
    (folder / "sh1").write_text("{}", encoding="utf-8")
    said = checks.cached_once(folder, GOOD, "rds_diagnosis", ["sh1", "sh2", "sh3"])
    assert [text.partition(" is ")[0].partition(":")[0] for text in said] == ["sh1", "sh2", "sh3"]
    (folder / "sh1").unlink()
    (folder / "s1_sh1").unlink()
    assert checks.cached_once(folder, GOOD, "rds_diagnosis", ["sh1"]) == [
        "sh1 is 0 times in the cache"
    ]


def test_reported_once(tmp_path: Path) -> None:
    folder = cache(tmp_path, sh1=5, sh2=25)
    entry = {"name": "sh1", "collected_at": "2026-03-01T12:00:05Z"}
    other = {"name": "sh2", "collected_at": "2026-03-01T12:00:25Z"}
    hosts = ["sh1", "sh2"]
    assert checks.reported_once([entry, other], folder, hosts, "rds_diagnosis") == []
    for wrong, text in (
        ([entry], "lacks 1 hosts (sh2)"),
        ([entry, other, other], "has twice 1 hosts (sh2)"),
        ([entry, {**other, "collected_at": "2026-03-01T12:00:15Z"}], "12:00:15Z in the report"),
    ):
        assert text in "\n".join(checks.reported_once(wrong, folder, hosts, "rds_diagnosis"))


KNOWS = checks.Told("grace", frozenset({"no_cals_installed"}), frozenset())


def test_slices_that_say_the_same_do_not_differ() -> None:
    assert checks.differences({"sh1": KNOWS, "sh2": KNOWS}, {"sh1": KNOWS, "sh2": KNOWS}) == []


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({"sh1": KNOWS}, ["not diagnosed in slices: 1 hosts (sh2)"]),
        ({"sh2": replace(KNOWS, verdict="licensed")}, ["another verdict"]),
        ({"sh2": replace(KNOWS, findings=frozenset())}, ["another finding"]),
        ({"sh2": replace(KNOWS, findings=KNOWS.findings | {"more"})}, ["another finding"]),
        ({"sh2": replace(KNOWS, unknown=frozenset({"facts of ls1"}))}, ["another unknown"]),
        (
            {"sh2": checks.Told("licensed", frozenset(), frozenset({"facts of ls1"}))},
            ["another verdict", "another finding", "another unknown"],
        ),
    ],
)
def test_differences_of_diagnoses(after: dict[str, checks.Told], said: list[str]) -> None:
    before = {"sh1": KNOWS, "sh2": KNOWS}
    found = checks.differences(before, {"sh1": KNOWS, **after})
    assert len(found) == len(said)
    assert all(text.startswith(part) for text, part in zip(found, said, strict=True))
    assert all("1 hosts (sh2)" in text for text in found)


def test_a_farm_in_which_slices_could_not_differ_is_seen() -> None:
    other = replace(KNOWS, findings=frozenset())
    assert checks.telling({"sh1": KNOWS, "sh2": other}, "no_cals_installed") == []
    for diagnoses in ({"sh1": KNOWS}, {"sh1": other}, {}):
        assert "the finding no_cals_installed" in checks.telling(diagnoses, "no_cals_installed")[0]


def test_the_request_log_is_read_in_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    line = json.dumps({"host": "sh1", "at": "2026-03-01T12:00:00+00:00", "operation": "auth"})
    path.write_text(f"{line}\n{line[:20]}", encoding="utf-8")
    log = RequestLog(path)
    assert log.more() == [Asked("sh1", START, True)]
    assert log.more() == []
    with path.open("a", encoding="utf-8") as stream:
        stream.write(f"{line[20:]}\n")
    assert log.more() == [Asked("sh1", START, True)]


def test_a_farm_of_a_thousand() -> None:
    hosts = scenario(1000)["hosts"]
    servers = [name for name, each in hosts.items() if each.get("roles") == ["licensing"]]
    assert (len(hosts), len(servers)) == (1000, 20)
    listed = {name for each in hosts.values() for name in _servers(each)}
    assert listed == {f"{name}.corp.example" for name in servers}


def _servers(host: dict[str, dict[str, str]]) -> list[str]:
    return host["policy"]["servers"].split(",") if "policy" in host else []
