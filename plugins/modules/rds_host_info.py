#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_host_info
short_description: Read version, domain and licensing settings of a Windows host
version_added: 0.2.0
description:
  - Reads what matters for Remote Desktop licensing about a host, be it a session host or a license server. It says
    which Windows Server it is, which domain it is in, and which licensing mode and license servers Windows answers.
  - Changes nothing, and needs no role service on the host. M(remote_desktop.licensing.rds_migration_plan) takes the
    result.
options: {}
extends_documentation_fragment:
  - remote_desktop.licensing.attributes
  - remote_desktop.licensing.attributes.info
seealso:
  - module: remote_desktop.licensing.rds_migration_plan
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Read the host
  remote_desktop.licensing.rds_host_info:
  register: found

- name: Show its license servers
  ansible.builtin.debug:
    var: found.host.servers
"""

RETURN = r"""
host:
  description: What was read.
  returned: when the host answered
  type: dict
  contains:
    name:
      description: The computer's name.
      returned: always
      type: str
      sample: SH1
    os_build:
      description: The build of the operating system.
      returned: always
      type: int
      sample: 20348
    release:
      description: The Windows Server of that build, null for a client and for one that is too old.
      returned: always
      type: str
      sample: "2022"
    domain:
      description: The DNS name of its domain, null in a workgroup.
      returned: always
      type: str
      sample: corp.example.com
    client_os:
      description: Whether it is a Windows client.
      returned: always
      type: bool
      sample: false
    domain_controller:
      description: Whether it is a domain controller.
      returned: always
      type: bool
      sample: false
    session_host:
      description: Whether the role service RD Session Host is installed.
      returned: always
      type: bool
      sample: true
    mode:
      description:
        - The effective licensing mode. One of V(per_user), V(per_device), V(not_configured), V(remote_administration),
          V(aad_per_user), V(unknown).
      returned: always
      type: str
      sample: per_user
    servers:
      description: The effective license servers in their order.
      returned: always
      type: list
      elements: str
      sample: [ls1.corp.example.com]
    servers_by_policy:
      description: Whether a policy rules the license servers.
      returned: always
      type: bool
      sample: true
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
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_host_info import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
