# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Corners that were wrong once: unreadable answers to writes, secrets as keys, odd integers."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest
from ansible import context
from ansible.utils.context_objects import CLIArgs
from ansible_collections.remote_desktop.licensing.plugins.action import (
    rds_license_server,
    rds_licensing_mode,
)
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs import ModuleSpec
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils import _action
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim import answer
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    CimError,
    HttpError,
    NotWinRM,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.schema import (
    CimClass,
    CimType,
    Element,
    string,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.values import (
    InstanceDecoder,
    encode_value,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Outcome,
    Progress,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.session_hosts import (
    connectivity,
    license_server_list,
    session_host,
)
from unit.plugin_utils.fake_host import FakeHost, Glitch
from unit.plugin_utils.soap import fault
from unit.plugin_utils.task_stand_ins import Connection, Task, action_of

BOMB = '<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><s>&b;</s>'
STATUS = "Win32_TerminalServiceSetting.GetTStoLSConnectivityStatus"


@pytest.fixture
def any_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Actions reach a host without a connection."""
    monkeypatch.setattr(_action, "carrier_for", lambda dummy: FakeHost())
    monkeypatch.setattr(context, "CLIARGS", CLIArgs({}))


def ensure(host: FakeHost, progress: Progress, *servers: str, **options: Any) -> Outcome:
    return license_server_list.ensure_license_servers(
        session_host.SessionHost(host.session()),
        license_server_list.ListOptions(servers, **options),
        progress,
        check_mode=False,
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_document_type_hides_in_no_other_encoding(encoding: str) -> None:
    with pytest.raises(BadAnswer):
        answer.parse(BOMB.encode(encoding))


def test_an_instance_in_an_embedded_instance_is_in_its_own_namespace() -> None:
    inner = CimClass("root/x", "Inner", "t", (string("Name"),))
    outer = CimClass("root/x", "Outer", "t", (Element("In", CimType.OBJECT, embedded=inner),))
    parameter = Element("P", CimType.OBJECT, embedded=outer)
    sent = encode_value(parameter, {"In": {"Name": "a"}}, "m")
    root = ET.fromstring(f'<r xmlns:m="urn:m">{sent}</r>')
    assert root[0][0].tag == f"{{{outer.uri}}}In"
    assert root[0][0][0].tag == f"{{{inner.uri}}}Name"


@pytest.mark.usefixtures("any_host")
@pytest.mark.parametrize(
    ("action", "options"),
    [
        (rds_licensing_mode.ActionModule, {"mode": "per_user"}),
        (rds_license_server.ActionModule, {"servers": ["a"]}),
    ],
    ids=["mode", "servers"],
)
def test_the_invocation_keeps_every_option(action: type[Any], options: dict[str, Any]) -> None:
    variables = {"inventory_hostname": "sh1"}
    result = action_of(action, Task(dict(options)), Connection()).run(None, variables)
    assert result["invocation"]["module_args"].items() >= options.items()


@pytest.mark.parametrize(
    "error",
    [BadAnswer("garbage"), HttpError(500), NotWinRM("page")],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("done", [True, False])
def test_an_unreadable_answer_to_a_write_is_read_back(error: CimError, done: bool) -> None:
    host = FakeHost(glitches=[Glitch("StdRegProv.SetStringValue", error, done=done)])
    progress = Progress(sleep=host.sleep)
    if done:
        assert ensure(host, progress, "a").changed
        assert any("LicenseServers to 'a'" in each for each in progress.applied)
    else:
        with pytest.raises(CimError, match="reading back does not show it"):
            ensure(host, progress, "a")
        assert not any("LicenseServers to" in each for each in progress.applied)


def test_a_fault_of_the_connectivity_check_is_reported_and_not_raised() -> None:
    late = fault(2150858793, "w:TimedOut", "late")
    host = session_host.SessionHost(FakeHost(glitches=[Glitch(STATUS, late)]).session())
    (found,) = connectivity.check_connectivity(host, host.setting(), ["a"])
    assert (found["reach"], found["status"]) == ("unknown", None)


def test_without_any_server_there_is_nothing_to_verify() -> None:
    host = FakeHost().policy(servers="a")
    outcome = ensure(host, Progress(sleep=host.sleep), state="absent", verify=True)
    assert outcome.failure is None
    assert outcome.values["connectivity"] == []


def test_taking_away_what_is_not_in_the_list_changes_nothing() -> None:
    assert ensure(FakeHost().policy(servers=""), Progress(), "a", state="absent").changed is False


@pytest.mark.usefixtures("any_host")
def test_a_secret_is_masked_as_a_key_as_well() -> None:
    class Tattling(_action.RdsAction):
        SPEC = ModuleSpec({"pin": {"type": "str", "no_log": True}})
        DOING = "tattling"

        def perform(self, session: Any, params: dict[str, Any], progress: Progress) -> Outcome:
            del session, progress
            return Outcome(True, values={f"used-{params['pin']}": 1})

    result = action_of(Tattling, Task({"pin": "s3cr3t"}), Connection()).run(None, {})
    assert "s3cr3t" not in str(result)


@pytest.mark.usefixtures("any_host")
def test_a_failed_verification_says_what_changed_all_the_same() -> None:
    task = Task({"servers": ["a"], "verify": True}, check_mode=True)
    result = action_of(rds_license_server.ActionModule, task, Connection()).run(None, {})
    assert (result["failed"], result["changed"]) == (True, True)


@pytest.mark.parametrize("number", ["1_000", "\u0661", "-129", "256", "", "1.0"])
def test_what_is_no_integer_of_the_width_is_a_bad_answer(number: str) -> None:
    decoder = InstanceDecoder((Element("P", CimType.UINT8),))
    with pytest.raises(BadAnswer):
        decoder.decode(ET.fromstring(f"<t><P>{number}</P></t>"))


@pytest.mark.parametrize(("text", "number"), [("-1", -1), ("4294967295", 4294967295)])
def test_no_limit_is_read_signed_and_unsigned(text: str, number: int) -> None:
    decoder = InstanceDecoder((Element("P", CimType.UINT32),))
    assert decoder.decode(ET.fromstring(f"<t><P>{text}</P></t>")) == {"P": number}
