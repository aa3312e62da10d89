# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start modes: Windows reads Auto what it takes as Automatic."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.services import (
    ServiceError,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.start_mode import (
    ServiceStatus,
    read_services,
    set_automatic,
)
from unit.plugin_utils.scripted import scripted
from unit.plugin_utils.soap import WMI, Value, first_page, fragment, outputs

URI = f"{WMI}/root/cimv2/Win32_Service"


def test_several_services_are_one_request() -> None:
    rows: list[dict[str, Value]] = [
        {"Name": "a", "State": "Running", "StartMode": "Auto"},
        {"Name": "b", "State": None, "StartMode": None},
    ]
    session, carrier = scripted(first_page("".join(map(fragment, rows))))
    assert read_services(session, ["a", "b", "c"]) == {
        "a": ServiceStatus("Running", "Auto"),
        "b": ServiceStatus("Unknown", "Unknown"),
    }
    (sent,) = carrier.sent
    assert sent.header("Filter") == (
        "SELECT Name, State, StartMode FROM Win32_Service "
        "WHERE Name = 'a' OR Name = 'b' OR Name = 'c'"
    )


def test_automatic_is_what_windows_is_told() -> None:
    session, carrier = scripted(outputs(URI, "ChangeStartMode", {"ReturnValue": 0}))
    set_automatic(session, "TermServLicensing")
    (sent,) = carrier.sent
    assert sent.action == "ChangeStartMode"
    assert sent.selectors == {"Name": "TermServLicensing"}
    assert sent.inputs() == {"StartMode": ["Automatic"]}


@pytest.mark.parametrize("number", [2, 21])
def test_a_refusal(number: int) -> None:
    session, dummy = scripted(outputs(URI, "ChangeStartMode", {"ReturnValue": number}))
    with pytest.raises(ServiceError, match=f"answered {number} when its start mode") as caught:
        set_automatic(session, "x")
    assert ("Administrators" in (caught.value.advice or "")) == (number == 2)
