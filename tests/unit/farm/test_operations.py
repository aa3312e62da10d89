# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""PowerShell operations: only shipped scripts run, and only with fitting input."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from farm import Farm, Operation
from farm.json_schema import SchemaError, check
from farm.model.host import Host
from farm.operations import SCRIPTS, OperationError

from .conftest import FarmOf
from .soap_client import SoapClient
from .test_shell import ShellClient, encoded

BOOTSTRAP = "# bootstrap of this test\r\n$lines = @($input)\r\n"
SCRIPT = "param($options)\n@{ twice = $options.number * 2 }  # \u00e9\n"
NUMBER = {
    "type": "object",
    "properties": {"number": {"type": "integer", "minimum": 0}},
    "required": ["number"],
    "additionalProperties": False,
}
TWICE = {"type": "object", "properties": {"twice": {"type": "integer"}}, "required": ["twice"]}


def _twice(dummy: Host, given: Mapping[str, object]) -> Mapping[str, object]:
    number = given["number"]
    if number == 13:
        raise OperationError("thirteen is unlucky", -2147024891)
    if number == 14:
        raise RuntimeError("a defect of the operation")
    return {"twice": int(str(number)) * 2}


@pytest.fixture
def shell(farm: Farm, client: SoapClient, tmp_path: Path) -> ShellClient:
    """A shell of a farm that knows one operation of temporary files."""
    script, bootstrap = tmp_path / "twice.ps1", tmp_path / "bootstrap.ps1"
    script.write_bytes(SCRIPT.encode())
    bootstrap.write_bytes(BOOTSTRAP.encode())
    farm.operations.bootstrap = bootstrap
    farm.operations.register(Operation("twice", script, NUMBER, TWICE, _twice))
    made = ShellClient(client)
    made.open()
    return made


def _lines(script: str, given: object) -> bytes:
    parts = script.encode(), json.dumps(given).encode()
    return b"\n".join(base64.b64encode(part) for part in parts) + b"\n"


def _run(shell: ShellClient, stdin: bytes, bootstrap: str = BOOTSTRAP) -> tuple[str, str, int]:
    command = shell.command(encoded(bootstrap), skip_cmd=True)
    half = len(stdin) // 2
    shell.stdin(command, stdin[:half])
    shell.stdin(command, stdin[half:], end=True)
    return shell.output(command)


def _answer(stdout: str) -> Any:
    lines = stdout.split("\r\n")
    assert (lines[0], lines[-2:]) == ("-----BEGIN RDS-----", ["-----END RDS-----", ""])
    assert all(len(line) <= 76 for line in lines)
    return json.loads(base64.b64decode("".join(lines[1:-2])))


def test_an_operation_answers_between_markers(shell: ShellClient) -> None:
    stdout, stderr, code = _run(shell, _lines(SCRIPT, {"number": 21}))
    assert (_answer(stdout), stderr, code) == ({"ok": True, "output": {"twice": 42}}, "", 0)


def test_an_error_of_the_script_comes_back_with_its_number(shell: ShellClient) -> None:
    stdout, dummy, code = _run(shell, _lines(SCRIPT, {"number": 13}))
    expected = {"ok": False, "error": "thirteen is unlucky", "code": -2147024891}
    assert (_answer(stdout), code) == (expected, 0)


@pytest.mark.parametrize(
    ("stdin", "words"),
    [
        (_lines(SCRIPT + " ", {"number": 1}), "not one that this machine knows"),
        (_lines(SCRIPT, {"number": -1}), "-1 is below 0"),
        (_lines(SCRIPT, {"number": "1"}), "is no integer"),
        (_lines(SCRIPT, {}), "number is missing"),
        (_lines(SCRIPT, {"number": 1, "more": 2}), "more is not expected"),
        (_lines(SCRIPT, [1]), "no JSON object"),
        (_lines(SCRIPT, {"number": 1}).replace(b"\n", b"", 1), "two lines are expected"),
        (b"!!\n!!\n", "not what the bootstrap reads"),
        (b"", "two lines are expected"),
    ],
)
def test_what_no_operation_takes(shell: ShellClient, stdin: bytes, words: str) -> None:
    stdout, stderr, code = _run(shell, stdin)
    assert (stdout, code) == ("", 1)
    assert words in stderr


def test_a_changed_bootstrap_is_an_unknown_script(shell: ShellClient) -> None:
    stdout, stderr, code = shell.run(encoded(BOOTSTRAP + "\n"), skip_cmd=True)
    assert (stdout, code) == ("", 1)
    assert "is not recognized" in stderr


def test_the_program_waits_for_the_end_of_its_input(shell: ShellClient) -> None:
    command = shell.command(encoded(BOOTSTRAP), skip_cmd=True)
    assert shell.receive(command, "PT0.1S").code == 2150858793
    shell.stdin(command, _lines(SCRIPT, {"number": 1}), end=True)
    assert shell.output(command)[2] == 0


def test_a_missing_script_file_is_an_unknown_script(
    shell: ShellClient, farm: Farm, tmp_path: Path
) -> None:
    gone = tmp_path / "gone.ps1"
    farm.operations.register(Operation("twice", gone, NUMBER, TWICE, _twice))
    assert _run(shell, _lines(SCRIPT, {"number": 1}))[2] == 1


def test_a_defect_of_an_operation_is_kept_for_the_tests(farm: Farm, shell: ShellClient) -> None:
    dummy, stderr, code = _run(shell, _lines(SCRIPT, {"number": 14}))
    assert ("broken" in stderr, code) == (True, 1)
    seen = farm.hosts["sh1"].defects.seen
    assert "a defect of the operation" in seen[0]
    seen.clear()


def test_the_shipped_gpupdate_puts_the_gpo_back(farm_of: FarmOf) -> None:
    gpo = {
        "name": "g",
        "guid": "{3F2504E0-4F89-41D3-9A0C-0305E82C3301}",
        "values": {"LicensingMode": 2},
    }
    farm = farm_of(sh1={"gpo": gpo})
    host = farm.hosts["sh1"]
    key = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"
    host.registry.set(key, "LicensingMode", "DWORD", 4)
    shell = ShellClient(SoapClient(farm, "sh1"))
    shell.open()
    bootstrap = (SCRIPTS / "bootstrap.ps1").read_text(encoding="utf-8")
    script = (SCRIPTS / "gpupdate.ps1").read_text(encoding="utf-8")
    stdout, dummy, code = _run(shell, _lines(script, {"wait_seconds": 30}), bootstrap)
    assert (_answer(stdout), code) == ({"ok": True, "output": {"exit_code": 0}}, 0)
    assert host.state()["policy_mode"] == 2
    assert _run(shell, _lines(script, {"wait": 30}), bootstrap)[2] == 1


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (True, {"type": "integer"}),
        (1.5, {"type": "integer"}),
        (None, {"type": ["string", "integer"]}),
        ("x", {"enum": ["a", "b"]}),
        ([1, "x"], {"type": "array", "items": {"type": "integer"}}),
        ("abc", {"type": "string", "maxLength": 2}),
        (5, {"maximum": 4}),
        ({"a": {"b": 1}}, {"properties": {"a": {"properties": {"b": {"type": "string"}}}}}),
        (1, {"oneOf": []}),
    ],
)
def test_the_schema_checker_refuses(value: object, schema: dict[str, Any]) -> None:
    with pytest.raises(SchemaError):
        check(value, schema)


def test_the_schema_checker_accepts() -> None:
    check(None, {"type": ["null", "string"]})
    check({"a": [1, 2.5], "b": "x"}, {"properties": {"a": {"items": {"type": "number"}}}})
