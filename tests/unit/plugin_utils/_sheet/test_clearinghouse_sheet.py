# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sheet for the Clearinghouse: what stands on it, and what must not."""

from __future__ import annotations

import hashlib
import re
import string
from html.parser import HTMLParser
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_clearinghouse_sheet import (
    SPEC,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._sheet.delivery import (
    SheetError,
    deliver,
    files_of,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._sheet.english import (
    TEXTS as ENGLISH,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._sheet.french import (
    TEXTS as FRENCH,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._sheet.numbers import (
    grouped,
    masked,
)

Json = dict[str, Any]
OPEN: Json = {
    "channel": "open",
    "method": "reinstall",
    "version": "2022",
    "type": "per_user",
    "quantity": 1250,
    "license_number": "12345678",
    "authorization_number": "ABCDE12345FGHIJ",
}
RETAIL: Json = {
    "channel": "retail",
    "version": "2022",
    "type": "per_device",
    "quantity": 20,
    "license_code": "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE",
}
AGREEMENT: Json = {
    "channel": "agreement",
    "agreement_type": "enterprise",
    "version": "2019",
    "type": "per_device",
    "quantity": 5,
    "agreement_number": "7654321",
}
SECRETS = ("12345678", "ABCDE12345FGHIJ", "AAAAA-BBBBB", "AAAAABBBBB", "7654321")
SERVER: Json = {
    "server": {
        "name": "LS1",
        "license_server_id": "Q" * 30 + "WERTY",
        "product_id": "00252-70000",
        "os_build": 20348,
        "activated": True,
    }
}


def options(**values: Any) -> Json:
    """The options of the module, validated."""
    usual: Json = {
        "path": "/srv/sheets",
        "request": "reinstall",
        "packs": [OPEN, RETAIL, AGREEMENT],
        "server": SERVER,
        "old_server": {"server": {"name": "LS1", "license_server_id": "O" * 35}},
        "contact": {"first_name": "Anna", "last_name": "Example", "company": "Example Corp"},
        "refusal_code": "0x80040204",
        "reason": "The disk failed",
    }
    validation = ArgumentSpecValidator(**SPEC.as_arguments()).validate({**usual, **values})
    assert not validation.error_messages, validation.error_messages
    found: Json = validation.validated_parameters
    return found


def sheet(ending: str = "md", **values: Any) -> str:
    """One of the files."""
    return files_of(options(**values))[f"clearinghouse_sheet.{ending}"].decode()


class Text(HTMLParser):
    """The visible text of a page, and its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self._hidden = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.add(tag)
        self._hidden = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    @property
    def said(self) -> str:
        return re.sub(r"[ \n]+", " ", "".join(self.words))


@pytest.mark.parametrize("ending", ["md", "html"])
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("request_", ["reinstall", "move", "correct_channel"])
def test_everything_that_the_agent_asks_for(ending: str, language: str, request_: str) -> None:
    page = sheet(ending, language=language, request=request_)
    said = Text(page).said if ending == "html" else page
    for part in ("QQQQQ", "WERTY", "00252", "0x80040204", "Anna Example", "Example Corp", "LS1"):
        assert part in said, part
    for part in ("1,250" if language == "en" else "1\N{NARROW NO-BREAK SPACE}250", "2022", "2019"):
        assert part in said.replace("\N{NO-BREAK SPACE}", " "), part
    assert "The disk failed" in said
    assert not re.search(r"\{[a-z_]*\}(?!\})", said.replace("{{", "").replace("}}", ""))


@pytest.mark.parametrize("ending", ["md", "html"])
def test_numbers_are_masked_unless_asked_for(ending: str) -> None:
    hidden = sheet(ending)
    assert not [each for each in SECRETS if each in hidden]
    shown = sheet(ending, show_numbers=True)
    assert "12345678" in shown
    assert "ABCDE12345FGHIJ" in shown
    assert "masked" in hidden
    assert "shows license numbers" in shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("12345678", "\N{BULLET}" * 6 + "78"),
        ("ABCDE-12345-FGHIJ", "\N{BULLET}" * 11 + "GHIJ"),
        ("", ""),
        ("A" * 25, "-".join(["\N{BULLET}" * 5] * 4 + ["\N{BULLET}AAAA"])),
    ],
)
def test_a_mask_leaves_enough_to_tell_numbers_apart(number: str, shown: str) -> None:
    assert masked(number) == shown


def test_ids_are_grouped_as_they_are_read_out() -> None:
    assert grouped("a" * 35) == "-".join(["AAAAA"] * 7)
    assert grouped("12345678") == "12345678"


HOSTILE = 'LS1"><script>alert(1)</script>|`*_[x](http://x)\n# Title\x1b[31m'


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_came_from_a_host_is_escaped(language: str) -> None:
    server = {"server": {**SERVER["server"], "name": HOSTILE, "product_id": HOSTILE}}
    values: Json = {
        "server": server,
        "old_server": server,
        "reason": HOSTILE,
        "contact": {"company": HOSTILE},
        "language": language,
    }
    page = Text(sheet("html", **values))
    assert "script" not in page.tags
    assert "<script>" in page.said
    text = sheet("md", **values)
    assert "\x1b" not in text
    assert "\n# Title" not in text
    # Inside back quotes it is literal; elsewhere no angle bracket stands alone.
    outside = re.sub(r"`[^`]*`", "", text.split("```yaml")[0])
    assert not re.search(r"(?<!\\)<", outside)


def test_a_page_takes_nothing_from_a_network_and_runs_nothing() -> None:
    page = sheet("html")
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href|url\()\s*=?\s*[\"']?(?:https?:)?//", page)


def test_the_answer_is_yaml_for_the_next_run() -> None:
    text = sheet("md", rows=[1])
    found = yaml.safe_load(text.split("```yaml\n")[1].split("```")[0])
    assert found == {
        "lserver_migration_answers": {
            "1": {
                "channel": "key_pack_id",
                "version": "2022",
                "type": "per_device",
                "quantity": 20,
                "key_pack_code": "{{ vault_key_pack_code_1 }}",
            }
        }
    }
    twice = sheet("md", packs=[OPEN, {**RETAIL, "type": "per_user"}])
    rows = yaml.safe_load(twice.split("```yaml\n")[1].split("```")[0])["lserver_migration_answers"]
    assert [each["program"] for each in rows.values()] == ["open", "retail"], "to tell them apart"


def test_both_languages_say_the_same_things() -> None:
    assert set(ENGLISH) == set(FRENCH)
    fields = string.Formatter()
    for name, text in ENGLISH.items():
        expected = sorted(str(each[1]) for each in fields.parse(text) if each[1])
        assert expected == sorted(str(each[1]) for each in fields.parse(FRENCH[name]) if each[1])


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"packs": []}, "no purchase"),
        ({"rows": [7]}, "no purchase"),
        ({"name": "a/b"}, "no name for a file"),
        ({"name": ""}, "no name for a file"),
    ],
)
def test_what_makes_no_sheet(values: Json, says: str) -> None:
    with pytest.raises(SheetError, match=says):
        files_of(options(**values))


class Folder:
    """A host that keeps files, as far as the delivery can see it."""

    def __init__(self, *, refuses: str = "") -> None:
        self.files: dict[str, tuple[bytes, str]] = {}
        self.folders: set[str] = set()
        self.done: list[str] = []
        self._refuses = refuses

    def module(self, name: str, arguments: Json) -> Json:
        self.done.append(name)
        if name == self._refuses:
            return {"failed": True, "msg": "Permission denied"}
        path = arguments["path"]
        if name == "file":
            self.folders.add(path)
            return {"changed": True}
        if path in self.folders:
            return {"stat": {"exists": True, "isdir": True}}
        if path not in self.files:
            return {"stat": {"exists": False}}
        content, mode = self.files[path]
        digest = hashlib.sha256(content).hexdigest()
        return {"stat": {"exists": True, "checksum": digest, "mode": mode, "isdir": False}}

    def copy(self, content: bytes, path: str, mode: str) -> Json:
        self.done.append("copy")
        if self._refuses == "copy":
            return {"failed": True, "msg": "disk full"}
        self.files[path] = (content, mode)
        return {"changed": True}


def put(folder: Folder, *, check_mode: bool = False, **values: Any) -> list[str]:
    """Deliver, and return what was written."""
    return deliver(options(**values), folder, on_controller=False, check_mode=check_mode)[1]


def test_files_are_written_once() -> None:
    folder = Folder()
    would = put(folder, check_mode=True)
    assert would == ["/srv/sheets/clearinghouse_sheet.md", "/srv/sheets/clearinghouse_sheet.html"]
    assert folder.files == {}
    assert put(folder) == would
    assert {mode for dummy, mode in folder.files.values()} == {"0600"}
    assert put(folder) == []
    assert put(folder, reason="Another") == would
    folder.files[would[0]] = (folder.files[would[0]][0], "0644")
    assert put(folder, reason="Another") == would[:1], "a file that others may read is set right"


@pytest.mark.parametrize("refuses", ["stat", "file", "copy"])
def test_a_folder_that_cannot_be_written_is_told(refuses: str) -> None:
    with pytest.raises(SheetError, match="failed: "):
        put(Folder(refuses=refuses))


def test_a_relative_folder_is_refused() -> None:
    with pytest.raises(SheetError, match="no absolute path"):
        put(Folder(), path="sheets")
