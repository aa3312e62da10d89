# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For each rule an observation on which it fires, and a near one on which it must not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.diagnosis.observations import (
    EventCount,
    Events,
    Firewall,
    Grace,
    LicenseServerSeen,
    Listed,
    Membership,
    Name,
    Network,
    Observed,
    Pack,
    Policy,
    Port,
    Reached,
    ServiceSeen,
    Settings,
    Stock,
    System,
    Wanted,
    WrongTypeSeen,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.session_hosts.modes import (
    LicensingMode,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.session_hosts.session_host import (
    Source,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
RUNNING = ServiceSeen("Running", "Auto")
LONG_AGO = NOW - timedelta(days=5)
JUST_NOW = NOW - timedelta(hours=1)
PER_USER = Pack("2022", "per_user", "open", 100, 40, 60, unlimited=False, expired=False)
PER_DEVICE = replace(PER_USER, type="per_device")
BUILTIN = Pack("unknown", "builtin", "builtin", None, 0, None, unlimited=True, expired=False)


def stock(*packs: Pack, name: str = "ls1", **more: Any) -> Stock:
    """The facts of a license server."""
    return Stock(name, **{"activated": True, "version": "2022", "packs": packs, **more})


def listing(*stocks: Stock | None) -> tuple[Listed, ...]:
    """Entries of a host's list."""
    return tuple(
        Listed(each.name if each else f"ls{at}", each) for at, each in enumerate(stocks, 1)
    )


def reached(*statuses: int) -> tuple[Reached, ...]:
    """What the host says of ls1, ls2, ..."""
    words = {9: "good", 11: "good", 1: "good", 2: "good", 0: "unknown", 7: "unknown", 8: "unknown"}
    return tuple(
        Reached(f"ls{at}", each, words.get(each, "bad"), "") for at, each in enumerate(statuses, 1)
    )


def event(number: int, last: datetime = JUST_NOW, *strings: str) -> EventCount:
    """Three events of one id."""
    kept = (tuple(strings),) if strings else ()
    return EventCount(number, "System", 3, LONG_AGO, last, kept)


def of_host(number: int, last: datetime = JUST_NOW) -> Events:
    """What the session host logged."""
    return Events(host=(event(number, last),), since=LONG_AGO, whole=True)


def of_server(number: int, *strings: str) -> Events:
    """What the license server logged."""
    return Events(server=(event(number, JUST_NOW, *strings),), since=LONG_AGO, whole=True)


HOST = Observed(
    host="sh1",
    now=NOW,
    system=System(
        name="SH1",
        build=20348,
        version="2022",
        client=False,
        in_domain=True,
        domain="corp.example",
        domain_controller=False,
        booted=LONG_AGO,
        clock_ahead=2,
    ),
    session_host=True,
    services={"TermService": RUNNING},
    settings=Settings(LicensingMode.PER_USER, Source.POLICY, ("ls1", "ls2"), Source.POLICY),
    policy=Policy(
        ("LicensingMode", "LicenseServers"), 4, "ls1,ls2", gpos={}, secure_licensing=False
    ),
    grace=Grace(days=0, key=True),
    events=Events(since=LONG_AGO, whole=True),
    reached=reached(11, 11),
    network=Network((Name("ls1", ("10.0.0.1",)),), (Port("ls1", 135, True),)),
    listed=listing(stock(PER_USER), stock(PER_USER, name="ls2")),
    nla=True,
)
"""A session host on which nothing is wrong."""
SERVER = Observed(
    host="ls1",
    now=NOW,
    system=HOST.system,
    session_host=False,
    services={"TermServLicensing": RUNNING, "TermService": RUNNING},
    policy=Policy(("fSecureLicensing",), gpos={}, secure_licensing=True),
    events=Events(since=LONG_AGO),
    server=LicenseServerSeen(
        activated=True,
        license_server_id="A" * 35,
        ubr=3000,
        patched=True,
        in_group=Membership(True),
    ),
    own_stock=stock(PER_USER, BUILTIN),
)
"""A license server on which nothing is wrong."""


def settings(**more: Any) -> Observed:
    """The session host with other settings."""
    found = HOST.settings
    assert found is not None
    return replace(HOST, settings=replace(found, **more))


def policy(**more: Any) -> Policy:
    """The policy with other values."""
    found = HOST.policy
    assert found is not None
    return replace(found, **more)


def server(**more: Any) -> Observed:
    """The license server in another state."""
    found = SERVER.server
    assert found is not None
    return replace(SERVER, server=replace(found, **more))


def with_stock(*packs: Pack, **more: Any) -> Observed:
    """The license server with other facts."""
    return replace(SERVER, own_stock=stock(*packs, **more))


def device_mode(*packs: Pack) -> Observed:
    """The session host in Per Device mode, with these packs on its one license server."""
    return replace(
        settings(mode=LicensingMode.PER_DEVICE, servers=("ls1",)),
        listed=listing(stock(*packs)),
        reached=reached(11),
    )


def with_listed(*packs: Pack, version: str | None = "2022") -> Observed:
    """The session host with these packs on its license servers."""
    return replace(
        HOST,
        system=replace(HOST.system, version=version),
        listed=listing(stock(*packs), stock(name="ls2")),
    )


NO_MODE = settings(mode=LicensingMode.NOT_CONFIGURED)
UNREACHED = replace(HOST, reached=reached(6, 6))


@dataclass(frozen=True)
class Case:
    """One rule: fires on the first, must not on the second."""

    fires: Observed
    quiet: Observed


def logged(number: int) -> Case:
    """A rule that fires on an event of the session host, and not on its neighbour."""
    return Case(replace(HOST, events=of_host(number)), replace(HOST, events=of_host(number + 5)))


def logged_by_server(number: int) -> Case:
    """A rule that fires on an event of the license server, and not on one of the host."""
    return Case(replace(SERVER, events=of_server(number)), replace(SERVER, events=of_host(number)))


CASES: dict[str, Case] = {
    # the grace period and the events
    "grace_over": Case(
        replace(NO_MODE, events=of_host(1069, LONG_AGO)),
        # The same event, and a license server that is good by now.
        replace(HOST, events=of_host(1128)),
    ),
    "grace_over_earlier": Case(
        replace(HOST, events=of_host(1128)), replace(UNREACHED, events=of_host(1128))
    ),
    # 0 days alone are no alarm.
    "grace_used_up": Case(NO_MODE, HOST),
    "grace_ends_soon": Case(
        replace(NO_MODE, grace=Grace(14, True)), replace(NO_MODE, grace=Grace(15, True))
    ),
    "lives_by_grace": Case(
        replace(NO_MODE, grace=Grace(15, True)), replace(HOST, grace=Grace(15, True))
    ),
    "grace_ending_logged": Case(
        replace(HOST, events=of_host(1129), reached=reached(8, 8)),
        replace(HOST, events=of_host(1129)),
    ),
    "temporary_license_expired": logged(1011),
    "no_server_logged": Case(
        replace(HOST, events=of_host(1130), reached=reached(8, 8)),
        replace(settings(servers=()), events=of_host(1130)),
    ),
    "license_invalid_logged": logged(1003),
    "license_not_issued_logged": logged(1004),
    "license_not_renewed_logged": logged(1028),
    # Not known is not missing.
    "grace_key_missing": Case(
        replace(HOST, grace=Grace(0, False)), replace(HOST, grace=Grace(0, None))
    ),
    # the settings
    "mode_not_configured": Case(NO_MODE, settings(mode=LicensingMode.UNKNOWN)),
    "mode_unknown": Case(settings(mode=LicensingMode.UNKNOWN), HOST),
    "no_license_server": Case(settings(servers=()), settings(servers=None)),
    "single_license_server": Case(settings(servers=("ls1",)), HOST),
    "per_user_in_workgroup": Case(
        replace(HOST, system=replace(HOST.system, in_domain=False, workgroup="WG")),
        replace(HOST, system=replace(HOST.system, in_domain=None)),
    ),
    "stray_subkeys": Case(
        settings(stray_subkeys=("LicenseServers", r"LicenseServers\ls1")),
        settings(stray_subkeys=None),
    ),
    "blank_value_names": Case(
        replace(HOST, policy=policy(names=(" LicenseServers",))),
        replace(HOST, policy=policy(names=(" Something",))),
    ),
    "policy_of_wrong_type": Case(
        replace(
            HOST,
            policy=policy(wrong_types=(WrongTypeSeen("LicensingMode", "REG_SZ", "REG_DWORD"),)),
        ),
        HOST,
    ),
    "settings_do_not_add_up": Case(settings(mode_note="there is a policy value"), HOST),
    "deployment_rules": Case(
        settings(servers_source=Source.DEPLOYMENT, deployment_servers=("ls1", "ls2")),
        settings(deployment_servers=("ls1", "ls2")),
    ),
    "gpo_delivers": Case(
        replace(HOST, policy=policy(gpos={"LicensingMode": ("RDS",)})),
        replace(HOST, policy=policy(gpos={"LicensingMode": ()})),
    ),
    "mode_differs": Case(
        replace(HOST, wanted=Wanted(LicensingMode.PER_DEVICE)),
        replace(HOST, wanted=Wanted(LicensingMode.PER_USER)),
    ),
    "servers_differ": Case(
        replace(HOST, wanted=Wanted(servers=("ls2", "ls1"))),
        replace(HOST, wanted=Wanted(servers=("LS1", "ls2"))),
    ),
    # the way to the license servers
    "no_usable_license_server": Case(UNREACHED, replace(HOST, reached=reached(6, 8))),
    "license_server_not_reached": Case(
        replace(HOST, reached=reached(11, 6)), replace(HOST, reached=reached(8, 7))
    ),
    "license_server_older": Case(
        replace(HOST, reached=reached(11, 4)), replace(HOST, reached=reached(11, 5))
    ),
    "host_not_in_endpoint_group": Case(
        replace(HOST, reached=reached(11, 5)), replace(HOST, reached=reached(11, 4))
    ),
    "license_server_incompatible": Case(
        replace(HOST, reached=reached(3, 10)), replace(HOST, reached=reached(11, 4))
    ),
    "license_server_undecided": Case(
        replace(HOST, reached=reached(0, 7)), replace(HOST, reached=reached(8, 11))
    ),
    "no_administrator_there": Case(replace(HOST, reached=reached(8, 11)), HOST),
    "name_not_resolved": Case(
        replace(HOST, network=Network((Name("ls1", (), "No such host is known"),))), HOST
    ),
    "rpc_port_blocked": Case(
        replace(
            HOST,
            network=Network((Name("ls1", ("10.0.0.1",)),), (Port("ls1", 135, False, "no answer"),)),
        ),
        # The name is the trouble here.
        replace(
            HOST,
            network=Network((Name("ls1", (), "unknown"),), (Port("ls1", 135, False, "unknown"),)),
        ),
    ),
    "clearinghouse_blocked": Case(
        replace(
            server(activated=False),
            network=Network((), (Port("activate.microsoft.com", 443, False, "no answer"),)),
        ),
        # An active license server need not get out.
        replace(SERVER, network=Network((), (Port("activate.microsoft.com", 443, False),))),
    ),
    # what the license servers hold for it
    "no_cals_installed": Case(
        with_listed(BUILTIN), replace(HOST, listed=listing(stock(BUILTIN), None))
    ),
    "cals_of_other_type": Case(
        with_listed(PER_DEVICE), with_listed(PER_DEVICE, replace(PER_USER, type="unknown"))
    ),
    "cals_too_old": Case(
        with_listed(PER_USER, version="2025"), with_listed(PER_USER, version=None)
    ),
    "no_activated_license_server": Case(
        replace(HOST, listed=listing(stock(PER_USER, activated=False))),
        replace(
            HOST,
            listed=listing(stock(PER_USER, activated=False), stock(PER_USER, name="ls2")),
        ),
    ),
    "listed_server_not_activated": Case(
        replace(HOST, listed=listing(stock(PER_USER, activated=False))),
        replace(HOST, listed=listing(stock(PER_USER, activated=None))),
    ),
    "no_free_cals": Case(
        device_mode(replace(PER_DEVICE, available=0)),
        device_mode(replace(PER_DEVICE, available=0), replace(PER_DEVICE, unlimited=True)),
    ),
    "no_device_cal_issued": Case(
        device_mode(replace(PER_DEVICE, issued=0)), device_mode(replace(PER_DEVICE, issued=None))
    ),
    # the license server itself
    "session_service_stopped": Case(
        replace(HOST, services={"TermService": ServiceSeen("Stopped", "Manual")}),
        replace(
            SERVER,
            services={**(SERVER.services or {}), "TermService": ServiceSeen("Stopped", "Manual")},
        ),
    ),
    "licensing_service_stopped": Case(
        replace(SERVER, services={"TermServLicensing": ServiceSeen("Stopped", "Auto")}), SERVER
    ),
    "licensing_service_not_automatic": Case(
        replace(SERVER, services={"TermServLicensing": ServiceSeen("Running", "Manual")}), SERVER
    ),
    "not_activated": Case(server(activated=False), server(activated=None)),
    "holds_no_packs": Case(with_stock(BUILTIN), replace(SERVER, own_stock=None)),
    "pack_not_usable": Case(
        with_stock(replace(PER_USER, program="unknown")),
        with_stock(replace(PER_USER, total=None, unlimited=True)),
    ),
    "pack_newer_than_server": Case(
        with_stock(replace(PER_USER, version="2025")), with_stock(replace(PER_USER, version="2019"))
    ),
    "temporary_cals": Case(
        with_stock(PER_DEVICE, temporary_rows=4, expiring_30_days=2),
        with_stock(PER_DEVICE, temporary_rows=0),
    ),
    "expired_packs": Case(
        with_stock(replace(PER_USER, expired=True), PER_USER), with_stock(PER_USER)
    ),
    "database_damaged": logged_by_server(4100),
    "database_error_logged": logged_by_server(44),
    "certificate_damaged": logged_by_server(17),
    "cals_run_out_logged": logged_by_server(22),
    "user_attributes_not_written": Case(
        replace(SERVER, events=of_server(4105, "anna", "CORP", "0x80070005")),
        replace(SERVER, events=of_server(4107)),
    ),
    "directory_not_reached": logged_by_server(4107),
    "not_in_license_servers_group": Case(
        server(in_group=Membership(False)), server(in_group=Membership(None, "second hop"))
    ),
    # security and care
    "license_server_unpatched": Case(server(patched=False, ubr=100), server(patched=None)),
    "clock_differs": Case(
        replace(HOST, system=replace(HOST.system, clock_ahead=-301)),
        replace(HOST, system=replace(HOST.system, clock_ahead=300)),
    ),
    "license_server_on_domain_controller": Case(
        replace(SERVER, system=replace(SERVER.system, domain_controller=True)),
        replace(HOST, system=replace(HOST.system, domain_controller=True)),
    ),
    "license_server_beside_roles": Case(
        replace(SERVER, services={**(SERVER.services or {}), "TSGateway": RUNNING}),
        replace(HOST, services={**(HOST.services or {}), "TSGateway": RUNNING}),
    ),
    "secure_licensing_off": Case(
        replace(SERVER, policy=Policy(secure_licensing=False)),
        replace(SERVER, policy=Policy(secure_licensing=None)),
    ),
    "rpc_open_to_everyone": Case(
        replace(SERVER, firewall=Firewall(("RPC Endpoint Mapper",), ())),
        replace(SERVER, firewall=None),
    ),
    "nla_off": Case(replace(HOST, nla=False), replace(HOST, nla=None)),
}
