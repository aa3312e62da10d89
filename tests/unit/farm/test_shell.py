# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The remote shell, message by message."""

from __future__ import annotations

import base64

import pytest
from farm import Farm, Rights

from .conftest import FarmOf
from .soap_client import RSP, Answer, SoapClient

CMD = RSP + "/cmd"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
TERMINATE = RSP + "/signal/terminate"
SHELL = "<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams></rsp:Shell>"


class ShellClient:
    """One shell and its commands."""

    def __init__(self, client: SoapClient) -> None:
        self.client = client
        self.id = ""

    def send(
        self, action: str, body: str, *, timeout: str = "PT5S", shell_id: str | None = None
    ) -> Answer:
        selectors = {"ShellId": self.id if shell_id is None else shell_id}
        replace = {"OperationTimeout": f"<w:OperationTimeout>{timeout}</w:OperationTimeout>"}
        return self.client.send(action, CMD, body, selectors=selectors, replace=replace)

    def open(self) -> Answer:
        answer = self.client.send(TRANSFER + "Create", CMD, SHELL)
        if answer.status == 200:
            self.id = next(e.text or "" for e in answer.root.iter() if e.get("Name") == "ShellId")
        return answer

    def command(self, line: str, *arguments: str, skip_cmd: bool = False) -> str:
        inner = f"<rsp:Command>{line}</rsp:Command>"
        inner += "".join(f"<rsp:Arguments>{a}</rsp:Arguments>" for a in arguments)
        options = '<w:OptionSet><w:Option Name="WINRS_SKIP_CMD_SHELL">'
        options += f"{str(skip_cmd).upper()}</w:Option></w:OptionSet>"
        answer = self.client.send(
            RSP + "/Command",
            CMD,
            f"<rsp:CommandLine>{inner}</rsp:CommandLine>",
            selectors={"ShellId": self.id},
            extra=options,
        )
        return answer.value("CommandId") or ""

    def stdin(self, command: str, data: bytes, *, end: bool = False) -> Answer:
        text = base64.b64encode(data).decode()
        stream = f'<rsp:Stream Name="stdin" CommandId="{command}" End="{str(end).lower()}">{text}'
        return self.send(RSP + "/Send", f"<rsp:Send>{stream}</rsp:Stream></rsp:Send>")

    def receive(self, command: str, timeout: str = "PT5S") -> Answer:
        wanted = f'<rsp:DesiredStream CommandId="{command}">stdout stderr</rsp:DesiredStream>'
        body = f"<rsp:Receive>{wanted}</rsp:Receive>"
        return self.send(RSP + "/Receive", body, timeout=timeout)

    def signal(self, command: str, code: str = TERMINATE) -> Answer:
        inner = f'<rsp:Signal CommandId="{command}"><rsp:Code>{code}</rsp:Code></rsp:Signal>'
        return self.send(RSP + "/Signal", inner)

    def output(self, command: str) -> tuple[str, str, int]:
        """Standard output, standard error and exit code, over as many Receives as it takes."""
        streams = {"stdout": b"", "stderr": b""}
        while True:
            answer = self.receive(command)
            for element in answer.content:
                if element.tag.endswith("}Stream"):
                    streams[element.get("Name", "")] += base64.b64decode(element.text or "")
            state = answer.content[-1]
            if state.get("State", "").endswith("/Done"):
                code = int(state[0].text or "")
                return streams["stdout"].decode(), streams["stderr"].decode(), code

    def run(self, line: str, *arguments: str, skip_cmd: bool = False) -> tuple[str, str, int]:
        return self.output(self.command(line, *arguments, skip_cmd=skip_cmd))


@pytest.fixture
def shell(client: SoapClient) -> ShellClient:
    made = ShellClient(client)
    assert made.open().status == 200
    return made


def encoded(script: str) -> str:
    return (
        "powershell.exe -NoProfile -EncodedCommand "
        + base64.b64encode(script.encode("utf-16-le")).decode()
    )


@pytest.mark.parametrize(
    ("line", "stdout", "code"),
    [
        ("hostname", "sh1\r\n", 0),
        ("HOSTNAME.EXE", "sh1\r\n", 0),
        ("whoami", "sh1\\administrator\r\n", 0),
        ("ver", "\r\nMicrosoft Windows [Version 10.0.20348]\r\n", 0),
        ("exit 7", "", 7),
        ("exit -1", "", 4294967295),
        ("echo Grüße", "Gr??e\r\n", 0),
        (encoded("hostname"), "sh1\r\n", 0),
        (encoded("Set-StrictMode -Version Latest\n$ProgressPreference = 'x'\nexit 3"), "", 3),
    ],
)
def test_known_commands(shell: ShellClient, line: str, stdout: str, code: int) -> None:
    assert shell.run(line) == (stdout, "", code)


