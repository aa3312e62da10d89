# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of a scenario about drives, a machine's identity, shadow copies and snapshots."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from .model.file_nodes import Drive
from .model.storage_plan import SNAPSHOTS, IdentityPlan, ShadowCopyPlan, StoragePlan
from .scenario_section import Section

STORAGE_KEYS = ("drives", "os_installed", "computer_sid", "shadow_copies", "snapshot")
_TYPES = ("Fixed", "Removable", "Network", "CDRom", "Ram")
_SID = re.compile(r"S-1-5-21-\d+-\d+-\d+")
_DRIVE = re.compile(r"[A-Za-z]:")
_USUAL = StoragePlan()


def read_identity(host: Section, time: Callable[[Section, str], datetime | None]) -> IdentityPlan:
    """``os_installed`` and ``computer_sid`` of one host; ``time`` reads a time of a section."""
    sid = host.optional_text("computer_sid")
    if sid is not None and not _SID.fullmatch(sid):
        raise host.wrong("a machine's SID such as S-1-5-21-1-2-3 is expected", "computer_sid")
    return IdentityPlan(time(host, "os_installed"), sid)


def read_drives(host: Section) -> dict[str, Drive]:
    """``drives`` of one host, by letter; there is always a drive C."""
    drives = {"C:": Drive()}
    section = host.section("drives")
    for name in section.mapping():
        if not _DRIVE.fullmatch(name):
            raise section.wrong("a drive such as D: is expected", name)
        drives[name.upper()] = _drive(section.section(name))
    return drives


def _drive(section: Section) -> Drive:
    section.known("type", "format", "size", "free", "ready")
    usual = Drive()
    return Drive(
        type=section.choice("type", _TYPES, usual.type),
        format=section.text("format", usual.format),
        size=section.number("size", usual.size),
        free=section.optional_number("free"),
        ready=section.flag("ready", default=usual.ready),
    )


def read_storage(host: Section) -> StoragePlan:
    """``shadow_copies`` and ``snapshot`` of one host."""
    shadows = host.section("shadow_copies")
    shadows.known("existing", "create_code", "limit")
    return StoragePlan(
        tuple(_shadow(entry) for entry in shadows.list_of_sections("existing")),
        shadows.number("create_code", _USUAL.shadow_code),
        shadows.number("limit", _USUAL.shadow_limit),
        host.choice("snapshot", SNAPSHOTS, _USUAL.snapshot),
    )


def _shadow(entry: Section) -> ShadowCopyPlan:
    entry.known("drive", "age_hours")
    drive = entry.text("drive", "C:")
    if not _DRIVE.fullmatch(drive):
        raise entry.wrong("a drive such as C: is expected", "drive")
    return ShadowCopyPlan(drive, entry.number("age_hours", ShadowCopyPlan().age_hours))
