# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit view: the account in words, the change log, and what is not known."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._audit.change_log import (
    PackChanges,
    changes_since,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.delivery import (
    Wanted,
    deliver,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.evidence import (
    make_evidence,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.purchase_documents import (
    look_at_documents,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.authorized_users import (
    AuthorizedUsers,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.entitlements import (
    read_entitlements,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.audit import (
    AuditView,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.failing import (
    failing,
    worst_severity,
)
from unit.plugin_utils._audit.farm_builders import diagnosis, finding, given, mixed_farm, viewed
from unit.plugin_utils._evidence.evidence_builders import LocalPlace
from unit.reporting.inventories import NOW

BOUGHT = read_entitlements(
    [
        {"program": "open", "version": 2022, "type": "per_user", "quantity": 80},
        {
            "program": "open",
            "version": 2022,
            "type": "per_device",
            "quantity": 20,
            "number": "65432178",
        },
    ]
)
DOCUMENTS = tuple(look_at_documents(BOUGHT, Path("/nowhere")))
USERS = AuthorizedUsers(total=90)
ACCOUNT: dict[str, Any] = {"entitlements": BOUGHT, "documents": DOCUMENTS, "authorized": USERS}


def audit(language: str = "en", **values: Any) -> AuditView:
    """The audit view of the mixed farm."""
    about = {"entitlements": BOUGHT, "documents": DOCUMENTS, "authorized": USERS, **values}
    found = viewed(language=language, **about).audit
    assert found is not None
    return found


def test_the_account_has_one_line_per_kind_of_cal() -> None:
    lines = {each.key.type.value: each for each in audit().lines}
    user, device = lines["per_user"], lines["per_device"]
    assert (user.owned, user.installed, user.authorized, user.used) == (80, 100, 90, 90)
    assert (user.short, user.state) == (20, "over_used"), "installed and not owned weighs more"
    assert (device.owned, device.installed, device.issued, device.short) == (20, 10, 0, 0)


def test_without_purchases_nothing_is_called_owned() -> None:
    found = audit(entitlements=None, documents=(), authorized=None)
    assert found.purchases is None
    assert all(each.owned is None and each.short is None for each in found.lines)
    assert {"no_entitlements", "authorized_unknown"} <= {each.signal for each in found.unknown}


def test_the_purchases_show_no_number() -> None:
    found = audit()
    assert found.purchases is not None
    assert [each.quantity for each in found.purchases] == [80, 20]
    assert "65432178" not in repr(found)


def test_unknown_signals_are_told_once_with_their_hosts() -> None:
    unread = [{"signal": "admin events", "why": f"because {each}"} for each in (1, 2)]
    farm = {f"sh{each}": diagnosis(unknown=unread) for each in range(5)}
    found = [each for each in audit(diagnoses=farm).unknown if each.signal == "admin events"]
    assert [each.hosts for each in found] == [("sh0", "sh1", "sh2", "sh3", "sh4")]


def test_a_session_host_without_a_diagnosis_is_unknown() -> None:
    missing = next(each for each in audit().unknown if each.signal == "no_diagnosis")
    assert missing.hosts == ("sh7", "sh8")


def test_changes_are_told_in_words() -> None:
    log = audit().log
    assert log is not None
    told = [(each.host, each.what, each.before, each.after) for each in log.changes]
    assert told[0] == ("sh1", "licensing mode", "Per User", "Not configured")
    assert told[1] == ("sh1", "license servers", "ls1, ls2", "none")
    assert told[2] == ("ls1.example.com", "activated", "no", "yes")
    assert told[3][1:] == (
        "Key pack 3",
        "",
        "Windows\N{NO-BREAK SPACE}Server\N{NO-BREAK SPACE}2022, Per User, Open: 100",
    )
    french = audit("fr").log
    assert french is not None
    assert (french.changes[4].before, french.changes[4].after) == ("inconnus", "connus")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_sentence_is_in_the_language(language: str) -> None:
    found = audit(language)
    said = [each.why for each in found.lines] + [each.text for each in found.findings]
    said += [each.why for each in found.finds_cal] + [each.why for each in found.idle]
    said += [each.why for each in found.unknown]
    assert said
    french = sum(" de " in each or " la " in each or " est " in each for each in said)
    assert (french > 3) is (language == "fr")
    assert not any(word in each for word in ("per_user", "per_device") for each in said)


def pack_of(folder: Path, **values: Any) -> None:
    """Write an evidence pack."""
    wanted = Wanted(str(folder), "licensing_evidence", 0, "somebody")
    deliver(wanted, given(**values), LocalPlace(), str(folder.parent), check_mode=False)


def log_of(folder: Path, **values: Any) -> PackChanges | None:
    """What changed since the packs of a folder."""
    state = make_evidence(given(**values)).state
    return changes_since(state, LocalPlace(), str(folder), "licensing_evidence", str(folder.parent))


def test_the_change_log_is_the_same_before_and_after_the_pack_of_a_run(tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    old, new = {"sh1": diagnosis()}, {"sh1": diagnosis("expired", finding("grace_over"))}
    assert log_of(packs, diagnoses=old) is None, "there is no folder"
    pack_of(packs, diagnoses=old)
    assert log_of(packs, diagnoses=old) is None, "nothing else was ever said"
    before = log_of(packs, diagnoses=new)
    assert before is not None
    assert [(each.what, each.before, each.after) for each in before.changes] == [
        ("verdict", "licensed", "expired")
    ]
    for later in range(3):
        pack_of(packs, diagnoses=new, now=NOW + timedelta(days=1 + later))
        assert log_of(packs, diagnoses=new) == before


def test_a_damaged_pack_is_passed_over(tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    pack_of(packs, diagnoses={"sh1": diagnosis()})
    pack_of(packs, diagnoses=mixed_farm(), now=NOW + timedelta(days=1))
    newest = max(packs.glob("*.zip"))
    newest.unlink()
    with zipfile.ZipFile(newest, "w") as archive:
        archive.writestr("manifest.json", "{}")
    found = log_of(packs, diagnoses=mixed_farm())
    assert found is not None
    assert found.pack.number == 1


def test_what_fails_is_named_with_its_worst() -> None:
    made = viewed(entitlements=BOUGHT, documents=DOCUMENTS, authorized=USERS)
    told = [(each.name, each.severity) for each in failing(made)]
    assert told[:2] == [("sh1", "critical"), ("sh2", "critical")]
    assert ("sh7", "error") in told
    assert ("sh8", "error") in told
    assert ("Windows Server 2022, Per User", "error") in told
    assert "sh5" not in dict(told)
    assert worst_severity(made) == "critical"
    assert failing(viewed(fail_at="never")) == []
    assert "sh7" not in {each.name for each in failing(viewed(fail_at="critical"))}
    assert "sh5" in {each.name for each in failing(viewed(fail_at="note"))}


def test_a_healthy_farm_fails_at_nothing() -> None:
    healthy = {"sh1": diagnosis()}
    made = viewed(healthy, attempts={}, session_hosts=["sh1"], fail_at="error")
    assert failing(made) == []
