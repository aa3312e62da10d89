#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_evidence_pack
short_description: Write an evidence pack of RDS licensing for an audit
version_added: 0.2.0
description:
  - Writes one ZIP file that shows how Remote Desktop is licensed at a time. The CALs of all license servers, the
    diagnosis and the policy values of each session host, which session hosts find no CAL and which packs nobody can
    use, what was bought against what is installed and used, and what changed since the pack before.
  - Each pack names the one before it by hash, so that a pack that is edited, replaced or removed later shows.
    M(remote_desktop.licensing.rds_evidence_pack_info) checks that.
  - Run it once, not once per host, and delegate it to the host that keeps the packs. No Windows host is asked. The
    facts of M(remote_desktop.licensing.rds_cal_pack_facts) and of the diagnosis may come out of a fact cache.
  - What is not known is said to be unknown, and never counted as 0.
  - Numbers of licenses and agreements are never in a pack, except inside documents of yours that you ask to include.
options:
  path:
    description:
      - The folder of the packs, an absolute path on the host that the task runs on or is delegated to. That host has
        to be POSIX. C(~) stands for the home of the account that connects.
      - It is made, for its owner only, if it is missing.
    type: str
    required: true
  name:
    description:
      - What the names of the packs begin with. Packs of one name form one chain.
    type: str
    default: licensing_evidence
  include_documents:
    description:
      - Put the documents themselves into the pack, not only their hashes. Invoices may hold numbers and prices.
    type: bool
    default: false
  report_page:
    description:
      - The HTML report to put into the pack as C(report.html), a file on the host of the packs.
    type: str
  attachments:
    description:
      - Other files on the host of the packs to put into it, such as the output of C(gpresult).
    type: list
    elements: str
    default: []
  title:
    description:
      - The heading of the inventory in C(report.json).
    type: str
  max_age:
    description:
      - Hours. While the newest pack says the same, has no problem and is younger than this, no pack is made.
      - V(0) makes one every time.
    type: float
    default: 720
  max_fact_age:
    description:
      - Hours after which facts of license servers are old, which is a finding.
    type: float
    default: 48
extends_documentation_fragment:
  - remote_desktop.licensing.reporting
  - remote_desktop.licensing.reporting.farm
  - remote_desktop.licensing.reporting.kept
attributes:
  diff_mode:
    details:
      - The diff shows what changed in the farm since the previous pack.
  idempotent:
    support: partial
    details:
      - A new pack is made when something changed, or when the newest one is older than O(max_age). Times of
        collection, events and days of grace are no change.
  action:
    details:
      - The pack is made on the controller. Only the finished file goes to the host.
seealso:
  - module: remote_desktop.licensing.rds_evidence_pack_info
  - module: remote_desktop.licensing.rds_cal_pack_facts
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Keep evidence of all license servers and session hosts
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Write a pack where something changed, and once a month
      remote_desktop.licensing.rds_evidence_pack:
        path: /srv/evidence/rds
        entitlements_file: entitlements.yml
        authorized_users_file: rds_users.txt
        report_page: /srv/reports/rds/cal_inventory.html
      delegate_to: archive.example.com
      register: evidence

    - name: Leave the hash of the newest pack where nobody can change it
      ansible.builtin.set_stats:
        data:
          licensing_evidence_head: "{{ evidence.manifest_sha256 }}"
"""

RETURN = r"""
pack:
  description: The name of the pack that was written, would be written in check mode, or is enough as it is.
  returned: success
  type: str
  sample: licensing_evidence-000012-20261121T093000Z.zip
path:
  description: Its path.
  returned: success
  type: str
  sample: /srv/evidence/rds/licensing_evidence-000012-20261121T093000Z.zip
manifest_sha256:
  description:
    - The hash of its manifest, null in check mode. Noted elsewhere, it shows a chain that was made anew.
  returned: success
  type: str
  sample: 5c8a0b6c1b8f41d0f7b9a4c1c1e9a4e87a4f0c4e9b0f6f5f4a4a8f6f8f1b2c3d
previous:
  description: The pack before it, or the newest one when none was written; null when there is none.
  returned: success
  type: str
  sample: licensing_evidence-000011-20261021T093000Z.zip
written:
  description: The new pack as RV(remote_desktop.licensing.rds_evidence_pack_info#module:packs) shows it; null when none was written.
  returned: success
  type: dict
  sample: null
digest:
  description: A digest of what was found, whenever it was collected.
  returned: success
  type: str
  sample: 1f6b0b6c1b8f41d0f7b9a4c1c1e9a4e87a4f0c4e9b0f6f5f4a4a8f6f8f1b2c3d
changes:
  description: What changed in the farm since the previous pack, at most 200.
  returned: success
  type: list
  elements: dict
  sample: [{kind: session_host, host: sh1.example.com, what: mode, before: per_device, after: per_user}]
changes_count:
  description: How many changes there are.
  returned: success
  type: int
  sample: 1
reconciliation:
  description:
    - C(lines), one per version, type and suite with C(owned), C(installed), C(issued), C(authorized), C(used),
      C(over_used), C(over_installed), C(over_issued), C(not_installed), C(unused), C(covered_by), C(state) and the
      C(rule) that was applied. Null is unknown.
    - C(findings), the worst first, and C(unknown), what could not be told and why.
  returned: success
  type: dict
  sample:
    lines: [{version: "2022", type: per_user, suite: rds, state: ok, owned: 200, used: 185, over_used: 0}]
    findings: []
    unknown: []
without_cal:
  description: Session hosts that find no CAL.
  returned: success
  type: list
  elements: str
  sample: [sh7.example.com]
idle_packs:
  description: Key packs that no session host can use, at most 200.
  returned: success
  type: list
  elements: dict
  sample: [{server: ls1.example.com, key_pack_id: 5, version: "2019", type: per_device, use: idle, reason: idle_other_mode}]
documents:
  description: The purchases with what was found of their documents, at most 200. Numbers are masked.
  returned: success
  type: list
  elements: dict
  sample: [{program: open, version: "2022", quantity: 200, number_masked: "***678", document_state: hashed}]
unknown:
  description: What is not known, of the farm and of each host, at most 200.
  returned: success
  type: list
  elements: dict
  sample: [{host: sh9.example.com, signal: no_diagnosis, why: There is no diagnosis of this session host.}]
before:
  description: The newest pack before the task.
  returned: success
  type: dict
  sample: {pack: licensing_evidence-000011-20261021T093000Z.zip}
after:
  description: The newest pack after it, and what changed in the farm.
  returned: success
  type: dict
  sample: {pack: licensing_evidence-000012-20261121T093000Z.zip, changes: [session_host sh1.example.com mode]}
msg:
  description: What failed, why, and what to do.
  returned: on failure
  type: str
  sample: >-
    localhost: writing an evidence pack: entitlements[3].quantity: -5 is not positive; leave out what was given back,
    or correct its purchase.
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
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_evidence_pack import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
