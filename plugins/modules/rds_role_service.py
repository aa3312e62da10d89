#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_role_service
short_description: Install or remove the role service RD Licensing or RD Session Host
version_added: 0.1.0
description:
  - Has a role service of Remote Desktop Services installed or removed. RD Licensing also gets its service
    C(TermServLicensing) set to start automatically, and running.
  - What is there is read by CIM over WS-Management. PowerShell (C(Install-WindowsFeature),
    C(Uninstall-WindowsFeature)) runs on the host only when a feature has to be installed or removed.
  - Windows never restarts by itself. RD Session Host needs a restart, RD Licensing usually none.
  - A Windows client is refused. RD Licensing or RD Session Host on a domain controller, and beside other role
    services of Remote Desktop Services (RD Session Host, RD Licensing, RD Connection Broker, RD Gateway), gives a
    warning. RD Web Access leaves nothing that CIM shows, and is not looked for.
options:
  name:
    description:
      - The role service. V(licensing) is the feature C(RDS-Licensing), V(session_host) is C(RDS-RD-Server).
    type: str
    required: true
    choices: [licensing, session_host]
  state:
    description:
      - V(present) installs it, V(absent) removes it and leaves the management tools.
    type: str
    choices: [present, absent]
    default: present
  management_tools:
    description:
      - Install the management tools with the feature. They are not added to a feature that is there already.
    type: bool
    default: true
  reboot:
    description:
      - Restart the host when a restart is pending after the change, and wait until it is back. The restart is forced,
        so everybody who is logged on is cut off.
      - This also restarts a host on which nothing else is to be done, but where features or updates wait for a restart.
      - Without it the task warns and returns RV(reboot_required).
    type: bool
    default: false
  reboot_timeout:
    description:
      - Seconds until the host has to be back.
    type: int
    default: 600
  wait:
    description:
      - Seconds to wait for the service to start.
    type: int
    default: 60
  accept_license_loss:
    description:
      - Remove RD Licensing although CAL packs are installed, or although it cannot be read whether there are any.
      - Without it O(state=absent) is refused then. Built-in, temporary and expired packs do not count.
    type: bool
    default: false
extends_documentation_fragment:
  - remote_desktop.licensing.attributes
seealso:
  - module: remote_desktop.licensing.rds_service
  - name: Install-WindowsFeature
    description: What installs the feature.
    link: https://learn.microsoft.com/powershell/module/servermanager/install-windowsfeature
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Install RD Licensing
  remote_desktop.licensing.rds_role_service:
    name: licensing
  register: role_service

- name: Stop while a restart is pending
  ansible.builtin.assert:
    that: not role_service.reboot_required

- name: Install RD Session Host, restart and wait
  remote_desktop.licensing.rds_role_service:
    name: session_host
    reboot: true
    reboot_timeout: 1200

- name: Remove RD Licensing from a server whose CALs were moved
  remote_desktop.licensing.rds_role_service:
    name: licensing
    state: absent
"""

RETURN = r"""
before:
  description: The state before.
  returned: when the host answered
  type: dict
  contains: &state
    installed:
      description:
        - Whether the role service is installed. For V(licensing) its service and its WMI classes are there, for
          V(session_host) Windows is in that mode.
      returned: always
      type: bool
      sample: false
    service_state:
      description: The state of C(TermServLicensing) or C(TermService) as Windows spells it, null without the service.
      returned: always
      type: str
      sample: Running
    start_mode:
      description: Its start mode as Windows spells it, V(Auto) for a delayed automatic start, too.
      returned: always
      type: str
      sample: Auto
    reboot_pending:
      description: Whether anything waits for a restart, files to be renamed included.
      returned: always
      type: bool
      sample: false
after:
  description: The state after; in check mode what is expected.
  returned: when the host answered
  type: dict
  contains: *state
reboot_required:
  description:
    - Whether a restart is still needed before going on, since features or updates wait for it. Files to be renamed,
      which many programs leave behind, do not count.
  returned: when the host answered
  type: bool
  sample: false
reboot_reasons:
  description: What waits for a restart.
  returned: when the host answered
  type: list
  elements: str
  sample: ["features or updates (Component Based Servicing)"]
rebooted:
  description: Whether the host was restarted; in check mode whether it would be.
  returned: when the host answered
  type: bool
  sample: false
refused:
  description:
    - Why the module refused, as a word for conditions. One of V(client_os), V(old_os), V(installed_packs),
      V(packs_unknown).
  returned: when it refused
  type: str
  sample: client_os
msg:
  description: What failed, on which host, the number and its meaning, and what to do.
  returned: on failure
  type: str
  sample: >-
    ls1: installing the role service: refused: this is a Windows client (build 26100), and RD Licensing is a role
    service of Windows Server. What to do: take it out of the group.
code:
  description: The number that Windows answered.
  returned: on failure, where Windows answered
  type: int
  sample: 2147749891
code_hex:
  description: The same in hexadecimal.
  returned: on failure, where Windows answered
  type: str
  sample: "0x80041003"
code_name:
  description: Its name, null when it is not documented.
  returned: on failure, where Windows answered
  type: str
  sample: WBEM_E_ACCESS_DENIED
meaning:
  description: What it means, null when it is not documented.
  returned: on failure, where Windows answered
  type: str
  sample: the account has not the right
advice:
  description: What to do.
  returned: on failure, where it is known
  type: str
  sample: use an account that is a member of the local group Administrators on that host
trouble:
  description:
    - What kind of trouble it is, a word that never changes.
    - V(no_connection), V(tls), V(proxy), V(credentials), V(no_answer), V(broken) (the connection), V(not_winrm),
      V(bad_answer), V(rights), V(quota), V(overdue) or V(setup) (of the controller).
  returned: when the host is unreachable or the task fails, where it is known
  type: str
  sample: rights
applied:
  description: What was written before the failure.
  returned: on failure, when something was
  type: list
  elements: str
  sample: ["install RDS-Licensing"]
uncertain:
  description: The write that was under way when the connection broke.
  returned: on failure, when there was one
  type: str
  sample: install RDS-Licensing
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_role_service import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
