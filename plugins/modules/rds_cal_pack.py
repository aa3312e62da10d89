#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_cal_pack
short_description: Install and remove RDS CALs on a license server
version_added: 0.1.0
description:
  - Has the declared Remote Desktop Services CALs (client access licenses) installed on a license server, or removes a
    key pack.
  - What is declared is a total. What is installed already is read and counted, and only what is missing is asked of
    Microsoft. V(state=present) never removes anything.
  - Counted are bought, permanent and valid packs for RD sessions, by version, type and program. Temporary, expired,
    built-in and VDI packs do not count.
  - The whole list is checked and planned before the first call. Each call is made once. When its answer gets lost the
    key packs are read for O(timeout) seconds; if it does not show by then, the task fails and says before when not to
    repeat it.
  - After each call the key packs are read back. Where Windows installed something other than declared, the task fails
    and says what.
  - No number is ever printed, in results, messages, diffs or at any verbosity. Give the whole list to one task; a loop
    prints its item beyond the reach of the module.
options:
  state:
    description:
      - V(present) has the CALs of O(packs) installed. V(absent) removes the key pack O(key_pack_id), or CALs of it.
    type: str
    choices: [present, absent]
    default: present
  packs:
    description:
      - The purchases. Rows of one version, type and program are added up.
      - Windows never gives a number back. What is installed is taken for the first rows of its version, type and
        program, so a new purchase belongs at the end.
      - Required with O(state=present).
    type: list
    elements: dict
    suboptions:
      channel:
        description:
          - What the CALs were bought or obtained with. Each channel takes its own numbers.
          - V(retail) takes O(packs[].license_code).
          - V(open) takes O(packs[].license_number) and O(packs[].authorization_number).
          - V(agreement) takes O(packs[].agreement_type) and O(packs[].agreement_number).
          - V(key_pack_id) takes O(packs[].key_pack_code), for a license server without Internet.
          - The numbers of V(open) and V(agreement) serve for any quantity, so only the difference is installed. Those
            of V(retail) and V(key_pack_id) carry their own, and are used only when the total after it stays within
            what is declared.
        type: str
        choices: [retail, open, agreement, key_pack_id]
        required: true
      version:
        description:
          - The Windows Server version of the CALs. V(2008) and V(2012) stand for their R2 releases, too.
          - A license server holds CALs of its own version and of older ones. Newer ones are refused.
        type: str
        choices: ["2008", "2012", "2016", "2019", "2022", "2025"]
        required: true
      type:
        description:
          - Whom the CALs are for.
        type: str
        choices: [per_user, per_device]
        required: true
      quantity:
        description:
          - How many CALs this purchase brings. A positive number.
        type: int
        required: true
      program:
        description:
          - Under which program Windows files the CALs.
          - Left out, it follows from O(packs[].channel). V(retail) for C(retail), V(open) for C(open), V(volume) for
            C(agreement). With C(key_pack_id) packs of every program count then.
          - Set it when Windows files a purchase elsewhere; the failure after the first installation says so.
        type: str
        choices: [retail, volume, open]
      method:
        description:
          - V(install) is for a new purchase.
          - V(reinstall) is for the same license server, rebuilt, when Microsoft answers that the number was used.
          - V(import) takes CALs over from O(packs[].source_server).
        type: str
        choices: [install, reinstall, import]
        default: install
      license_code:
        description:
          - The product key of a retail pack. 25 letters and digits; hyphens may stay.
        type: str
      license_number:
        description:
          - The license number of an Open License. 8 digits, in quotation marks.
        type: str
      authorization_number:
        description:
          - The authorization number of an Open License. 15 letters and digits; hyphens may stay.
        type: str
      agreement_type:
        description:
          - The kind of the agreement. V(other) is for Open Value and subscriptions.
        type: str
        choices: [select, enterprise, campus, school, spla, other]
      agreement_number:
        description:
          - The number of the agreement or enrollment. 7 digits, in quotation marks.
        type: str
      key_pack_code:
        description:
          - The key pack ID that Microsoft's web page or the telephone gave. 35 letters and digits; hyphens may stay.
        type: str
      source_server:
        description:
          - The name of the license server that the CALs come from.
          - Required with O(packs[].method=import).
        type: str
      source_product_id:
        description:
          - The 35-character ID of that license server. Hyphens may stay.
          - Required with O(packs[].method=import).
        type: str
  key_pack_id:
    description:
      - The number of a key pack on this license server, as RV(ignore:before) shows it.
      - Required with O(state=absent).
    type: int
  count:
    description:
      - Remove so many CALs of the pack. Every run removes as many again; use O(keep) for a task that may run twice.
    type: int
  keep:
    description:
      - Remove CALs of the pack until so many are left. Without O(count) and O(keep) the whole pack is removed.
    type: int
  timeout:
    description:
      - Seconds to look for the effect of a call whose answer got lost.
    type: int
    default: 600
