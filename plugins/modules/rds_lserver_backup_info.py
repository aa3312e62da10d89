#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_lserver_backup_info
short_description: List and verify the bundles of RD license servers
version_added: 0.2.0
description:
  - Tells which bundles of M(remote_desktop.licensing.rds_lserver_backup) there are, what they hold, and whether they are
    whole and unchanged. Changes nothing.
  - With O(where=controller) nothing on Windows is asked. So a bundle of a license server that is gone still tells who it
    was, which CAL packs it held, and how many CALs it had issued.
  - Looks into the database itself. A file that is not an ESE database, one whose header is damaged, one that is neither
    in clean state nor comes with the logs that it needs, are problems of the bundle.
  - A bundle with problems never fails the task, whatever is in the file. Look at RV(bundles[].problems) and RV(overdue).
options:
  path:
    description:
      - The folder with the bundles, or one bundle. Files in the folder that do not have the name of a bundle are passed
        over.
      - With O(where=server) a full path on a local drive of the license server. With O(where=controller) an absolute path
        on the controller; C(~) stands for the home of the account that runs Ansible.
      - A folder that does not exist holds no bundles, with a warning. A bundle that does not exist fails the task.
    type: str
    required: true
  where:
    description:
      - V(server) reads on the license server, by two PowerShell steps or more, without bringing the bundles over.
      - V(controller) reads where Ansible runs, also when the task is for another host.
    type: str
    choices: [server, controller]
    default: server
  verify:
    description:
      - Read every byte of every bundle and compare all files with the manifest.
      - V(false) reads names, sizes, the manifest, who the server was, its packs, and the header of the database. Then
        RV(bundles[].verified) is never V(true).
    type: bool
    default: false
  server:
    description:
      - Only bundles of the computer with this name, for a folder that holds those of several. Upper and lower case are the
        same, and a full DNS name stands for its first part.
      - Left out, the bundles of all.
    type: str
  max_age_hours:
    description:
      - How old the newest good bundle of each license server may be; see RV(overdue). More than 0.
      - Left out, nothing is overdue.
    type: float
extends_documentation_fragment:
  - remote_desktop.licensing.attributes
  - remote_desktop.licensing.attributes.info
seealso:
  - module: remote_desktop.licensing.rds_lserver_backup
  - module: remote_desktop.licensing.rds_lserver_restore
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Which bundles does the license server keep?
  remote_desktop.licensing.rds_lserver_backup_info:
    path: D:\Backup\rds

- name: What did the dead license server hold?
  remote_desktop.licensing.rds_lserver_backup_info:
    path: /srv/backup/rds
    where: controller
    server: ls1
    verify: true
  delegate_to: localhost
  register: bundles

- name: Alert when a license server has no good bundle of the last day
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Look at what was fetched
      remote_desktop.licensing.rds_lserver_backup_info:
        path: /srv/backup/rds
        where: controller
        max_age_hours: 26
      register: bundles

    - name: Name those that are overdue
      ansible.builtin.assert:
        that: not bundles.overdue
        fail_msg: >-
          No good bundle in time of {{ bundles.servers | selectattr('overdue') | map(attribute='server') | join(', ') }}
