# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the signals of a license server by CIM."""

from __future__ import annotations

from ..._cim.session import CimSession
from ..._windows.registry import Registry
from ..._windows.schema.diagnosis import SERVER_FEATURE
from ..license_servers.license_server import Membership as Asked
from ..license_servers.license_server import ask_directory, read_license_server
from .collecting import Collector
from .hardening_rules import is_patched
from .observations import LicenseServerSeen, Membership, System

VERSION_KEY = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
PARAMETERS_KEY = r"SYSTEM\CurrentControlSet\Services\TermServLicensing\Parameters"
_ASKING = "Invoke-CimMethod -ClassName Win32_TSLicenseServer -MethodName IsLSinTSLSGroup"
_BLANK_NAMES = {"workgrouplicenseserveraccountsgroup", "specifiedlicenseservers"}
"""The values that the commands of a page of Microsoft write with a blank before the name."""
_FEATURES = {132: "RD Gateway", 133: "RD Connection Broker", 134: "RD Web Access"}
"""Role services by their numbers (Microsoft Learn: Win32_ServerFeature class)."""


def read_server(session: CimSession, reads: Collector, system: System) -> LicenseServerSeen:
    """The license server: six requests."""
    server = reads.read("license server", lambda: read_license_server(session))
    registry = Registry(session)
    revision = reads.read("patch state", lambda: registry.dword(VERSION_KEY, "UBR"))
    ubr = revision if isinstance(revision, int) else None
    patched = is_patched(system.build, ubr)
    if patched is None:
        reads.miss("patch state", "build and revision do not tell whether the update is there")
    names = reads.read("license server parameters", lambda: _value_names(registry)) or []
    blank = tuple(
        each for each in names if each != each.strip() and each.strip().casefold() in _BLANK_NAMES
    )
    if server is None:
        return LicenseServerSeen(ubr=ubr, patched=patched, blank_names=blank)
    if server.activated is None:
        reads.miss("activation", "Windows does not tell whether the license server is activated")
    return LicenseServerSeen(
        activated=server.activated,
        license_server_id=server.license_server_id,
        version_text=server.version,
        database_path=server.database_path,
        ubr=ubr,
        patched=patched,
        in_group=_in_group(session, reads, system),
        blank_names=blank,
    )


def _value_names(registry: Registry) -> list[str]:
    return registry.value_names(PARAMETERS_KEY)


def read_other_roles(session: CimSession, reads: Collector) -> tuple[str, ...] | None:
    """The role services that Windows lists among its features: one request, two where there are
    several.

    Since Server 2012 the list is not to be relied on: what it has not may be there all the same.
    """
    where = " OR ".join(f"ID = {number}" for number in _FEATURES)
    found = reads.read(
        "server features",
        lambda: {each["ID"] for each in session.enumerate(SERVER_FEATURE, ["ID"], where)},
    )
    if found is None:
        return None
    return tuple(name for number, name in _FEATURES.items() if number in found)


def _in_group(session: CimSession, reads: Collector, system: System) -> Membership:
    if not system.in_domain:
        return Membership(None, "it is in no domain" if system.in_domain is False else None)
    asked = reads.read("license servers group", lambda: _ask(session))
    if asked is None:
        return Membership()
    if asked.value is None:
        reads.miss("license servers group", asked.why or "Windows does not tell")
    return Membership(asked.value, asked.why)


def _ask(session: CimSession) -> Asked:
    return ask_directory(session, "IsLSinTSLSGroup", "IsMember", _ASKING, Domain="")
