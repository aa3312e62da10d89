#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_lserver_info
short_description: Read what an RD license server says about itself
version_added: 0.1.0
description:
  - Reads activation, ids, version, role, database path and contact data of a Remote Desktop license server.
  - Changes nothing.
options:
  directory:
    description:
      - Ask Active Directory through the license server, too, whether it is published, registered, and a member of the
        group Terminal Server License Servers (S-1-5-32-561).
      - This is a second hop. It needs Kerberos delegation or CredSSP; without them the answer is unknown, and the
        result names the command to run on the license server.
    type: bool
    default: false
  name_at_activation:
    description:
      - The name that the computer had when it was activated, for example from a backup. The result then tells whether
        it was renamed since.
    type: str
extends_documentation_fragment:
  - remote_desktop.licensing.attributes
  - remote_desktop.licensing.attributes.info
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Read the license server
  remote_desktop.licensing.rds_lserver_info:
  register: info

- name: Stop when it is not activated
  ansible.builtin.assert:
    that: info.license_server.activated
"""

RETURN = r"""
license_server:
  description: What it says. Null in check mode on a host without the role service.
  returned: when the host answered
  type: dict
  contains:
    name:
      description: The computer's name.
      returned: always
      type: str
      sample: LS1
    os_build:
      description: The build of the operating system.
      returned: always
      type: int
      sample: 26100
    activated:
      description: Whether it is activated, null when Windows cannot tell.
      returned: always
      type: bool
      sample: true
    activation_status:
      description: Windows' number for it. 0 is activated, 1 is not, 2 is unknown.
      returned: always
      type: int
      sample: 0
    product_id:
      description: The product id.
      returned: always
      type: str
      sample: 00000-00000-00000-AA000
    license_server_id:
      description: The 35 character id, null before activation.
      returned: always
      type: str
      sample: AAAAABBBBBCCCCCDDDDDEEEEEFFFFFGGGGG
    version:
      description: The version as text.
      returned: always
      type: str
      sample: "10.0"
    version_number:
      description: The version number.
      returned: always
      type: str
      sample: "10.0"
    role:
      description: Where it is found. One of V(workgroup), V(domain), V(forest), V(unknown).
      returned: always
      type: str
      sample: domain
    database_path:
      description: The folder of the license database.
      returned: always
      type: str
      sample: C:\Windows\system32\LServer
    contact:
      description: The contact data, by the names of M(remote_desktop.licensing.rds_lserver_activation).
      returned: always
      type: dict
      sample: {company: Example Inc.}
    renamed_since_activation:
      description: Whether the computer was renamed, null without O(name_at_activation).
      returned: always
      type: bool
      sample: false
    published:
      description: Whether it is published in Active Directory, as C(value) and C(why) it is unknown.
      returned: with O(directory=true)
      type: dict
      sample: {value: true, why: null}
    registered:
      description: Whether its service connection point is registered.
      returned: with O(directory=true)
      type: dict
      sample: {value: true, why: null}
    in_license_servers_group:
      description: Whether it is a member of Terminal Server License Servers in its domain.
      returned: with O(directory=true)
      type: dict
      sample: {value: null, why: "access denied"}
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
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_lserver_info import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
