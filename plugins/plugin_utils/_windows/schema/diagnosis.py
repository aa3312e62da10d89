# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Classes that only a diagnosis reads."""

from __future__ import annotations

from ..._cim.schema import CimClass, CimType, Element, integer, string

NT_LOG_EVENT = CimClass(
    "root/cimv2",
    "Win32_NTLogEvent",
    "Microsoft Learn: Win32_NTLogEvent class (classic logs only)",
    (
        string("Logfile", key=True),
        integer("RecordNumber", key=True),
        Element("EventCode", CimType.UINT16),
        string("SourceName"),
        Element("TimeGenerated", CimType.DATETIME),
        string("InsertionStrings", array=True),
    ),
)

GENERAL_SETTING = CimClass(
    "root/cimv2/TerminalServices",
    "Win32_TSGeneralSetting",
    "Microsoft Learn: Win32_TSGeneralSetting class",
    (
        string("TerminalName", key=True),
        integer("UserAuthenticationRequired"),
        integer("PolicySourceUserAuthenticationRequired"),
    ),
)

SERVER_FEATURE = CimClass(
    "root/cimv2",
    "Win32_ServerFeature",
    "Microsoft Learn: Win32_ServerFeature class",
    (integer("ID", key=True),),
)

CLASSES = (NT_LOG_EVENT, GENERAL_SETTING, SERVER_FEATURE)
