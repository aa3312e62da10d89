#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_evidence_pack_info
short_description: Check evidence packs of RDS licensing and their chain
version_added: 0.2.0
description:
  - Reads every pack of a folder through and tells whether it is as M(remote_desktop.licensing.rds_evidence_pack) made
    it. Each file is held against the hash in the pack's manifest, and each pack against the hash that the next one
    has of it.
  - It shows a pack that was edited, replaced or renamed, and one that is missing between others. That the newest packs
    are gone, or that all of them were made anew, shows only against hashes that were O(noted) elsewhere.
  - It needs no Windows host and no network. Packs may come from anywhere. They are read in blocks, nothing is unpacked,
    and what is larger than it can be is refused.
options:
  path:
    description:
      - The folder of the packs, an absolute path on the host that the task runs on or is delegated to.
    type: str
    required: true
  name:
    description:
      - What the names of the packs begin with.
    type: str
    default: licensing_evidence
  noted:
    description:
      - Hashes of manifests (RV(remote_desktop.licensing.rds_evidence_pack#module:manifest_sha256)) that were noted where the
        packs are not. Each has to be that of a pack in the folder.
    type: list
    elements: str
    default: []
  fail_on_problem:
    description:
      - Fail when there is a problem. Without it the task succeeds and RV(valid) tells.
    type: bool
    default: true
extends_documentation_fragment:
  - remote_desktop.licensing.reporting
attributes:
  check_mode:
    details:
      - Reads only, in check mode as well.
  diff_mode:
    support: none
  action:
    details:
      - The packs are checked on the controller. From another host they are brought there one by one.
seealso:
  - module: remote_desktop.licensing.rds_evidence_pack
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Check evidence
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Check all packs against the hash of the last audit
      remote_desktop.licensing.rds_evidence_pack_info:
        path: /srv/evidence/rds
        noted:
          - 5c8a0b6c1b8f41d0f7b9a4c1c1e9a4e87a4f0c4e9b0f6f5f4a4a8f6f8f1b2c3d
"""

RETURN = r"""
valid:
  description: Whether there is a chain of packs without a problem.
  returned: when the folder could be read
  type: bool
  sample: true
packs:
  description: The packs, the first one first.
  returned: when the folder could be read
  type: list
  elements: dict
  contains:
    name:
      description: The name of its file.
      returned: always
      type: str
      sample: licensing_evidence-000012-20261121T093000Z.zip
    number:
      description: Its place in the chain.
      returned: always
      type: int
      sample: 12
    created:
      description: When it was made, ISO 8601 UTC; null without a manifest that can be read, as what follows.
      returned: always
      type: str
      sample: "2026-11-21T09:30:00Z"
    made_by:
      description: The account that made it.
      returned: always
      type: str
      sample: awx-operator
    job:
      description: The number of the job in AWX, null elsewhere.
      returned: always
      type: str
      sample: "4711"
    tool_version:
      description: The version of this collection that made it.
      returned: always
      type: str
      sample: 0.2.0
    digest:
      description: A digest of what was found then.
      returned: always
      type: str
      sample: 1f6b0b6c1b8f41d0f7b9a4c1c1e9a4e87a4f0c4e9b0f6f5f4a4a8f6f8f1b2c3d
    files:
      description: How many files its manifest names.
      returned: always
      type: int
      sample: 14
    bytes:
      description: The size of the ZIP file.
      returned: always
      type: int
      sample: 48213
    sha256:
      description: The hash of the ZIP file.
      returned: always
      type: str
      sample: 9d8a0b6c1b8f41d0f7b9a4c1c1e9a4e87a4f0c4e9b0f6f5f4a4a8f6f8f1b2c3d
    manifest_sha256:
      description: The hash of its manifest.
      returned: always
      type: str
      sample: 5c8a0b6c1b8f41d0f7b9a4c1c1e9a4e87a4f0c4e9b0f6f5f4a4a8f6f8f1b2c3d
    problems:
      description: Its own problems, as in RV(problems).
      returned: always
      type: list
      elements: dict
      sample: []
problems:
  description:
    - What is not as it was made, each with C(pack), C(kind) and C(what).
    - C(kind) is one of C(unreadable), C(no_manifest), C(bad_manifest), C(renamed), C(edited), C(missing_file),
      C(extra_file), C(duplicate_file), C(removed), C(replaced), C(forked), C(unchained), C(time_goes_back),
      C(noted_missing), C(no_packs).
  returned: when the folder could be read
  type: list
  elements: dict
  sample: []
newest:
  description: The name of the newest pack, null when there is none.
  returned: when the folder could be read
  type: str
  sample: licensing_evidence-000012-20261121T093000Z.zip
manifest_sha256:
  description: The hash of its manifest.
  returned: when the folder could be read
  type: str
  sample: 5c8a0b6c1b8f41d0f7b9a4c1c1e9a4e87a4f0c4e9b0f6f5f4a4a8f6f8f1b2c3d
msg:
  description: What failed, why, and what to do.
  returned: on failure
  type: str
  sample: >-
    localhost: checking evidence packs: licensing_evidence-000004-20260321T093000Z.zip: hosts.csv is not as it was: its
    size or SHA-256 differs from the manifest. What to do: keep the folder as it is, and compare it with a copy from
    elsewhere.
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
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_evidence_pack_info import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
