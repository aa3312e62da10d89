# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading signals: what fails is told, what comes broken is not known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.counting import (
    CountingCarrier,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    CarrierUnavailable,
    ConnectionLost,
    Fault,
    MethodFailed,
    Unreachable,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.cal_signals import (
    match,
    read_stock,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.collecting import (
    Collector,
    why,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.event_signals import (
    ADMIN,
    LIMIT,
    OPERATIONAL,
    count,
    read_admin_channel,
    read_since,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.host_signals import (
    read_policy,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.observations import (
    Events,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.event_log import (
    ChannelEvents,
    Event,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.firewall import (
    Firewall,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.network_probe import (
    NetworkProbe,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.registry import (
    Registry,
)
from unit.plugin_utils.fake_host import POLICY, FakeHost
from unit.plugin_utils.fake_registry import DWORD, SZ
from unit.plugin_utils.scripted import ScriptedCarrier

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def collector(*groups: str) -> Collector:
    return Collector(lambda: 0, frozenset(groups))


def failing(error: Exception) -> Any:
    raise error


# -- collecting ---------------------------------------------------------------------------------


def test_what_a_host_does_not_answer_is_told_once() -> None:
    reads = collector("grace")
    with reads.group("grace"):
        assert reads.read("days", lambda: failing(Fault(5, "AccessDenied", "Zugriff"))) is None
        assert reads.read("days", lambda: failing(BadAnswer("again"))) is None
        assert reads.read("key", lambda: 3) == 3
    assert [each.signal for each in reads.unknown] == ["days"]
    assert "Zugriff" in reads.unknown[0].why
    assert reads.as_dict() == {"grace": {"requests": 0, "done": False}}


@pytest.mark.parametrize("error", [Unreachable("away"), ConnectionLost("broke")])
def test_a_host_that_is_gone_ends_the_diagnosis(error: Exception) -> None:
    with pytest.raises(Unreachable):
        collector().read("days", lambda: failing(error))


def test_a_mistake_of_ours_is_no_unknown_signal() -> None:
    with pytest.raises(KeyError):
        collector().read("days", lambda: failing(KeyError("x")))


def test_requests_are_counted_by_group_and_only_those_asked_for_are_shown() -> None:
    carrier = CountingCarrier(ScriptedCarrier((200, b""), (200, b""), (200, b"")))
    reads = Collector(lambda: carrier.sent, frozenset({"grace", "policy"}))
    with reads.group("system"):
        carrier.send(b"<a/>")
    for dummy in range(2):
        with reads.group("grace"):
            carrier.send(b"<a/>")
    with reads.group("servers"):
        reads.miss("servers", "not asked for")
    assert reads.as_dict() == {
        "system": {"requests": 1, "done": True},
        "grace": {"requests": 2, "done": True},
    }
    assert carrier.endpoint == "http://host:5985/wsman"
    assert carrier.operation_timeout == 20.0


def test_a_reason_holds_the_number_and_an_end() -> None:
    assert "0x80041002" in why(MethodFailed("C", "M", 0x80041002))
    assert len(why(BadAnswer("x" * 5000))) == 400


# -- the policy key -----------------------------------------------------------------------------


def policy_of(host: FakeHost, *asked: str) -> tuple[Any, Collector]:
    reads = collector()
    return read_policy(Registry(host.session()), reads, asked), reads


def test_only_values_that_are_there_are_read() -> None:
    host = FakeHost().policy(mode=4)
    found, dummy = policy_of(host, "LicensingMode", "LicenseServers")
    assert (found.names, found.mode, found.servers) == (("LicensingMode",), 4, None)
    assert host.reads == ["StdRegProv.EnumValues", "StdRegProv.GetDWORDValue"]


def test_no_policy_key_is_no_value() -> None:
    found, reads = policy_of(FakeHost(), "LicensingMode", "fSecureLicensing")
    assert (found.names, found.secure_licensing) == ((), False)
    assert reads.unknown == []


def test_a_value_of_the_wrong_type_is_told_as_such() -> None:
    host = FakeHost()
    host.registry.put(POLICY, "LicensingMode", SZ, "4")
    host.registry.put(POLICY, "fSecureLicensing", DWORD, 1)
    found, dummy = policy_of(host, "LicensingMode", "fSecureLicensing")
    assert [(each.value, each.found) for each in found.wrong_types] == [("LicensingMode", "REG_SZ")]
    assert found.mode is None
    assert found.secure_licensing is True


# -- events -------------------------------------------------------------------------------------


class Steps:
    """The PowerShell steps, played."""

    def __init__(self, answer: ChannelEvents | Exception) -> None:
        self.answer = answer

    def read_channels(
        self, channels: Sequence[str], ids: Sequence[int], since: datetime, limit: int
    ) -> ChannelEvents:
        assert tuple(channels) == (ADMIN, OPERATIONAL)
        assert 1128 in ids
        assert (since, limit) == (NOW, LIMIT)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def probe_network(
        self, names: Sequence[str], ports: Sequence[tuple[str, int]], seconds: int
    ) -> NetworkProbe:
        raise AssertionError(f"nobody asked for it: {names}, {ports}, {seconds}")

    def read_firewall(self, ports: Sequence[str], services: Sequence[str], limit: int) -> Firewall:
        raise AssertionError(f"nobody asked for it: {ports}, {services}, {limit}")


def admin(answer: ChannelEvents | Exception, events: Events | None) -> tuple[Any, list[str]]:
    reads = collector()
    found = read_admin_channel(Steps(answer), reads, events, NOW)
    return found, [each.signal for each in reads.unknown]


SEEN = ChannelEvents((Event(1128, NOW, ADMIN, "x"),), True, (), ())


def test_both_logs_together_are_the_whole() -> None:
    found, unknown = admin(SEEN, Events())
    assert found.whole
    assert [(each.id, each.count) for each in found.host] == [(1128, 1)]
    assert unknown == []


def test_without_the_system_log_it_is_not_the_whole() -> None:
    found, unknown = admin(SEEN, None)
    assert not found.whole
    assert found.of_host(1128)
    assert unknown == []


@pytest.mark.parametrize(
    "answer",
    [
        ChannelEvents((), True, (ADMIN,), ()),
        ChannelEvents((), True, (), (ADMIN,)),
        CarrierUnavailable("no shell"),
        ConnectionLost("broke"),
    ],
)
def test_a_channel_that_cannot_be_read_is_not_without_events(
    answer: ChannelEvents | Exception,
) -> None:
    found, unknown = admin(answer, Events())
    assert not found.whole
    assert unknown == ["admin events"]


def test_a_missing_operational_channel_does_not_matter() -> None:
    found, unknown = admin(ChannelEvents((), True, (OPERATIONAL,), ()), Events())
    assert found.whole
    assert unknown == []


def test_more_events_than_were_read_are_told() -> None:
    found, unknown = admin(ChannelEvents(SEEN.events, False, (), ()), Events())
    assert found.whole
    assert unknown == ["older admin events"]


def test_events_are_counted_by_log_and_id() -> None:
    hour = timedelta(hours=1)
    events = [Event(1, NOW - hour * at, "a", "x", ("p",)) for at in range(3)] + [
        Event(1, NOW, "b", "x")
    ]
    found = {each.log: each for each in count(events)}
    assert (found["a"].count, found["a"].first, found["a"].last) == (3, NOW - hour * 2, NOW)
    assert found["a"].strings == (("p",),)
    assert found["b"].strings == ()


def test_from_when_on_events_count() -> None:
    booted = NOW - timedelta(days=3)
    assert read_since(NOW, booted, 720) == booted
    assert read_since(NOW, booted, 24) == NOW - timedelta(hours=24)
    assert read_since(NOW, None, 24) == NOW - timedelta(hours=24)


# -- facts of license servers -------------------------------------------------------------------

FACTS: dict[str, Any] = {
    "ls1": {
        "server": {"name": "LS1", "activated": True, "os_build": 20348},
        "packs": [{"version": "2022", "type": "per_user", "total": 5, "issued": 2}],
        "issued": {"by_status": {"temporary": 3}, "expiring_30_days": 1},
    },
    "second": {"server": {"name": "LS2"}, "packs": None},
}


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ("ls1", "ls1"),
        ("LS1.corp.example", "ls1"),
        ("ls1.corp.example.", "ls1"),
        ("ls2.corp.example", "second"),
        ("ls3", None),
        ("10.0.0.1", None),
        ("10.0.0.1.", None),
    ],
)
def test_a_list_names_servers_in_several_ways(listed: str, found: str | None) -> None:
    (entry,) = match([listed], FACTS)
    assert (entry.stock.name if entry.stock else None) == found


def test_an_address_is_not_cut_at_its_dots() -> None:
    facts: dict[str, Any] = {"10.0.0.1": {"server": {}}, "10.9.9.9": {"server": {}}}
    (entry,) = match(["10.9.9.9"], facts)
    assert entry.stock is not None
    assert entry.stock.name == "10.9.9.9"


def test_facts_as_they_should_be() -> None:
    stock = read_stock("ls1", FACTS["ls1"])
    assert stock is not None
    assert (stock.activated, stock.version, stock.temporary_rows) == (True, "2022", 3)
    assert stock.packs is not None
    assert stock.packs[0].gives


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"server": 3, "packs": "x", "issued": []},
        {"server": {"activated": "yes", "os_build": "20348"}},
        {"packs": {"a": 1}},
    ],
)
def test_broken_facts_are_not_known(facts: dict[str, Any]) -> None:
    stock = read_stock("ls1", facts)
    assert stock is not None
    assert (stock.activated, stock.version, stock.packs) == (None, None, None)


@pytest.mark.parametrize("pack", [None, "x", {}, {"total": True, "type": 5}, {"total": "7"}])
def test_a_broken_pack_gives_nothing(pack: Any) -> None:
    stock = read_stock("ls1", {"packs": [pack]})
    assert stock is not None
    assert stock.packs is not None
    assert (stock.packs[0].type, stock.packs[0].total) == ("unknown", None)
    assert not stock.packs[0].gives


@pytest.mark.parametrize("facts", [None, [], "x", 5])
def test_no_facts_are_none(facts: Any) -> None:
    assert read_stock("ls1", facts) is None
