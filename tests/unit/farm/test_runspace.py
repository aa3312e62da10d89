# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runspaces, message by message; what the messages hold is made and read by psrpcore."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

import pytest
from farm import Farm, FileFault, Rights
from farm.operations import SCRIPTS
from farm.wire import psrp_session
from psrpcore import (
    ClientPowerShell,
    ClientRunspacePool,
    PipelineHostCallEvent,
    PipelineOutputEvent,
    PipelineStateEvent,
    PSRPPayload,
    StreamType,
)
from psrpcore.types import PSInvocationState, RunspacePoolState

from .conftest import FarmOf
from .soap_client import RSP, Answer, SoapClient
from .test_shell import CMD, TRANSFER, ShellClient

URI = "http://schemas.microsoft.com/powershell/Microsoft.PowerShell"
VERSION = (
    '<w:OptionSet><w:Option Name="protocolversion" MustComply="true">{}</w:Option></w:OptionSet>'
)
STREAMS = (
    "<rsp:InputStreams>stdin pr</rsp:InputStreams><rsp:OutputStreams>stdout</rsp:OutputStreams>"
)
STOP, TERMINATE = "powershell/signal/ctrl_c", RSP + "/signal/Terminate"
GONE, ABORTED, BROKEN, COMMAND = 2150858843, 995, 2152992672, 2152991677
INPUT = 2152991672
BOOTSTRAP = (SCRIPTS / "bootstrap.ps1").read_text(encoding="utf-8")


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


class RunspaceClient:
    """One runspace pool and its pipelines."""

    def __init__(self, client: SoapClient) -> None:
        self.client = client
        self.pool = ClientRunspacePool()
        self.id = str(self.pool.runspace_pool_id).upper()

    def create(
        self, data: bytes, *, version: str | None = "2.3", streams: str = STREAMS, uri: str = URI
    ) -> Answer:
        creation = (
            f'<creationXml xmlns="http://schemas.microsoft.com/powershell">{encoded(data)}'
            "</creationXml>"
        )
        body = f'<rsp:Shell ShellId="{self.id}">{streams}{creation if data else ""}</rsp:Shell>'
        options = "" if version is None else VERSION.format(version)
        return self.client.send(TRANSFER + "Create", uri, body, extra=options)

    def begin(self) -> bytes:
        """What opens a pool."""
        self.pool.open()
        return self.waiting()

    def open(self) -> None:
        assert self.create(self.begin()).status == 200
        assert [type(each).__name__ for each in self.heard(None)] == ["SessionCapabilityEvent"]
        self.heard(None)
        assert self.pool.state == RunspacePoolState.Opened

    def waiting(self) -> bytes:
        found = b""
        while (payload := self.pool.data_to_send()) is not None:
            found += payload.data
        return found

    def send(
        self, action: str, body: str, *, timeout: str = "PT5S", size: int = 512000, uri: str = URI
    ) -> Answer:
        replace = {
            "OperationTimeout": f"<w:OperationTimeout>{timeout}</w:OperationTimeout>",
            "MaxEnvelopeSize": f"<w:MaxEnvelopeSize>{size}</w:MaxEnvelopeSize>",
        }
        selectors = {"ShellId": self.id}
        return self.client.send(action, uri, body, selectors=selectors, replace=replace)

    def command(self, data: bytes, number: object) -> Answer:
        inner = f"<rsp:Command/><rsp:Arguments>{encoded(data)}</rsp:Arguments>"
        body = f'<rsp:CommandLine CommandId="{number}">{inner}</rsp:CommandLine>'
        return self.send(RSP + "/Command", body)

    def stdin(self, data: bytes, number: object, name: str = "stdin") -> Answer:
        stream = f'<rsp:Stream Name="{name}" CommandId="{number}">{encoded(data)}</rsp:Stream>'
        return self.send(RSP + "/Send", f"<rsp:Send>{stream}</rsp:Send>")

    def receive(self, number: object | None, **options: Any) -> Answer:
        of = "" if number is None else f' CommandId="{number}"'
        wanted = f"<rsp:DesiredStream{of}>stdout</rsp:DesiredStream>"
        return self.send(RSP + "/Receive", f"<rsp:Receive>{wanted}</rsp:Receive>", **options)

    def signal(self, number: object, code: str) -> Answer:
        inner = f'<rsp:Signal CommandId="{number}"><rsp:Code>{code}</rsp:Code></rsp:Signal>'
        return self.send(RSP + "/Signal", inner)

    def heard(self, number: object | None, **options: Any) -> list[Any]:
        """The events of the next answer."""
        for each in pieces(self.receive(number, **options)):
            self.pool.receive_data(PSRPPayload(each, StreamType.default, None))
        events = []
        while (event := self.pool.next_event()) is not None:
            events.append(event)
        return events

    def pipeline(self, script: str, *, reads: bool = False) -> ClientPowerShell:
        """Begin one."""
        made = ClientPowerShell(self.pool, no_input=not reads)
        made.add_script(script)
        made.start()
        begin = self.pool.data_to_send(200_000)
        assert begin is not None
        assert self.command(begin.data, made.pipeline_id).status == 200
        while (rest := self.pool.data_to_send(200_000)) is not None:
            assert self.stdin(rest.data, made.pipeline_id).status == 200
        return made

    def give(self, pipeline: ClientPowerShell, *objects: object) -> Answer:
        """Send all of its input."""
        for each in objects:
            pipeline.send(each)
        pipeline.send_eof()
        return self.stdin(self.waiting(), pipeline.pipeline_id)


