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
from ansible.errors import AnsibleAuthenticationFailure, AnsibleConnectionFailure, AnsibleError
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    CimError,
    ConnectionLost,
    Fault,
    HttpError,
    Unreachable,
    WriteInCheckMode,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows import powershell
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.powershell import (
    BEGIN,
    BEGIN_BLOB,
    END,
    END_BLOB,
    READ_ONLY,
    OperationFailed,
    Operations,
    OperationUnanswered,
    run_operation,
)
from pypsrp import exceptions as pypsrp_exceptions
from winrm import exceptions as winrm_exceptions
from winrm.exceptions import WinRMTransportError

Result = tuple[int, bytes, bytes]


def answered(answer: object) -> bytes:
    """Standard output with an answer in it, in lines as Windows writes them."""
    encoded = base64.encodebytes(json.dumps(answer).encode("ascii")).decode()
    return f"a banner\r\n{BEGIN}\r\n{encoded}\r\n{END}\r\n".replace("\n", "\r\n").encode()


def with_blob(answer: object, blob: bytes) -> bytes:
    """The same, with a block of bytes behind it."""
    encoded = base64.encodebytes(blob).replace(b"\n", b"\r\n")
    return answered(answer) + f"{BEGIN_BLOB}\r\n".encode() + encoded + f"{END_BLOB}\r\n".encode()


class Connection:
    """Runs a command by answering what the test says."""

    transport = "psrp"
    runspace: object = "open"
    _connected = True
    refuses: Exception | None = None
    """What connecting ends with."""
    connects = 0

    def __init__(self, result: Result | Exception) -> None:
        self.result = result
        self.commands: list[tuple[str, bytes, bool]] = []

    @property
    def connected(self) -> bool:
        return self._connected

    def _connect(self) -> None:
        self.connects += 1
        if self.refuses is not None:
            self.runspace = "never opened"
            raise self.refuses
        self.runspace, self._connected = "open", True

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
    with pytest.raises(OperationUnanswered, match=words) as caught:
        run(result)
    # Nobody knows what it did: a write that ends so is looked for, as after a lost answer.
    assert isinstance(caught.value, BadAnswer)
    assert caught.value.code is None


@pytest.mark.parametrize("inside", ["!!!!", "e30", "////", "", base64.b64encode(b"{half").decode()])
def test_a_garbled_answer(inside: str) -> None:
    with pytest.raises(BadAnswer, match="garbled"):
        run((0, f"{BEGIN}\n{inside}\n{END}".encode(), b""))


@pytest.mark.parametrize("output", [[1, 2], None, "text", 7])
def test_output_that_is_no_set_of_values(output: object) -> None:
    with pytest.raises(BadAnswer, match="gpupdate answered no set of values"):
        run((0, answered({"ok": True, "output": output}), b""))


@pytest.mark.parametrize("number", [-2146233087, -2146233088])
def test_a_number_that_every_exception_has_is_not_told(number: int) -> None:
    with pytest.raises(OperationFailed) as caught:
        run((0, answered({"ok": False, "error": "x", "code": number}), b""))
    assert caught.value.code is None
    assert caught.value.number is None


def test_a_number_of_file_work_comes_with_advice() -> None:
    with pytest.raises(OperationFailed) as caught:
        run((0, answered({"ok": False, "error": "voll", "code": -2147024784}), b""))
    assert caught.value.number == 0x80070070
    assert caught.value.code is not None
    assert caught.value.code.name == "ERROR_DISK_FULL"
    assert "free some space" in (caught.value.advice or "")


# -- bytes beside the values ------------------------------------------------------------------


def test_bytes_go_in_as_a_third_line() -> None:
    connection = Connection((0, answered({"ok": True, "output": {}}), b""))
    run_operation(connection, "write_chunk", {"path": "C:\\x", "offset": 0}, b"\x00\xff\r\n")
    lines = connection.commands[0][1].splitlines()
    assert len(lines) == 3
    assert base64.b64decode(lines[2]) == b"\x00\xff\r\n"
    assert json.loads(base64.b64decode(lines[1])) == {"path": "C:\\x", "offset": 0}


@pytest.mark.parametrize("blob", [b"", b"\x00\xff\r\n-----END RDS-----", bytes(range(256)) * 999])
@pytest.mark.parametrize("text", [False, True])
def test_bytes_come_out_beside_the_values(blob: bytes, text: bool) -> None:
    stdout: Any = with_blob({"ok": True, "output": {"bytes": 3}}, blob)
    if text:
        stdout = stdout.decode()  # as psrp may give it
    assert run((0, stdout, b"")) == {"bytes": 3, "blob": blob}


