# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A textfile for the node_exporter of Prometheus (text exposition format 0.0.4).

A pack without a limit has no numeric total, and what is not known has no sample.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..counting import stocks_of
from ..farm import FarmView, Host
from ..model import FactsState, Inventory, LicenseServer, Pack, Place, Program, StockKey
from ..report import Report

Labels = Mapping[str, str]

_ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n"}
# Every other line end that some reader may take for one.
_LINE_ENDS = re.compile(r"[\r\v\f\x1c-\x1e\x85\u2028\u2029]")


@dataclass(slots=True)
class Family:
    """One metric with its samples."""

    name: str
    help: str
    samples: list[tuple[Labels, float]] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Its lines; none without samples."""
        if not self.samples:
            return
        yield f"# HELP {self.name} {self.help}"
        yield f"# TYPE {self.name} gauge"
        for labels, value in self.samples:
            written = ",".join(f'{name}="{label(text)}"' for name, text in labels.items())
            number = repr(int(value)) if value == int(value) else repr(value)
            yield f"{self.name}{{{written}}} {number}"


def label(text: str) -> str:
    """A label value, escaped."""
    text = _LINE_ENDS.sub(" ", text)
    return "".join(_ESCAPES.get(each, each) for each in text)


def render(report: Report) -> str:
    """The inventory as metrics."""
    families = [*_cals(report.inventory), *_servers(report.inventory), *_hosts(report.inventory)]
    if report.farm is not None:
        families += _farm(report.farm)
    lines = [line for family in families for line in family.lines()]
    return "\n".join(lines) + "\n" if lines else ""


def _labels(server: LicenseServer, key: StockKey) -> dict[str, str]:
    number = "" if key.version_id is None else f" {key.version_id}"
    return {
        "server": server.name,
        "version": f"{key.version}{number}",
        "type": key.type.value,
        "suite": key.suite.value,
    }


def _cals(inventory: Inventory) -> Iterator[Family]:
    servers = [server for server in inventory.servers if server.counted]
    yield from _counted(servers)
    yield from _beside(servers)
    expiry = Family("rds_cal_pack_expiry_timestamp_seconds", "When a valid pack expires.")
    for server in servers:
        for pack in server.packs:
            if pack.place in (Place.COUNTED, Place.UNLIMITED) and pack.expires is not None:
                labels = {**_labels(server, pack.stock), "key_pack_id": str(pack.key_pack_id)}
                expiry.samples.append((labels, pack.expires.timestamp()))
    yield expiry


def _counted(servers: list[LicenseServer]) -> list[Family]:
    total = Family("rds_cal_total", "Installed CALs: valid, permanent packs with a limit.")
    issued = Family("rds_cal_issued", "CALs issued from those packs.")
    available = Family("rds_cal_available", "Free CALs of those packs, as Windows reports them.")
    for server in servers:
        for (key, program), packs in _by_program(server).items():
            labels = {**_labels(server, key), "program": program.value}
            for stock in stocks_of(packs):
                total.samples.append((labels, stock.total))
                issued.samples.append((labels, stock.issued))
                if stock.available is not None:
                    available.samples.append((labels, stock.available))
    return [total, issued, available]


def _beside(servers: list[LicenseServer]) -> list[Family]:
    over = Family("rds_cal_overissued", "CALs issued beyond what is installed.")
    unlimited = Family("rds_cal_unlimited_packs", "Packs without a limit; in no total.")
    expired = Family("rds_cal_expired", "CALs of expired packs; in no total.")
    temporary = Family("rds_cal_temporary_issued", "Temporary licenses issued; in no total.")
    for server in servers:
        for stock in server.stocks:
            labels = _labels(server, stock.key)
            if stock.packs:
                over.samples.append((labels, stock.over_issued))
            if stock.unlimited_packs:
                unlimited.samples.append((labels, stock.unlimited_packs))
            if stock.expired_total:
                expired.samples.append((labels, stock.expired_total))
            temporary.samples.append((labels, stock.temporary_issued))
    return [over, unlimited, expired, temporary]


def _by_program(server: LicenseServer) -> dict[tuple[StockKey, Program], list[Pack]]:
    found: dict[tuple[StockKey, Program], list[Pack]] = {}
    for pack in server.packs:
        if pack.place is Place.COUNTED:
            found.setdefault((pack.stock, pack.program), []).append(pack)
    return found


def _servers(inventory: Inventory) -> list[Family]:
    activated = Family("rds_license_server_activated", "Whether the license server is activated.")
    current = Family("rds_cal_facts_current", "Whether there are facts that are not old.")
    collected = Family("rds_cal_collected_timestamp_seconds", "When the facts were collected.")
    backup = Family(
        "rds_backup_newest_good_timestamp_seconds", "When the last good bundle was made."
    )
    limit = Family("rds_backup_limit_seconds", "How old the last good bundle may be.")
    for server in inventory.servers:
        labels = {"server": server.name}
        if server.backup is not None and server.backup.created is not None:
            backup.samples.append((labels, server.backup.created.timestamp()))
        if server.backup is not None and server.backup.limit is not None:
            limit.samples.append((labels, server.backup.limit.total_seconds()))
        if server.activated is not None:
            activated.samples.append((labels, int(server.activated)))
        current.samples.append((labels, int(server.state is FactsState.CURRENT)))
        if server.collected_at is not None:
            collected.samples.append((labels, server.collected_at.timestamp()))
    return [activated, current, collected, backup, limit]


def _hosts(inventory: Inventory) -> list[Family]:
    mode = Family("rds_license_mode", "The licensing mode of a session host, as a label.")
    for host in inventory.session_hosts:
        mode.samples.append(({"host": host.name, "mode": host.mode, "source": host.source}, 1))
    return [mode]


def _farm(view: FarmView) -> list[Family]:
    verdict = Family("rds_host_verdict", "The verdict on a host, as a label.")
    number = Family("rds_hosts", "Hosts by verdict.")
    findings = Family("rds_host_findings", "Findings of a host by severity.")
    mode = Family("rds_license_mode", "The licensing mode of a session host, as a label.")
    for each, count in view.verdicts.items():
        number.samples.append(({"verdict": each.value}, count))
    for host in view.hosts:
        verdict.samples.append(({"host": host.name, "verdict": host.verdict.value}, 1))
        for severity, count in Counter(each.severity for each in host.findings).items():
            findings.samples.append(({"host": host.name, "severity": severity}, count))
        if host.mode:
            labels = {"host": host.name, "mode": host.mode, "source": host.mode_source}
            mode.samples.append((labels, 1))
    return [number, verdict, findings, mode, *_times(view.hosts)]


def _times(hosts: Iterable[Host]) -> Iterator[Family]:
    grace = Family("rds_grace_days", "Days that are left of the grace period.")
    stops = Family("rds_host_stops_timestamp_seconds", "When a host will refuse sessions.")
    looked = Family("rds_host_diagnosed_timestamp_seconds", "When a host was diagnosed.")
    for host in hosts:
        labels = {"host": host.name}
        if host.grace_days is not None:
            grace.samples.append((labels, host.grace_days))
        if host.stops_on is not None:
            stops.samples.append((labels, host.stops_on.timestamp()))
        if host.collected_at is not None:
            looked.samples.append((labels, host.collected_at.timestamp()))
    yield from (grace, stops, looked)
