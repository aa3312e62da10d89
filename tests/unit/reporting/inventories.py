# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builders of facts as the collecting module returns them, of whole fleets, and of a history."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.build import (
    build_inventory,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.history import (
    Count,
    Snapshot,
    counts_of,
    with_inventory,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.language import (
    Language,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.model import (
    CalType,
    Detail,
    FactsState,
    Finding,
    Inventory,
    LicenseServer,
    Options,
    Pack,
    Program,
    Rule,
    SessionHost,
    Severity,
    Stock,
    StockKey,
    Suite,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.report import (
    Report,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.trend import (
    trends_of,
)

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
COLLECTED = "2026-11-21T09:12:00Z"
VERSION_IDS = {"2008": 2, "2008 R2": 3, "2012": 4, "2016": 5, "2019": 6, "2022": 7, "2025": 8}

Facts = dict[str, Any]


def pack(
    key_pack_id: int = 3,
    *,
    total: int | None = 100,
    issued: int | None = 60,
    **values: Any,
) -> Facts:
    """One key pack; ``available`` is what Windows would say unless it is given."""
    version = values.get("version", "2022")
    kind = values.get("type", "per_user")
    unlimited = values.get("unlimited", False)
    available = None
    if total is not None and issued is not None and not unlimited:
        available = max(0, total - issued)
    words = {"per_user": "RDS Per User CAL", "per_device": "RDS Per Device CAL"}
    return {
        "key_pack_id": key_pack_id,
        "type": kind,
        "program": "volume",
        "version": version,
        "version_id": VERSION_IDS.get(version, 99),
        "suite": "rds",
        "total": None if unlimited else total,
        "issued": issued,
        "available": available,
        "unlimited": unlimited,
        "expires": None,
        "expired": False,
        "description": "C50-10.01-S" if kind == "per_user" else "A02-10.01-S",
        "type_and_model": words.get(kind, "Built-in TS Per Device CAL"),
        **values,
    }


def built_in() -> Facts:
    """The pack for Windows 2000 that every license server has."""
    return pack(
        2,
        total=None,
        issued=0,
        type="builtin",
        program="builtin",
        version="unknown",
        version_id=0,
        unlimited=True,
        description="A02-5.00-EX",
    )


def summary(packs: list[Facts]) -> list[Facts]:
    """The collector's own sums, made independently of the code under test."""
    rows: dict[tuple[str, str, str], Facts] = {}
    for each in packs:
        if "builtin" in (each["program"], each["type"]):
            continue
        key = (each["version"], each["type"], each["suite"])
        row = rows.setdefault(
            key,
            dict(zip(("version", "type", "suite"), key, strict=True))
            | dict.fromkeys(("total", "issued", "available", "over_issued", "packs"), 0)
            | {"expired_total": 0, "temporary_issued": 0},
        )
        if each["program"] == "temporary":
            row["temporary_issued"] += each["issued"]
        elif each["expired"]:
            row["expired_total"] += each["total"] or 0
        elif not each["unlimited"]:
            for name in ("total", "issued", "available"):
                row[name] += each[name] or 0
            row["packs"] += 1
            row["over_issued"] = max(0, row["issued"] - row["total"])
    return list(rows.values())


def facts(*packs: Facts, name: str = "LS1", **values: Any) -> Facts:
    """The facts ``rds_cal`` of one license server; ``server`` values are merged."""
    server = {
        "name": name,
        "product_id": "00455-50000-00001-AA123",
        "license_server_id": f"{name:0<35}"[:35].upper(),
        "version": "10.0",
        "os_build": "10.0.20348",
        "activated": True,
        "database_path": "C:\\Windows\\system32\\LServer",
        "role": "domain",
    }
    return {
        "server": server | values.pop("server", {}),
        "packs": list(packs),
        "summary": summary(list(packs)),
        "issued": None,
        "per_user": None,
        "collected_at": COLLECTED,
        **values,
    }


def inventory(everything: Facts, **arguments: Any) -> Inventory:
    """An inventory of facts by host, as of ``NOW``."""
    arguments.setdefault("now", NOW)
    return build_inventory(everything, **arguments)


def report(
    everything: Facts,
    *,
    language: str = "en",
    history: tuple[Snapshot, ...] = (),
    title: str = "",
    **arguments: Any,
) -> Report:
    """A report of facts by host."""
    built = inventory(everything, **arguments)
    days = with_inventory(history, built, 36).snapshots
    return Report(built, trends_of(built, days), Language(language), title)


def months_before(day: date, months: int) -> date:
    """The first of a month, so many months before a day."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def monthly_history(
    built: Inventory, months: int, *, growth: float = 0.02, bought: float = 0.0
) -> tuple[Snapshot, ...]:
    """Snapshots that grew towards an inventory: issued CALs by ``growth`` of the total a month.

    :param bought: the share of the installed CALs that was bought in the middle of that time.
    """
    now = counts_of(built)
    day = (built.as_of or NOW).date()
    found = []
    for back in range(months, 0, -1):
        counts = {
            server: {
                key: Count(
                    round(count.total * (1 - bought if back > months / 2 else 1)),
                    max(0, round(count.issued - back * growth * count.total)),
                    None,
                )
                for key, count in stocks.items()
            }
            for server, stocks in now.items()
        }
        first = months_before(day, back)
        found.append(Snapshot(first, first, counts))
    return tuple(found)


def small_fleet() -> Facts:
    """Three license servers with something of everything; a fourth one has no facts."""
    return {
        "ls1.example.com": facts(
            built_in(),
            pack(3, total=150, issued=141, version="2022"),
            pack(4, total=50, issued=44, version="2022", program="open"),
            pack(5, total=80, issued=46, version="2022", type="per_device"),
            pack(6, total=20, issued=7, type="per_device", program="temporary", version="2022"),
            pack(9, total=25, issued=9, version="2025", program="retail"),
            name="LS1",
        ),
        "ls2.example.com": facts(
            built_in(),
            pack(3, total=60, issued=67, version="2019", available=0),
            pack(
                4,
                total=40,
                issued=22,
                version="2019",
                type="per_device",
                program="open",
                expires="2027-01-31T00:00:00Z",
            ),
            pack(
                5, total=30, issued=12, version="2016", expired=True, expires="2026-06-30T00:00:00Z"
            ),
            name="LS2",
            server={"os_build": "10.0.17763"},
        ),
        "ls3.example.com": facts(
            built_in(),
            pack(3, total=40, issued=18, version="2022", type="per_device", suite="vdi"),
            pack(4, total=120, issued=71, version="2025"),
            name="LS3",
            server={"os_build": "10.0.26100"},
        ),
    }


def small_hosts() -> Facts:
    """Session hosts of the small fleet."""
    both = ["ls1.example.com", "ls2.example.com"]
    hosts = {
        f"rdsh{number:02}.example.com": {"mode": "per_user", "servers": both, "source": "policy"}
        for number in range(1, 15)
    }
    for number in range(15, 19):
        hosts[f"rdsh{number:02}.example.com"] = {
            "mode": "per_device",
            "servers": ["LS3"],
            "source": "policy",
        }
    hosts["rdsh19.example.com"] = {"mode": "not_configured", "servers": [], "source": "none"}
    return hosts


def large_fleet(servers: int = 200, hosts: int = 2000) -> tuple[Facts, Facts, list[str]]:
    """Facts of many license servers, session hosts, and the names that were expected."""
    dice = random.Random(20261121)
    everything: Facts = {}
    expected = []
    for number in range(1, servers + 1):
        name = (
            f"lic-{dice.choice(('par', 'lyo', 'ber', 'mad', 'nyc'))}-{number:03}.corp.example.com"
        )
        expected.append(name)
        if number % 40 == 0:
            continue
        packs = [built_in()]
        for version in dice.sample(["2016", "2019", "2022", "2025"], dice.randint(2, 4)):
            for kind in dice.sample(["per_user", "per_device"], dice.randint(1, 2)):
                total = dice.choice((25, 50, 100, 200, 250))
                share = dice.choice((0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.95))
                if dice.random() < 0.03:
                    share = 1.06
                packs.append(
                    pack(
                        len(packs) + 2,
                        total=total,
                        issued=round(total * share),
                        version=version,
                        type=kind,
                        program=dice.choice(("open", "volume", "retail")),
                    )
                )
        old = number % 33 == 0
        when = NOW - (timedelta(days=40) if old else timedelta(minutes=dice.randint(3, 50)))
        everything[name] = facts(
            *packs,
            name=name.partition(".")[0].upper(),
            collected_at=when.strftime("%Y-%m-%dT%H:%M:%SZ"),
            server={
                "activated": number % 51 != 0,
                "os_build": dice.choice(("10.0.17763", "10.0.20348", "10.0.26100")),
                "license_server_id": f"{number:035}",
            },
        )
    machines: Facts = {}
    for number in range(1, hosts + 1):
        start = dice.randrange(0, 20) * 2
        machines[f"rdsh-{number:04}.corp.example.com"] = {
            "mode": "not_configured" if number % 300 == 0 else "per_user",
            "servers": [] if number % 300 == 0 else expected[start : start + 2],
            "source": "none" if number % 300 == 0 else "policy",
        }
    return everything, machines, expected


HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "  =1+1",
    "\t=1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' OR '1'='1",
    'a\nrds_cal_total{server="x"} 9',
    'a\r\n2 "x" - evil',
    "]]></text><error>1</error>",
    "|evil=1;;;",
    "back\\slash\\",
    "{{ 7 * 7 }}{% raw %}",
    "\N{LINE SEPARATOR}\N{NEXT LINE}\x00\x1b[31m",
    "\N{FULLWIDTH EQUALS SIGN}1+1",
    "\uffff\ufffe",
)
"""Names that somebody may give a computer to do harm, and what they are to whom."""


def hostile_pack(text: str) -> Pack:
    """A pack that is over-issued and soon expires."""
    return Pack(
        server=text,
        key_pack_id=3,
        type=CalType.PER_USER,
        program=Program.OPEN,
        version=text,
        version_id=7,
        suite=Suite.RDS,
        total=10,
        issued=12,
        available=0,
        unlimited=False,
        expires=NOW + timedelta(days=5),
        expired=False,
        description=text,
        type_and_model=text,
    )


def hostile_report(text: str, language: str = "en") -> Report:
    """A report whose every text is hostile, past the cleaning that reading does."""
    key = StockKey(text, CalType.PER_USER, Suite.RDS)
    stock = Stock(key, total=10, issued=12, over_issued=2, packs=1, over_servers=1)
    server = LicenseServer(
        name=text,
        state=FactsState.CURRENT,
        collected_at=NOW,
        computer_name=text,
        activated=True,
        version=text,
        os_build=text,
        role=text,
        product_id=text,
        license_server_id=text,
        packs=(hostile_pack(text),),
        stocks=(stock,),
        why=text,
    )
    missing = replace(server, state=FactsState.MISSING, packs=(), stocks=())
    host = SessionHost(text, text, (text, text), text)
    about: dict[str, Detail] = {
        "servers": text,
        "why": text,
        "name": text,
        "what": text,
        "pack": 3,
        "version_id": 7,
    }
    findings = tuple(
        Finding(rule, code, Severity.ERROR, text, key, about)
        for rule, code in (
            (Rule.SERVERS_KNOWN, "servers_strange"),
            (Rule.PACKS_KNOWN, "pack_unknown"),
            (Rule.FACTS_READABLE, "facts_unreadable"),
        )
    )
    built = Inventory(Options(), (server, missing), (stock,), (host,), findings, NOW)
    days = with_inventory((), built, 36).snapshots
    return Report(built, trends_of(built, days), Language(language), text)
