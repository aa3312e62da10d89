# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a scenario says about a license server, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

UNLIMITED = 4294967295
PER_DEVICE, PER_USER, BUILT_IN = 0, 1, 3
RETAIL, VOLUME, CONCURRENT, TEMPORARY, OPEN, BUILT_IN_PACK = 1, 2, 3, 4, 5, 6

PERMANENT_UNTIL = datetime(2038, 1, 1, tzinfo=UTC)

Expiry = datetime | str | None


@dataclass(frozen=True, slots=True)
class PackPlan:
    """One key pack: KeyPackType, ProductVersionID and ProductType as numbers.

    ``expires`` is a time, None for NULL, or a text that is sent as it is. ``available`` None means
    what is left of the total. Texts that are None follow from the numbers. ``count`` stands for so
    many packs of the kind, with rising numbers.
    """

    program: int
    version: int
    type: int
    total: int
    issued: int = 0
    available: int | None = None
    id: int | None = None
    count: int = 1
    suite: str = "rds"
    expires: Expiry = PERMANENT_UNTIL
    description: str | None = None
    version_text: str | None = None
    type_text: str | None = None
    access_rights: int | None = None


@dataclass(frozen=True, slots=True)
class IssuedPlan:
    """One issued per-device license that the scenario words itself; times default to usual ones."""

    pack: int
    computer: str
    user: str = ""
    hardware_id: str | None = None
    status: int = 2
    issued: Expiry = None
    expires: Expiry = None


@dataclass(frozen=True, slots=True)
class ReportPlan:
    """Reports of per-user licenses.

    ``users`` are the names that the first rows show, ``failed`` the users who got no license,
    ``existing`` the names of reports that are there from the start. ``no_more_data`` is the code
    for the end of the data (0x4001 and 4001 are both documented); ``end_with_last_page`` gives it
    with the last rows instead of after them.
    """

    users: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    existing: tuple[str, ...] = ()
    no_more_data: int = 0x4001
    end_with_last_page: bool = False


@dataclass(frozen=True, slots=True)
class DatabasePlan:
    """The files of the database.

    ``log_base`` is what the names of its logs begin with. A database of less than ``mib`` MiB is
    filled up: with pages that were never used (``empty``) or with used ones (``noise``).
    """

    log_base: str = "edb"
    mib: int = 0
    fill: str = "empty"
    page_size: int = 8192


@dataclass(frozen=True, slots=True)
class LicenseServerPlan:
    """One license server, or what a machine would be as one.

    ``clearinghouse`` is 0 where Microsoft's service can be reached, else the code that the attempt
    ends with. ``delegation`` lets a method reach the directory as the caller. ``revoke_days`` is
    how long a revoked license counts against the limit. ``waiting`` are devices and users, by
    ProductType, that get licenses of the first fitting packs that somebody installs.
    """

    activated: bool = True
    status: int | None = None
    contact: Mapping[str, str] = field(default_factory=dict)
    role: int | None = None
    database_path: str = "C:\\Windows\\system32\\lserver"
    database: DatabasePlan = DatabasePlan()
    license_server_id: str | None = None
    product_id: str | None = None
    builtin: int | None = UNLIMITED
    packs: tuple[PackPlan, ...] = ()
    issued: int = 0
    issued_rows: tuple[IssuedPlan, ...] = ()
    expires_form: str = "datetime"
    registered: bool = True
    published: bool = False
    in_group: bool = False
    delegation: bool = False
    endpoint_servers: tuple[str, ...] = ()
    clearinghouse: int = 0
    errors_as: str = "return_value"
    revoke_percent: int = 20
    revoke_days: int = 60
    waiting: Mapping[int, int] = field(default_factory=dict)
    report: ReportPlan = field(default_factory=ReportPlan)
