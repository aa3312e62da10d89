# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``rds_cal_pack_facts`` does: the CAL inventory of one license server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from ..._cim.errors import CimError
from ..._cim.session import CimSession
from ..._surroundings import utc_now
from ..license_servers.license_server import LicenseServer, System, read_license_server, read_system
from .issued_rows import IssuedSummary, Row, issued_rows, row_of
from .key_packs import KeyPack, read_key_packs, summarize
from .per_user_report import PerUserReport, per_user_report

RowSink = Callable[[Row], None]
OpenRowFile = Callable[[str], AbstractContextManager[RowSink]]
"""Opens a file on the controller for rows, by its path."""


class TooManyRows(CimError):
    """More issued CALs than a task result should hold."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"there are more than {limit} issued CALs, too many for a task result")
        self.operation = "listing the issued CALs"
        self.advice = (
            "name a file on the controller with issued_file, which takes any number, ask for "
            "issued: summary, or raise issued_limit"
        )


@dataclass(frozen=True, slots=True)
class FactsOptions:
    """The validated options of the module."""

    issued: str = "none"
    issued_file: str | None = None
    issued_limit: int = 10_000
    per_user_report: bool = False
    include_builtin: bool = False


@dataclass(frozen=True, slots=True)
class Collected:
    """The facts, and the rows that stand beside them."""

    facts: dict[str, Any]
    values: dict[str, Any]
    warnings: list[str]


def collect_cal_facts(
    session: CimSession, options: FactsOptions, open_rows: OpenRowFile, *, check_mode: bool
) -> Collected:
    """Collect the inventory: six requests, and what issued CALs and the report take.

    :param open_rows: opens ``issued_file``.
    :raises NotALicenseServer: RD Licensing is not installed.
    :raises NothingThere: the account is no administrator.
    :raises TooManyRows: ``issued: list`` above its limit.
    """
    now = utc_now().replace(microsecond=0)
    server = read_license_server(session)
    system = read_system(session)
    packs = read_key_packs(session, now)
    facts: dict[str, Any] = {
        "server": _server_facts(server, system),
        "packs": [pack.as_dict() for pack in packs if options.include_builtin or not pack.builtin],
        "summary": [each.as_dict() for each in summarize(packs)],
        "issued": None,
        "per_user": None,
        "collected_at": now.isoformat().replace("+00:00", "Z"),
    }
    values: dict[str, Any] = {}
    if options.issued != "none":
        summary = IssuedSummary({pack.key_pack_id: pack for pack in packs}, now)
        _read_issued(session, options, open_rows, summary, values, check_mode=check_mode)
        facts["issued"] = summary.as_dict()
    if options.per_user_report:
        facts["per_user"] = _per_user(session, options, values, check_mode=check_mode)
    return Collected(facts, values, _warnings(server, packs))


def _server_facts(server: LicenseServer, system: System) -> dict[str, Any]:
    return {
        "name": system.name,
        "os_build": system.build,
        "product_id": server.product_id,
        "license_server_id": server.license_server_id,
        "version": server.version,
        "version_number": server.version_number,
        "activated": server.activated,
        "database_path": server.database_path,
        "role": str(server.role),
    }


def _read_issued(
    session: CimSession,
    options: FactsOptions,
    open_rows: OpenRowFile,
    summary: IssuedSummary,
    values: dict[str, Any],
    *,
    check_mode: bool,
) -> None:
    rows: list[Row] | None = [] if options.issued == "list" and not options.issued_file else None
    if options.issued_file and not check_mode:
        with open_rows(options.issued_file) as write:
            for issued in issued_rows(session):
                summary.add(issued)
                write(row_of(issued))
        values["issued_file"] = options.issued_file
        return
    for issued in issued_rows(session):
        summary.add(issued)
        if rows is not None:
            if len(rows) >= options.issued_limit:
                raise TooManyRows(options.issued_limit)
            rows.append(row_of(issued))
    if rows is not None:
        values["issued_rows"] = rows


def _per_user(
    session: CimSession, options: FactsOptions, values: dict[str, Any], *, check_mode: bool
) -> dict[str, Any]:
    if check_mode:
        # Generating a report writes on the license server.
        return PerUserReport(False, "not asked in check mode").as_dict()
    rows: list[Row] | None = [] if options.issued == "list" else None
    report = per_user_report(session, rows)
    if rows is not None and report.available:
        values["per_user_rows"] = rows
    return report.as_dict()


def _warnings(server: LicenseServer, packs: Sequence[KeyPack]) -> list[str]:
    warnings = []
    if server.activated is False:
        warnings.append("The license server is not activated: it issues temporary CALs only.")
    elif server.activated is None:
        warnings.append("Windows does not tell whether the license server is activated.")
    shared = [
        number for number, count in Counter(p.key_pack_id for p in packs).items() if count > 1
    ]
    if shared:
        warnings.append(
            f"More than one key pack has the id {', '.join(map(str, shared))}: all are counted."
        )
    for pack in packs:
        if pack.builtin:
            continue
        unknown = [
            f"{name} {value}"
            for name, value, known in (
                ("type", pack.type, pack.type != "unknown"),
                ("program", pack.program, pack.program != "unknown"),
                ("version id", pack.version_id, pack.version != "unknown"),
            )
            if not known
        ]
        if unknown:
            warnings.append(
                f"Key pack {pack.key_pack_id} has what is not documented: {', '.join(unknown)}."
            )
    return warnings
