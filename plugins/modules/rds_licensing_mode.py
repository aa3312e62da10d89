#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_licensing_mode
short_description: Set the licensing mode of an RD Session Host
version_added: 0.1.0
description:
  - Sets the licensing mode of a Remote Desktop Session Host to Per User or Per Device, as a policy value or as the
    host's own setting.
  - Policy beats deployment beats local. All three are read, and what Windows itself answers (the effective mode).
  - Reads and writes CIM over WS-Management. No PowerShell is started on the host.
options:
  mode:
    description:
      - The licensing mode. It has to be the type of the CALs on the license server.
      - Required with O(state=present).
    type: str
    choices: [per_user, per_device]
  state:
    description:
      - V(present) sets the mode.
      - V(absent) with O(scope=policy) removes the policy value, so that the deployment or the local setting rules
        again. With O(scope=local) it fails, since there is no documented way back to "not configured".
  allow_workgroup_per_user:
    description:
      - Set Per User although the host is in a workgroup. Per User needs Active Directory, and Windows cuts such
        sessions after 60 minutes.
      - Without it the task is refused.
    type: bool
    default: false
  allow_client_os:
    description:
      - Write the policy value on a Windows client, too. A client is no session host.
      - Without it the task is refused.
    type: bool
    default: false
extends_documentation_fragment:
  - remote_desktop.licensing.attributes
  - remote_desktop.licensing.attributes.policy
seealso:
  - module: remote_desktop.licensing.rds_license_server
  - name: License your RDS deployment with client access licenses
    description: What the modes mean.
    link: https://learn.microsoft.com/windows-server/remote/remote-desktop-services/rds-client-access-license
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Per User by policy
  remote_desktop.licensing.rds_licensing_mode:
    mode: per_user

- name: Per Device in the host's own setting, without a policy
  remote_desktop.licensing.rds_licensing_mode:
    mode: per_device
    scope: local

- name: Remove the policy value
  remote_desktop.licensing.rds_licensing_mode:
    state: absent
"""

RETURN = r"""
before:
  description: The licensing mode before.
  returned: when the host answered
  type: dict
  contains: &state
    policy:
      description: The policy value, V(not_configured) when there is none.
      returned: always
      type: str
      sample: not_configured
    local:
      description: The host's own setting.
      returned: always
      type: str
      sample: per_device
    effective:
      description:
        - What Windows answers. One of V(per_user), V(per_device), V(not_configured), V(remote_administration),
          V(aad_per_user), V(unknown).
      returned: always
      type: str
      sample: per_device
    source:
      description:
        - Where the effective mode comes from. One of V(policy), V(deployment), V(local), V(none), V(unknown).
        - V(unknown) when the reads do not add up; a warning then says why.
      returned: always
      type: str
      sample: local
after:
  description: The licensing mode after; in check mode what is expected.
  returned: when the host answered
  type: dict
  contains: *state
mode:
  description: The effective mode after.
  returned: when the host answered
  type: str
  sample: per_user
session_host:
  description: Whether the role service RD Session Host is installed.
  returned: when the host answered
  type: bool
  sample: true
pending:
  description:
    - Whether the policy value is as wanted, but Windows does not answer by it yet. Neither success nor failure; run
      the task again later.
  returned: when the host answered
  type: bool
  sample: false
refused:
  description:
    - Why the module refused, as a word for conditions. One of V(workgroup), V(client_os), V(gpo), V(policy_rules),
      V(deployment_rules), V(no_session_host), V(no_way_back).
  returned: when it refused
  type: str
  sample: workgroup
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
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_licensing_mode import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
