#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_license_server
short_description: Set the license servers that an RD Session Host uses
version_added: 0.1.0
description:
  - Sets the list of license servers of a Remote Desktop Session Host, as a policy value or as the host's own setting.
  - The policy value is one text with names separated by commas. Many instructions create sub-keys instead, where
    Windows does not look; a host set up that way has no license server. The module finds and repairs that.
  - Reads and writes CIM over WS-Management. No PowerShell is started on the host.
options:
  servers:
    description:
      - The license servers in the order in which they are to be used. Fully qualified names, NetBIOS names or IPv4
        addresses.
      - Required with O(state=present). With O(state=absent) only these are removed; left out, the list is cleared.
      - A name that stands twice counts once. Upper and lower case are the same.
    type: list
    elements: str
  state:
    description:
      - V(present) has the servers in the list, V(absent) has them not.
  exclusive:
    description:
      - With V(true) the list is exactly O(servers), in this order. With V(false) those that are missing are appended.
    type: bool
    default: true
  repair_subkeys:
    description:
      - Delete stray sub-keys and values under C(LicenseServers) below the policy key, bottom-up, after the value was
        written and read back. Nothing else is ever deleted.
      - With V(false) they are left, with a warning.
    type: bool
    default: true
  verify:
    description:
      - Ask the host for each server whether it reaches it (C(GetTStoLSConnectivityStatus)).
      - The task fails if no server is reached or at least doubtful. Status 8 (access denied) is doubtful, since the
        account of a remote session is usually no administrator on the license server.
    type: bool
    default: false
extends_documentation_fragment:
  - remote_desktop.licensing.attributes
  - remote_desktop.licensing.attributes.policy
seealso:
  - module: remote_desktop.licensing.rds_licensing_mode
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Two license servers, by policy
  remote_desktop.licensing.rds_license_server:
    servers:
      - ls1.example.com
      - ls2.example.com

- name: Have a third one at the end, whatever else is in the list
  remote_desktop.licensing.rds_license_server:
    servers: [ls3.example.com]
    exclusive: false

- name: Set them and see whether the host reaches them
  remote_desktop.licensing.rds_license_server:
    servers: [ls1.example.com]
    verify: true

- name: Take one away
  remote_desktop.licensing.rds_license_server:
    servers: [ls1.example.com]
    state: absent
"""

RETURN = r"""
before:
  description: The list before.
  returned: when the host answered
  type: dict
  contains: &state
    policy:
      description: The policy value, null when there is none.
      returned: always
      type: list
      elements: str
      sample: [ls1.example.com]
    local:
      description: The host's own list, null when there is none.
      returned: always
      type: list
      elements: str
      sample: null
    effective:
      description: What Windows answers.
      returned: always
      type: list
      elements: str
      sample: [ls1.example.com]
    source:
      description:
        - Where the effective list comes from. One of V(policy), V(deployment), V(local), V(none), V(unknown).
        - V(unknown) when the reads do not add up; a warning then says why.
      returned: always
      type: str
      sample: policy
    stray_subkeys:
      description: Sub-keys below the policy key where a value belongs; a value in one stands in brackets.
      returned: always
      type: list
      elements: str
      sample: ['LicenseServers', 'LicenseServers\\ls1']
after:
  description: The list after; in check mode what is expected.
  returned: when the host answered
  type: dict
  contains: *state
servers:
  description: The effective list after.
  returned: when the host answered
  type: list
  elements: str
  sample: [ls1.example.com, ls2.example.com]
pending:
  description:
    - Whether the policy value is as wanted, but Windows does not answer by it yet. Neither success nor failure; run
      the task again later.
  returned: when the host answered
  type: bool
  sample: false
connectivity:
  description: What the host says of each server.
  returned: with O(verify=true)
  type: list
  elements: dict
  contains:
    server:
      description: The server.
      returned: always
      type: str
      sample: ls1.example.com
    status:
      description: The status, null when Windows could not check.
      returned: always
      type: int
      sample: 11
    name:
      description: Its name in Microsoft's documentation.
      returned: always
      type: str
      sample: LS_CONNECTABLE_VALID_LS
    reach:
      description: What it says. One of V(good), V(unknown), V(bad).
      returned: always
      type: str
      sample: good
    meaning:
      description: The same in words.
      returned: always
      type: str
      sample: reached and valid
refused:
  description:
    - Why the module refused, as a word for conditions. One of V(no_servers), V(bad_name), V(gpo), V(policy_rules),
      V(deployment_rules), V(no_session_host), V(stray_keys).
  returned: when it refused
  type: str
  sample: gpo
msg:
  description: What failed, on which host, the number and its meaning, and what to do.
  returned: on failure
  type: str
  sample: >-
    sh6: checking whether the change makes sense: Per User needs Active Directory and this host is in a workgroup
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
  sample: []
uncertain:
  description: The write that was under way when the connection broke.
  returned: on failure, when there was one
  type: str
  sample: set HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services\LicensingMode to 4 (REG_DWORD)
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_license_server import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