@pytest.mark.parametrize("keep", [1, 50, 0.5])
def test_bytes_that_were_cut_off_are_not_there(keep: float) -> None:
    whole = with_blob({"ok": True, "output": {"bytes": 3}}, bytes(1000))
    begin = whole.index(BEGIN_BLOB.encode())
    size = len(whole) - begin
    cut = whole[: begin + (int(size * keep) if keep < 1 else int(keep))]
    assert run((0, cut, b"")) == {"bytes": 3}


def test_bytes_that_are_garbled() -> None:
    stdout = answered({"ok": True, "output": {}}) + f"{BEGIN_BLOB}\nYWJj=ZA\n{END_BLOB}".encode()
    with pytest.raises(BadAnswer, match="garbled"):
        run((0, stdout.replace(b"YWJj=ZA", b"YWJjZ"), b""))


# -- check mode -------------------------------------------------------------------------------


def test_in_check_mode_only_what_reads_is_sent() -> None:
    connection = Connection((0, answered({"ok": True, "output": {}}), b""))
    operations = Operations(connection, read_only=True)
    names = {each.stem for each in powershell._FOLDER.glob("*.ps1")} - {"bootstrap", "dead_man"}
    assert names > READ_ONLY
    for name in sorted(names - READ_ONLY):
        with pytest.raises(WriteInCheckMode, match=name):
            operations.run(name, {})
    assert connection.commands == []
    for name in sorted(READ_ONLY):
        operations.run(name, {})
    assert len(connection.commands) == len(READ_ONLY)


def test_outside_check_mode_everything_is_sent() -> None:
    connection = Connection((0, answered({"ok": True, "output": {}}), b""))
    Operations(connection).run("release", {"run": "x"})
    assert len(connection.commands) == 1


# -- the connection breaks --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "becomes", "told"),
    [
        (AnsibleConnectionFailure("winrm error: timed out"), ConnectionLost, "timed out"),
        (AnsibleError("winrm send_input failed; \nstdout: \n"), ConnectionLost, "input was sent$"),
        (AnsibleAuthenticationFailure("they were rejected"), Unreachable, "they were rejected"),
    ],
)
def test_the_connection_plugin_s_own_verdict(
    verdict: Exception, becomes: type[Unreachable], told: str
) -> None:
    with pytest.raises(Unreachable, match=told) as caught:
        run(verdict)
    assert caught.value.__class__ is becomes
    assert caught.value.operation == "running the PowerShell step gpupdate"


def test_what_only_reads_is_sent_twice() -> None:
    connection = Connection(requests.ConnectionError("reset"))
    with pytest.raises(ConnectionLost):
        run_operation(connection, "list_folder", {"path": "C:\\"})
    assert len(connection.commands) == 2
    connection = Connection(requests.ConnectionError("reset"))
    with pytest.raises(ConnectionLost):
        run_operation(connection, "move", {"from": "C:\\a", "to": "C:\\b"})
    assert len(connection.commands) == 1


def test_after_a_break_psrp_begins_anew() -> None:
    connection = Connection(requests.ConnectionError("reset"))
    with pytest.raises(ConnectionLost):
        run_operation(connection, "gpupdate", {})
    assert connection.runspace is None
    assert connection._connected is False


def test_what_its_library_raises_becomes_ours() -> None:
    with pytest.raises(ConnectionLost):
        run(requests.ConnectionError("reset"))


class Winrm(Connection):
    """A winrm connection: a protocol with a transport, and shells by number."""

    transport = "winrm"
    shell_id: str | None = None

    class Protocol:
        def __init__(self) -> None:
            self.transport = self
            self.encryption: object = "sealed"
            self.opened: list[int] = []

        def open_shell(self, codepage: int) -> str:
            self.opened.append(codepage)
            return f"shell-{len(self.opened)}"

        def close_session(self) -> None:
            self.encryption = "closed"

    def __init__(self, result: Result | Exception) -> None:
        super().__init__(result)
        self.protocol = self.Protocol()


def test_over_winrm_a_shell_is_opened_that_was_not_opened_before() -> None:
    connection = Winrm((0, answered({"ok": True, "output": {}}), b""))
    for dummy in range(2):
        run_operation(connection, "gpupdate", {})
    assert connection.shell_id == "shell-1"
    assert connection.protocol.opened == [65001]


