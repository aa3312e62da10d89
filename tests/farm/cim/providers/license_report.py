# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Win32_TSLicenseReport (Microsoft Learn: the page of that name and those of its methods)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import cast

from ...model.key_packs import KeyPack
from ...model.license_server import LicenseServer
from ...model.reports import Report, cal_type, type_word
from ..errors import CimError, Wbem
from ..instance import Embedded, Instance, Value
from ..provider import Call, Provider, Result
from .license_packs import shown_time
from .license_server import check_administrator, running_server

_NO_SCOPES_SINCE = 9200


class LicenseReportProvider(Provider):
    """The reports. Properties that are deprecated since 2012 stay NULL."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """One instance per report, however it was made."""
        for report in running_server(call).reports.all():
            properties: dict[str, Value] = {
                "FileName": report.file_name,
                "GenerationDateTime": report.generated,
                "InstalledLicenses": None,
                "LicenseUsageCount": None,
                "ScopeType": None,
                "ScopeValue": None,
                "Version": 1,
            }
            yield Instance("Win32_TSLicenseReport", properties)

    def invoke(self, call: Call, method: str, arguments: Mapping[str, Value]) -> Result:
        """Make, fetch or delete a report."""
        check_administrator(call)
        server = running_server(call)
        if method == "GenerateReport" and call.host.release.build >= _NO_SCOPES_SINCE:
            return int(Wbem.NOT_SUPPORTED), {}
        if method in ("GenerateReport", "GenerateReportEx"):
            if not call.host.in_domain:
                # Nothing is tracked in a workgroup; that the call fails so is a guess.
                return int(Wbem.FAILED), {}
            return 0, {"FileName": server.reports.generate().file_name}
        target = call.target
        report = None if target is None else server.reports.get(str(target.properties["FileName"]))
        if report is None:
            raise CimError(Wbem.NOT_FOUND, "the report is gone")
        if method == "DeleteReport":
            server.reports.delete(report.file_name)
            return 0, {}
        return _fetch(call, server, report, method, arguments)


def _fetch(
    call: Call, server: LicenseServer, report: Report, method: str, arguments: Mapping[str, Value]
) -> Result:
    """Entries from StartIndex (counted from 0, a guess) on; Count 0 means all.

    The end of the data has a code of its own; whether it comes with the last entries or after
    them is not documented and up to the scenario.
    """
    name = method.removeprefix("Fetch")
    start, count = cast(int, arguments["StartIndex"]), cast(int, arguments["Count"])
    entries = _ENTRIES[name](call, server, report, start)
    found = list(itertools.islice(entries, count + 1 if count else None))
    more = bool(count) and len(found) > count
    shown = found[:count] if count else found
    plan = server.plan.report
    ended = not shown or (plan.end_with_last_page and not more)
    outputs: dict[str, Value] = {"Count": len(shown), name: shown or None}
    return (plan.no_more_data if ended else 0), outputs


def _product(call: Call, pack: KeyPack) -> dict[str, Value]:
    return {
        "CALType": cal_type(pack),
        "ProductVersion": pack.shown_version(call.host.german),
        "ProductVersionID": pack.version,
    }


def _users(call: Call, server: LicenseServer, report: Report, start: int) -> Iterable[Embedded]:
    form = server.plan.expires_form
    for row in report.user_rows(start):
        own: dict[str, Value] = {
            "ExpirationDate": shown_time(row.expires, form),
            "User": row.user,
        }
        yield Embedded("Win32_TSLicenseReportEntry", own | _product(call, row.pack))


def _devices(call: Call, server: LicenseServer, report: Report, start: int) -> Iterable[Embedded]:
    form = server.plan.expires_form
    for row in report.device_rows(start):
        own: dict[str, Value] = {
            "ExpirationDate": shown_time(row.expires, form),
            "sHardwareId": row.hardware_id,
            "sIssuedToComputer": row.computer,
        }
        yield Embedded("Win32_TSLicenseReportPerDeviceEntry", own | _product(call, row.pack))


def _summary(call: Call, server: LicenseServer, report: Report, start: int) -> Iterable[Embedded]:
    for row in report.summary_rows()[start:]:
        yield Embedded(
            "Win32_TSLicenseReportSummaryEntry",
            {
                "InstalledLicenses": row.installed,
                "IssuedLicenses": row.issued,
                "ProductVersion": row.sample.shown_version(call.host.german),
                "ProductVersionID": row.version,
                "TSCALAvailability": row.availability,
                "TSCALType": type_word(row.type),
            },
        )


def _failed(call: Call, server: LicenseServer, report: Report, start: int) -> Iterable[Embedded]:
    pack = next((p for p in report.packs if type_word(p.type) == "Per User"), None)
    for user in report.failed[start:]:
        own: dict[str, Value] = {"TriedIssuanceOn": report.generated, "User": user}
        product = {} if pack is None else _product(call, pack)
        yield Embedded("Win32_TSLicenseReportFailedPerUserEntry", own | product)


def _failed_domains(
    call: Call, server: LicenseServer, report: Report, start: int
) -> Iterable[Embedded]:
    for domain, count in list(report.failed_by_domain().items())[start:]:
        yield Embedded(
            "Win32_TSLicenseReportFailedPerUserSummaryEntry",
            {"DomainName": domain, "FailedIssuanceCount": count},
        )


Entries = Callable[[Call, LicenseServer, Report, int], Iterable[Embedded]]

_ENTRIES: dict[str, Entries] = {
    "ReportEntries": _users,
    "ReportFailedPerUserEntries": _failed,
    "ReportFailedPerUserSummaryEntries": _failed_domains,
    "ReportPerDeviceEntries": _devices,
    "ReportSummaryEntries": _summary,
}
