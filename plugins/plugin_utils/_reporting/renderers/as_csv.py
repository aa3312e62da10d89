# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CSV for spreadsheets: one line per key pack (RFC 4180).

The first columns are those that administrators' own scripts write; ours follow. A license server
without facts has a line of its own that says so.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime

from ..language import Language
from ..model import LicenseServer, Pack
from ..report import Report
from ..spreadsheet import safe

HEADER = (
    "Server",
    "KeyPackId",
    "ProductVersion",
    "TypeAndModel",
    "TotalLicenses",
    "AvailableLicenses",
    "ExpirationDate",
    "IssuedLicenses",
    "Program",
    "Type",
    "VersionId",
    "CollectedAt",
    "Suite",
    "Unlimited",
    "Expired",
    "Counted",
    "Description",
    "ComputerName",
    "FactsState",
    "NewestBackup",
)
Cell = str | int | None


def render(report: Report) -> str:
    """The inventory as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for server in report.inventory.servers:
        for cells in _lines(server):
            writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in cells])
    return text.getvalue()


def timestamp(when: datetime | None) -> str:
    """ISO 8601 in UTC, to the second; empty if there is none."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ") if when else ""


def _lines(server: LicenseServer) -> list[list[Cell]]:
    state = "same_as" if server.same_as else server.state.value
    backup = timestamp(server.backup.created) if server.backup else ""
    end: list[Cell] = [server.computer_name, state, backup]
    lines = [[*_pack(pack, server), *end] for pack in server.packs]
    if not lines:
        # A row without a pack: that nothing is known of a server must not look like an absence.
        empty: list[Cell] = [None] * (len(HEADER) - 1)
        lines = [[server.name, *empty]]
        lines[0][HEADER.index("CollectedAt")] = timestamp(server.collected_at)
        lines[0][-len(end) :] = end
    return lines


def _pack(pack: Pack, server: LicenseServer) -> list[Cell]:
    version = (
        Language("en").version(pack.version, pack.version_id).replace("\N{NO-BREAK SPACE}", " ")
    )
    return [
        server.name,
        pack.key_pack_id,
        version,
        pack.type_and_model,
        pack.total,
        pack.available,
        timestamp(pack.expires),
        pack.issued,
        pack.program.value,
        pack.type.value,
        pack.version_id,
        timestamp(server.collected_at),
        pack.suite.value,
        _flag(pack.unlimited),
        _flag(pack.expired),
        pack.place.value if server.counted else "same_as",
        pack.description,
    ]


def _flag(value: bool) -> str:
    return "true" if value else "false"
