#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_lserver_rebuild
short_description: Set the license database aside and start an RD license server empty
version_added: 0.2.0
description:
  - B(The last resort.) The license server forgets every CAL pack and every issued CAL. To correct one pack, remove that pack
    with M(remote_desktop.licensing.rds_cal_pack); to get packs back after a reinstall, use its reinstall methods first.
  - Refused without a verified bundle of this very server that is young enough, and without your reference for the reissue of
    the CALs (the number of the Clearinghouse's ticket or of your agreement case).
  - The present database is set aside whole, never deleted. A run that is cut leaves either the old or the new database, never
    neither. A task on the host, registered and read back before the service is stopped, sees to that.
options:
  bundle:
    description:
      - The full path on the license server of a bundle of M(remote_desktop.licensing.rds_lserver_backup).
    type: str
    required: true
  max_bundle_age:
    description:
      - Hours. An older bundle is refused.
    type: float
    default: 24
  reissue_reference:
    description:
      - What secures that the CALs come back. It is written beside the folder that is set aside, so it is no place for license
        numbers.
    type: str
    required: true
  trust_machine:
    description:
      - Rebuild although the license server cannot tell its id because its service does not start. Computer and installation
        date of Windows must be equal all the same.
    type: bool
    default: false
  restart_after:
    description:
      - Minutes after which a task on the host brings the service back by itself, if the run is cut while the service
        is stopped. 5 to 240.
    type: int
    default: 15
extends_documentation_fragment:
  - remote_desktop.licensing.attributes
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Start with an empty database, with the reissue agreed by telephone
  remote_desktop.licensing.rds_lserver_rebuild:
    bundle: D:\Backup\rds\LS1-20261121T220000Z.zip
    reissue_reference: Clearinghouse SRX-2026-1121
"""

RETURN = r"""
before:
  description: What the license server held before.
  returned: when the host answered
  type: dict
  contains: &state
    packs:
      description: Its CAL packs, as M(remote_desktop.licensing.rds_cal_pack_facts) returns them; null when the service did
        not answer.
      returned: always
      type: list
      elements: dict
      sample: []
    activated:
      description: Whether it is activated; null when the service did not answer.
      returned: always
      type: bool
      sample: true
after:
  description: What it holds now; in check mode what is expected.
  returned: when the host answered
  type: dict
  contains: *state
set_aside:
  description: The folder with the database that was replaced. It stays until you delete it.
  returned: changed, not in check mode
  type: str
  sample: C:\Windows\System32\lserver.aside-20261121T220000Z
service_running:
  description: Whether the licensing service runs when the task ends.
  returned: success
  type: bool
  sample: true
stopped_seconds:
  description: How long the service was stopped.
  returned: success
  type: float
  sample: 3.5
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
applied:
  description: What was written before the failure.
  returned: on failure, when something was
  type: list
  elements: str
  sample: []
uncertain:
  description: The write that was under way when the connection broke.
  returned: on failure, when there was one
  type: str
  sample: set HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services\LicensingMode to 4 (REG_DWORD)
state_left:
  description: In which state the host was left, where that is not plain.
  returned: on failure, when there is something to say
  type: list
  elements: str
  sample: [The service TermServLicensing runs again]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_lserver_rebuild import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
