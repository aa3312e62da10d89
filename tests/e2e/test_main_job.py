# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job: hosts in different sorry states, configured by the shipped playbooks.

Over each way to the host: check mode first, then for real, then once more.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from .runner import Controller, Run
from .stories import LABS, LOCAL_SERVERS, POLICY, STRAY, Story, tell

SERVERS = ["ls1.corp.example", "ls2.corp.example"]
WANTED = {"session_host_mode": "per_user", "session_host_license_servers": SERVERS}
MODE, LIST = "Set the licensing mode", "Set the license servers"
READING = {"auth", "Enumerate", "Pull", "Release", "Get", "Invoke"}
MAX_REQUESTS = 12
"""Besides authentication, for both modules together, on a host where nothing is to be done."""

HOSTS: dict[str, dict[str, Any]] = {
    "ls1": {"release": "2025", "roles": ["licensing"]},
    "ls2": {"release": "2025", "roles": ["licensing"]},
    # Before Server 2012 there is no class for the deployment's settings.
    "old": {"release": "2008r2"},
    "wrongmode": {"release": "2012r2", "policy": {"mode": 2, "servers": ",".join(SERVERS)}},
    "howto": {
        "release": "2016",
        "local": {"mode": 4, "servers": ["ls-old.corp.example"]},
        "registry": {
            STRAY: {"ls1.corp.example": {"type": "sz", "data": "ls1.corp.example"}},
            STRAY + r"\000": {"LicenseServer": {"type": "sz", "data": "ls1.corp.example"}},
            STRAY + r"\001": {"LicenseServer": {"type": "sz", "data": "ls2.corp.example"}},
            STRAY + r"\001\deep": None,
            # Named alike, but none of ours.
            POLICY + r"\LicenseServersOfOthers\a": {"kept": {"type": "dword", "data": 1}},
            LOCAL_SERVERS + r"\a": {"kept": {"type": "dword", "data": 1}},
        },
    },
    "wrongorder": {
        "release": "2019",
        "policy": {"mode": 4, "servers": "ls2.corp.example,, ls1.corp.example ,"},
    },
    "german": {"release": "2022", "language": "de", "local": {"mode": 2}},
    "newest": {"release": "2025", "local": {"mode": 4, "servers": SERVERS}},
    "central": {
        "release": "2019",
        "deployment": {"central": True, "mode": 2, "servers": ["ls-old.corp.example"]},
    },
    "right": {
        "policy": {"mode": 4, "servers": "LS1.corp.example , ls2.corp.example,"},
        "local": {"mode": 2, "servers": ["ls-old.corp.example"]},
    },
    "norole": {"roles": []},
    "listless": {"policy": {"mode": 4}, "grace_days": None},
    # Windows answers by the old policy for some more reads.
    "lagging": {"faults": [{"kind": "policy_lag", "reads": 2}]},
}


class Way(NamedTuple):
    """How ansible-playbook reaches the hosts."""

    connection: str
    scheme: str
    auth: str


# NTLM over HTTP is sealed: the farm refuses messages in clear text there.
WAYS = [
    Way("winrm", "http", "ntlm"),
    Way("winrm", "https", "basic"),
    Way("psrp", "http", "ntlm"),
    Way("psrp", "https", "basic"),
]


FEW = ["ls1", "ls2", "howto", "central", "wrongorder", "right"]
"""The other ways carry the same bytes: fewer hosts show it."""


@pytest.fixture(scope="module")
def controllers() -> dict[Way, Controller]:
    """The control nodes of the stories that were told."""
    return {}


@pytest.fixture(scope="module")
def stories(lab: LABS, controllers: dict[Way, Controller]) -> Callable[[Way], Story]:
    """Tell the story over a way to the hosts, once."""

    @functools.cache
    def told(way: Way) -> Story:
        names = list(HOSTS) if way == WAYS[0] else FEW
        controller = lab({"hosts": {name: HOSTS[name] for name in names}}, **way._asdict())
        controllers[way] = controller

        def run(*arguments: str) -> Run:
            name = "remote_desktop.licensing.configure_session_hosts"
            return controller.run(name, *arguments, **WANTED)

        return tell(controller, run)

    return told


@pytest.fixture(scope="module", params=WAYS, ids="-".join)
def story(request: pytest.FixtureRequest, stories: Callable[[Way], Story]) -> Story:
    """The story over each way."""
    way: Way = request.param
    return stories(way)


@pytest.fixture(scope="module")
def full(stories: Callable[[Way], Story]) -> Story:
    """The story with all of the hosts."""
    return stories(WAYS[0])


