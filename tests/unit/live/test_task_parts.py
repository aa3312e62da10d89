# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept of a connection, of variables, of errors and of what the controller gave."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    ConnectionLost,
    HttpError,
    Unreachable,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._surroundings import (
    Surroundings,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.powershell import (
    OperationFailed,
)
from live.errors import rebuilt, told
from live.given import ASKED, RecordedSurroundings, RecordingSurroundings
from live.recording import NotRecorded
from live.task_parts import (
    HostvarsWatched,
    RecordedConnection,
    connection_kept,
    variables_kept,
)
from unit.plugin_utils.task_stand_ins import Connection

PASSWORD = "Sesam-0ffne-dich"


@pytest.mark.parametrize(
    ("plugin", "options"),
    [
        (
            "winrm",
            {
                "_extras": {
                    "ansible_winrm_proxy": f"http://me:{PASSWORD}@proxy:3128",
                    "ansible_winrm_server_cert_validation": "ignore",
                    "ansible_winrm_other": PASSWORD,
                },
                "transport": ["ntlm"],
            },
        ),
        ("psrp", {"proxy": f"http://me:{PASSWORD}@proxy:3128", "protocol": "https"}),
    ],
)
def test_no_password_of_a_connection_is_kept(plugin: str, options: dict[str, Any]) -> None:
    options |= {"remote_addr": "sh1", "remote_user": "me", "remote_password": PASSWORD}
    kept = connection_kept(Connection(transport=plugin, become=object(), options=options))
    text = json.dumps(kept)
    assert PASSWORD not in text
    assert "http://proxy:3128" in text
    again = RecordedConnection.of(kept)
    assert (again.transport, again.become is None) == (plugin, False)
    assert again.get_option("remote_user") == "me"
    with pytest.raises(KeyError):
        again.get_option("remote_password")


def test_of_variables_only_facts_of_hosts_that_were_asked_for_are_kept() -> None:
    hostvars = {
        "ls1": {"ansible_facts": {"rds_cal": {"packs": []}, "other": 1}, "ansible_password": "x"},
        "ls2": {"rds_cal": {"packs": [1]}},
        "ls3": {"ansible_facts": {}},
        "sh1": {"rds_cal": {"packs": [2]}},
    }
    variables = {"groups": {"rds_license_servers": ["ls1"], "all": ["x"]}, "secret": "x"}
    watched = HostvarsWatched(hostvars)
    assert variables_kept(variables, watched) == {}
    assert "ls1" in watched
    for name in ("ls1", "ls2", "ls3"):
        assert watched.raw_get(name) == hostvars[name]
    assert variables_kept(variables, watched) == {
        "groups": {"rds_license_servers": ["ls1"]},
        "hostvars": {
            "ls1": {"rds_cal": {"packs": []}},
            "ls2": {"rds_cal": {"packs": [1]}},
            "ls3": {},
        },
    }


@pytest.mark.parametrize(
    "error",
    [
        Unreachable("no route", "plug it in"),
        ConnectionLost("it broke"),
        BadAnswer("half an answer"),
        HttpError(503),
        OperationFailed("claim", "it is open", -2147024864),
    ],
)
def test_an_error_comes_back_as_it_was(error: Exception) -> None:
    kept = json.loads(json.dumps(told(error)))
    again = rebuilt(kept)
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_an_error_of_the_connection_plugin_comes_back() -> None:
    again = rebuilt(told(AnsibleConnectionFailure("kinit failed")))
    assert isinstance(again, AnsibleConnectionFailure)
    assert "kinit failed" in str(again)


def test_an_unknown_error_is_not_made_up() -> None:
    with pytest.raises(NotRecorded, match="ZeroDivisionError"):
        rebuilt(told(ZeroDivisionError("x")))


def test_the_controller_gives_again_what_it_gave() -> None:
    recording = RecordingSurroundings({})
    asked = [recording.utc_now(), recording.utc_now(), recording.run_id()]
    library = recording.installed("pywinrm"), recording.installed("no-such-distribution")
    kept = json.loads(json.dumps(recording.given))
    again = RecordedSurroundings(kept)
    assert [again.utc_now(), again.utc_now(), again.run_id()] == asked
    assert again.utc_now() == asked[1], "a clock that is looked at more often stands still"
    assert (again.installed("pywinrm"), again.installed("no-such-distribution")) == library
    again.wait(3600)
    with pytest.raises(NotRecorded, match="pypsrp"):
        again.installed("pypsrp")


def test_everything_that_can_be_asked_is_recorded() -> None:
    assert {"utc_now", "run_id", "why_not_importable"} <= set(ASKED)
    for name in ASKED:
        for cls in (RecordingSurroundings, RecordedSurroundings):
            assert getattr(cls, name) is not getattr(Surroundings, name)
