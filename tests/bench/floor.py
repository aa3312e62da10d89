# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the state that rds_licensing_mode reads, by pypsrp and nothing else: the floor.

Run with an inventory; one process, one host after the other, one login each.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import yaml
from pypsrp.wsman import NAMESPACES, SelectorSet, WSMan, WSManAction

CIMV2 = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/"
WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
POLICY = r"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services"
LOCAL = r"SYSTEM\CurrentControlSet\Control\Terminal Server\RCM\Licensing Core"


def main() -> None:
    """Read every session host of the inventory that is named on the command line."""
    inventory = yaml.safe_load(Path(sys.argv[1]).read_text(encoding="utf-8"))
    for host in inventory["all"]["children"]["rds_session_hosts"]["hosts"].values():
        wsman = WSMan(
            host["ansible_host"],
            port=host["ansible_port"],
            username=host["ansible_user"],
            password=host["ansible_password"],
            ssl=False,
            auth="ntlm",
        )
        terminal_services = CIMV2 + "TerminalServices/"
        query(
            wsman,
            terminal_services + "*",
            "SELECT ServerName, LicensingType, TerminalServerMode, PolicySourceLicensingType "
            "FROM Win32_TerminalServiceSetting",
        )
        dword(wsman, POLICY)
        dword(wsman, LOCAL)
        enumerate_class(wsman, terminal_services + "Win32_TSDeploymentLicensing")
        query(wsman, CIMV2 + "*", "SELECT PartOfDomain, DomainRole FROM Win32_ComputerSystem")
        wsman.close()


def query(wsman: WSMan, uri: str, wql: str) -> None:
    """Ask for the instances of a query; they come in one answer."""
    request = ET.Element(f"{{{NAMESPACES['wsen']}}}Enumerate")
    ET.SubElement(request, f"{{{NAMESPACES['wsman']}}}OptimizeEnumeration")
    ET.SubElement(request, f"{{{NAMESPACES['wsman']}}}MaxElements").text = "100"
    dialect = ET.SubElement(request, f"{{{NAMESPACES['wsman']}}}Filter", {"Dialect": WQL})
    dialect.text = wql
    wsman.invoke(WSManAction.ENUMERATE, uri, request)


def enumerate_class(wsman: WSMan, uri: str) -> None:
    """Ask for the instances of a class."""
    request = ET.Element(f"{{{NAMESPACES['wsen']}}}Enumerate")
    ET.SubElement(request, f"{{{NAMESPACES['wsman']}}}OptimizeEnumeration")
    wsman.invoke(WSManAction.ENUMERATE, uri, request)


def dword(wsman: WSMan, key: str) -> None:
    """Read the value LicensingMode of a key."""
    uri = CIMV2 + "StdRegProv"
    request = ET.Element(f"{{{uri}}}GetDWORDValue_INPUT")
    for name, text in (
        ("hDefKey", "2147483650"),
        ("sSubKeyName", key),
        ("sValueName", "LicensingMode"),
    ):
        ET.SubElement(request, f"{{{uri}}}{name}").text = text
    wsman.invoke(f"{uri}/GetDWORDValue", uri, request, selector_set=SelectorSet())


if __name__ == "__main__":
    main()
