# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents, operator's lists, the farm out of facts, and differences of two states."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.farm_reading import (
    farm_of,
    version_of,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.operator_lists import (
    authorized_users,
    purchases,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.place import (
    EvidenceError,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.purchase_documents import (
    document_findings,
    look_at_documents,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._evidence.state import (
    changes_between,
    state_of,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.compliance.entitlements import (
    read_entitlements,
)
from unit.plugin_utils._evidence.evidence_builders import diagnosis
from unit.reporting.inventories import built_in, facts, inventory, pack

ROW: dict[str, Any] = {"program": "open", "version": 2022, "type": "per_user", "quantity": 5}
PDF = b"an invoice"
SHA256 = hashlib.sha256(PDF).hexdigest()


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder with one document."""
    (tmp_path / "a.pdf").write_bytes(PDF)
    return tmp_path


# -- documents -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "state", "finding"),
    [
        (None, "none", "document_none"),
        ("a.pdf", "hashed", None),
        ({"path": "a.pdf", "sha256": SHA256.upper()}, "confirmed", None),
        ({"path": "a.pdf", "sha256": "0" * 64}, "differs", "document_differs"),
        ("b.pdf", "missing", "document_missing"),
        (".", "unreadable", "document_unreadable"),
        ("pipe", "unreadable", "document_unreadable"),
        ("a\0b", "missing", "document_missing"),
    ],
)
def test_documents(papers: Path, document: object, state: str, finding: str | None) -> None:
    os.mkfifo(papers / "pipe")
    (found,) = look_at_documents(read_entitlements([{**ROW, "document": document}]), papers)
    assert found.state == state
    assert [each.id for each in document_findings([found])] == ([finding] if finding else [])
    assert all("{" not in each.text for each in document_findings([found]))
    if state in ("hashed", "confirmed", "differs"):
        assert (found.sha256, found.size) == (SHA256, len(PDF))
    assert found.as_dict()["document_sha256"] == found.sha256
    assert str(papers) not in json.dumps(found.as_dict()) + repr(found)


def test_one_document_for_two_purchases_is_read_once(papers: Path) -> None:
    rows = [
        {**ROW, "document": "a.pdf"},
        {**ROW, "quantity": 6, "document": {"path": "a.pdf", "sha256": "0" * 64}},
        {**ROW, "quantity": 7, "document": str(papers / "a.pdf")},
    ]
    found = look_at_documents(read_entitlements(rows), papers)
    assert [each.state for each in found] == ["hashed", "differs", "hashed"]
    assert [each.entitlement.row for each in found] == [0, 1, 2]


# -- the operator's lists ---------------------------------------------------------------------------


@pytest.fixture
def loader(papers: Path) -> DataLoader:
    """Ansible's loader in a playbook's folder."""
    found = DataLoader()
    found.set_basedir(str(papers))
    return found


def params(**values: Any) -> dict[str, Any]:
    names = ("entitlements", "entitlements_file", "documents_folder", "authorized_users")
    return {
        **dict.fromkeys((*names, "authorized_users_file")),
        "require_documents": False,
        **values,
    }


def test_nothing_given_is_nothing_known(loader: DataLoader) -> None:
    assert purchases(params(), loader) == (None, ())
    assert authorized_users(params(), loader) is None
    assert purchases(params(entitlements=[]), loader) == ((), ())


def test_purchases_from_a_file_with_documents_beside_it(papers: Path, loader: DataLoader) -> None:
    folder = papers / "papers"
    folder.mkdir()
    (folder / "b.pdf").write_bytes(PDF)
    (folder / "list.json").write_text(json.dumps([{**ROW, "document": "b.pdf"}]))
    (folder / "list.yml").write_text(json.dumps({"entitlements": [{**ROW, "document": "b.pdf"}]}))
    for name in ("list.json", "list.yml"):
        found, documents = purchases(params(entitlements_file=f"papers/{name}"), loader)
        assert found is not None
        assert documents[0].state == "hashed"
    rows = [{**ROW, "document": "a.pdf"}]
    assert purchases(params(entitlements=rows), loader)[1][0].state == "hashed"
    there = params(entitlements=rows, documents_folder="papers")
    assert purchases(there, loader)[1][0].state == "missing"


def test_documents_that_are_required(loader: DataLoader) -> None:
    good = [{**ROW, "document": "a.pdf"}]
    assert purchases(params(entitlements=good, require_documents=True), loader)[0]
    for document in ("b.pdf", None, {"path": "a.pdf", "sha256": "0" * 64}):
        bad = [*good, {**ROW, "quantity": 7, "document": document}]
        with pytest.raises(EvidenceError, match=r"entitlements\[1\]"):
            purchases(params(entitlements=bad, require_documents=True), loader)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[{number: 65432178, quantity: 1", "cannot be read as YAML or JSON"),
        ("$ANSIBLE_VAULT;1.1;AES256\n65432178\n", "cannot be read as YAML or JSON"),
        ("just text", "a list of purchases is needed"),
        ("", "a list of purchases is needed"),
        (None, "cannot be read: No such file"),
        ("#" * (8 * 1024 * 1024 + 1), "is larger than"),
    ],
)
def test_a_file_of_purchases_that_is_none(
    papers: Path, loader: DataLoader, content: str | None, said: str
) -> None:
    if content is not None:
        (papers / "list.yml").write_text(content)
    with pytest.raises(EvidenceError) as caught:
        purchases(params(entitlements_file="list.yml"), loader)
    assert said in str(caught.value)
    assert "65432178" not in str(caught.value)


def test_a_folder_is_no_file(loader: DataLoader) -> None:
    with pytest.raises(EvidenceError, match="is not a file"):
        purchases(params(entitlements_file="."), loader)


def test_users_from_files(papers: Path, loader: DataLoader) -> None:
    def count(name: str, content: str) -> object:
        (papers / name).write_text(content, encoding="utf-8")
        found = authorized_users(params(authorized_users_file=name), loader)
        assert found is not None
        return found.total if found.total is not None else found.by_version

    assert count("users.txt", "\ufeffanna\n\n# the rest\nBOB\nAnna\n") == 2
    assert count("users.json", '["anna", "bob", "cleo"]') == 3
    assert count("users.yml", "2022: [anna, bob]\n2019: 4\n") == {"2022": 2, "2019": 4}
    assert authorized_users(params(authorized_users=7), loader) is not None
    for name, content in (("empty.txt", "\n"), ("none.yml", "a: b"), ("empty.yml", "")):
        with pytest.raises(EvidenceError):
            count(name, content)
    with pytest.raises(EvidenceError, match="No such file"):
        authorized_users(params(authorized_users_file="nowhere.txt"), loader)


# -- the farm -------------------------------------------------------------------------------------


def test_the_farm_out_of_facts() -> None:
    several = {
        "ls1.example.com": facts(
            built_in(),
            pack(3, program="temporary"),
            pack(4, unlimited=True, total=None),
            pack(5, expired=True),
            pack(6, total=None),
            pack(7),
            name="LS1",
            per_user={"available": True, "by_version": {"2022": 9}},
        ),
        "ls2.example.com": facts(pack(), name="LS2", per_user={"available": False, "why": "x"}),
        "again.example.com": facts(
            pack(), name="LS2", server={"license_server_id": f"{'LS2':0<35}"}
        ),
    }
    report = inventory(several, hosts=[*several, "ls4.example.com"])
    diagnoses = {
        "sh1": diagnosis("per_user", "2022", "LS1", "ls2.example.com", "10.9.9.9"),
        "ls1.example.com": diagnosis(session_host=None),
    }
    farm = farm_of(report, several, diagnoses, ["sh1", "sh2"])
    by_name = farm.by_name()
    twin = {"ls2.example.com", "again.example.com"} & set(by_name)
    assert len(twin) == 1
    assert farm.silent == ("ls4.example.com",)
    places = {pack.key_pack_id: pack.place for pack in by_name["ls1.example.com"].packs or ()}
    assert places == {3: "temporary", 4: "unlimited", 5: "expired", 6: "unreadable", 7: "counted"}
    assert by_name["ls1.example.com"].per_user_issued == {"2022": 9}
    assert by_name[twin.pop()].per_user_issued is None
    one, other = farm.hosts
    assert next(each.server for each in one.servers or ()) == "ls1.example.com"
    assert [each.server in by_name for each in one.servers or ()] == [True, True, False]
    assert (other.name, other.mode, other.servers, other.version) == ("sh2", "unknown", None, None)


@pytest.mark.parametrize(
    ("about", "version"),
    [
        ({"version": "2019"}, "2019"),
        ({"version": 2022}, "2022"),
        ({"version": "10.0.20348"}, "2022"),
        ({"version": "10.0", "build": 26100}, "2025"),
        ({"build": "17763"}, "2019"),
        ({"build": "3790"}, None),
        ({"version": "Windows"}, None),
        ({}, None),
    ],
)
def test_the_version_of_a_host(about: dict[str, Any], version: str | None) -> None:
    assert version_of(about) == version


# -- differences ------------------------------------------------------------------------------------


def state(
    *packs: dict[str, Any], mode: str = "per_user", quantity: int | None = 5, **server: Any
) -> dict[str, Any]:
    everything = {"ls1": facts(*packs, name="LS1", server=server)}
    diagnoses = {"sh1": diagnosis(mode, "2022", "ls1")}
    farm = farm_of(inventory(everything), everything, diagnoses)
    rows = None if quantity is None else read_entitlements([{**ROW, "quantity": quantity}])
    found: dict[str, Any] = json.loads(json.dumps(state_of(farm, diagnoses, rows)))
    return found


def told(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for each in changes_between(before, after):
        yield each.kind, each.host, each.what


PLAIN = state(pack(3, total=10))


@pytest.mark.parametrize(
    ("after", "changes"),
    [
        (PLAIN, []),
        (state(pack(3, total=10, issued=9)), []),
        (state(pack(3, total=12)), [("key_pack", "ls1", "key pack 3")]),
        (state(), [("key_pack", "ls1", "key pack 3")]),
        (state(pack(3, total=10), pack(4)), [("key_pack", "ls1", "key pack 4")]),
        (state(pack(3, total=10), mode="per_device"), [("session_host", "sh1", "mode")]),
        (state(pack(3, total=10), activated=False), [("license_server", "ls1", "activated")]),
        (state(pack(3, total=10), quantity=6), [("entitlement", "", "purchase")] * 2),
        (state(pack(3, total=10), quantity=None), [("entitlement", "", "purchase")]),
    ],
)
def test_what_is_a_change(after: dict[str, Any], changes: list[tuple[str, str, str]]) -> None:
    assert list(told(PLAIN, after)) == changes
    assert len(list(told(after, PLAIN))) == len(changes)


@pytest.mark.parametrize(
    "before",
    [{}, {"schema_version": 9, **PLAIN, "hosts": 5}, {"schema_version": 1, "hosts": [], "servers": 5},
     {"schema_version": 1, "hosts": {"sh1": 5}, "servers": {"ls1": {"packs": [5]}},
      "entitlements": "x"}],
)  # fmt: skip
def test_a_state_may_be_anything(before: dict[str, Any]) -> None:
    assert list(told(before, PLAIN))


def test_packs_that_are_not_known_any_more() -> None:
    after = json.loads(json.dumps(PLAIN))
    after["servers"]["ls1"]["packs"] = None
    (change,) = changes_between(PLAIN, after)
    assert (change.before, change.after) == ("known", "not known")
