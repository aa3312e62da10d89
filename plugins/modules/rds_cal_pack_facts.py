#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_cal_pack_facts
short_description: Collect the CAL inventory of an RD license server
version_added: 0.1.0
description:
  - Collects the key packs (CAL packs) of a Remote Desktop license server as facts, counted so that the numbers hold.
  - Everything is decided by number, never by localized text. Unlimited packs enter no sum. User and device CALs are
    never added together. Expired, temporary and built-in packs stand apart.
  - Six requests, and what O(issued) and O(per_user_report) add.
options:
  issued:
    description:
      - Whether to read the issued per device CALs. Windows keeps no list of per user CALs; see O(per_user_report).
      - V(summary) counts them, V(list) returns the rows, too, beside the facts.
    type: str
    choices: [none, summary, list]
    default: none
  issued_file:
    description:
      - A file on the controller into which the rows are written as they come, so that any number of them needs no
        memory. JSON Lines, or CSV when the name ends in C(.csv). Only its owner may read it.
      - Used when O(issued) is not V(none). Not written in check mode.
    type: path
  issued_limit:
    description:
      - With O(issued=list), the number of rows above which the task fails and names O(issued_file).
    type: int
    default: 10000
  per_user_report:
    description:
      - Let the license server generate its per user report, count it and delete it again. It needs Active Directory.
      - The one option that writes on the license server; in check mode it is left out.
    type: bool
    default: false
  include_builtin:
    description:
      - List the built-in pack, too, which every license server has and nobody bought.
    type: bool
    default: false
extends_documentation_fragment:
  - remote_desktop.licensing.attributes
  - remote_desktop.licensing.attributes.facts
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Collect the CAL inventory
  remote_desktop.licensing.rds_cal_pack_facts:

- name: With counts of the issued CALs, and all of them in a file
  remote_desktop.licensing.rds_cal_pack_facts:
    issued: summary
    issued_file: /var/lib/rds/{{ inventory_hostname }}.jsonl

- name: Show what is free
  ansible.builtin.debug:
    msg: "{{ item.version }} {{ item.type }}: {{ item.available }} of {{ item.total }} free"
  loop: "{{ ansible_facts.rds_cal.summary }}"
"""

RETURN = r"""
ansible_facts:
  description: The facts.
  returned: when the host answered
  type: dict
  contains:
    rds_cal:
      description: The CAL inventory.
      returned: always
      type: dict
      contains:
        server:
          description:
            - The license server. C(name), C(os_build), C(product_id), C(license_server_id), C(version),
              C(version_number), C(activated) (null when Windows cannot tell), C(database_path), C(role).
          returned: always
          type: dict
          sample: {name: LS1, os_build: 26100, activated: true, role: domain}
        packs:
          description:
            - One per key pack. C(key_pack_id), C(type) (V(per_device), V(per_user), V(builtin), V(unknown)), C(program)
              (V(retail), V(volume), V(open), V(temporary), V(builtin), V(concurrent), V(unknown)), C(version) (a year,
              or V(unknown)), C(version_id), C(suite) (V(rds), V(vdi)), C(total), C(issued), C(available), C(unlimited),
              C(expires) (ISO 8601 UTC or null), C(expired), C(description), C(type_and_model).
            - C(total) and C(available) are null for an unlimited pack. C(available) is Windows' own number.
          returned: always
          type: list
          elements: dict
          sample: [{key_pack_id: 3, type: per_user, version: "2022", total: 50, issued: 12, available: 38}]
        summary:
          description:
            - One per version, type and suite, over valid packs. C(version), C(version_id) (of an unknown version),
              C(type), C(suite), C(total), C(issued), C(available), C(over_issued), C(packs), C(expired_total),
              C(temporary_issued).
          returned: always
          type: list
          elements: dict
          sample: [{version: "2022", type: per_user, suite: rds, total: 50, issued: 12, over_issued: 0}]
        issued:
          description:
            - Counts of the issued per device CALs, null when they were not asked for. C(total), C(by_pack),
              C(by_status), C(by_type), C(expiring_7_days), C(expiring_30_days), C(devices_with_several).
          returned: always
          type: dict
          sample: {total: 120, by_status: {active: 118, temporary: 2}}
        per_user:
          description:
            - Counts of the per user report, null when it was not asked for. C(available), and C(why) when it is not,
              else C(total), C(by_version), C(by_type).
          returned: always
          type: dict
          sample: {available: true, total: 40}
        collected_at:
          description: When, ISO 8601 UTC.
          returned: always
          type: str
          sample: "2026-11-21T08:00:00Z"
issued_rows:
  description: The issued CALs.
  returned: with O(issued=list) and no O(issued_file)
  type: list
  elements: dict
  sample: [{license_id: 7, key_pack_id: 3, computer: PC1, status: active}]
issued_file:
  description: The file that was written.
  returned: when it was
  type: str
  sample: /var/lib/rds/ls1.jsonl
per_user_rows:
  description: The entries of the per user report.
  returned: with O(issued=list) and O(per_user_report=true)
  type: list
  elements: dict
  sample: [{user: CORP\\anna, expires: "2026-12-01T00:00:00Z", version: "2022"}]
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
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_cal_pack_facts import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
