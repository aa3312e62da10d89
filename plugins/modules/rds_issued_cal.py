#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_issued_cal
short_description: Revoke per device CALs that an RD license server has issued
version_added: 0.1.0
description:
  - Revokes per device CALs, so that other devices can get them before their time is over. Per user CALs cannot be
    revoked; naming one is refused.
  - Microsoft allows to revoke no more than 20 percent of the per device CALs. The whole selection is planned within
    that, per version, before the first CAL is revoked. What does not fit is left, and the result tells from when on
    more may be revoked.
  - Microsoft's page does not say what the 20 percent are of. The plan takes the installed CALs of the version, less
    those that are revoked at present. Where Windows refuses earlier, the rest is left with the date that it names.
  - Check mode is the dry run. It returns the same plan and revokes nothing.
options:
  license_ids:
    description:
      - CALs by their number, as M(remote_desktop.licensing.rds_issued_cal_info) returns it.
    type: list
    elements: int
  computers:
    description:
      - CALs by the device that holds them. A short name stands for every full name that begins with it. Upper and
        lower case are the same.
    type: list
    elements: str
  duplicates:
    description:
      - For each device that holds more than one active CAL of a version, all but the newest. A device is the same when
        its name is the same, or its hardware id.
    type: bool
  expiring_within:
    description:
      - Active CALs that end within so many days. A device renews its CAL in the last seven days, when it connects; with
        less than that it has not connected lately.
    type: int
  key_pack_ids:
    description:
      - Select from these key packs only.
    type: list
    elements: int
extends_documentation_fragment:
  - remote_desktop.licensing.attributes
notes:
  - One of O(license_ids), O(computers), O(duplicates) and O(expiring_within) is needed. A CAL is selected when one of
    them holds.
  - A device whose CAL was revoked asks for another one when it connects. Only a device that does not come back sets a
    CAL free.
seealso:
  - module: remote_desktop.licensing.rds_issued_cal_info
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: What would be revoked of devices that hold several CALs
  remote_desktop.licensing.rds_issued_cal:
    duplicates: true
  check_mode: true

- name: Take the CALs of two scrapped devices back
  remote_desktop.licensing.rds_issued_cal:
    computers: [pc17, pc18.example.com]
"""

RETURN = r"""
before:
  description: The CALs that are touched, before.
  returned: when the host answered and is a license server
  type: dict
  contains: &state
    licenses:
      description: By number of license and key pack, their status.
      returned: always
      type: list
      elements: dict
      sample: [{license_id: 1017, key_pack_id: 3, status: active}]
after:
  description: The same after; in check mode what is expected.
  returned: when the host answered and is a license server
  type: dict
  contains: *state
revoked:
  description: The CALs that were revoked, in check mode that would be.
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
    version:
      description: The version of the CAL.
      returned: always
      type: str
      sample: "2022"
    issued:
      description: When it was issued, ISO 8601 UTC.
      returned: always
      type: str
      sample: "2026-10-02T08:00:00Z"
    expires:
      description: When it ends, ISO 8601 UTC.
      returned: always
      type: str
      sample: "2026-12-20T08:00:00Z"
    why:
      description: By what it was selected. One of V(license_id), V(computer), V(duplicate), V(expiring).
      returned: always
      type: str
      sample: duplicate
not_revoked:
  description: The selected CALs that were not revoked.
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
      returned: when a CAL was found
      type: int
      sample: 3
    computer:
      description: The device that holds it, as it called itself.
      returned: when a CAL was found
      type: str
      sample: pc17.example.com
    version:
      description: The version of the CAL.
      returned: when a CAL was found
      type: str
      sample: "2022"
    issued:
      description: When it was issued, ISO 8601 UTC.
      returned: when a CAL was found
      type: str
      sample: "2026-10-02T08:00:00Z"
    expires:
      description: When it ends, ISO 8601 UTC.
      returned: when a CAL was found
      type: str
      sample: "2026-12-20T08:00:00Z"
    why:
      description: By what it was selected. One of V(license_id), V(computer), V(duplicate), V(expiring).
      returned: when a CAL was found
      type: str
      sample: duplicate
    reason:
      description:
        - V(limit) for the 20 percent. V(already_revoked), V(not_found) for a number that no CAL has, V(not_active) for
          a temporary CAL or another state, V(not_per_device) for a CAL of another kind of pack.
      returned: always
      type: str
      sample: limit
limits:
  description: What may be revoked, by version.
  returned: when the host answered
  type: list
  elements: dict
  contains:
    version:
      description: The version.
      returned: always
      type: str
      sample: "2022"
    installed:
      description: How many per device CALs of it are installed and valid.
      returned: always
      type: int
      sample: 100
    revoked_before:
      description: How many were revoked when the task began.
      returned: always
      type: int
      sample: 5
    allowed:
      description: How many more may be revoked by that.
      returned: always
      type: int
      sample: 15
next_revoke_allowed_on:
  description:
    - From when on more may be revoked, ISO 8601 UTC. Null when nothing was left for the limit, or it is not known.
  returned: when the host answered
  type: str
  sample: "2026-12-20T08:00:00Z"
next_revoke_source:
  description:
    - V(windows) when Windows named that date, V(estimate) when it is the end of the first CAL that is revoked.
  returned: when the host answered
  type: str
  sample: estimate
refused:
  description: Why the module refused, as a word for conditions. One of V(per_user), V(ambiguous).
  returned: when it refused
  type: str
  sample: per_user
msg:
  description: What failed, on which host, the number and its meaning, and what to do.
  returned: on failure
  type: str
  sample: "ls1: revoking CALs: refused: key pack 4 is per user, and only per device CALs can be revoked"
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
applied:
  description: What was revoked before the failure.
  returned: on failure, when something was
  type: list
  elements: str
  sample: [revoke license 1017 of key pack 3]
uncertain:
  description: The revocation that was under way when the connection broke.
  returned: on failure, when there was one
  type: str
  sample: revoke license 1018 of key pack 3
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_issued_cal import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
