# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Classes of the operating system: registry, computer, services, resultant set of policy."""

from __future__ import annotations

from ..._cim.schema import CimClass, CimType, Element, Method, integer, string

_HIVE = integer("hDefKey")
_KEY = string("sSubKeyName")
_VALUE = string("sValueName")

STD_REG_PROV = CimClass(
    "root/cimv2",
    "StdRegProv",
    "Microsoft Learn: StdRegProv class; registered in root/default and root/cimv2",
    methods=(
        Method(
            "CheckAccess",
            (_HIVE, _KEY, integer("uRequired")),
            (Element("bGranted", CimType.BOOLEAN),),
            static=True,
            reads=True,
        ),
        Method("CreateKey", (_HIVE, _KEY), static=True),
        Method("DeleteKey", (_HIVE, _KEY), static=True),
        Method("DeleteValue", (_HIVE, _KEY, _VALUE), static=True),
        Method("EnumKey", (_HIVE, _KEY), (string("sNames", array=True),), True, reads=True),
        Method(
            "EnumValues",
            (_HIVE, _KEY),
            (string("sNames", array=True), Element("Types", CimType.SINT32, array=True)),
            static=True,
            reads=True,
        ),
        Method(
            "GetBinaryValue",
            (_HIVE, _KEY, _VALUE),
            (Element("uValue", CimType.UINT8, array=True),),
            static=True,
            reads=True,
        ),
        Method(
            "GetExpandedStringValue",
            (_HIVE, _KEY, _VALUE),
            (string("sValue"),),
            static=True,
            reads=True,
        ),
        Method(
            "GetQWORDValue",
            (_HIVE, _KEY, _VALUE),
            (Element("uValue", CimType.UINT64),),
            static=True,
            reads=True,
        ),
        Method(
            "GetDWORDValue", (_HIVE, _KEY, _VALUE), (integer("uValue"),), static=True, reads=True
        ),
        Method(
            "GetStringValue", (_HIVE, _KEY, _VALUE), (string("sValue"),), static=True, reads=True
        ),
        Method(
            "GetMultiStringValue",
            (_HIVE, _KEY, _VALUE),
            (string("sValue", array=True),),
            static=True,
            reads=True,
        ),
        Method("SetDWORDValue", (_HIVE, _KEY, _VALUE, integer("uValue")), static=True),
        Method("SetStringValue", (_HIVE, _KEY, _VALUE, string("sValue")), static=True),
    ),
)

OPERATING_SYSTEM = CimClass(
    "root/cimv2",
    "Win32_OperatingSystem",
    "Microsoft Learn: Win32_OperatingSystem class (a singleton)",
    (
        string("Name", key=True),
        string("CSName"),
        string("BuildNumber"),
        integer("ProductType"),
        Element("InstallDate", CimType.DATETIME),
        Element("LastBootUpTime", CimType.DATETIME),
        Element("LocalDateTime", CimType.DATETIME),
    ),
    (
        Method(
            "Win32Shutdown",
            (Element("Flags", CimType.SINT32), Element("Reserved", CimType.SINT32)),
        ),
    ),
)

COMPUTER_SYSTEM = CimClass(
    "root/cimv2",
    "Win32_ComputerSystem",
    "Microsoft Learn: Win32_ComputerSystem class",
    (
        string("Name", key=True),
        string("Domain"),
        string("Workgroup"),
        Element("PartOfDomain", CimType.BOOLEAN),
        Element("DomainRole", CimType.UINT16),
    ),
)

SERVICE = CimClass(
    "root/cimv2",
    "Win32_Service",
    "Microsoft Learn: Win32_Service class",
    (
        string("Name", key=True),
        string("State"),
        string("StartMode"),
    ),
    (
        Method("StartService"),
        Method("StopService"),
        Method("ChangeStartMode", (string("StartMode"),)),
    ),
)

USER_ACCOUNT = CimClass(
    "root/cimv2",
    "Win32_UserAccount",
    "Microsoft Learn: Win32_UserAccount class",
    (
        string("Domain", key=True),
        string("Name", key=True),
        string("SID"),
        Element("LocalAccount", CimType.BOOLEAN),
    ),
)

VOLUME = CimClass(
    "root/cimv2",
    "Win32_Volume",
    "Microsoft Learn: Win32_Volume class",
    (string("DeviceID", key=True), string("DriveLetter")),
)

SHADOW_COPY = CimClass(
    "root/cimv2",
    "Win32_ShadowCopy",
    "Microsoft Learn: Win32_ShadowCopy class; its Revert rolls a whole volume back and is left out",
    (
        string("ID", key=True),
        string("DeviceObject"),
        string("VolumeName"),
        Element("InstallDate", CimType.DATETIME),
    ),
    (
        Method(
            "Create",
            (string("Volume"), string("Context")),
            (string("ShadowID"),),
            static=True,
        ),
    ),
)

RSOP_REGISTRY_POLICY_SETTING = CimClass(
    "root/RSOP/Computer",
    "RSOP_RegistryPolicySetting",
    "Microsoft Learn: RSOP_RegistryPolicySetting class",
    (
        string("id", key=True),
        integer("precedence", key=True),
        string("GPOID"),
        string("registryKey"),
        string("valueName"),
    ),
)

RSOP_GPO = CimClass(
    "root/RSOP/Computer",
    "RSOP_GPO",
    "Microsoft Learn: RSOP_GPO class",
    (string("id", key=True), string("name")),
)

CLASSES = (
    STD_REG_PROV,
    OPERATING_SYSTEM,
    COMPUTER_SYSTEM,
    SERVICE,
    USER_ACCOUNT,
    VOLUME,
    SHADOW_COPY,
    RSOP_REGISTRY_POLICY_SETTING,
    RSOP_GPO,
)