def session_hosts(story: Story) -> list[str]:
    """The hosts that the playbook is for."""
    return [name for name in story.states if name not in ("ls1", "ls2")]


def test_all_hosts_are_done(story: Story) -> None:
    for run in (story.check, story.first, story.second):
        assert run.returncode == 0, run.output
        # localhost looks at the inventory.
        assert set(run.recap) == {*session_hosts(story), "localhost"}
        assert not any(each["unreachable"] + each["failed"] for each in run.recap.values())


def test_check_mode_sends_no_writing_request(story: Story) -> None:
    for host in session_hosts(story):
        assert len(story.check.soap(host)) >= 9, "the host was really read"
        assert story.check.writes(host) == []
    assert story.after_check == story.at_start


@pytest.mark.parametrize("task", [MODE, LIST])
def test_check_mode_foretells_what_then_happens(story: Story, task: str) -> None:
    for host in session_hosts(story):
        told, done = story.check.one(task, host), story.first.one(task, host)
        assert told["changed"] == done["changed"], host
        assert told["before"] == done["before"], host
        if (task, host) == (LIST, "norole"):
            # Not documented: what Windows makes of the policy's list without the role.
            assert told["after"]["policy"] == done["after"]["policy"] == SERVERS
        else:
            assert told["after"] == done["after"], host
        assert told["pending"] is False
        assert done["pending"] is False


@pytest.mark.parametrize("task", [MODE, LIST])
def test_the_diff_is_what_changes(story: Story, task: str) -> None:
    for host in session_hosts(story):
        told = story.check.one(task, host)
        if not told["changed"]:
            assert "diff" not in told
            continue
        assert told["diff"]["before"] == told["before"]
        assert told["diff"]["after"] == told["after"]
        assert told["diff"]["before_header"] == host
        assert told["before"] != told["after"]
    assert '-    "effective"' in story.check.output
    assert '+    "effective"' in story.check.output


def test_what_changes_on_which_host(full: Story) -> None:
    changed = {
        task: {host for host in session_hosts(full) if full.first.one(task, host)["changed"]}
        for task in (MODE, LIST)
    }
    assert changed[MODE] == set(session_hosts(full)) - {"wrongorder", "right", "listless"}
    assert changed[LIST] == set(session_hosts(full)) - {"wrongmode", "right"}


def test_before_is_what_was_there(full: Story) -> None:
    modes = {host: full.first.one(MODE, host)["before"] for host in session_hosts(full)}
    lists = {host: full.first.one(LIST, host)["before"] for host in session_hosts(full)}

    def mode(policy: str, local: str, effective: str, source: str) -> dict[str, str]:
        return {"policy": policy, "local": local, "effective": effective, "source": source}

    unset = "not_configured"
    assert modes["old"] == mode(unset, unset, unset, "none")
    assert modes["wrongmode"] == mode("per_device", unset, "per_device", "policy")
    assert modes["german"] == mode(unset, "per_device", "per_device", "local")
    assert modes["newest"] == mode(unset, "per_user", "per_user", "local")
    assert modes["central"] == mode(unset, unset, "per_device", "deployment")
    assert modes["right"] == mode("per_user", "per_device", "per_user", "policy")
    assert modes["norole"]["effective"] == "remote_administration"
    nothing: dict[str, Any] = {"policy": None, "local": None, "effective": [], "source": "none"}
    assert lists["old"] == {**nothing, "stray_subkeys": []}
    assert lists["howto"] == {
        "policy": None,
        "local": ["ls-old.corp.example"],
        "effective": ["ls-old.corp.example"],
        "source": "local",
        "stray_subkeys": [
            "LicenseServers",
            "LicenseServers [ls1.corp.example]",
            r"LicenseServers\000",
            r"LicenseServers\000 [LicenseServer]",
            r"LicenseServers\001",
            r"LicenseServers\001 [LicenseServer]",
            r"LicenseServers\001\deep",
        ],
    }
    reverse = SERVERS[::-1]
    assert lists["wrongorder"]["policy"] == lists["wrongorder"]["effective"] == reverse
    assert (lists["newest"]["source"], lists["newest"]["local"]) == ("local", SERVERS)
    assert lists["central"]["source"] == "deployment"
    assert lists["central"]["effective"] == ["ls-old.corp.example"]
    assert lists["right"]["local"] == ["ls-old.corp.example"]


def test_the_hosts_hold_what_was_asked_for(story: Story) -> None:
    for host in session_hosts(story):
        state = story.states[host]
        assert state["policy_mode"] == 4
        assert [each.lower() for each in state["policy_servers"]] == SERVERS
        assert (state["stray_subkeys"], state["stray_values"]) == ([], [])
        if host != "norole":
            assert (state["effective_mode"], state["mode_source"]) == (4, "policy")
            assert [each.lower() for each in state["effective_servers"]] == SERVERS
            assert state["servers_source"] == "policy"


