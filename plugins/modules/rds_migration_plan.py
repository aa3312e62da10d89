#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_migration_plan
short_description: Plan how CALs are moved, corrected or got back
version_added: 0.2.0
description:
  - Plans the migration of a license server, the correction of CALs that came through the wrong channel, or the recovery
    of a license server that was reinstalled.
  - Connects to nothing. It takes what other modules read, and says what stops the story, what is missing, who is
    affected, and in which order the steps are done. Run again after an interruption it plans from what is there then.
  - No number is in the result. It says which ones are missing or have the wrong form.
options:
  story:
    description:
      - V(migrate) plans the move from one license server to another. V(correct_channel) plans the exchange of the pack
        O(key_pack_id) for the rows of O(packs). V(recover) plans how a reinstalled license server gets its CALs back.
    type: str
    choices: [migrate, correct_channel, recover]
    default: migrate
  old_facts:
    description:
      - The facts C(rds_cal) of the old license server. A license server of the JSON report of
        M(remote_desktop.licensing.rds_cal_report) will do, too.
      - With O(story=recover) what the server was before it was reinstalled.
    type: dict
  new_facts:
    description:
      - The facts C(rds_cal) of the license server that the CALs go to. Left out while RD Licensing is not installed.
    type: dict
  old_host:
    description:
      - The old license server as M(remote_desktop.licensing.rds_host_info) registered it.
    type: dict
  new_host:
    description:
      - The license server that the CALs go to, as M(remote_desktop.licensing.rds_host_info) registered it.
    type: dict
  old_names:
    description:
      - Names by which session hosts may know the old server, besides those that its facts tell.
    type: list
    elements: str
    default: []
  new_names:
    description:
      - Names by which session hosts may know the new server, besides those that its facts tell.
    type: list
    elements: str
    default: []
  new_entry:
    description:
      - The name of the new server that is written into the lists of session hosts.
      - Required with O(story=migrate).
    type: str
  session_hosts:
    description:
      - The session hosts by their names in the inventory, each as M(remote_desktop.licensing.rds_host_info)
        registered it. One that failed or was not reached counts as unknown.
    type: dict
    default: {}
  key_pack_id:
    description:
      - The number of the pack that came through the wrong channel.
      - Required with O(story=correct_channel).
    type: int
  remove_first:
    description:
      - Whether the wrong pack is removed before the right CALs are installed.
    type: bool
    default: false
  switch:
    description:
      - Whether the old server is to be taken out of the session hosts' lists.
    type: bool
    default: false
  deactivate_old:
    description:
      - Whether the old server is to be deactivated in the end.
    type: bool
    default: false
  accept:
    description:
      - Codes of findings that would stop the story and are accepted.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - remote_desktop.licensing.purchase
  - remote_desktop.licensing.purchase.own
attributes:
  check_mode:
    description: Can run in check_mode and return changed status prediction without modifying target.
    support: full
    details:
      - It plans and changes nothing.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: none
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: all
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the controller.
    support: full
    details:
      - All of it runs on the controller.
  async:
    description: Supports being used with the C(async) keyword.
    support: none
seealso:
  - module: remote_desktop.licensing.rds_cal_pack
  - module: remote_desktop.licensing.rds_host_info
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: What a migration from ls-old to ls-new would take
  remote_desktop.licensing.rds_migration_plan:
    old_facts: "{{ hostvars['ls-old'].ansible_facts.rds_cal }}"
    new_facts: "{{ ansible_facts.rds_cal }}"
    new_host: "{{ found }}"
    new_entry: ls-new.corp.example.com
    session_hosts: "{{ hosts_read }}"
    packs: "{{ vault_purchases }}"
  register: planned

- name: Show it
  ansible.builtin.debug:
    msg: "{{ planned.table }}"
"""

RETURN = r"""
plan:
  description:
    - The plan as data. C(story), C(title), C(findings), C(steps), C(rows) (what is declared, by row, with what is
      installed of it and C(lacks), the names of missing numbers), C(packs) (of the old server, with C(why_not) when a
      pack cannot move).
    - A migration has C(old), C(new), C(capacity) (who will ask the new server) and C(hosts), by host with the lists
      C(now), C(transition), C(after). The other stories have C(server).
  returned: success
  type: dict
  contains:
    findings:
      description:
        - What the operator has to know, the worst first. C(severity) is one of V(stop), V(warn), V(note); C(code) is
          the word for O(accept).
      returned: always
      type: list
      elements: dict
      sample:
        - severity: stop
          code: numbers_missing
          text: packs[0] (50 2022 per user open) lacks authorization_number
          todo: "Windows never gives a number back: look into the proof of purchase"
    steps:
      description:
        - The steps in their order. C(name), C(says), C(state) as V(done), V(to do) or V(later).
      returned: always
      type: list
      elements: dict
      sample: [{name: backup, says: Back up the old license server, state: to do}]
  sample: {story: migrate, title: Migration to ls-new.corp.example.com}
table:
  description: The same as lines of at most 66 characters.
  returned: success
  type: list
  elements: str
  sample: [Migration to ls-new.corp.example.com]
ready:
  description: Whether nothing stops it.
  returned: success
  type: bool
  sample: true
done:
  description: Whether no step that is due is left.
  returned: success
  type: bool
  sample: false
msg:
  description: What failed, and what to do.
  returned: on failure
  type: str
  sample: "ls-new: planning: new_entry is required"
advice:
  description: What to do.
  returned: on failure, where it is known
  type: str
  sample: see ansible-doc rds_migration_plan
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_migration_plan import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
