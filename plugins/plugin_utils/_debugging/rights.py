# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words for the rights that an account may lack, and where they are given.

Sources: Microsoft Learn "Securing a Remote WMI Connection" (Remote Enable, Enable Account,
Execute Methods), "Installation and Configuration for Windows Remote Management" (Remote
Management Users), and Win32_TSLicenseServer (local Administrators; empty properties without).
"""

from __future__ import annotations

LOG_ON = (
    "put the account into the local group Remote Management Users of the host, or into "
    "Administrators; that is what WinRM asks for before anything else"
)
EXECUTE = (
    r"give the account Execute Methods on the WMI namespace {} of the host (wmimgmt.msc, "
    "Properties, Security), with its sub-namespaces"
)
SAME = "the same as for {}"
NAMESPACE = (
    r"give the account Enable Account, Remote Enable and Execute Methods on the WMI namespace {} "
    "of the host (wmimgmt.msc, Properties, Security), or make it a member of the local group "
    "Administrators"
)
ADMINISTRATORS = (
    "make the account a member of the local group Administrators of the host; no smaller right "
    "is documented for this"
)
POLICY = (
    r"to change settings, make the account a member of the local group Administrators of the "
    r"host: by default nobody else may write below HKLM\SOFTWARE\Policies"
)
RSOP = (
    "make the account a member of the local group Administrators of the host, or set rsop to "
    "never in the tasks: they then cannot tell whether a GPO would undo a change"
)
SCRIPTS = (
    "an administrator of the host looks at the PowerShell language mode (AppLocker and Windows "
    "Defender Application Control set Constrained Language), at the execution policy and at "
    "the quotas of remote shells; only modules that install features, back up, restore, refresh "
    "group policy or read the Admin event channel need PowerShell"
)


def in_namespace(advice: str, namespace: str) -> str:
    """An advice about a namespace, spelt as wmimgmt.msc shows it."""
    return advice.format(namespace.replace("/", "\\"))