"""

RETURN = r"""
bundles:
  description: The bundles, the newest first.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: Its full path.
      returned: always
      type: str
      sample: D:\Backup\rds\LS1-20261121T220000Z.zip
    name:
      description: The name of the file.
      returned: always
      type: str
      sample: LS1-20261121T220000Z.zip
    server:
      description: The computer that it is of, by its name; null when nothing tells.
      returned: always
      type: str
      sample: LS1
    created:
      description: When it was begun, ISO 8601 UTC; null when nothing tells.
      returned: always
      type: str
      sample: "2026-11-21T22:00:00Z"
    label:
      description: What the operator called it; null for none.
      returned: always
      type: str
      sample: before_migration
    bytes:
      description: Its size.
      returned: always
      type: int
      sample: 1482113
    sha256:
      description: The SHA-256 of the whole file; null without O(verify), and for what cannot be read.
      returned: always
      type: str
      sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    age_hours:
      description: How old it is, by the clock of the controller.
      returned: always
      type: float
      sample: 11.25
    verified:
      description:
        - V(true) when every byte was read and all is right, V(false) when there are problems, null when there are none but
          not everything was read (without O(verify)).
      returned: always
      type: bool
      sample: true
    problems:
      description: What is wrong with it, at most 50. Empty for a good one.
      returned: always
      type: list
      elements: dict
      contains:
        code:
          description:
            - A word for machines. V(unreadable), V(name), V(renamed), V(entry_name), V(entry_damaged), V(duplicate), V(case),
              V(missing), V(extra), V(size), V(hash), V(manifest_unreadable), V(manifest_edited), V(identity_unreadable),
              V(packs_unreadable), V(unreadable_text), V(other_server), V(no_database), V(not_a_database),
              V(header_checksum), V(page_size), V(state), V(logs).
          returned: always
          type: str
          sample: hash
        entry:
          description: The file in the bundle; null when it is about the bundle as a whole.
          returned: always
          type: str
          sample: database/TLSLic.edb
        text:
          description: A sentence.
          returned: always
          type: str
          sample: "database/TLSLic.edb was changed: its SHA-256 is another one"
    notes:
      description: What is worth knowing about it and no problem.
      returned: always
      type: list
      elements: str
      sample: []
    method:
      description: How the database was copied. V(esentutl_vssrec), V(shadow_copy) or V(stop_service).
      returned: always
      type: str
      sample: esentutl_vssrec
    license_server_id:
      description: The id that the Clearinghouse knows the server by.
      returned: always
      type: str
      sample: 4C5XY-QJ7PB-9RK4T-2WHMD-8FVGN-3ZB6C
    product_id:
      description: The product id of the server.
      returned: always
      type: str
      sample: 00454-40000-00001-AA111
    activated:
      description: Whether it was activated; null when Windows did not tell.
      returned: always
      type: bool
      sample: true
    os_build:
      description: The build of Windows.
      returned: always
      type: int
      sample: 20348
    os_installed:
      description: When Windows was installed, ISO 8601 UTC.
      returned: always
      type: str
      sample: "2024-03-01T08:00:00Z"
    packs:
      description: The key packs that it held, as M(remote_desktop.licensing.rds_cal_pack_facts) tells them, in short.
      returned: always
      type: list
      elements: dict
      sample:
        - {key_pack_id: 3, type: per_user, program: open, version: "2022", suite: rds, total: 100, issued: 37}
    issued_total:
      description: How many issued CALs it lists.
      returned: always
      type: int
      sample: 37
    database:
      description: The database; null when the manifest cannot be read.
      returned: always
      type: dict
      contains:
        file:
          description: Its name.
          returned: always
          type: str
          sample: TLSLic.edb
        folder:
          description: Where it was on the license server.
          returned: always
          type: str
          sample: C:\Windows\System32\lserver
        log_base:
          description: The base name of its logs; null when the folder did not tell.
          returned: always
          type: str
          sample: edb
        bytes:
          description: Its size.
          returned: always
          type: int
          sample: 1064960
        state:
          description:
            - As its header says it. V(clean_shutdown), V(dirty_shutdown), V(just_created), V(being_converted), V(force_detach),
              V(incremental_reseed), V(dirty_and_patched_shutdown), V(revert), V(unknown). This and what follows is null
              when the header cannot be read.
          returned: always
          type: str
          sample: clean_shutdown
        page_size:
          description: The size of its pages in bytes.
          returned: always
          type: int
          sample: 8192
        format_version:
          description: The version of its format, as a number.
          returned: always
          type: int
          sample: 1568
        format_revision:
          description: The revision of its format.
          returned: always
          type: int
          sample: 20
        from_shadow:
          description: Whether the first header is damaged, and the second, its copy, was read.
          returned: always
          type: bool
          sample: false
        created:
          description: When the database was created, ISO 8601; in UTC when it ends with C(Z), else in the server's own time.
          returned: always
          type: str
          sample: "2024-03-01T09:12:44Z"
        signature:
          description: The random number by which it is told from other databases, in hexadecimal.
          returned: always
          type: str
          sample: 1f2e3d4c
servers:
  description: The same by license server; one for each that bundles are of, and for O(server).
  returned: success
  type: list
  elements: dict
  contains:
    server:
      description: The name of the computer.
      returned: always
      type: str
      sample: LS1
    bundles:
      description: How many bundles are of it.
      returned: always
      type: int
      sample: 12
    newest_good:
      description: The path of its newest bundle without problems; null when there is none.
      returned: always
      type: str
      sample: /srv/backup/rds/LS1-20261121T220000Z.zip
    newest_good_age_hours:
      description: The age of that bundle.
      returned: always
      type: float
      sample: 11.25
    overdue:
      description: Whether that is more than O(max_age_hours), or there is none; null without O(max_age_hours).
      returned: always
      type: bool
      sample: false
newest_good:
  description:
    - The path of the newest bundle without problems; null when there is none. Without O(verify) that is one without
      problems at first sight.
  returned: success
  type: str
  sample: /srv/backup/rds/LS1-20261121T220000Z.zip
newest_good_age_hours:
  description: The age of that bundle.
  returned: success
  type: float
  sample: 11.25
overdue:
  description:
    - Whether any license server that there are bundles of, or that O(server) names, has no good bundle of at most
      O(max_age_hours); V(true) when there are no bundles at all. Null without O(max_age_hours).
    - A license server of which there is no bundle at all is not known here. Ask for each one by O(server).
  returned: success
  type: bool
  sample: false
unfinished:
  description: Names of files in the folder that a run was writing, or left behind when it was cut off.
  returned: success
  type: list
  elements: str
  sample: []
msg:
  description: What failed, on which host, the number and its meaning, and what to do.
  returned: on failure
  type: str
  sample: "ls1: reading the bundles: path: Backup has no drive"
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
  sample: write a full path on a local drive of the license server
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
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_lserver_backup_info import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
