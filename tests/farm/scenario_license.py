# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of a scenario that is about license servers: packs, issued licenses, reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from .model.key_packs import VERSIONS
from .model.license_plan import (
    BUILT_IN,
    BUILT_IN_PACK,
    PERMANENT_UNTIL,
    UNLIMITED,
    DatabasePlan,
    Expiry,
    IssuedPlan,
    LicenseServerPlan,
    PackPlan,
    ReportPlan,
)
from .model.license_server import CONTACT
from .scenario_section import Section

PROGRAMS = {
    "unknown": 0,
    "retail": 1,
    "volume": 2,
    "concurrent": 3,
    "temporary": 4,
    "open": 5,
    "builtin": BUILT_IN_PACK,
}
TYPES = {"per_device": 0, "per_user": 1, "builtin": BUILT_IN}
_FORMS = ("datetime", "dmtf", "us", "absent")
UNREACHABLE = {"reachable": 0, "no_name": 0x80072EE7, "no_tls": 0x80072F8F, "timeout": 0x80072EE2}
_PAGE_SIZES = (4096, 8192)
_USUAL = LicenseServerPlan()
_KEYS = (
    "activated",
    "status",
    "contact",
    "role",
    "database_path",
    "database",
    "license_server_id",
    "product_id",
    "builtin",
    "packs",
    "issued",
    "issued_rows",
    "expires_form",
    "registered",
    "published",
    "in_group",
    "delegation",
    "endpoint_servers",
    "clearinghouse",
    "errors_as",
    "revoke_percent",
    "revoke_days",
    "waiting",
    "report",
)


def read_license_server(host: Section, *, role: bool) -> LicenseServerPlan:
    """The host's section ``license_server``; two keys of it may stand at the host itself."""
    section = host.section("license_server")
    section.known(*_KEYS)
    packs = tuple(read_pack(entry) for entry in section.list_of_sections("packs"))
    issued = section.number("issued", host.number("issued_licenses", 0))
    if not role and (packs or section.has("issued")):
        raise section.wrong("packs and issued licenses need the role licensing", "packs")
    activated = section.flag("activated", default=host.flag("activated", default=role))
    return LicenseServerPlan(
        activated=activated,
        status=section.optional_number("status"),
        contact=_contact(section.section("contact")),
        role=section.optional_number("role"),
        database_path=section.text("database_path", _USUAL.database_path),
        database=_database(section.section("database")),
        license_server_id=_id_of_35(section),
        product_id=section.optional_text("product_id"),
        builtin=_builtin(section),
        packs=packs,
        issued=issued,
        issued_rows=tuple(_issued(entry) for entry in section.list_of_sections("issued_rows")),
        expires_form=section.choice("expires_form", _FORMS, "datetime"),
        registered=section.flag("registered", default=role and activated),
        published=section.flag("published", default=False),
        in_group=section.flag("in_group", default=False),
        delegation=section.flag("delegation", default=False),
        endpoint_servers=section.optional_texts("endpoint_servers") or (),
        clearinghouse=coded(section, "clearinghouse", UNREACHABLE, 0),
        errors_as=section.choice("errors_as", ("return_value", "fault"), "return_value"),
        revoke_percent=section.number("revoke_percent", _USUAL.revoke_percent),
        revoke_days=section.number("revoke_days", _USUAL.revoke_days),
        waiting=_waiting(section.section("waiting")),
        report=_report(section.section("report")),
    )


def _database(section: Section) -> DatabasePlan:
    section.known("log_base", "mib", "fill", "page_size")
    usual = DatabasePlan()
    size = section.number("page_size", usual.page_size)
    if size not in _PAGE_SIZES:
        raise section.wrong("4096 or 8192 is expected", "page_size")
    return DatabasePlan(
        log_base=section.text("log_base", usual.log_base),
        mib=section.number("mib", usual.mib),
        fill=section.choice("fill", ("empty", "noise"), usual.fill),
        page_size=size,
    )


