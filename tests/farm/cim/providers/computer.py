# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Win32_OperatingSystem, Win32_ComputerSystem and Win32_UserAccount.

Source: the Microsoft Learn pages of those names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...model.host import Host
from ...model.identity import UserAccount, user_accounts
from ..errors import CimError, Wbem
from ..instance import Instance, Value
from ..provider import Call, Provider, Result

_MEMORY_KB = 16_776_000
_LOG_OFF, _SHUT_DOWN, _REBOOT = (0, 4), (1, 5, 8, 12), (2, 6)
_INVALID_PARAMETER = 87


class OperatingSystem(Provider):
    """The singleton Win32_OperatingSystem."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """The one instance."""
        host = call.host
        product_type = 2 if host.plan.domain_controller else host.release.product_type
        properties: dict[str, Value] = {
            "BootDevice": "\\Device\\HarddiskVolume1",
            "BuildNumber": str(host.release.build),
            "BuildType": "Multiprocessor Free",
            "Caption": host.release.caption,
            "CountryCode": "49" if host.german else "1",
            "CreationClassName": "Win32_OperatingSystem",
            "CSDVersion": None,
            "CSName": host.netbios,
            "CurrentTimeZone": 60 if host.german else 0,
            "FreePhysicalMemory": _MEMORY_KB // 2,
            "InstallDate": host.installed,
            "LastBootUpTime": host.clock.booted,
            "LocalDateTime": host.clock.now(),
            "Locale": "0407" if host.german else "0409",
            "Manufacturer": "Microsoft Corporation",
            "MUILanguages": ["de-DE" if host.german else "en-US"],
            "Name": f"{host.release.caption}|C:\\Windows|\\Device\\Harddisk0\\Partition2",
            "OperatingSystemSKU": host.release.sku,
            "Organization": "",
            "OSArchitecture": "64-Bit" if host.german else "64-bit",
            "OSLanguage": 1031 if host.german else 1033,
            "ProductType": product_type,
            "RegisteredUser": "Windows User",
            "ServicePackMajorVersion": 0,
            "ServicePackMinorVersion": 0,
            "Status": "OK",
            "SystemDirectory": "C:\\Windows\\system32",
            "SystemDrive": "C:",
            "TotalVisibleMemorySize": _MEMORY_KB,
            "Version": host.release.version,
            "WindowsDirectory": "C:\\Windows",
        }
        yield Instance("Win32_OperatingSystem", properties)

    def invoke(self, call: Call, method: str, arguments: Mapping[str, Value]) -> Result:
        """Reboot, Shutdown and Win32Shutdown; the answer leaves before the machine goes down."""
        if not call.caller.administrator:
            raise CimError(Wbem.ACCESS_DENIED, "the privilege to shut down is missing")
        flags = {"Reboot": 2, "Shutdown": 1}.get(method, arguments.get("Flags"))
        if flags not in (*_LOG_OFF, *_SHUT_DOWN, *_REBOOT):
            return _INVALID_PARAMETER, {}
        if call.host.plan.reboot_code:
            return call.host.plan.reboot_code, {}
        if flags in _REBOOT:
            call.host.power.restart()
        elif flags in _SHUT_DOWN:
            call.host.power.shut_down()
        return 0, {}


def _domain_role(host: Host) -> int:
    if host.plan.domain_controller:
        return 5
    return (0 if host.release.product_type == 1 else 2) + (1 if host.in_domain else 0)


class ComputerSystem(Provider):
    """The one Win32_ComputerSystem."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """The one instance; Workgroup is NULL in a domain."""
        host = call.host
        properties: dict[str, Value] = {
            "Caption": host.netbios,
            "CreationClassName": "Win32_ComputerSystem",
            "CurrentTimeZone": 60 if host.german else 0,
            "Description": "AT/AT COMPATIBLE",
            "DNSHostName": host.name,
            "Domain": host.forest.domain.dns if host.in_domain else host.plan.workgroup,
            "DomainRole": _domain_role(host),
            "Manufacturer": "Simulated",
            "Model": "Virtual Machine",
            "Name": host.netbios,
            "NumberOfLogicalProcessors": 4,
            "NumberOfProcessors": 1,
            "PartOfDomain": host.in_domain,
            "PrimaryOwnerName": "Windows User",
            "Roles": ["LM_Workstation", "LM_Server", "NT"],
            "Status": "OK",
            "SystemType": "x64-based PC",
            "TotalPhysicalMemory": _MEMORY_KB * 1024,
            "UserName": None,
            "Workgroup": None if host.in_domain else host.plan.workgroup,
        }
        yield Instance("Win32_ComputerSystem", properties)


_NORMAL_ACCOUNT, _SID_OF_A_USER = 512, 1


class UserAccountProvider(Provider):
    """Win32_UserAccount: local accounts, and the domain's on its members."""

    def instances(self, call: Call) -> Iterator[Instance]:
        """One per account."""
        for account in user_accounts(call.host):
            yield Instance("Win32_UserAccount", _account(account))


def _account(account: UserAccount) -> dict[str, Value]:
    return {
        "AccountType": _NORMAL_ACCOUNT,
        "Caption": f"{account.domain}\\{account.name}",
        "Description": "",
        "Disabled": account.disabled,
        "Domain": account.domain,
        "FullName": "",
        "InstallDate": None,
        "LocalAccount": account.local,
        "Lockout": False,
        "Name": account.name,
        "PasswordChangeable": True,
        "PasswordExpires": True,
        "PasswordRequired": True,
        "SID": account.sid,
        "SIDType": _SID_OF_A_USER,
        "Status": "Degraded" if account.disabled else "OK",
    }