def pieces(answer: Answer) -> list[bytes]:
    """What the streams of an answer hold."""
    return [
        base64.b64decode(each.text or "") for each in answer.content if each.tag.endswith("}Stream")
    ]


def output(events: list[Any]) -> list[str]:
    return [str(each.data) for each in events if isinstance(each, PipelineOutputEvent)]


def states(events: list[Any]) -> list[PSInvocationState]:
    return [each.state for each in events if isinstance(each, PipelineStateEvent)]


@pytest.fixture
def runspace(client: SoapClient) -> RunspaceClient:
    made = RunspaceClient(client)
    made.open()
    return made


def test_the_life_of_a_runspace(farm: Farm, runspace: RunspaceClient) -> None:
    number = runspace.pipeline("hostname").pipeline_id
    events = runspace.heard(number)
    assert output(events) == ["sh1"]
    assert states(events) == [PSInvocationState.Completed]
    assert runspace.signal(number, TERMINATE).status == 200
    assert runspace.receive(number).code == COMMAND
    assert runspace.send(TRANSFER + "Delete", "").status == 200
    assert farm.services["sh1"].shells.open == 0
    assert runspace.receive(None).code == GONE
    requests = farm.hosts["sh1"].requests
    assert [each.operation for each in requests] == [
        *("ShellCreate", "Receive", "Receive", "Command", "Receive", "Signal", "Receive"),
        *("ShellDelete", "Receive"),
    ]
    assert [each.operation for each in requests if each.writes] == ["Command"]
    assert requests[3].params == {"command": "hostname"}


@pytest.mark.parametrize(
    ("script", "said", "code"),
    [
        ("exit 7", [], [7]),
        ("whoami\nexit $LASTEXITCODE", ["sh1\\administrator"], [0]),
        ("Get-Service\nexit $LASTEXITCODE", [], [0]),
        ("Get-Service", [], []),
    ],
)
def test_scripts(runspace: RunspaceClient, script: str, said: list[str], code: list[int]) -> None:
    events = runspace.heard(runspace.pipeline(script).pipeline_id)
    assert output(events) == said
    calls = [each for each in events if isinstance(each, PipelineHostCallEvent)]
    assert [each.method_parameters[0] for each in calls] == code
    errors = [str(each.record.Exception.Message) for each in events if hasattr(each, "record")]
    assert bool(errors) is ("Get-Service" in script)


def operation(name: str, options: dict[str, Any]) -> list[str]:
    script = (SCRIPTS / f"{name}.ps1").read_bytes()
    return [encoded(script), encoded(json.dumps(options).encode())]


