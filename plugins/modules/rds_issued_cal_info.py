#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_issued_cal_info
short_description: List the per device CALs that an RD license server has issued
version_added: 0.1.0
description:
  - Returns the issued per device CALs that a filter lets through. Per user CALs are not kept by the license server but
    in Active Directory; M(remote_desktop.licensing.rds_cal_pack_facts) reports them.
  - Names in the rows were written by the devices themselves. Escape them where you print them.
options:
  computers:
    description:
      - Only CALs of these devices. A short name stands for every full name that begins with it. Upper and lower case
        are the same.
    type: list
    elements: str
  status:
    description:
      - Only CALs in one of these states.
    type: list
    elements: str
    choices: [unknown, temporary, active, upgrade, revoked, pending, concurrent]
  key_pack_ids:
    description:
      - Only CALs of these key packs.
    type: list
    elements: int
  expiring_within:
    description:
      - Only CALs that are valid now and end within so many days.
      - A device renews its CAL in the last seven days, when it connects. One that ends sooner belongs to a device that
        has not connected since.
    type: int
  limit:
    description:
      - How many rows the task may return. It fails when more match; nothing is cut off in silence.
    type: int
    default: 10000
extends_documentation_fragment:
  - remote_desktop.licensing.attributes
seealso:
  - module: remote_desktop.licensing.rds_issued_cal
  - module: remote_desktop.licensing.rds_cal_pack_facts
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Active CALs of one device
  remote_desktop.licensing.rds_issued_cal_info:
    computers: [pc17]
    status: [active]

- name: CALs that end within a week
  remote_desktop.licensing.rds_issued_cal_info:
    status: [active]
    expiring_within: 7
"""

RETURN = r"""
licenses:
  description: The CALs that match.
  returned: when the host answered
  type: list
  elements: dict
  contains:
    license_id:
      description: Its number.
      returned: always
      type: int
      sample: 1017
    key_pack_id:
      description: The key pack that it comes from.
      returned: always
      type: int
      sample: 3
    computer:
      description: The device that holds it, as it called itself.
      returned: always
      type: str
      sample: pc17.example.com
    user:
      description: The user who was logged on.
      returned: always
      type: str
      sample: EXAMPLE\jdoe
    hardware_id:
      description: The identifier that the device made for itself.
      returned: always
      type: str
      sample: 000000000000000000000000000003f9
    status:
      description: One of the choices of O(status).
      returned: always
      type: str
      sample: active
    issued:
      description: When it was issued, ISO 8601 UTC, null when Windows does not say.
      returned: always
      type: str
      sample: "2026-10-02T08:00:00Z"
    expires:
      description: When it ends, ISO 8601 UTC, null when Windows does not say.
      returned: always
      type: str
      sample: "2026-12-20T08:00:00Z"
    version:
      description: The version of its key pack, V(unknown) when that is not known.
      returned: always
      type: str
      sample: "2022"
    type:
      description: The type of its key pack. One of V(per_device), V(per_user), V(builtin), V(unknown).
      returned: always
      type: str
      sample: per_device
matched:
  description: How many there are.
  returned: when the host answered
  type: int
  sample: 1
msg:
  description: What failed, on which host, the number and its meaning, and what to do.
  returned: on failure
  type: str
  sample: "ls1: reading the issued CALs: more than 10000 issued CALs match"
code:
  description: The number that Windows answered.
  returned: on failure, where Windows answered
  type: int
  sample: 2147749889
code_hex:
  description: The same in hexadecimal.
  returned: on failure, where Windows answered
  type: str
  sample: "0x80041001"
code_name:
  description: Its name, null when it is not documented.
  returned: on failure, where Windows answered
  type: str
  sample: WBEM_E_FAILED
meaning:
  description: What it means, null when it is not documented.
  returned: on failure, where Windows answered
  type: str
  sample: the call failed
advice:
  description: What to do.
  returned: on failure, where it is known
  type: str
  sample: "start the service TermServLicensing (rds_service with name: licensing)"
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
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_issued_cal_info import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
