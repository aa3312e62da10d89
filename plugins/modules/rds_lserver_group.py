#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_lserver_group
short_description: Make an RD license server a member of Terminal Server License Servers
version_added: 0.1.0
description:
  - Makes a Remote Desktop license server a member of the domain's group Terminal Server License Servers
    (S-1-5-32-561), without which per user CALs are not tracked (event 4105).
  - Windows asks Active Directory for this from the license server. A remote session may do that only with Kerberos
    delegation or CredSSP, and as a domain administrator. Otherwise the task fails and names the command to run on the
    license server itself.
options:
  domain:
    description:
      - The domain whose group is asked about. Empty for the server's own.
    type: str
    default: ""
extends_documentation_fragment:
  - remote_desktop.licensing.attributes
seealso:
  - module: remote_desktop.licensing.rds_lserver_info
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Let the license server track per user CALs
  remote_desktop.licensing.rds_lserver_group:
"""

RETURN = r"""
before:
  description: The membership before.
  returned: when Active Directory answered
  type: dict
  contains: &state
    member:
      description: Whether it is a member.
      returned: always
      type: bool
      sample: false
after:
  description: The membership after; in check mode what is expected.
  returned: when Active Directory answered
  type: dict
  contains: *state
refused:
  description:
    - Why the module refused, as a word for conditions. V(second_hop) when Active Directory does not answer a remote
      session.
  returned: when it refused
  type: str
  sample: second_hop
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
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_lserver_group import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