@pytest.mark.parametrize("line", ["dir C:\\", encoded("Get-Service"), "powershell -enc !!!"])
def test_anything_else_is_not_recognized(shell: ShellClient, line: str) -> None:
    stdout, stderr, code = shell.run(line)
    assert (stdout, code) == ("", 1)
    assert "is not recognized" in stderr


def test_arguments_join_the_command(shell: ShellClient) -> None:
    assert shell.run("echo", "a", "b")[0] == "a b\r\n"


def test_the_command_line_is_limited_unless_cmd_is_skipped(shell: ShellClient) -> None:
    assert shell.run("echo", "x" * 8186)[2] == 0
    assert shell.run("echo", "x" * 8187) == ("", "The command line is too long.\r\n", 1)
    assert shell.run("echo", "x" * 9000, skip_cmd=True)[2] == 0


def test_long_output_comes_in_pieces(shell: ShellClient) -> None:
    command = shell.command("echo", "x" * 150_000, skip_cmd=True)
    first = shell.receive(command)
    assert first.content[-1].get("State", "").endswith("/Running")
    stdout, dummy, code = shell.output(command)
    assert (len(stdout), code) == (150_002 - 60_000, 0)


def test_the_life_of_a_shell(farm: Farm, shell: ShellClient) -> None:
    command = shell.command("hostname")
    shell.output(command)
    assert shell.signal(command).status == 200
    assert shell.receive(command).code == 87
    assert shell.send(TRANSFER + "Delete", "").status == 200
    assert farm.services["sh1"].shells.open == 0
    answer = shell.receive(command)
    assert (answer.code, answer.subcode) == (2150858843, "InvalidSelectors")
    operations = [r.operation for r in farm.hosts["sh1"].requests]
    assert operations == [
        "ShellCreate",
        "Command",
        "Receive",
        "Signal",
        "Receive",
        "ShellDelete",
        "Receive",
    ]
    assert [r.operation for r in farm.hosts["sh1"].requests if r.writes] == ["Command"]


def test_a_shell_needs_its_id(shell: ShellClient) -> None:
    assert shell.client.send(TRANSFER + "Delete", CMD).detail == "InsufficientSelectors"
    assert shell.send(TRANSFER + "Delete", "", shell_id="nonsense").detail == "UnexpectedSelectors"
    assert shell.send(TRANSFER + "Delete", "", shell_id=shell.id.lower()).status == 200


def test_a_shell_belongs_to_its_user(farm: Farm, shell: ShellClient) -> None:
    other = ShellClient(SoapClient(farm, "sh1", rights=Rights.REMOTE_MANAGEMENT_USER))
    other.id = shell.id
    assert other.send(TRANSFER + "Delete", "").code == 2150858843


def test_shells_are_limited(farm_of: FarmOf) -> None:
    client = SoapClient(farm_of(sh1={"max_shells": 1}), "sh1")
    first, second = ShellClient(client), ShellClient(client)
    assert first.open().status == 200
    answer = second.open()
    assert (answer.code, answer.subcode) == (2150859173, "QuotaLimit")
    first.send(TRANSFER + "Delete", "")
    assert second.open().status == 200


@pytest.mark.parametrize(
    ("action", "body", "code"),
    [
        (TRANSFER + "Create", "", 2150858817),
        (RSP + "/Command", "<rsp:CommandLine/>", 2150858817),
        (RSP + "/Receive", "<rsp:Receive/>", 87),
        (RSP + "/Send", "<rsp:Send/>", 87),
        (RSP + "/Signal", '<rsp:Signal CommandId="x"/>', 87),
        (
            RSP + "/Command",
            '<rsp:CommandLine CommandId="&quot;"><rsp:Command>ver</rsp:Command></rsp:CommandLine>',
            87,
        ),
        (RSP + "/Connect", "", 2150858771),
        (TRANSFER + "Get", "", 2150858771),
    ],
)
def test_wrong_messages(shell: ShellClient, action: str, body: str, code: int) -> None:
    assert shell.send(action, body).code == code


def test_input_after_the_end_is_refused(shell: ShellClient) -> None:
    command = shell.command("hostname")
    assert shell.stdin(command, b"x", end=True).status == 200
    assert shell.stdin(command, b"y").code == 87


def test_another_shell_uri_is_not_there(client: SoapClient) -> None:
    uri = "http://schemas.microsoft.com/powershell/Accounting"
    assert client.send(TRANSFER + "Create", uri, SHELL).code == 2150858752
