# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The output formats by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .renderers import (
    as_checkmk,
    as_csv,
    as_farm_csv,
    as_html,
    as_json,
    as_junit,
    as_nagios,
    as_prometheus,
    as_prtg,
    as_zabbix,
    as_zabbix_hosts,
)
from .report import Report


@dataclass(frozen=True, slots=True)
class Format:
    """One output format: the end of its file's name, and what renders it."""

    suffix: str
    render: Callable[[Report], str]


FORMATS: Mapping[str, Format] = {
    "html": Format(".html", as_html.render),
    "csv": Format(".csv", as_csv.render),
    "json": Format(".json", as_json.render),
    "prometheus": Format(".prom", as_prometheus.render),
    "checkmk": Format(".checkmk", as_checkmk.render),
    "nagios": Format(".nagios", as_nagios.render),
    "zabbix": Format(".zabbix.json", as_zabbix.render),
    "prtg": Format(".prtg.xml", as_prtg.render),
    "junit": Format(".junit.xml", as_junit.render),
}
VIEW_FORMATS: Mapping[str, Format] = {
    "hosts_csv": Format(".hosts.csv", as_farm_csv.hosts),
    "findings_csv": Format(".findings.csv", as_farm_csv.findings),
    "account_csv": Format(".account.csv", as_farm_csv.account),
    "zabbix_hosts": Format(".zabbix_hosts.json", as_zabbix_hosts.render),
}
"""Those of the farm view and the audit view; a report of the CALs alone has nothing for them."""
ALL_FORMATS: Mapping[str, Format] = {**FORMATS, **VIEW_FORMATS}