def coded(section: Section, key: str, names: Mapping[str, int], default: int | None) -> int:
    """A number, or one of the words that stand for one; required when there is no default."""
    value = section.mapping().get(key)
    if value is None and default is not None:
        return default
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value <= UNLIMITED:
            raise section.wrong(f"{value} is no 32-bit number", key)
        return value
    if not isinstance(value, str) or value not in names:
        raise section.wrong(f"{value!r} is no number and not one of {', '.join(names)}", key)
    return names[value]


def version_of(section: Section, default: int | None = None) -> int:
    """ProductVersionID: a release such as 2022 or "2008r2", or the number itself."""
    value = section.mapping().get("version")
    if str(value) in VERSIONS:
        return VERSIONS[str(value)]
    return coded(section, "version", VERSIONS, default)


def _contact(section: Section) -> dict[str, str]:
    section.known(*CONTACT)
    return {name: section.text(name) for name in section.mapping()}


def _id_of_35(section: Section) -> str | None:
    text = section.optional_text("license_server_id")
    if text is not None and len(text) != 35:
        raise section.wrong("35 characters are expected", "license_server_id")
    return text


def _builtin(section: Section) -> int | None:
    """Total of the built-in pack: unlimited, zero, a number, or null for no such pack."""
    if "builtin" in section.mapping() and not section.has("builtin"):
        return None
    return coded(section, "builtin", {"unlimited": UNLIMITED, "zero": 0}, UNLIMITED)


def read_pack(entry: Section) -> PackPlan:
    """One entry of ``packs``."""
    entry.known(
        "id",
        "program",
        "version",
        "type",
        "total",
        "issued",
        "available",
        "count",
        "suite",
        "expires",
        "description",
        "version_text",
        "type_text",
        "access_rights",
    )
    count = entry.number("count", 1)
    if count < 1:
        raise entry.wrong("at least 1 is expected", "count")
    return PackPlan(
        program=coded(entry, "program", PROGRAMS, PROGRAMS["open"]),
        version=version_of(entry, 7),
        type=coded(entry, "type", TYPES, None),
        total=coded(entry, "total", {"unlimited": UNLIMITED}, None),
        issued=coded(entry, "issued", {}, 0),
        available=coded(entry, "available", {}, 0) if entry.has("available") else None,
        id=entry.optional_number("id"),
        count=count,
        suite=entry.choice("suite", ("rds", "vdi"), "rds"),
        expires=_expiry(entry, "expires", PERMANENT_UNTIL),
        description=entry.optional_text("description"),
        version_text=entry.optional_text("version_text"),
        type_text=entry.optional_text("type_text"),
        access_rights=entry.optional_number("access_rights"),
    )


def _expiry(section: Section, key: str, default: Expiry) -> Expiry:
    """A time with a zone, null, or any other text, which is sent as it is."""
    if key not in section.mapping():
        return default
    value = section.mapping()[key]
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return str(value)
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise section.wrong("an ISO 8601 time with a zone, a text or null is expected", key)
    return value


def _issued(entry: Section) -> IssuedPlan:
    entry.known("pack", "computer", "user", "hardware_id", "status", "issued", "expires")
    return IssuedPlan(
        pack=entry.number("pack", 1),
        computer=entry.text("computer"),
        user=entry.text("user", ""),
        hardware_id=entry.optional_text("hardware_id"),
        status=entry.number("status", 2),
        issued=_expiry(entry, "issued", None),
        expires=_expiry(entry, "expires", None),
    )


def _waiting(section: Section) -> dict[int, int]:
    section.known("per_device", "per_user")
    return {TYPES[name]: section.number(name, 0) for name in section.mapping()}


def _report(section: Section) -> ReportPlan:
    section.known("users", "failed", "existing", "no_more_data", "end_with_last_page")
    usual = ReportPlan()
    return ReportPlan(
        section.optional_texts("users") or (),
        section.optional_texts("failed") or (),
        section.optional_texts("existing") or (),
        section.number("no_more_data", usual.no_more_data),
        section.flag("end_with_last_page", default=False),
    )
