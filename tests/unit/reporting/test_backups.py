# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How old the last good bundle of each license server is, in every format."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.backups import (
    FACT,
    read_backup,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.formats import (
    ALL_FORMATS,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.hostvars import (
    gathered_backups,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.model import (
    Backup,
    Rule,
    Severity,
)

from .inventories import NOW, facts, inventory, pack, report

LIMIT = 192.0


def told(hours: float | None, limit: object = LIMIT) -> dict[str, Any]:
    """The role's fact of a bundle that is so old."""
    created = None if hours is None else f"{NOW - timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"
    return {"newest_good_created": created, "limit_hours": limit, "overdue": "not looked at"}


def made(backups: dict[str, Any], language: str = "en") -> Any:
    everything = {name: facts(pack(), name=name.upper()) for name in ("ls1", "ls2")}
    return report(everything, backups=backups, language=language)


@pytest.mark.parametrize(
    ("raw", "code", "severity"),
    [
        (None, None, None),
        (told(1), None, None),
        (told(191.9), None, None),
        (told(192.1), "backup_old", Severity.WARNING),
        (told(10_000, None), None, None),
        (told(10_000, True), None, None),
        (told(10_000, -5), None, None),
        (told(10_000, float("nan")), None, None),
        (told(-5), None, None),  # the license server's clock is ahead
        (told(None), "backup_missing", Severity.WARNING),
        ({}, "backup_missing", Severity.WARNING),
        ({"newest_good_created": "soon"}, "backup_unknown", Severity.UNKNOWN),
        ({"newest_good_created": [1]}, "backup_unknown", Severity.UNKNOWN),
        ("nonsense", "backup_unknown", Severity.UNKNOWN),
    ],
)
def test_what_is_said_of_a_backup(raw: object, code: str | None, severity: Severity | None) -> None:
    built = inventory({"ls1": facts(pack())}, backups={"ls1": raw})
    found = [each for each in built.findings if each.rule is Rule.BACKUP_YOUNG]
    assert [(each.code, each.severity) for each in found] == ([(code, severity)] if code else [])
    assert (built.servers[0].backup is None) == (raw is None)


def test_a_server_without_facts_is_told_of_as_well() -> None:
    built = inventory({"ls1": None}, backups={"ls1": told(None)})
    assert "backup_missing" in [each.code for each in built.findings]


def test_a_newer_bundle_alone_is_no_news() -> None:
    assert made({"ls1": told(1)}).digest == made({"ls1": told(25)}).digest
    assert made({"ls1": told(200)}).digest == made({"ls1": told(300)}).digest
    digests = {made({"ls1": each}).digest for each in (told(1), told(200), told(None), None)}
    assert len(digests) == 4


def test_a_limit_that_cannot_be_read_limits_nothing() -> None:
    assert read_backup(told(1, "192")) == Backup(NOW - timedelta(hours=1), None)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_formats_for_machines(language: str) -> None:
    one = made({"ls1": told(200)}, language)
    stamp = told(200)["newest_good_created"]
    when = NOW - timedelta(hours=200)
    shown = {name: each.render(one) for name, each in ALL_FORMATS.items()}
    servers = {each["name"]: each for each in json.loads(shown["json"])["servers"]}
    assert servers["ls1"]["backup"] == {"newest_good": stamp, "limit_hours": LIMIT}
    assert servers["ls2"]["backup"] is None
    rows = {each["Server"]: each for each in csv.DictReader(io.StringIO(shown["csv"], newline=""))}
    assert (rows["ls1"]["NewestBackup"], rows["ls2"]["NewestBackup"]) == (stamp, "")
    metric = 'rds_backup_newest_good_timestamp_seconds{server="ls1"}'
    assert f"{metric} {int(when.timestamp())}\n" in shown["prometheus"]
    assert 'rds_backup_limit_seconds{server="ls1"} 691200\n' in shown["prometheus"]
    discovered = {each["{#SERVER}"]: each for each in json.loads(shown["zabbix"])}
    assert discovered["ls1"]["newest_backup"] == int(when.timestamp())
    assert discovered["ls2"]["newest_backup"] is None
    assert '<testcase classname="backup_young" name="ls2"/>' in shown["junit"]
    for name in ("checkmk", "nagios", "junit", "html"):
        text = shown[name].replace("\N{NO-BREAK SPACE}", " ")
        said = "The last good bundle is of " if language == "en" else "sauvegarde valide est du "
        assert said in text, name
    assert '1 "RDS license server ls1"' in shown["checkmk"]
    assert '0 "RDS license server ls2"' in shown["checkmk"]


def test_the_fact_of_the_role_is_read_and_never_templated() -> None:
    hosts = {
        "ls1": {"ansible_facts": {FACT: {"newest_good_created": "{{ 1 }}"}}},
        "ls2": {FACT: told(1)},
        "ls3": {},
    }
    found = gathered_backups({"hostvars": hosts}, ["ls1", "ls2", "ls3", "ls4"])
    assert found == {"ls1": {"newest_good_created": "{{ 1 }}"}, "ls2": told(1)}
