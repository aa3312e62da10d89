# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that take long: how long the host may work, and how long the controller waits."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.http import (
    waiting,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.psrp import (
    PsrpCarrier,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.winrm import (
    WinrmCarrier,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.envelope import (
    MAX_OPERATION_TIMEOUT,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    ConnectionLost,
    WriteInCheckMode,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.schema import (
    CimClass,
    Method,
)
from unit.plugin_utils.scripted import scripted
from unit.plugin_utils.soap import WMI, outputs

SERVER = CimClass("root/cimv2", "Win32_X", "test", methods=(Method("Activate", static=True),))
DONE = outputs(f"{WMI}/root/cimv2/Win32_X", "Activate", {"ReturnValue": 0})


def test_a_patient_session_lets_the_host_work_as_long_as_winrm_allows() -> None:
    session, carrier = scripted(DONE, DONE)
    session.patient().call(SERVER, "Activate")
    session.call(SERVER, "Activate")
    assert [each.header("OperationTimeout") for each in carrier.sent] == ["PT60.000S", "PT20.000S"]


def test_the_controller_waits_longer_than_the_host_may_work() -> None:
    session, carrier = scripted(DONE, DONE)
    session.patient().call(SERVER, "Activate")
    session.call(SERVER, "Activate")
    patient, usual = carrier.waits
    assert patient is not None
    assert patient > MAX_OPERATION_TIMEOUT
    assert usual is None


def test_a_patient_session_does_not_write_in_check_mode_either() -> None:
    session, carrier = scripted(read_only=True)
    with pytest.raises(WriteInCheckMode):
        session.patient().call(SERVER, "Activate")
    assert carrier.sent == []


def test_a_patient_session_repeats_no_call() -> None:
    session, carrier = scripted(ConnectionLost("broke"))
    with pytest.raises(ConnectionLost):
        session.patient().call(SERVER, "Activate")
    assert len(carrier.sent) == 1


@pytest.mark.parametrize(
    ("own", "wait", "during"),
    [(30, 75.0, 75.0), (90, 75.0, 90), (None, 75.0, None), (30, None, 30)],
)
def test_the_longer_time_counts_and_the_own_one_comes_back(
    own: float | None, wait: float | None, during: float | None
) -> None:
    transport = SimpleNamespace(read_timeout=own)
    with waiting(transport, "read_timeout", wait):
        assert transport.read_timeout == during
    assert transport.read_timeout == own


class Transport:
    """A transport of pywinrm or pypsrp that notes how long it would wait."""

    endpoint = "http://host:5985/wsman"
    encryption = None

    def __init__(self, error: Exception | None) -> None:
        self.read_timeout = self.read_timeout_sec = 30.0
        self.session: SimpleNamespace | None = None
        self.error = error
        self.waited: list[tuple[float, float]] = []

    def build_session(self) -> SimpleNamespace:
        return SimpleNamespace(adapters={})

    _build_session = build_session

    def setup_encryption(self, session: object) -> None:
        raise AssertionError(session)

    def send(self, message: bytes) -> bytes:
        assert message == b"<message/>"
        self.waited.append((self.read_timeout, self.read_timeout_sec))
        if self.error is not None:
            raise self.error
        return b"<answer/>"

    send_message = send

    def close(self) -> None:
        self.session = None

    close_session = close


def carrier_over(library: str, transport: Transport) -> Any:
    if library == "pypsrp":
        wsman = SimpleNamespace(transport=transport, operation_timeout=20)
        return PsrpCarrier(SimpleNamespace(runspace=SimpleNamespace(connection=wsman)))
    protocol = SimpleNamespace(transport=transport, operation_timeout_sec=20)
    return WinrmCarrier(SimpleNamespace(protocol=protocol))


@pytest.mark.parametrize("error", [None, ValueError("broken")], ids=["answered", "failed"])
@pytest.mark.parametrize("library", ["pywinrm", "pypsrp"])
def test_the_carriers_wait_as_long_as_they_are_told(library: str, error: Exception | None) -> None:
    transport = Transport(error)
    carrier = carrier_over(library, transport)
    for wait in (75.0, None):
        if error is None:
            carrier.send(b"<message/>", wait)
        else:
            with pytest.raises(Exception, match="broken"):
                carrier.send(b"<message/>", wait)
    pypsrp = library == "pypsrp"
    assert transport.waited == [(75.0, 30.0) if pypsrp else (30.0, 75.0), (30.0, 30.0)]
