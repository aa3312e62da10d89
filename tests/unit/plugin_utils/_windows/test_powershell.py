# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PowerShell runner, over a stand-in for a connection plugin."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import requests
from ansible.errors import AnsibleConnectionFailure
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    ConnectionLost,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows import powershell
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.powershell import (
    BEGIN,
    END,
    OperationFailed,
    run_operation,
)

Result = tuple[int, bytes, bytes]


def answered(answer: object) -> bytes:
    """Standard output with an answer in it, in lines as Windows writes them."""
    encoded = base64.encodebytes(json.dumps(answer).encode("ascii")).decode()
    return f"a banner\r\n{BEGIN}\r\n{encoded}\r\n{END}\r\n".replace("\n", "\r\n").encode()


class Connection:
    """Runs a command by answering what the test says."""

    transport = "psrp"

    def __init__(self, result: Result | Exception) -> None:
        self.result = result
        self.commands: list[tuple[str, bytes, bool]] = []

    def exec_command(self, command: str, in_data: bytes, sudoable: bool) -> Result:
        self.commands.append((command, in_data, sudoable))
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def run(result: Result | Exception, **options: Any) -> dict[str, Any]:
    return run_operation(Connection(result), "gpupdate", options)


def test_the_output_of_the_script_comes_back() -> None:
    output = {"exit_code": 0, "text": "\u00e4 \u20ac"}
    assert run((0, answered({"ok": True, "output": output}), b"")) == output


def test_the_script_and_its_input_go_in_as_data_and_never_as_command() -> None:
    connection = Connection((0, answered({"ok": True, "output": {}}), b""))
    evil = "'; Remove-Item C:\\ -Recurse #\r\n\u00e4"
    run_operation(connection, "gpupdate", {"wait_seconds": 5, "label": evil})
    command, data, sudoable = connection.commands[0]
    prefix, dummy, encoded = command.rpartition(" ")
    assert prefix.endswith("-EncodedCommand")
    assert "FromBase64String($lines[0])" in base64.b64decode(encoded).decode("utf-16-le")
    script, given = (base64.b64decode(line).decode("utf-8") for line in data.splitlines())
    assert "gpupdate.exe" in script
    assert json.loads(given) == {"wait_seconds": 5, "label": evil}
    assert given.isascii()
    assert "Remove-Item" not in base64.b64decode(encoded).decode("utf-16-le") + script
    assert sudoable is False


def test_the_command_is_the_same_whatever_the_input() -> None:
    first, second = (
        Connection((0, answered({"ok": True, "output": {}}), b"")) for dummy in range(2)
    )
    run_operation(first, "gpupdate", {"wait_seconds": 5})
    run_operation(second, "gpupdate", {"wait_seconds": 600})
    assert first.commands[0][0] == second.commands[0][0]
    # cmd.exe, which starts it over winrm, takes 8,191 characters.
    assert len(first.commands[0][0]) < 8191


def test_a_script_that_fails_says_what_and_with_which_number() -> None:
    answer = {"ok": False, "error": "Zugriff\r\n  verweigert", "code": -2147024891}
    with pytest.raises(OperationFailed, match="gpupdate failed: Zugriff verweigert") as caught:
        run((0, answered(answer), b""))
    assert caught.value.operation == "running the PowerShell step gpupdate"
    assert caught.value.code is not None
    assert caught.value.code.name == "E_ACCESSDENIED"
    assert "Administrators" in (caught.value.advice or "")


@pytest.mark.parametrize("answer", [{"ok": False}, {"ok": "yes"}, {}, {"ok": False, "code": "x"}])
def test_anything_but_ok_is_a_failure(answer: dict[str, object]) -> None:
    with pytest.raises(OperationFailed) as caught:
        run((0, answered(answer), b""))
    assert caught.value.code is None


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ((1, b"", b"'powershell' is not recognized\r\n"), "is not recognized"),
        ((1, b"", b""), "ended with status 1 and no answer"),
        ((0, b"something else", b""), "ended with status 0 and no answer"),
        ((0, f"{BEGIN}\r\ne30=".encode(), b"cut off"), "cut off"),
        ((0, f"e30=\r\n{END}".encode(), b""), "no answer"),
        ((0, f"{END}e30={BEGIN}".encode(), b""), "no answer"),
        ((0, answered(["a list"]), b""), "no answer"),
        ((5, b"", b"\xff\xfe\x84 kaputt"), "kaputt"),
    ],
)
def test_a_script_without_an_answer(result: Result, words: str) -> None:
    with pytest.raises(OperationFailed, match=words):
        run(result)


@pytest.mark.parametrize("inside", ["!!!!", "e30", "////", "", base64.b64encode(b"{half").decode()])
def test_a_garbled_answer(inside: str) -> None:
    with pytest.raises(BadAnswer, match="garbled"):
        run((0, f"{BEGIN}\n{inside}\n{END}".encode(), b""))


def test_output_that_is_no_mapping_is_empty() -> None:
    assert run((0, answered({"ok": True, "output": [1, 2]}), b"")) == {}


def test_the_connection_plugin_s_own_verdict_passes_through() -> None:
    verdict = AnsibleConnectionFailure("unreachable")
    with pytest.raises(AnsibleConnectionFailure) as caught:
        run(verdict)
    assert caught.value is verdict


def test_what_its_library_raises_becomes_ours() -> None:
    with pytest.raises(ConnectionLost):
        run(requests.ConnectionError("reset"))


def test_over_winrm_a_shell_is_opened_that_was_not_opened_before() -> None:
    class Winrm(Connection):
        transport = "winrm"
        shell_id: str | None = None

        class Protocol:
            def open_shell(self, codepage: int) -> str:
                return f"shell-{codepage}"

        protocol = Protocol()

    connection = Winrm((0, answered({"ok": True, "output": {}}), b""))
    run_operation(connection, "gpupdate", {})
    assert connection.shell_id == "shell-65001"


def test_every_operation_is_written_in_ascii() -> None:
    scripts = sorted(powershell._FOLDER.glob("*.ps1"))
    assert {each.stem for each in scripts} >= {"bootstrap", "gpupdate"}
    for each in scripts:
        assert each.read_bytes().isascii()
