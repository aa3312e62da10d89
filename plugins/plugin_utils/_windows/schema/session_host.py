# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Classes of a session host."""

from __future__ import annotations

from ..._cim.schema import CimClass, CimType, Element, Method, integer, string

TERMINAL_SERVICE_SETTING = CimClass(
    "root/cimv2/TerminalServices",
    "Win32_TerminalServiceSetting",
    "Microsoft Learn: Win32_TerminalServiceSetting class and its method pages",
    (
        string("ServerName", key=True),
        integer("TerminalServerMode"),
        integer("LicensingType"),
        integer("PolicySourceLicensingType"),
        integer("PolicySourceConfiguredLicenseServers"),
    ),
    (
        Method("ChangeMode", (integer("LicensingType"),)),
        Method(
            "GetSpecifiedLicenseServerList",
            outputs=(string("SpecifiedLSList", array=True),),
            reads=True,
        ),
        Method("SetSpecifiedLicenseServerList", (string("SpecifiedLSList", array=True),)),
        Method("EmptySpecifiedLicenseServerList"),
        Method("GetGracePeriodDays", outputs=(integer("DaysLeft"),), reads=True),
        Method(
            "GetTStoLSConnectivityStatus",
            (string("ServerName"),),
            (integer("TStoLSConnectivityStatus"),),
            reads=True,
        ),
    ),
)

DEPLOYMENT_LICENSING = CimClass(
    "root/cimv2/TerminalServices",
    "Win32_TSDeploymentLicensing",
    "Microsoft Learn: Win32_TSDeploymentLicensing class (Server 2012 and later)",
    (
        Element("UseCentralLicensingSettings", CimType.BOOLEAN),
        string("LicenseServers", array=True),
        integer("LicensingType"),
    ),
)

CLASSES = (TERMINAL_SERVICE_SETTING, DEPLOYMENT_LICENSING)
