# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Per user CALs, as the license server reports them: GenerateReportEx and its entries.

Windows keeps no list of issued per user CALs that could be enumerated. A report is generated,
fetched in pages and deleted again; reports of others (RD Licensing Manager shows the same
ones) are not touched. It needs Active Directory, so it fails in a workgroup.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ..._cim.errors import BadAnswer, CimError, ConnectionLost, Fault, MethodFailed
from ..._cim.session import CimSession, Instance
from ..._surroundings import wait
from ..._windows.schema.license_server import LICENSE_REPORT
from .issued_rows import Row, iso
from .key_packs import version_of

_FIRST_PAGE = 1000
_SMALLEST_PAGE = 10
# Microsoft's pages give both: as HRESULT-like 0x4001 and as decimal 4001.
_NO_MORE_DATA = (0x4001, 4001)


_LOOKS = (2.0, 4.0, 8.0, *[15.0] * 38)
"""Seconds between looks for a report whose answer got lost: ten minutes in all."""


class NotGenerated(CimError):
    """The answer of GenerateReportEx got lost, and there is no new report."""

    def __init__(self, lost: CimError) -> None:
        super().__init__(
            f"the answer of GenerateReportEx got lost ({lost}) and no new report shows; it may "
            "still come: look at RD Licensing Manager before it is generated again"
        )


@dataclass(slots=True)
class PerUserReport:
    """What came of it: counts, or why there are none."""

    available: bool
    why: str | None = None
    total: int = 0
    by_version: Counter[str] = field(default_factory=Counter)
    by_type: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        """As the module returns it."""
        if not self.available:
            return {"available": False, "why": self.why}
        return {
            "available": True,
            "total": self.total,
            "by_version": dict(sorted(self.by_version.items())),
            "by_type": dict(sorted(self.by_type.items())),
        }


def per_user_report(
    session: CimSession, rows: list[Row] | None, sleep: Callable[[float], None] = wait
) -> PerUserReport:
    """Generate a report, count its entries, delete it.

    :param rows: the entries are appended to it when it is a list.
    :param sleep: waits between looks for a report whose answer got lost.
    """
    # Windows asks Active Directory about every user: this may take long.
    patient = session.patient()
    try:
        keys = {"FileName": _generate(patient, sleep)}
        try:
            return _count(patient, keys, rows)
        finally:
            with suppress(CimError):  # the reason that led here counts, not this one
                patient.call(LICENSE_REPORT, "DeleteReport", keys=keys)
    except (MethodFailed, Fault, BadAnswer, NotGenerated) as error:
        number = f" ({error.code.hex})" if error.code else ""
        return PerUserReport(False, f"Windows could not deliver it: {error}{number}")


def _generate(session: CimSession, sleep: Callable[[float], None]) -> str:
    """Let Windows generate a report; return its name.

    It is never generated twice: when the answer got lost, the one that was not there before is
    looked for.

    :raises NotGenerated: it does not show.
    """
    before = _names(session)
    try:
        return str(session.call(LICENSE_REPORT, "GenerateReportEx")["FileName"] or "")
    except (ConnectionLost, Fault) as error:
        if isinstance(error, Fault) and not error.timed_out:
            raise
        for delay in _LOOKS:
            sleep(delay)
            new = _names(session) - before
            if len(new) == 1:
                return new.pop()
        raise NotGenerated(error) from error


def _names(session: CimSession) -> set[str]:
    return {str(each["FileName"]) for each in session.enumerate(LICENSE_REPORT, ["FileName"])}


def _count(session: CimSession, keys: dict[str, str], rows: list[Row] | None) -> PerUserReport:
    report = PerUserReport(True)
    for entry in _entries(session, keys):
        report.total += 1
        version_id = entry["ProductVersionID"]
        report.by_version[version_of(version_id if isinstance(version_id, int) else None)] += 1
        report.by_type[str(entry["CALType"] or "unknown")] += 1
        if rows is not None:
            rows.append(
                {
                    "user": entry["User"],
                    "expires": iso(entry["ExpirationDate"]),
                    "type": entry["CALType"],
                    "version": version_of(version_id if isinstance(version_id, int) else None),
                }
            )
    return report


def _entries(session: CimSession, keys: dict[str, str]) -> Iterator[Instance]:
    start, size = 0, _FIRST_PAGE
    while True:
        try:
            outputs = session.invoke(
                LICENSE_REPORT, "FetchReportEntries", {"StartIndex": start, "Count": size}, keys
            )
        except (Fault, BadAnswer):
            if size <= _SMALLEST_PAGE:
                raise
            size //= 2  # an answer larger than the envelope is a fault
            continue
        value, entries = outputs["ReturnValue"], outputs["ReportEntries"]
        if value != 0 and value not in _NO_MORE_DATA:
            raise MethodFailed(LICENSE_REPORT.name, "FetchReportEntries", _int(value))
        page = (
            [each for each in entries if isinstance(each, dict)]
            if isinstance(entries, list)
            else []
        )
        yield from page
        start += len(page)
        if value in _NO_MORE_DATA or len(page) < size:
            return


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
