# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The providers by class name. A class without one has no instances and no methods here."""

from __future__ import annotations

from ..provider import Provider
from .computer import ComputerSystem, OperatingSystem, UserAccountProvider
from .event_log import NtLogEvent
from .features import OptionalFeature, ServerFeature, ServerManagerTasks
from .group_policy import RegistryPolicySetting, RsopGpo
from .license_packs import IssuedLicenseProvider, KeyPackProvider
from .license_report import LicenseReportProvider
from .license_server import LicenseServerProvider
from .listener import GeneralSetting
from .registry import RegistryProvider
from .service import ServiceProvider, TerminalServiceProvider
from .session_host import DeploymentLicensing, TerminalServiceSetting
from .storage import ShadowCopyProvider, VolumeProvider

PROVIDERS: dict[str, Provider] = {
    "MSFT_ServerManagerTasks": ServerManagerTasks(),
    "StdRegProv": RegistryProvider(),
    "Win32_ComputerSystem": ComputerSystem(),
    "Win32_NTLogEvent": NtLogEvent(),
    "Win32_OperatingSystem": OperatingSystem(),
    "Win32_OptionalFeature": OptionalFeature(),
    "Win32_ServerFeature": ServerFeature(),
    "Win32_Service": ServiceProvider(),
    "Win32_ShadowCopy": ShadowCopyProvider(),
    "Win32_TerminalService": TerminalServiceProvider(),
    "Win32_TerminalServiceSetting": TerminalServiceSetting(),
    "Win32_TSDeploymentLicensing": DeploymentLicensing(),
    "Win32_TSGeneralSetting": GeneralSetting(),
    "Win32_TSIssuedLicense": IssuedLicenseProvider(),
    "Win32_TSLicenseKeyPack": KeyPackProvider(),
    "Win32_TSLicenseReport": LicenseReportProvider(),
    "Win32_TSLicenseServer": LicenseServerProvider(),
    "Win32_UserAccount": UserAccountProvider(),
    "Win32_Volume": VolumeProvider(),
    "RSOP_RegistryPolicySetting": RegistryPolicySetting(),
    "RSOP_GPO": RsopGpo(),
}
