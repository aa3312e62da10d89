# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of rds_lserver_backup_info: both places, what it returns, what it refuses."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from ansible import context
from ansible.errors import AnsibleConnectionFailure
from ansible.utils.context_objects import CLIArgs
from ansible_collections.remote_desktop.licensing.plugins.action import (
    rds_lserver_backup_info,
)
from ansible_collections.remote_desktop.licensing.plugins.modules import (
    rds_lserver_backup_info as documented,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils import _action
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.powershell import (
    BEGIN,
    END,
)
from unit.plugin_utils._licensing.database.bundle_parts import made
from unit.plugin_utils._licensing.database.bundle_server import Server
from unit.plugin_utils.task_stand_ins import Connection, Task, action_of

NAME = "LS1-20261121T220000Z.zip"


@dataclass
class Shell(Connection):
    """A connection to a Windows host whose folders are one of the controller's."""

    transport: str = "psrp"
    folder: Path = Path()
    breaks: Exception | None = None
    commands: list[str] = field(default_factory=list)

    def exec_command(self, dummy: str, in_data: bytes, **kwargs: bool) -> tuple[int, bytes, bytes]:
        assert kwargs == {"sudoable": False}
        if self.breaks is not None:
            raise self.breaks
        script, given = (base64.b64decode(line).decode() for line in in_data.splitlines()[:2])
        name = "read_bundle" if "ZipArchive" in script else "list_folder"
        self.commands.append(name)
        output = Server(self.folder).run(name, json.loads(given))
        text = base64.b64encode(json.dumps({"ok": True, "output": output}).encode()).decode()
        return 0, f"{BEGIN}\n{text}\n{END}\n".encode(), b""

    def close(self) -> None:
        """Nothing is open."""

    def reset(self) -> None:
        """Nothing is open."""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setattr(context, "CLIARGS", CLIArgs({}))
    # All that a carrier may be asked for here: no CIM request is sent.
    carrier = SimpleNamespace(operation_timeout=60)
    monkeypatch.setattr(_action, "carrier_for", lambda dummy: carrier)
    return Shell(folder=tmp_path)


def run(shell: Connection, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    task = Task(options, check_mode=check_mode, diff=True)
    action = action_of(rds_lserver_backup_info.ActionModule, task, shell)
    result: dict[str, Any] = action.run(None, {"inventory_hostname": "ls1"})
    return result


@pytest.mark.parametrize("check_mode", [False, True])
def test_on_the_server(shell: Shell, tmp_path: Path, check_mode: bool) -> None:
    made(tmp_path)
    result = run(shell, check_mode, path="D:\\Backup", verify=True)
    assert result["changed"] is False
    assert "diff" not in result
    assert [each["path"] for each in result["bundles"]] == [f"D:\\Backup\\{NAME}"]
    assert result["bundles"][0]["verified"] is True
    assert result["newest_good"] == f"D:\\Backup\\{NAME}"
    assert result["overdue"] is None
    assert shell.commands == ["list_folder", "read_bundle"]


class NoConnection(Connection):
    """A connection of which nothing may be asked but its names."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the connection was asked for {name}")


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("transport", ["winrm", "local", "ssh"])
def test_on_the_controller_nobody_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, transport: str, check_mode: bool
) -> None:
    def no_carrier(dummy: object) -> object:
        raise AssertionError("a carrier was made")

    monkeypatch.setattr(_action, "carrier_for", no_carrier)
    made(tmp_path)
    # become is of no matter: the files are read by the account that runs Ansible.
    connection = NoConnection(transport=transport, become=object())
    result = run(connection, check_mode, path=str(tmp_path), where="controller", verify=True)
    assert result["newest_good"] == str(tmp_path / NAME)
    assert result["bundles"][0]["verified"] is True


def test_every_option_gets_through(shell: Shell, tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    age = (now - datetime(2026, 11, 21, 22, tzinfo=UTC)) / timedelta(hours=1)
    made(tmp_path, age - 5)
    made(tmp_path, age - 1, server="LS2")
    asked: dict[str, Any] = {"path": "D:\\Backup", "server": "ls1", "max_age_hours": 4.9}
    assert run(shell, **asked)["overdue"] is True
    found = run(shell, **{**asked, "max_age_hours": 5.1})
    assert found["overdue"] is False
    assert [each["server"] for each in found["bundles"]] == ["LS1"]
    assert 5 <= found["newest_good_age_hours"] < 5.1
    assert len(run(shell, path="D:\\Backup")["servers"]) == 2


def test_a_missing_folder_is_a_warning_with_the_host(tmp_path: Path) -> None:
    result = run(Connection(), path=str(tmp_path / "none"), where="controller", max_age_hours=1)
    assert result["overdue"] is True
    assert result["warnings"][0].startswith("ls1: There is no folder")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "path"),
        ({"path": "x", "where": "elsewhere"}, "where"),
        ({"path": "x", "verify": "perhaps"}, "verify"),
        ({"path": "x", "max_age_hours": "old"}, "max_age_hours"),
        ({"path": "/x", "where": "controller", "max_age_hours": 0}, "not more than 0"),
        ({"path": "/x", "where": "controller", "max_age_hours": -1}, "not more than 0"),
        ({"path": "/x", "where": "controller", "max_age_hours": "nan"}, "not more than 0"),
        ({"path": "x", "where": "controller"}, "no absolute path"),
        ({"path": "/none/x.zip", "where": "controller"}, "there is no file"),
        ({"path": "\\\\nas\\x"}, "credentials"),
        ({"path": "Backup"}, "has no drive"),
        ({"path": "D:\\x\\..\\y"}, '".."'),
    ],
)
def test_what_it_does_not_take(shell: Shell, options: dict[str, Any], words: str) -> None:
    result = run(shell, **options)
    assert result["failed"] is True
    assert words in result["msg"]
    assert result["advice"]
    assert shell.commands == []


def test_become_is_refused_on_the_server_only(shell: Shell) -> None:
    shell.become = object()
    shell.options["remote_user"] = "admin"
    assert "become does not apply" in run(shell, path="D:\\Backup")["msg"]


def test_a_lost_connection_is_unreachable(shell: Shell) -> None:
    shell.breaks = AnsibleConnectionFailure("connection refused")
    result = run(shell, path="D:\\Backup")
    assert result["unreachable"] is True
    assert "failed" not in result


def test_no_content_of_a_file_fails_the_task(shell: Shell, tmp_path: Path) -> None:
    for hour, data in enumerate((b"", b"x" * 5000, b"PK\x05\x06" + bytes(18), b"{}", bytes(70000))):
        (tmp_path / f"LS1-20261121T{hour:02}0000Z.zip").write_bytes(data)
    for where, path in (("server", "D:\\Backup"), ("controller", str(tmp_path))):
        result = run(shell, path=path, where=where, max_age_hours=1)
        assert "failed" not in result
        assert [each["verified"] for each in result["bundles"]] == [False] * 5
        assert result["overdue"] is True


def fields(documentation: dict[str, Any]) -> dict[str, Any]:
    """The names that a RETURN block describes, in their order of nesting."""
    return {
        name: fields(said["contains"]) if "contains" in said else None
        for name, said in documentation.items()
    }


def shape(value: Any, like: dict[str, Any] | None) -> dict[str, Any] | None:
    """The names that a result has, as deep as they are described."""
    if like is None:
        return None
    row = value[0] if isinstance(value, list) else value
    return {name: shape(row[name], like.get(name)) for name in row}


def test_what_is_returned_is_what_is_documented(shell: Shell, tmp_path: Path) -> None:
    parts = made(tmp_path)
    parts.listed = parts.files()
    parts.with_entry("issued.json", b"{}").write(tmp_path)
    result = run(shell, path="D:\\Backup", verify=True)
    described = fields(yaml.safe_load(documented.RETURN))
    for name in ("msg", "code", "code_hex", "code_name", "meaning", "advice", "trouble"):
        del described[name]
    own = {name: value for name, value in result.items() if name in described}
    assert shape(own, described) == described
    assert set(result) - set(described) == {"changed", "invocation"}