def test_nothing_else_changes(story: Story) -> None:
    mode, servers = f"{POLICY} [LicensingMode]", f"{POLICY} [LicenseServers]"
    fresh = {f"+{POLICY}", f"+{mode}", f"+{servers}"}
    expected = {
        **dict.fromkeys(session_hosts(story), fresh),
        "ls1": set(),
        "ls2": set(),
        "right": set(),
        "wrongmode": {f"~{mode}"},
        "wrongorder": {f"~{servers}"},
        "listless": {f"+{servers}"},
        "howto": {
            f"+{mode}",
            f"+{servers}",
            f"-{STRAY}",
            rf"-{STRAY}\000",
            rf"-{STRAY}\001",
            rf"-{STRAY}\001\deep",
        },
    }
    for host, start in story.at_start.items():
        assert start.changes(story.after_first[host]) == expected[host], host


def test_stray_keys_go_bottom_up_after_the_value_was_proven(story: Story) -> None:
    requests = [each for each in story.first.requests["howto"] if each.operation == "Invoke"]
    names = [each.method for each in requests]
    first = names.index("DeleteKey")
    written = names.index("SetStringValue")
    assert "GetStringValue" in names[written:first], "the value was read back before"
    deleted = [str(each.params["sSubKeyName"]) for each in requests if each.method == "DeleteKey"]
    stray = STRAY.removeprefix("HKLM\\")
    assert deleted == [rf"{stray}\001\deep", rf"{stray}\001", rf"{stray}\000", stray]


def test_the_second_run_changes_nothing(story: Story) -> None:
    assert not any(each["changed"] for each in story.second.recap.values())
    for host in session_hosts(story):
        assert story.second.writes(host) == []
    assert story.after_second == story.after_first


def test_a_correct_host_takes_few_requests(story: Story) -> None:
    for host in session_hosts(story):
        counted = story.second.soap(host)
        assert len(counted) <= MAX_REQUESTS, [(each.cls, each.method) for each in counted]


def test_every_field_is_really_read(story: Story) -> None:
    """What the second run's ``before`` claims stands in a request that it sent."""
    for host in session_hosts(story):
        read = {
            (each.method, str(each.params.get("sValueName", "")))
            for each in story.second.soap(host)
            if each.operation == "Invoke"
        }
        assert ("GetDWORDValue", "LicensingMode") in read
        assert ("GetStringValue", "LicenseServers") in read
        assert ("GetSpecifiedLicenseServerList", "") in read
        classes = [each.query.rpartition(" ")[2] or each.cls for each in story.second.soap(host)]
        assert classes.count("Win32_TerminalServiceSetting") >= 2
        assert "Win32_TSDeploymentLicensing" in classes


def test_no_shell_is_opened(story: Story) -> None:
    for run in (story.check, story.first, story.second):
        for host in session_hosts(story):
            assert {each.operation for each in run.requests[host]} <= READING


def test_license_servers_are_left_alone(story: Story) -> None:
    for run in (story.check, story.first, story.second):
        assert run.requests["ls1"] == run.requests["ls2"] == []


def test_a_host_without_the_role_warns(full: Story) -> None:
    for task in (MODE, LIST):
        result = full.first.one(task, "norole")
        warning = " ".join(result["warnings"])
        assert warning.startswith("norole: "), "the warning names the host"
        assert "RD Session Host is not installed on this host" in warning
        assert "takes effect once it is" in warning
    assert full.first.one(MODE, "norole")["session_host"] is False
    assert full.first.one(MODE, "german")["session_host"] is True


def test_a_lagging_host_is_waited_for(full: Story) -> None:
    """WMI answers by the old policy at first: the result is what it says in the end."""
    result = full.first.one(MODE, "lagging")
    assert result["after"]["effective"] == "per_user"
    looks = [
        each for each in full.first.soap("lagging") if "Win32_TerminalServiceSetting" in each.query
    ]
    assert len(looks) > 4, "it was looked at again"


def test_site_holds_the_playbook(full: Story, controllers: dict[Way, Controller]) -> None:
    """The session hosts are right by then: site finds them so."""
    hosts = session_hosts(full)
    name = "remote_desktop.licensing.site"
    run = controllers[WAYS[0]].run(name, "--check", "--limit", ",".join(hosts), **WANTED)
    assert run.returncode == 0, run.output
    for host in hosts:
        assert run.recap[host]["changed"] == 0
        assert [each["changed"] for each in run.of("Set the lic", host)] == [False, False]