@pytest.mark.parametrize("together", [True, False])
def test_a_shipped_step(runspace: RunspaceClient, together: bool) -> None:
    pipeline = runspace.pipeline(BOOTSTRAP, reads=True)
    lines = operation("gpupdate", {"wait_seconds": 30})
    assert runspace.receive(pipeline.pipeline_id, timeout="PT0.2S").code == 2150858793
    given = ["\n".join([*lines, ""])] if together else lines
    assert runspace.give(pipeline, *given).status == 200
    begin, data, end = output(runspace.heard(pipeline.pipeline_id))
    assert (begin, end) == ("-----BEGIN RDS-----", "-----END RDS-----")
    assert json.loads(base64.b64decode(data)) == {"ok": True, "output": {"exit_code": 0}}


def test_an_error_that_nobody_catches_fails_the_pipeline(runspace: RunspaceClient) -> None:
    pipeline = runspace.pipeline(BOOTSTRAP, reads=True)
    runspace.give(pipeline, *operation("gpupdate", {"wait": 30}))
    events = runspace.heard(pipeline.pipeline_id)
    assert (output(events), states(events)) == ([], [PSInvocationState.Failed])
    assert "wrong input" in str(events[-1].reason.Exception.Message)


def test_a_process_that_dies_takes_the_pool_along(farm: Farm, runspace: RunspaceClient) -> None:
    farm.hosts["sh1"].files.faults.add(FileFault("die", at=1))
    pipeline = runspace.pipeline(BOOTSTRAP, reads=True)
    runspace.give(pipeline, *operation("list_folder", {"path": "C:\\"}))
    assert runspace.receive(pipeline.pipeline_id).code == ABORTED


def test_a_pipeline_is_stopped(runspace: RunspaceClient) -> None:
    pipeline = runspace.pipeline(BOOTSTRAP, reads=True)
    assert runspace.signal(pipeline.pipeline_id, STOP).status == 200
    assert states(runspace.heard(pipeline.pipeline_id)) == [PSInvocationState.Stopped]
    assert runspace.stdin(b"x", pipeline.pipeline_id).code == COMMAND
    assert output(runspace.heard(runspace.pipeline("hostname").pipeline_id)) == ["sh1"]


@pytest.mark.parametrize("size", [153600, 512000])
def test_long_output_comes_in_fragments(runspace: RunspaceClient, size: int) -> None:
    number = runspace.pipeline("echo " + "x" * 300_000).pipeline_id
    got: list[str] = []
    answers = 0
    while not got:
        answer = runspace.receive(number, size=size)
        answers += 1
        assert len(answer.body) <= size
        for each in pieces(answer):
            assert len(each) <= 32768
            runspace.pool.receive_data(PSRPPayload(each, StreamType.default, None))
        while (event := runspace.pool.next_event()) is not None:
            got += output([event])
    assert (got, answers) == (["x" * 300_000], 3 if size == 153600 else 1)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"version": None}, 2152991687),
        ({"version": "3.0"}, 2152991685),
        ({"streams": ""}, 2152991673),
        ({"streams": STREAMS.replace("stdin pr", "stdin")}, 2152991673),
        ({"streams": STREAMS.replace(">stdout", ">stdout stderr")}, 2152991673),
        ({"uri": URI + "32"}, 2150858752),
    ],
)
def test_what_opens_no_runspace(
    farm: Farm, client: SoapClient, options: dict[str, Any], code: int
) -> None:
    runspace = RunspaceClient(client)
    assert runspace.create(runspace.begin(), **options).code == code
    assert farm.services["sh1"].shells.open == 0


@pytest.mark.parametrize("cut", [0, 1, 30, -1])
def test_creation_xml_has_to_be_whole(client: SoapClient, cut: int) -> None:
    runspace = RunspaceClient(client)
    assert runspace.create(runspace.begin()[:cut]).code == INPUT


def test_the_pool_has_the_id_of_its_shell(client: SoapClient) -> None:
    runspace = RunspaceClient(client)
    data = runspace.begin()
    runspace.id = str(uuid.uuid4())
    assert runspace.create(data).code == INPUT


