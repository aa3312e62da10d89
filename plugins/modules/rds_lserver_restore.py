#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_lserver_restore
short_description: Put a backed up license database back on the same RD license server
version_added: 0.2.0
description:
  - Restores the database of a bundle that M(remote_desktop.licensing.rds_lserver_backup) made, on the license server that it
    was made of.
  - B(Only on the same installation of Windows.) License server id, computer and installation date of Windows must be equal.
    Anywhere else Microsoft does not bring back CALs that were not issued yet, and a restore would only hide that. The task
    then fails and names the ways that work, which are the reinstall and import methods of
    M(remote_desktop.licensing.rds_cal_pack), then the Clearinghouse.
  - The bundle is verified first. Its database is unpacked beside the present one and compared with the manifest. Then the
    service is stopped, the whole present folder is set aside, never mixed and never deleted, the new one takes its place with
    owner and permissions as before, and the service starts.
  - A run that is cut leaves either the old or the new database, never neither. A task on the host, registered and read back
    before the service is stopped, puts the folder that was set aside back unless the new one is complete, and only then
    starts the service.
  - Registry values that differ from the bundle are named and not written.
options:
  bundle:
    description:
      - The full path of the bundle on the license server.
    type: str
  upload_from:
    description:
      - The bundle on the controller. It is brought to O(path) on the license server first.
    type: path
  path:
    description:
      - The folder on the license server for what O(upload_from) brings.
    type: str
  trust_machine:
    description:
      - Restore although the license server cannot tell its id because its service does not start. Computer and installation
        date of Windows must be equal all the same, and the database goes where the bundle says it was.
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
- name: Put the database of last night back
  remote_desktop.licensing.rds_lserver_restore:
    bundle: D:\Backup\rds\LS1-20261121T220000Z.zip

- name: The same with the copy on the controller, on a server whose service does not start any more
  remote_desktop.licensing.rds_lserver_restore:
    upload_from: /srv/rds-backups/LS1-20261121T220000Z.zip
    path: D:\Backup\rds
    trust_machine: true
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
  description: What it holds now; in check mode what the bundle tells.
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
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_lserver_restore import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
