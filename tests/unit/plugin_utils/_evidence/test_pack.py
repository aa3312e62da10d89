# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pack as it is written: its files, what they hold and what they never hold."""

from __future__ import annotations

import csv
import io
import json
import stat
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.delivery import (
    Wanted,
    deliver,
    verify,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.evidence import (
    Given,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.place import (
    EvidenceError,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.purchase_documents import (
    look_at_documents,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Outcome,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.entitlements import (
    read_entitlements,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.ephemeral import (
    RUNNER,
)
from unit.plugin_utils._evidence.evidence_builders import NOW, LocalPlace, diagnosis, given
from unit.reporting.inventories import HOSTILE, facts, pack

FIRST = "licensing_evidence-000001-20261121T093000Z.zip"


@pytest.fixture
def host() -> LocalPlace:
    """The host of the packs."""
    return LocalPlace()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the packs, not there yet."""
    return tmp_path / "evidence"


def write(host: LocalPlace, folder: Path, about: Given | None = None, **values: Any) -> Outcome:
    check_mode = values.pop("check_mode", False)
    wanted = Wanted(
        **{
            "path": str(folder),
            "name": "licensing_evidence",
            "max_age": 720.0,
            "made_by": "operator",
            **values,
        }
    )
    return deliver(wanted, about or given(), host, str(folder.parent), check_mode=check_mode)


def later(about: Given | None = None, **ago: float) -> Given:
    about = about or given()
    return replace(about, now=about.now + timedelta(**ago))


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {each: archive.read(each) for each in archive.namelist()}


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_a_pack(host: LocalPlace, folder: Path) -> None:
    outcome = write(host, folder)
    assert outcome.changed
    assert outcome.values["pack"] == FIRST
    path = folder / FIRST
    assert outcome.values["path"] == str(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    found = entries(path)
    assert list(found) == [
        *("cals.csv", "changes.csv", "documents.csv", "findings.csv", "hosts.csv", "packs.csv"),
        *("policy/sh1.example.com.json", "policy/sh2.example.com.json"),
        *("reconciliation.csv", "report.json", "state.json", "manifest.json"),
    ]
    manifest = json.loads(found["manifest.json"])
    assert {each["name"] for each in manifest["files"]} == set(found) - {"manifest.json"}
    assert (manifest["number"], manifest["previous"], manifest["made_by"]) == (1, None, "operator")
    assert outcome.values["written"]["manifest_sha256"] == outcome.values["manifest_sha256"]
    hosts = {each["Host"]: each for each in table(found["hosts.csv"])}
    assert hosts["sh1.example.com"]["FindsCal"] == "yes"
    assert hosts["sh2.example.com"]["FindsCal"] == "no"
    assert hosts["sh2.example.com"]["PolicyFile"] == "policy/sh2.example.com.json"
    assert outcome.values["without_cal"] == ["sh2.example.com"]
    assert json.loads(found["policy/sh1.example.com.json"])["LicensingMode"]["value"] == 4
    report = json.loads(found["report.json"])
    assert report["reconciliation"] == outcome.values["reconciliation"]
    assert report["entitlements"] is None
    (line,) = table(found["reconciliation.csv"])
    assert (line["Owned"], line["Installed"], line["Issued"]) == ("", "100", "")
    assert line["IssuedAtLeast"] == "60"


def test_the_same_input_gives_the_same_bytes(host: LocalPlace, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for each in (one, other):
        write(host, each)
    assert (one / FIRST).read_bytes() == (other / FIRST).read_bytes()
    shuffled = given(diagnoses=dict(reversed(list(given().diagnoses.items()))))
    write(host, tmp_path / "third", shuffled)
    assert (tmp_path / "third" / FIRST).read_bytes() == (one / FIRST).read_bytes()


def test_no_news_makes_no_pack(host: LocalPlace, folder: Path) -> None:
    first = write(host, folder)
    about = given(
        facts={
            "ls1.example.com": facts(
                pack(3, total=100, issued=60), name="LS1", collected_at="2026-11-22T09:00:00Z"
            )
        }
    )
    again = write(host, folder, later(about, days=1))
    assert not again.changed
    assert len(host.sent) == 1
    assert again.values["pack"] == FIRST
    assert again.values["manifest_sha256"] == first.values["manifest_sha256"]
    old = write(host, folder, later(days=30))
    assert old.changed
    assert old.values["changes"] == []
    always = write(host, folder, later(days=31), max_age=0.0)
    assert always.changed
    assert verify(str(folder), "licensing_evidence", [], host, str(folder.parent))["valid"]


def test_news_makes_a_pack_that_names_it(host: LocalPlace, folder: Path) -> None:
    first = write(host, folder)
    about = given(
        diagnoses={
            "sh1.example.com": diagnosis("per_device"),
            "sh3.example.com": diagnosis(),
        },
        facts={"ls1.example.com": facts(pack(3, total=150, issued=60), name="LS1")},
    )
    second = write(host, folder, later(about, hours=1))
    told = {(each["host"], each["what"]): each for each in second.values["changes"]}
    assert told["sh1.example.com", "mode"]["after"] == "per_device"
    assert told["sh3.example.com", "in_the_inventory"]["after"] is True
    assert told["ls1.example.com", "key pack 3"]["before"]["total"] == 100
    assert told["ls1.example.com", "key pack 3"]["after"]["total"] == 150
    found = entries(folder / second.values["pack"])
    assert len(table(found["changes.csv"])) == second.values["changes_count"]
    previous = json.loads(found["manifest.json"])["previous"]
    assert previous == {"name": FIRST, "sha256": first.values["manifest_sha256"]}


def test_a_verdict_is_news_and_an_issued_cal_none_of_the_changes(
    host: LocalPlace, folder: Path
) -> None:
    write(host, folder)
    about = given(
        diagnoses={
            **given().diagnoses,
            "sh1.example.com": diagnosis(verdict="expired"),
        },
        facts={"ls1.example.com": facts(pack(3, total=100, issued=61), name="LS1")},
    )
    second = write(host, folder, later(about, hours=1))
    assert [each["what"] for each in second.values["changes"]] == ["verdict"]


def test_check_mode_writes_nothing(host: LocalPlace, folder: Path) -> None:
    outcome = write(host, folder, check_mode=True)
    assert outcome.changed
    assert outcome.values["pack"] == FIRST
    assert outcome.values["written"] is None
    assert not folder.exists()
    assert not list(folder.parent.iterdir())


def test_a_fault_leaves_the_packs_alone(host: LocalPlace, folder: Path) -> None:
    write(host, folder)
    before = (folder / FIRST).read_bytes()
    host.fails["send"] = "no space left on device"
    with pytest.raises(EvidenceError, match="no space left"):
        write(host, folder, later(days=40))
    assert [each.name for each in folder.iterdir()] == [FIRST]
    assert (folder / FIRST).read_bytes() == before


def test_the_packs_of_another_host(folder: Path) -> None:
    remote = LocalPlace(on_controller=False)
    write(remote, folder)
    outcome = write(remote, folder, later(days=40))
    assert remote.fetched == [str(folder / FIRST)]
    assert outcome.values["previous"] == FIRST
    assert verify(str(folder), "licensing_evidence", [], remote, str(folder.parent))["valid"]


def test_a_previous_pack_that_was_edited_is_told(host: LocalPlace, folder: Path) -> None:
    write(host, folder)
    (folder / FIRST).write_bytes(b"PK but no more")
    outcome = write(host, folder, later(hours=1))
    assert outcome.changed
    assert "the newest pack" in outcome.warnings[0]
    manifest = json.loads(entries(folder / outcome.values["pack"])["manifest.json"])
    assert manifest["previous"] == {"name": FIRST, "sha256": None}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"path": "relative"}, "not an absolute path"),
        ({"name": "../up"}, "it may hold letters"),
        ({"max_age": -1.0}, "max_age is a number of hours"),
    ],
)
def test_bad_options(host: LocalPlace, folder: Path, values: dict[str, Any], said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        write(host, folder, **values)


def test_no_hosts_at_all(host: LocalPlace, folder: Path) -> None:
    with pytest.raises(EvidenceError, match="no hosts to give evidence of"):
        write(host, folder, given(facts={}, diagnoses={}, license_servers=[], session_hosts=[]))
    unknown = given(facts={}, diagnoses={}, session_hosts=[])
    assert write(host, folder, unknown).values["reconciliation"]["unknown"]


@pytest.mark.parametrize("hours", [0.0, float("nan"), -1.0])
def test_facts_of_no_age(host: LocalPlace, folder: Path, hours: float) -> None:
    with pytest.raises(EvidenceError, match="max_fact_age"):
        write(host, folder, given(max_fact_age=hours))


def test_a_file_in_the_way(host: LocalPlace, folder: Path) -> None:
    folder.write_text("in the way")
    with pytest.raises(EvidenceError, match="is no folder"):
        write(host, folder)


def test_a_folder_that_vanishes_is_refused(
    host: LocalPlace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWX_HOST", "https://awx.example.com")
    with pytest.raises(EvidenceError, match="lost after this job"):
        write(host, Path(RUNNER) / "evidence")
    remote = LocalPlace(on_controller=False)
    assert write(remote, folder).changed
    assert write(host, folder.parent / "other", allow_ephemeral=True).changed


def test_the_report_and_attachments(host: LocalPlace, folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "cal_inventory.html"
    page.write_text("<!doctype html>")
    one, other = tmp_path / "a" / "gp result.html", tmp_path / "b" / "GP_result.html"
    for each in (one, other):
        each.parent.mkdir()
        each.write_text(each.parent.name)
    outcome = write(
        LocalPlace(on_controller=False),
        folder,
        page=str(page),
        attachments=[str(one), str(other)],
    )
    found = entries(folder / outcome.values["pack"])
    assert found["report.html"] == b"<!doctype html>"
    assert found["attachments/gp_result.html"] == b"a"
    assert found["attachments/GP_result~2.html"] == b"b"
    with pytest.raises(EvidenceError, match="not there"):
        write(host, tmp_path / "second", page=str(tmp_path / "none.html"))


# -- purchases -------------------------------------------------------------------------------

NUMBER = "65432178"


def with_purchases(folder: Path, **values: Any) -> Given:
    folder.mkdir(exist_ok=True)
    (folder / f"order-{NUMBER}.pdf").write_bytes(b"an invoice")
    row = {
        "program": "open",
        "version": 2022,
        "type": "per_user",
        "quantity": 100,
        "number": NUMBER,
        "document": f"order-{NUMBER}.pdf",
        "note": f"agreement {NUMBER}",
    }
    found = read_entitlements([row, {**row, "number": "99999178", "document": "gone.pdf"}])
    return given(entitlements=found, documents=tuple(look_at_documents(found, folder)), **values)


def test_no_number_is_in_a_pack(host: LocalPlace, folder: Path, tmp_path: Path) -> None:
    outcome = write(host, folder, with_purchases(tmp_path / "papers"), include_documents=True)
    packed = entries(folder / outcome.values["pack"])
    for name, content in packed.items():
        assert NUMBER not in name
        assert NUMBER.encode() not in content, name
    assert NUMBER not in repr(outcome)
    assert packed["documents/0000-order-_178.pdf"] == b"an invoice"
    rows = table(packed["documents.csv"])
    assert [each["State"] for each in rows] == ["hashed", "missing"]
    assert rows[0]["Number"] == "***178"
    assert len(rows[0]["Sha256"]) == 64
    assert "document_missing" in packed["findings.csv"].decode()


def test_documents_stay_out_unless_asked_for(
    host: LocalPlace, folder: Path, tmp_path: Path
) -> None:
    outcome = write(host, folder, with_purchases(tmp_path / "papers"))
    assert not [name for name in entries(folder / outcome.values["pack"]) if "pdf" in name]


def test_a_document_that_changes_meanwhile(host: LocalPlace, folder: Path, tmp_path: Path) -> None:
    about = with_purchases(tmp_path / "papers")
    (tmp_path / "papers" / f"order-{NUMBER}.pdf").write_bytes(b"another invoice")
    with pytest.raises(EvidenceError, match="changed while the pack was made") as caught:
        write(host, folder, about, include_documents=True)
    assert NUMBER not in str(caught.value)
    assert not folder.exists()


# -- what hosts may say -----------------------------------------------------------------------


def test_hostile_names_run_nowhere(host: LocalPlace, folder: Path) -> None:
    diagnoses = {
        f"{number}/../../{text}": diagnosis(
            text,
            text,
            text,
            verdict=text,
            why=text,
            findings=[{"id": text, "severity": text, "title": text, "evidence": {text: text}}],
            unknown=[{"signal": text, "why": text}, text],
            policy={text: text},
        )
        for number, text in enumerate(HOSTILE)
    }
    outcome = write(host, folder, given(diagnoses=diagnoses, session_hosts=[]))
    found = entries(folder / outcome.values["pack"])
    policies = [name for name in found if name.startswith("policy/")]
    assert len(policies) == len(HOSTILE)
    assert not [name for name in found if ".." in name or name.count("/") > 1]
    for name, content in found.items():
        if name.endswith(".csv"):
            for row in csv.reader(io.StringIO(content.decode(), newline="")):
                for cell in row:
                    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")), cell
                    assert "\n" not in cell


@pytest.mark.parametrize(
    "raw",
    [None, 5, "text", [], {}, {"session_host": 5}, {"session_host": {"servers": 5, "mode": []}},
     {"findings": "x", "unknown": {"a": 1}, "session_host": {"version": {}, "build": 10**5000}},
     {"policy": float("nan"), "session_host": {"mode": "\ud800"}}],
    ids=[str(number) for number in range(9)],
)  # fmt: skip
def test_a_diagnosis_may_be_anything(host: LocalPlace, folder: Path, raw: Any) -> None:
    outcome = write(host, folder, given(diagnoses={"sh1.example.com": raw}))
    found = entries(folder / outcome.values["pack"])
    hosts = {each["Host"] for each in table(found["hosts.csv"])}
    assert "sh2.example.com" in hosts
    unknown = {(each["host"], each["signal"]) for each in outcome.values["unknown"]}
    assert ("sh2.example.com", "no_diagnosis") in unknown


@pytest.mark.parametrize("raw", [None, 5, {"packs": 3}, {"packs": [{}]}, {"per_user": 3}])
def test_facts_may_be_anything(host: LocalPlace, folder: Path, raw: Any) -> None:
    outcome = write(host, folder, given(facts={"ls1.example.com": raw}))
    lines = outcome.values["reconciliation"]["lines"]
    assert all(line["installed"] is None for line in lines)


def test_what_shows_over_all_hosts_is_in_it(host: LocalPlace, folder: Path) -> None:
    one = facts(pack(), name="LS1", server={"license_server_id": "A" * 35})
    copy = facts(pack(), name="LS2", server={"license_server_id": "A" * 35})
    about = given(
        facts={"ls1.example.com": one, "ls2.example.com": copy},
        license_servers=["ls1.example.com", "ls2.example.com"],
    )
    found = entries(folder / write(host, folder, about).values["pack"])
    rows = [each for each in table(found["findings.csv"]) if each["Source"] == "farm"]
    assert {each["Host"] for each in rows} >= {"ls1.example.com", "ls2.example.com"}
    assert json.loads(found["report.json"])["farm_findings"][0]["host"] in about.facts


def test_a_host_without_the_role_is_no_session_host(host: LocalPlace, folder: Path) -> None:
    none = diagnosis(verdict="not_applicable", session_host=None)
    about = given(diagnoses={"sh1.example.com": none}, session_hosts=["sh1.example.com"])
    outcome = write(host, folder, about)
    assert not [each for each in outcome.values["unknown"] if each["host"] == "sh1.example.com"]
    found = entries(folder / outcome.values["pack"])
    (row,) = table(found["hosts.csv"])
    assert (row["Verdict"], row["FindsCal"]) == ("not_applicable", "")
    assert json.loads(found["state.json"])["hosts"] == {}


def test_a_large_farm(host: LocalPlace, folder: Path) -> None:
    names = [f"sh{number:03}.example.com" for number in range(500)]
    about = given(diagnoses={name: diagnosis() for name in names}, session_hosts=names)
    assert write(host, folder, about).changed
    assert not write(host, folder, later(about, hours=1)).changed
    assert about.now == NOW
