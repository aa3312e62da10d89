# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written where: only news, whole files, and nothing in check mode."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs import rds_cal_report
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting import (
    delivery,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.delivery import (
    DeliveryError,
    deliver,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.formats import (
    FORMATS,
)
from unit.reporting.inventories import facts, pack


def stamp(**ago: float) -> str:
    """A time so long ago.

    Near midnight two of them may be of different days, which is news.
    """
    return (datetime.now(UTC) - timedelta(**ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


class LocalHost:
    """A host that is this machine: Ansible's modules in small, and a log of what was asked."""

    def __init__(self) -> None:
        self.wrote: list[str] = []
        self.asked: list[str] = []
        self.fails: dict[str, str] = {}

    def module(self, name: str, arguments: dict[str, Any]) -> Mapping[str, Any]:
        self.asked.append(name)
        if name in self.fails:
            return {"failed": True, "msg": self.fails[name]}
        if name == "file":
            Path(arguments["path"]).mkdir(mode=int(arguments["mode"], 8), parents=True)
            return {"changed": True}
        assert name == "find"
        found = []
        for folder in arguments["paths"]:
            assert Path(folder).is_dir(), "find warns of folders that are not there"
            for pattern in arguments["patterns"]:
                found += [path for path in Path(folder).glob(pattern) if path.is_file()]
        return {"files": [self._about(path) for path in found]}

    @staticmethod
    def _about(path: Path) -> dict[str, str]:
        done = subprocess.run(["sha1sum", str(path)], capture_output=True, text=True, check=True)
        mode = f"{path.stat().st_mode & 0o7777:04o}"
        return {"path": str(path), "checksum": done.stdout.split()[0], "mode": mode}

    def command(self, words: Sequence[str]) -> tuple[int, str, str]:
        self.asked.append("command")
        done = subprocess.run(list(words), capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def copy(self, content: bytes, path: str, mode: str) -> Mapping[str, Any]:
        if "copy" in self.fails:
            return {"failed": True, "msg": self.fails["copy"]}
        self.wrote.append(Path(path).name)
        Path(path).write_bytes(content)
        Path(path).chmod(int(mode, 8))
        return {"changed": True}


@pytest.fixture
def host() -> LocalHost:
    """The host that keeps the reports."""
    return LocalHost()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that is not there yet."""
    return tmp_path / "reports of ours"


def options(folder: Path, **changes: Any) -> dict[str, Any]:
    """The options of the module with their defaults."""
    found = {name: each.get("default") for name, each in rds_cal_report.SPEC.options.items()}
    everything = {"ls1": facts(pack(), collected_at=stamp(minutes=5))}
    return found | {"path": str(folder), "facts": everything, "hosts": ["ls1"]} | changes


def run(
    host: LocalHost, folder: Path, *, check_mode: bool = False, **changes: Any
) -> dict[str, Any]:
    """One task."""
    host.wrote.clear()
    host.asked.clear()
    return deliver(options(folder, **changes), host, on_controller=False, check_mode=check_mode)


REPORTS = ["cal_inventory.html", "cal_inventory.csv", "cal_inventory.json"]


def test_the_first_report(host: LocalHost, folder: Path) -> None:
    outcome = run(host, folder)
    assert outcome["changed"]
    assert outcome["written"] == REPORTS
    assert outcome["files"] == [str(folder / name) for name in REPORTS]
    today = datetime.now(UTC).date()
    assert host.wrote[:3] == REPORTS
    assert host.wrote[-1] == "cal_inventory.manifest.json"
    assert len(host.wrote) == 5
    assert (folder / "cal_inventory.history").is_dir()
    snapshots = list((folder / "cal_inventory.history").iterdir())
    assert len(snapshots) == 1
    assert abs((datetime.fromisoformat(snapshots[0].stem).date() - today).days) <= 1
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o777 == (0o750 if path.is_dir() else 0o640)
    assert outcome["before"] is None
    assert outcome["after"]["servers"] == {"ls1": "current"}
    assert outcome["counts"] == {"error": 0, "warning": 0, "unknown": 0, "info": 0}


def test_the_second_report_writes_nothing(host: LocalHost, folder: Path) -> None:
    first = run(host, folder)
    second = run(host, folder)
    assert not second["changed"]
    assert host.wrote == []
    assert second["written"] == []
    assert second["files"] == first["files"]
    assert second["before"] == second["after"] == first["after"]
    # It asks what is there, lists it and reads it: three steps, however long the history.
    assert host.asked == ["command", "find", "command"]


def test_collected_again_is_no_news(host: LocalHost, folder: Path) -> None:
    run(host, folder)
    again = {"ls1": facts(pack(), collected_at=stamp(minutes=4, seconds=50))}
    outcome = run(host, folder, facts=again)
    assert not outcome["changed"]
    assert host.wrote == []


def test_times_can_be_refreshed_without_news(host: LocalHost, folder: Path) -> None:
    run(host, folder, formats=["prometheus", "checkmk"])
    again = {"ls1": facts(pack(), collected_at=stamp(minutes=4, seconds=50))}
    outcome = run(host, folder, facts=again, formats=["prometheus", "checkmk"], refresh_times=True)
    assert not outcome["changed"]
    assert host.wrote == ["cal_inventory.prom", "cal_inventory.manifest.json"]
    third = run(host, folder, facts=again, formats=["prometheus", "checkmk"], refresh_times=True)
    assert (third["changed"], host.wrote) == (False, [])


def test_an_issued_cal_is_news(host: LocalHost, folder: Path) -> None:
    run(host, folder)
    outcome = run(
        host, folder, facts={"ls1": facts(pack(issued=61), collected_at=stamp(minutes=1))}
    )
    assert outcome["changed"]
    assert outcome["written"] == REPORTS
    told = "Windows Server 2022, Per User"
    assert outcome["before"]["stocks"][told] == "60 of 100 CALs issued, 40 free"
    assert outcome["after"]["stocks"][told] == "61 of 100 CALs issued, 39 free"


def test_facts_that_became_old_are_news_once(host: LocalHost, folder: Path) -> None:
    run(host, folder)
    old = {"ls1": facts(pack(), collected_at=stamp(hours=60))}
    assert run(host, folder, facts=old)["facts"]["old"] == ["ls1"]
    assert run(host, folder, facts=old)["changed"] is False


@pytest.mark.parametrize(
    "change",
    [{"language": "fr"}, {"title": "Lyon"}, {"threshold": 50.0}, {"session_hosts": {"a": None}}],
)
def test_another_option_is_news(host: LocalHost, folder: Path, change: dict[str, Any]) -> None:
    run(host, folder)
    assert run(host, folder, **change)["changed"]
    assert not run(host, folder, **change)["changed"]


@pytest.mark.parametrize("harm", ["missing", "changed", "mode"])
def test_a_file_that_somebody_changed_is_put_right(
    host: LocalHost, folder: Path, harm: str
) -> None:
    run(host, folder)
    page = folder / "cal_inventory.html"
    before = page.read_bytes()
    if harm == "missing":
        page.unlink()
    elif harm == "changed":
        page.write_text("nothing", encoding="utf-8")
    else:
        page.chmod(0o666)
    outcome = run(host, folder)
    assert outcome["changed"]
    assert outcome["written"] == ["cal_inventory.html"]
    assert page.read_bytes() == before
    assert page.stat().st_mode & 0o777 == 0o640
    assert not run(host, folder)["changed"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema":1}', '{"schema":2,"files":{}}'])
def test_a_broken_manifest_is_written_anew(host: LocalHost, folder: Path, text: str) -> None:
    run(host, folder)
    (folder / "cal_inventory.manifest.json").write_text(text, encoding="utf-8")
    assert run(host, folder)["changed"]
    assert not run(host, folder)["changed"]


def test_check_mode_writes_nothing(host: LocalHost, folder: Path) -> None:
    outcome = run(host, folder, check_mode=True)
    assert outcome["changed"]
    assert outcome["written"] == REPORTS
    assert host.wrote == []
    assert host.asked == ["command"]
    assert not folder.exists()
    run(host, folder)
    assert not run(host, folder, check_mode=True)["changed"]


def test_every_format_has_its_file(host: LocalHost, folder: Path) -> None:
    run(host, folder, formats=list(FORMATS), name="rds")
    assert {path.name for path in folder.iterdir() if path.is_file()} == {
        *(f"rds{output.suffix}" for output in FORMATS.values()),
        "rds.manifest.json",
    }
    assert not run(host, folder, formats=list(FORMATS), name="rds")["changed"]


def test_the_spec_offers_every_format() -> None:
    assert rds_cal_report.SPEC.options["formats"]["choices"] == list(FORMATS)


def test_two_reports_share_a_folder(host: LocalHost, folder: Path) -> None:
    run(host, folder)
    run(host, folder, name="inventaire", language="fr")
    assert not run(host, folder)["changed"]
    assert not run(host, folder, name="inventaire", language="fr")["changed"]


def history(folder: Path) -> dict[str, dict[str, Any]]:
    """The snapshots by their days."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((folder / "cal_inventory.history").iterdir())
    }


def at(days: float, issued: int) -> dict[str, Any]:
    """Facts of so many days ago."""
    return {"ls1": facts(pack(issued=issued), collected_at=stamp(days=days))}


def test_the_history_grows_into_a_trend(host: LocalHost, folder: Path) -> None:
    for days, issued in ((90, 40), (60, 50), (60, 50), (30, 50), (1, 70)):
        outcome = run(host, folder, facts=at(days, issued), max_fact_age=1e4)
    kept = list(history(folder).values())
    assert [(each["first"] == each["last"]) for each in kept] == [True, False, True]
    body = json.loads((folder / "cal_inventory.json").read_text(encoding="utf-8"))
    assert body["trends"][0]["outlook"] == "exhausted_on"
    assert len(body["trends"][0]["points"]) == 4
    assert outcome["changed"]


def test_a_day_later_the_snapshot_moves_on_without_news(host: LocalHost, folder: Path) -> None:
    run(host, folder, facts=at(3, 50), max_fact_age=1e4)
    outcome = run(host, folder, facts=at(1, 50), max_fact_age=1e4)
    assert not outcome["changed"]
    assert len(host.wrote) == 1
    assert next(iter(history(folder).values()))["last"] == stamp(days=1)[:10]


def test_old_snapshots_are_removed(host: LocalHost, folder: Path) -> None:
    for days, issued in ((400, 1), (399, 2), (398, 3), (1, 4)):
        run(host, folder, facts=at(days, issued), max_fact_age=1e5 - 15_000)
    assert 2 <= len(history(folder)) <= 3
    run(host, folder, facts=at(1, 5), max_fact_age=1e4, history=6)
    assert len(history(folder)) == 1


def test_no_history(host: LocalHost, folder: Path) -> None:
    outcome = run(host, folder, history=0)
    assert outcome["changed"]
    assert not (folder / "cal_inventory.history").exists()
    assert not run(host, folder, history=0)["changed"]


def test_what_is_no_snapshot_is_left_alone_and_named(host: LocalHost, folder: Path) -> None:
    run(host, folder)
    foreign = folder / "cal_inventory.history" / "2020-01-01.json"
    foreign.write_text("notes\nof somebody\n", encoding="utf-8")
    outcome = run(host, folder)
    assert "2020-01-01.json" in outcome["warnings"][0]
    assert foreign.read_text(encoding="utf-8") == "notes\nof somebody\n"
    assert not outcome["changed"]


def test_a_file_in_the_way(host: LocalHost, folder: Path) -> None:
    folder.write_text("x", encoding="utf-8")
    with pytest.raises(DeliveryError, match="is there and is no folder"):
        run(host, folder)
    assert host.wrote == []


@pytest.mark.parametrize(("step", "changed"), [("file", False), ("copy", True)])
def test_a_failure_says_what_failed(
    host: LocalHost, folder: Path, step: str, changed: bool
) -> None:
    host.fails[step] = "no space left on device"
    with pytest.raises(DeliveryError, match=r"no space left on device\. What to do: ") as caught:
        run(host, folder)
    assert caught.value.changed is changed, "the folder was made before the copy"
    host.fails.clear()
    assert run(host, folder)["changed"]


def test_a_folder_that_cannot_be_read(host: LocalHost, folder: Path) -> None:
    run(host, folder)
    host.fails["find"] = "permission denied"
    with pytest.raises(DeliveryError, match="permission denied") as caught:
        run(host, folder)
    assert not caught.value.changed


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"path": "relative/folder"}, "not an absolute path"),
        ({"path": "C:\\reports"}, "POSIX"),
        ({"name": "../x"}, "letters, digits"),
        ({"name": "a b"}, "letters, digits"),
        ({"mode": "u=rw"}, "octal"),
        ({"directory_mode": "99"}, "octal"),
        ({"history": -1}, "number of months"),
        ({"threshold": 101.0}, "percentage"),
        ({"threshold": float("nan")}, "percentage"),
        ({"max_fact_age": 0.0}, "hours"),
        ({"max_fact_age": float("inf")}, "hours"),
        ({"expiry_notice": -1}, "days"),
        ({"facts": {}, "hosts": []}, "no license servers"),
    ],
)
def test_options_that_make_no_sense(
    host: LocalHost, folder: Path, change: dict[str, Any], why: str
) -> None:
    with pytest.raises(DeliveryError, match=why):
        run(host, folder, **change)
    assert host.asked == []


def test_such_a_folder_is_refused(
    host: LocalHost, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "vanishes", lambda dummy: True)
    with pytest.raises(DeliveryError, match="cal_inventory_output_host"):
        deliver(options(folder), host, on_controller=True, check_mode=False)
    assert host.asked == []
    # On another host, or when it is wanted, it is nobody's business.
    deliver(options(folder), host, on_controller=False, check_mode=False)
    allowed = options(folder, allow_ephemeral=True)
    deliver(allowed, host, on_controller=True, check_mode=False)
