#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_clearinghouse_sheet
short_description: Write the sheet for a call to the Microsoft Clearinghouse
version_added: 0.2.0
description:
  - Writes a page with everything that the agent of the Microsoft Clearinghouse asks for, as Markdown and as HTML. It
    holds the license servers and their IDs, the CALs by program, type, version and quantity, the reason, what to ask
    for, room for the answer, and how the answer comes back into the run.
  - License numbers are masked unless O(show_numbers=true).
  - The page has no date and no random part, so a run that has nothing new to say changes nothing.
options:
  path:
    description:
      - The folder for the files, an absolute path on the host that the task runs on.
    type: str
    required: true
  name:
    description:
      - The name of the files, without their ending.
    type: str
    default: clearinghouse_sheet
  request:
    description:
      - What the call is about. V(reinstall) is for a license server that was reinstalled, V(move) for another license
        server, V(correct_channel) for CALs that came through the wrong license program.
    type: str
    choices: [reinstall, move, correct_channel]
    required: true
  language:
    description:
      - The language of the page.
    type: str
    choices: [en, fr]
    default: en
  formats:
    description:
      - Which files to write.
    type: list
    elements: str
    choices: [md, html]
    default: [md, html]
  rows:
    description:
      - The rows of O(packs) that the call is about, from 0. Left out, all of them.
    type: list
    elements: int
  server:
    description:
      - The license server that is to have the CALs. The facts C(rds_cal), or the C(server) in them.
    type: dict
  old_server:
    description:
      - The license server that had them, or the same one before it was reinstalled. In the same form, or as a JSON report
        tells it. What is not known is left to write in.
    type: dict
  contact:
    description:
      - The contact data, by the names of M(remote_desktop.licensing.rds_lserver_activation).
    type: dict
  refusal_code:
    description:
      - The number with which the automatic way ended.
    type: str
  reason:
    description:
      - Why, in your own words.
    type: str
  reference:
    description:
      - The number of a case that is open already.
    type: str
  show_numbers:
    description:
      - Print the license numbers in full. The files then hold secrets.
    type: bool
    default: false
  allow_ephemeral:
    description:
      - Write to a folder of an execution environment that is lost after the job. Without it such a folder is refused.
    type: bool
    default: false
  mode:
    description:
      - The permissions of the files, in octal.
    type: str
    default: "0600"
  directory_mode:
    description:
      - The permissions of a folder that is made, in octal. Those of one that is there are left.
    type: str
    default: "0700"
extends_documentation_fragment:
  - remote_desktop.licensing.purchase
attributes:
  check_mode:
    description: Can run in check_mode and return changed status prediction without modifying target.
    support: full
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: none
    details:
      - The sheet may hold secrets.
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: posix
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the controller.
    support: full
    details:
      - The sheet is made on the controller. Only its files go to the host.
  async:
    description: Supports being used with the C(async) keyword.
    support: none
  delegation:
    description: Can be used in conjunction with C(delegate_to) and related keywords.
    support: full
seealso:
  - module: remote_desktop.licensing.rds_cal_pack
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: What to tell Microsoft, in French
  remote_desktop.licensing.rds_clearinghouse_sheet:
    path: /srv/rds/sheets
    request: reinstall
    language: fr
    server: "{{ ansible_facts.rds_cal }}"
    packs: "{{ vault_purchases }}"
    refusal_code: "0x80040204"
  delegate_to: localhost
"""

RETURN = r"""
files:
  description: The files of the sheet, written now or before.
  returned: success
  type: list
  elements: str
  sample: [/srv/rds/sheets/clearinghouse_sheet.md]
written:
  description: Those that were written now, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: []
msg:
  description: What failed, why, and what to do.
  returned: on failure
  type: str
  sample: "localhost: writing the sheet: making /srv/rds failed: Permission denied"
advice:
  description: What to do.
  returned: on failure, where it is known
  type: str
  sample: look at the folder and at who may write there
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_clearinghouse_sheet import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