def test_after_a_break_winrm_logs_in_anew_and_opens_another_shell() -> None:
    connection = Winrm(requests.ConnectionError("reset"))
    with pytest.raises(ConnectionLost):
        run_operation(connection, "gpupdate", {})
    assert connection.shell_id is None
    assert connection.protocol.encryption is None
    connection.result = (0, answered({"ok": True, "output": {"exit_code": 0}}), b"")
    assert run_operation(connection, "gpupdate", {}) == {"exit_code": 0}
    assert connection.shell_id == "shell-2"


@pytest.mark.parametrize(
    ("status", "becomes"), [(400, ConnectionLost), (500, HttpError), (503, HttpError)]
)
def test_an_http_status_in_the_place_of_an_answer(status: int, becomes: type[CimError]) -> None:
    # Over a new connection, Windows answers 400 to what was sealed for one that broke.
    with pytest.raises(becomes) as caught:
        run(WinRMTransportError("http", status, ""))
    assert caught.value.advice


def test_a_shell_that_cannot_be_opened() -> None:
    """It is tried twice, and was not done: nobody has to look for what it may have left."""

    class Broken(Winrm.Protocol):
        def open_shell(self, codepage: int) -> str:
            self.opened.append(codepage)
            raise requests.ConnectionError(f"refused {codepage}")

    connection = Winrm((0, b"", b""))
    connection.protocol = Broken()
    with pytest.raises(Unreachable) as caught:
        run_operation(connection, "gpupdate", {})
    assert caught.type is Unreachable
    assert (connection.commands, len(connection.protocol.opened)) == ([], 2)


class AuthenticationError(Exception):
    """By the name of pypsrp's."""


def wrapped(cause: Exception) -> Exception:
    """What the plugin makes of an error of its library, raised while it handles that."""
    made: Exception = AnsibleConnectionFailure(f"psrp: {cause}")
    made.__context__ = cause
    return made


REFUSED = pypsrp_exceptions.WSManFaultError(2150859173, "SH1", "too many", None, None, None)
UNREAD = pypsrp_exceptions.WSManFaultError("w:QuotaLimit", None, "too many", None, None, None)


@pytest.mark.parametrize(
    ("cause", "becomes", "words", "times"),
    [
        (AuthenticationError("401"), Unreachable, "credentials were rejected", 1),
        (
            winrm_exceptions.InvalidCredentialsError("401"),
            *(Unreachable, "credentials were rejected", 1),
        ),
        (requests.ConnectionError("reset"), Unreachable, "the connection broke", 2),
        (requests.ReadTimeout("late"), Unreachable, "no answer came", 2),
        (REFUSED, Fault, "too many", 1),
        (UNREAD, Fault, "QuotaLimit.*too many", 1),
    ],
)
@pytest.mark.parametrize("as_plugin", [True, False])
def test_a_runspace_that_cannot_be_opened(
    cause: Exception, becomes: type[CimError], words: str, times: int, as_plugin: bool
) -> None:
    connection = Connection((0, b"", b""))
    connection._connected, connection.runspace = False, None
    connection.refuses = wrapped(cause) if as_plugin else cause
    with pytest.raises(becomes, match=words) as caught:
        run_operation(connection, "list_folder", {})
    assert caught.type is becomes
    assert caught.value.operation == "running the PowerShell step list_folder"
    # Left as it was, the plugin would take the one that never opened for open.
    assert (connection.connects, connection.runspace, connection.commands) == (times, None, [])


def test_a_plugin_that_refuses_by_itself() -> None:
    connection = Connection((0, b"", b""))
    connection._connected = False
    connection.refuses = AnsibleError("pypsrp or dependencies are not installed")
    with pytest.raises(Unreachable, match="not installed"):
        run_operation(connection, "gpupdate", {})


@pytest.mark.parametrize(
    "fault",
    [
        pypsrp_exceptions.WSManFaultError(995, "SH1", "aborted", None, None, None),
        winrm_exceptions.WSManFaultError(500, "http", "", "aborted", wsman_fault_code=995),
    ],
)
def test_a_fault_in_the_middle_leaves_open_what_was_done(fault: Exception) -> None:
    connection = Connection(fault)
    with pytest.raises(BadAnswer, match="it broke off: Windows answered with a fault: aborted"):
        run_operation(connection, "gpupdate", {})
    assert connection.runspace is None


def test_input_may_come_as_one_text() -> None:
    """psrp of ansible-core 2.18 makes one object of all lines; the others one of each line."""
    assert "$lines = @(@($input) -split '\\s+' -ne '')" in powershell.script("bootstrap")


def test_every_operation_is_written_in_ascii() -> None:
    scripts = sorted(powershell._FOLDER.glob("*.ps1"))
    assert {each.stem for each in scripts} >= {"bootstrap", "gpupdate"}
    for each in scripts:
        assert each.read_bytes().isascii()