extends_documentation_fragment:
  - remote_desktop.licensing.attributes
notes:
  - Removing CALs gives nothing back at Microsoft. To use them on another server, ask Microsoft or import them there.
  - On a host without RD Licensing, or with a license server that is not activated, check mode tells what would be
    installed, with a warning.
seealso:
  - module: remote_desktop.licensing.rds_cal_pack_facts
  - module: remote_desktop.licensing.rds_lserver_activation
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: What this license server is to have
  remote_desktop.licensing.rds_cal_pack:
    packs:
      - channel: open
        version: "2022"
        type: per_user
        quantity: 50
        license_number: "{{ vault_open_license_number }}"
        authorization_number: "{{ vault_open_authorization_number }}"
      - channel: agreement
        version: "2022"
        type: per_device
        quantity: 20
        agreement_type: enterprise
        agreement_number: "{{ vault_agreement_number }}"

- name: Two retail keys of twenty CALs each; the newer one stands last
  remote_desktop.licensing.rds_cal_pack:
    packs:
      - {channel: retail, version: "2025", type: per_user, quantity: 20, license_code: "{{ vault_key_1 }}"}
      - {channel: retail, version: "2025", type: per_user, quantity: 20, license_code: "{{ vault_key_2 }}"}

- name: After the license server was rebuilt
  remote_desktop.licensing.rds_cal_pack:
    packs:
      - channel: open
        method: reinstall
        version: "2022"
        type: per_user
        quantity: 50
        license_number: "{{ vault_open_license_number }}"
        authorization_number: "{{ vault_open_authorization_number }}"

- name: Remove a key pack
  remote_desktop.licensing.rds_cal_pack:
    state: absent
    key_pack_id: 3
"""

RETURN = r"""
before:
  description: The key packs before.
  returned: when the host answered and is a license server
  type: dict
  contains: &state
    packs:
      description: The key packs without the built-in one.
      returned: always
      type: list
      elements: dict
      contains:
        key_pack_id:
          description: Its number on this license server; null for what check mode expects.
          returned: always
          type: int
          sample: 3
        version:
          description: The version as a year, V(unknown) for a number that is not documented.
          returned: always
          type: str
          sample: "2022"
        type:
          description: One of V(per_user), V(per_device), V(unknown).
          returned: always
          type: str
          sample: per_user
        program:
          description: One of V(retail), V(volume), V(open), V(temporary), V(concurrent), V(unknown).
          returned: always
          type: str
          sample: open
        suite:
          description: V(rds) or V(vdi).
          returned: always
          type: str
          sample: rds
        total:
          description: How many CALs it holds, null without limit.
          returned: always
          type: int
          sample: 50
        unlimited:
          description: Whether it has no limit.
          returned: always
          type: bool
          sample: false
        expired:
          description: Whether it has expired.
          returned: always
          type: bool
          sample: false
after:
  description: The key packs after; in check mode what is expected.
  returned: when the host answered and is a license server
  type: dict
  contains: *state
