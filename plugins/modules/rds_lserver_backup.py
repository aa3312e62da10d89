#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_lserver_backup
short_description: Back up the license database and identity of an RD license server
version_added: 0.2.0
description:
  - Makes one bundle, a ZIP file on the license server, of the database that C(Win32_TSLicenseServer.DatabasePath) names,
    the licensing registry keys, who the server is, which CAL packs it holds and which CALs it issued. A manifest tells
    size and SHA-256 of every file.
  - A bundle under its final name is whole. It is written under a name that ends in C(.part), read back, compared with its
    manifest and only then renamed.
  - B(This is not a system state backup.) The identity of a license server lies in LSA secrets, which nobody reads. On the
    same installation of Windows a bundle brings the database back (M(remote_desktop.licensing.rds_lserver_restore)). On
    any other, Microsoft does not bring back CALs that were not issued yet; what moves CALs there is the identity that the
    bundle carries, plus the agreement or license numbers that Windows never gives back and that you have to keep.
  - The licensing service is never left stopped. Before it is stopped, a task that starts it again is registered on the
    host and read back; it is removed when the service runs again.
  - One run at a time for each license server. A second one fails and names who is at it.
  - Needs PowerShell 5.1 on the host, run through the task's connection.
options:
  path:
    description:
      - The folder on the license server for bundles, with its drive. It is made when it is not there. Only C(SYSTEM) and
        C(Administrators) may read what is written there.
      - A network path is refused, since the remote session has no credentials for it. Use O(fetch_to).
    type: str
    required: true
  method:
    description:
      - V(snapshot) copies the live database while the service runs. C(esentutl.exe) takes a volume snapshot and replays the
        logs into the copy, so that the bundle holds one clean database file and no logs. Where that fails, and the volume
        has no shadow copies, one is made, copied from and deleted; that copy needs its logs, which are in the bundle.
      - V(stop_service) stops the service, copies and starts it again. Sessions go on; for a moment nobody gets a CAL.
      - V(auto) takes the snapshot, and stops the service where there is none. RV(fallbacks) says why.
    type: str
    choices: [auto, snapshot, stop_service]
    default: auto
  fetch_to:
    description:
      - A folder on the controller that gets a copy of the bundle, readable by its owner only and checked against the
        manifest again. A piece whose answer got lost is asked for again. A transfer that broke goes on where it stopped
        in a later run that finds the bundle good enough (O(max_age)).
    type: path
  allow_ephemeral:
    description:
      - Fetch into a folder that vanishes with the execution environment. It is refused otherwise.
    type: bool
    default: false
  keep:
    description:
      - How many bundles without a label to keep, on the server and in O(fetch_to). Older ones are removed after the new one
        was verified; never a bundle with a label, and never the newest good one.
    type: int
    default: 12
  max_age:
    description:
      - Hours. When the newest bundle is younger, verified, and tells the same CAL packs as the server holds now, nothing is
        done. V(0) makes a bundle every time.
    type: float
    default: 0
  label:
    description:
      - A word for the name of the bundle, such as V(before_migration); up to 40 letters, digits, dots and underscores. A
        bundle with a label is never removed.
    type: str
  verify:
    description:
      - Read the bundle back and compare every file with what was written. V(false) leaves that out and trusts the disk.
    type: bool
    default: true
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
- name: Back up every license server and bring the bundles here
  remote_desktop.licensing.rds_lserver_backup:
    path: D:\Backup\rds
    fetch_to: /srv/rds-backups

- name: Secure everything before a migration, whatever the age of the last bundle
  remote_desktop.licensing.rds_lserver_backup:
    path: D:\Backup\rds
    label: before_migration
    fetch_to: /srv/rds-backups

- name: Make a bundle only when the packs changed or the last one is older than a week
  remote_desktop.licensing.rds_lserver_backup:
    path: D:\Backup\rds
    max_age: 168
"""

RETURN = r"""
bundle:
  description: The bundle; null in check mode. When nothing was to do, the one that is good enough.
  returned: success, or failure after it was made
  type: dict
  contains:
    path:
      description: Its full path on the license server.
      returned: always
      type: str
      sample: D:\Backup\rds\LS1-20261121T220000Z.zip
    name:
      description: Its name.
      returned: always
      type: str
      sample: LS1-20261121T220000Z.zip
    files:
      description: How many files it holds, the manifest not counted.
      returned: always
      type: int
      sample: 6
    bytes:
      description: Its size.
      returned: always
      type: int
      sample: 1048576
    sha256:
      description: The SHA-256 of the bundle; null when O(verify=false).
      returned: always
      type: str
      sample: 0c5e1f4b
    method:
      description: How the database was copied (V(esentutl_vssrec), V(shadow_copy) or V(stop_service)).
      returned: always
      type: str
      sample: esentutl_vssrec
fetched:
  description: The copy on the controller; null when none was asked for.
  returned: success
  type: dict
  contains:
    path:
      description: Its path.
      returned: always
      type: str
      sample: /srv/rds-backups/LS1-20261121T220000Z.zip
    bytes:
      description: Its size.
      returned: always
      type: int
      sample: 1048576
    sha256:
      description: Its SHA-256.
      returned: always
      type: str
      sample: 0c5e1f4b
pruned:
  description: Names of the bundles that were removed from the license server.
  returned: success
  type: list
  elements: str
  sample: []
pruned_fetched:
  description: Names of the bundles that were removed from O(fetch_to).
  returned: success
  type: list
  elements: str
  sample: []
skipped_reason:
  description: Why there was nothing to do; null when a bundle was made.
  returned: success
  type: str
  sample: LS1-20261121T220000Z.zip is 3.2 hours old, verified, and holds the same packs
fallbacks:
  description: Why a better way to copy the database was not used.
  returned: success
  type: list
  elements: str
  sample: []
service_running:
  description: Whether the licensing service runs when the task ends.
  returned: success
  type: bool
  sample: true
stopped_seconds:
  description: How long the service was stopped; 0 with a snapshot.
  returned: success
  type: float
  sample: 0
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
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_lserver_backup import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