@pytest.mark.parametrize(
    ("action", "body", "code"),
    [
        ("Receive", "<rsp:Receive/>", 2152991680),
        (
            "Receive",
            "<rsp:Receive><rsp:DesiredStream>stdout stderr</rsp:DesiredStream></rsp:Receive>",
            2152991680,
        ),
        (
            "Receive",
            '<rsp:Receive><rsp:DesiredStream CommandId="x">stdout</rsp:DesiredStream>'
            "</rsp:Receive>",
            COMMAND,
        ),
        ("Send", "<rsp:Send/>", 2152991678),
        ("Send", '<rsp:Send><rsp:Stream Name="in">AA==</rsp:Stream></rsp:Send>', 2152991678),
        ("Send", '<rsp:Send><rsp:Stream Name="stdin">!</rsp:Stream></rsp:Send>', INPUT),
        (
            "Send",
            '<rsp:Send><rsp:Stream Name="stdin" CommandId="x">AA==</rsp:Stream></rsp:Send>',
            COMMAND,
        ),
        ("Send", '<rsp:Send><rsp:Stream Name="stdin">AA==</rsp:Stream></rsp:Send>', BROKEN),
        ("Command", "", INPUT),
        (
            "Command",
            "<rsp:CommandLine><rsp:Command>hostname</rsp:Command></rsp:CommandLine>",
            INPUT,
        ),
        ("Signal", "<rsp:Signal/>", 87),
        ("Connect", "<rsp:Connect/>", 2150858771),
        ("Disconnect", "<rsp:Disconnect/>", 2150858771),
        ("Reconnect", "", 2150858771),
    ],
)
def test_wrong_messages(runspace: RunspaceClient, action: str, body: str, code: int) -> None:
    assert runspace.send(f"{RSP}/{action}", body).code == code


def test_a_pipeline_has_an_id_of_its_own(runspace: RunspaceClient) -> None:
    made = ClientPowerShell(runspace.pool)
    made.add_script("hostname")
    made.start()
    data = runspace.waiting()
    assert runspace.command(data, made.pipeline_id).status == 200
    assert runspace.command(data, made.pipeline_id).code == COMMAND
    # The id of another one than its messages are for makes no sense of them.
    assert runspace.command(data, uuid.uuid4()).code == BROKEN


def test_a_shell_is_one_of_its_own_resource(client: SoapClient, runspace: RunspaceClient) -> None:
    assert runspace.send(TRANSFER + "Delete", "", uri=CMD).code == GONE
    shell = ShellClient(client)
    shell.open()
    runspace.id = shell.id
    assert runspace.receive(None).code == GONE


def test_a_runspace_belongs_to_its_user(farm: Farm, runspace: RunspaceClient) -> None:
    other = RunspaceClient(SoapClient(farm, "sh1", rights=Rights.REMOTE_MANAGEMENT_USER))
    other.id = runspace.id
    assert other.receive(None).code == GONE


def test_shells_and_runspaces_count_together(farm_of: FarmOf) -> None:
    client = SoapClient(farm_of(sh1={"max_shells": 1}), "sh1")
    RunspaceClient(client).open()
    answer = ShellClient(client).open()
    assert (answer.code, answer.subcode) == (2150859173, "QuotaLimit")


@pytest.mark.parametrize("limit", ["MAX_OBJECT", "MAX_COMMAND"])
def test_more_than_a_session_configuration_takes(
    runspace: RunspaceClient, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    pipeline = runspace.pipeline(BOOTSTRAP, reads=True)
    monkeypatch.setattr(psrp_session, limit, 20_000)
    assert runspace.give(pipeline, "x" * 12_000).status == 200
    second = runspace.pipeline("hostname", reads=True)
    assert runspace.give(second, "x" * 21_000).code == BROKEN
    assert runspace.receive(second.pipeline_id).code == ABORTED
    assert runspace.receive(None).code == GONE


def test_an_envelope_that_is_too_large(farm_of: FarmOf) -> None:
    runspace = RunspaceClient(SoapClient(farm_of(sh1={"max_envelope_kb": 150}), "sh1"))
    runspace.open()
    assert runspace.stdin(bytes(120 * 1024), uuid.uuid4()).status == 413


@pytest.mark.parametrize(("release", "version"), [("2008r2", "2.1"), ("2012r2", "2.2")])
def test_older_hosts_speak_older_versions(farm_of: FarmOf, release: str, version: str) -> None:
    runspace = RunspaceClient(SoapClient(farm_of(sh1={"release": release}), "sh1"))
    runspace.create(runspace.begin())
    runspace.heard(None, size=153600)
    assert runspace.pool.their_capability is not None
    assert str(runspace.pool.their_capability.protocolversion) == version