installed:
  description: What this run installed, in check mode what it would install.
  returned: with O(state=present)
  type: list
  elements: dict
  contains:
    row:
      description: The row of O(packs), from 0.
      returned: always
      type: int
      sample: 0
    channel:
      description: Its channel.
      returned: always
      type: str
      sample: open
    method:
      description: Its method.
      returned: always
      type: str
      sample: install
    version:
      description: The version of the CALs.
      returned: always
      type: str
      sample: "2022"
    type:
      description: Their type.
      returned: always
      type: str
      sample: per_user
    program:
      description: Their program, null when it was not declared and is not known yet.
      returned: always
      type: str
      sample: open
    quantity:
      description: How many.
      returned: always
      type: int
      sample: 20
    key_pack_id:
      description: The key pack that they are in, null in check mode.
      returned: always
      type: int
      sample: 3
totals:
  description: Declared and installed CALs by version, type and program; in check mode what is expected.
  returned: with O(state=present)
  type: list
  elements: dict
  contains:
    version:
      description: The version.
      returned: always
      type: str
      sample: "2022"
    type:
      description: The type.
      returned: always
      type: str
      sample: per_user
    program:
      description: The program, null when packs of every program count.
      returned: always
      type: str
      sample: open
    wanted:
      description: How many are declared.
      returned: always
      type: int
      sample: 50
    installed:
      description: How many are installed and count. Packs without limit are not in it.
      returned: always
      type: int
      sample: 50
    missing:
      description: How many are missing.
      returned: always
      type: int
      sample: 0
    excess:
      description: How many are installed beyond that. They stay.
      returned: always
      type: int
      sample: 0
    unlimited:
      description: Whether one of the packs has no limit, so that nothing is missing.
      returned: always
      type: bool
      sample: false
removed:
  description: How many CALs were removed, in check mode would be; null when the whole pack was.
  returned: with O(state=absent)
  type: int
  sample: 20
do_not_repeat_before:
  description: When the effect of a call whose answer got lost can be told, ISO 8601 UTC.
  returned: when an answer got lost
  type: str
  sample: "2026-11-21T08:10:00Z"
refused:
  description:
    - Why the module refused, as a word for conditions. One of V(bad_number), V(bad_quantity), V(unclear_program),
      V(too_many), V(too_new), V(not_activated), V(not_bought), V(not_enough), V(unlimited).
  returned: when it refused
  type: str
  sample: too_new
msg:
  description: What failed, on which host, the number and its meaning, and what to do.
  returned: on failure
  type: str
  sample: >-
    ls1: installing CAL packs: refused: Windows Server 2019 cannot hold CALs of 2022: a license server holds CALs of
    its own version and of older ones
code:
  description: The number that Windows answered.
  returned: on failure, where Windows answered
  type: int
  sample: 2147954407
code_hex:
  description: The same in hexadecimal.
  returned: on failure, where Windows answered
  type: str
  sample: "0x80072EE7"
code_name:
  description: Its name, null when it is not documented.
  returned: on failure, where Windows answered
  type: str
  sample: null
meaning:
  description: What it means, null when it is not documented.
  returned: on failure, where Windows answered
  type: str
  sample: null
advice:
  description: What to do.
  returned: on failure, where it is known
  type: str
  sample: activate it first (rds_lserver_activation)
trouble:
  description:
    - What kind of trouble it is, a word that never changes.
    - V(no_connection), V(tls), V(proxy), V(credentials), V(no_answer), V(broken) (the connection), V(not_winrm),
      V(bad_answer), V(rights), V(quota), V(overdue) or V(setup) (of the controller).
  returned: when the host is unreachable or the task fails, where it is known
  type: str
  sample: rights
applied:
  description: What was installed before the failure.
  returned: on failure, when something was
  type: list
  elements: str
  sample: ["install 20 per_user CALs of 2022 (open) of packs[0]"]
uncertain:
  description: The call of which it is not known whether it had an effect.
  returned: on failure, when there was one
  type: str
  sample: install 20 per_user CALs of 2022 (open) of packs[0]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_cal_pack import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
