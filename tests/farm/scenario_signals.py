# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of a scenario that a diagnosis looks at: events, network, refusals, certificates."""

from __future__ import annotations

from datetime import datetime

from .model.accounts import Rights
from .model.firewall import ANY, PROFILES, FirewallPlan, FirewallRule
from .model.services import KINDS
from .model.signal_plan import BlockedPort, EventLogPlan, EventPlan, NetworkPlan, SignalPlan
from .scenario_section import Section

SIGNAL_KEYS = (
    "event_log",
    "dns",
    "blocked_ports",
    "firewall",
    "internet",
    "denied",
    "rights",
    "second_hop",
    "certificate",
    "network_level_authentication",
    "start_modes",
    "unread_policy",
)
_LOGS = ("system", "application", "security", "admin", "operational")
_USUAL = EventLogPlan()
# Not on and off, which YAML takes for true and false.
_PROFILES = ("enabled", "disabled", "allow")


def read_signals(host: Section) -> SignalPlan:
    """The keys of ``SIGNAL_KEYS`` of one host."""
    rights = host.section("rights")
    dns = host.section("dns")
    return SignalPlan(
        event_log=_event_log(host.section("event_log")),
        network=NetworkPlan(
            {name: dns.optional_texts(name) for name in dns.mapping()},
            tuple(_blocked(entry) for entry in host.list_of_sections("blocked_ports")),
            host.choice("internet", ("open", "blocked", "no_name"), "open")
            if host.has("internet")
            else None,
        ),
        denied=tuple(each.replace("\\", "/") for each in host.optional_texts("denied") or ()),
        rights={
            name: Rights(rights.choice(name, tuple(Rights), "plain")) for name in rights.mapping()
        },
        second_hop=host.flag("second_hop", default=True),
        certificate=host.optional_flag("certificate"),
        network_level_authentication=host.flag("network_level_authentication", default=True),
        start_modes=_start_modes(host.section("start_modes")),
        unread_policy=host.flag("unread_policy", default=False),
        firewall=_firewall(host.section("firewall")),
    )


def _start_modes(section: Section) -> dict[str, str]:
    section.known(*KINDS)
    known = ("Auto", "Manual", "Disabled")
    return {name: section.choice(name, known, "Auto") for name in section.mapping()}


def _blocked(entry: Section) -> BlockedPort:
    entry.known("to", "port")
    return BlockedPort(entry.text("to"), entry.number("port", 0))


def _firewall(section: Section) -> FirewallPlan:
    section.known("rules", "profiles")
    profiles = section.section("profiles")
    profiles.known(*PROFILES)
    return FirewallPlan(
        tuple(_rule(entry) for entry in section.list_of_sections("rules"))
        if section.has("rules")
        else None,
        {name: profiles.choice(name, _PROFILES, "enabled") for name in profiles.mapping()},
    )


def _rule(entry: Section) -> FirewallRule:
    entry.known("name", "ports", "service", "remote", "profiles", "enabled", "direction", "action")
    name = entry.text("name")
    return FirewallRule(
        name,
        name,
        "",
        entry.optional_texts("ports") or (ANY,),
        entry.optional_text("service") or ANY,
        entry.optional_texts("remote") or (ANY,),
        entry.optional_texts("profiles") or (ANY,),
        entry.flag("enabled", default=True),
        entry.choice("direction", ("Inbound", "Outbound"), "Inbound"),
        entry.choice("action", ("Allow", "Block"), "Allow"),
    )


def _event_log(section: Section) -> EventLogPlan:
    section.known(
        "records",
        "system",
        "application",
        "days",
        "codes",
        "legacy_sources",
        "security_readable",
        "missing_channels",
        "denied_channels",
    )
    days = section.number("days", _USUAL.days)
    if days < 1:
        raise section.wrong("a log lasts for at least one day", "days")
    return EventLogPlan(
        tuple(_event(entry) for entry in section.list_of_sections("records")),
        _count(section, "system", _USUAL.system),
        _count(section, "application", _USUAL.application),
        days,
        section.choice("codes", ("plain", "severity_bits"), "plain"),
        section.flag("legacy_sources", default=False),
        section.flag("security_readable", default=False),
        section.optional_texts("missing_channels") or (),
        section.optional_texts("denied_channels") or (),
    )


def _count(section: Section, key: str, usual: int) -> int:
    count = section.number(key, usual)
    if count < 0:
        raise section.wrong("a number of records is not negative", key)
    return count


def _event(entry: Section) -> EventPlan:
    entry.known(
        "id",
        "log",
        "source",
        "level",
        "hours_ago",
        "at",
        "count",
        "every_hours",
        "strings",
        "message",
    )
    number = entry.number("id", -1)
    if not 0 <= number < 0x4000:
        raise entry.wrong("an id from 0 to 16383 is expected", "id")
    levels = ("error", "warning", "information")
    return EventPlan(
        number,
        entry.choice("log", _LOGS, "system") if entry.has("log") else None,
        entry.optional_text("source"),
        entry.choice("level", levels, "warning") if entry.has("level") else None,
        entry.real("hours_ago", 1.0),
        _moment(entry),
        entry.number("count", 1),
        entry.real("every_hours", 24.0),
        entry.optional_texts("strings") or (),
        entry.optional_text("message"),
    )


def _moment(entry: Section) -> datetime | None:
    text = entry.mapping().get("at")
    if text is None:
        return None
    try:
        found = text if isinstance(text, datetime) else datetime.fromisoformat(str(text))
    except ValueError as error:
        raise entry.wrong("an ISO 8601 time with a zone is expected", "at") from error
    if found.tzinfo is None:
        raise entry.wrong("the time needs a zone, such as Z", "at")
    return found
