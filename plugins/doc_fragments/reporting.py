# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules have in common that work on facts and write files on a POSIX host."""

from __future__ import annotations


class ModuleDocFragment:
    """Attributes, and the options of reports and of what looks at the whole farm."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check_mode and return changed status prediction without modifying target.
    support: full
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: full
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: full
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: posix
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the controller.
    support: full
  async:
    description: Supports being used with the C(async) keyword.
    support: none
  become:
    description: Is usable alongside become keywords.
    support: full
  delegation:
    description: Can be used in conjunction with C(delegate_to) and related keywords.
    support: full
"""

    # For modules that write files which are to stay.
    KEPT = r"""
options:
  allow_ephemeral:
    description:
      - Write to a folder of an execution environment that is lost after the job. Without it such a folder is refused,
        which is one on the controller, in a container of AWX or ansible-runner, and not on a mount of its own.
    type: bool
    default: false
"""

    # For modules that write a report in several formats.
    REPORT = r"""
options:
  path:
    description:
      - The folder that the files go to, an absolute path on the host that the task runs on or is delegated to. That
        host has to be POSIX. C(~) stands for the home of the account that connects.
      - It is made if it is missing.
    type: str
    required: true
  language:
    description:
      - The language of the page and of all sentences. Names of fields in V(csv), V(json) and metrics stay the same.
    type: str
    choices: [en, fr]
    default: en
  threshold:
    description:
      - Percent of the installed CALs that should be free. Below it there is a warning.
    type: float
    default: 10
  max_fact_age:
    description:
      - Hours after which what was collected is old. It still counts, and the report says that it is old.
    type: float
    default: 48
  expiry_notice:
    description:
      - Days before the expiry of a pack from which there is a warning.
    type: int
    default: 90
  history:
    description:
      - Months for which snapshots of the counts are kept. Of the last 31 days all are kept, of the months before that
        the last one each.
      - V(0) keeps and reads none; then there is no trend.
    type: int
    default: 36
  refresh_times:
    description:
      - Also write files in which nothing but times of collection differs. This is not reported as a change.
      - For monitoring systems that watch how old the numbers are.
    type: bool
    default: false
  mode:
    description:
      - The permissions of the files, in octal.
    type: str
    default: "0640"
  directory_mode:
    description:
      - The permissions of folders that are made, in octal. Those of a folder that is there are left.
    type: str
    default: "0750"
"""

    # For modules that look at all hosts, and hold what they have against what was bought.
    FARM = r"""
options:
  license_servers:
    description:
      - The license servers that should be in it, by their names in the inventory. One without facts is named as such.
      - Left out, the group C(rds_license_servers).
    type: list
    elements: str
  session_hosts:
    description:
      - The session hosts that should be in it. One without a diagnosis is named as such.
      - Left out, the group C(rds_session_hosts).
    type: list
    elements: str
  facts:
    description:
      - The facts C(rds_cal) by license server. Left out, they are taken from the variables of the O(license_servers),
        which include the fact cache.
    type: dict
  diagnoses:
    description:
      - The facts C(rds_diagnosis) by host. Left out, they are taken from the variables of the O(session_hosts) and
        O(license_servers).
    type: dict
  entitlements:
    description:
      - What was bought, one dictionary per purchase.
      - C(program) (C(retail), C(open), C(volume), C(select), C(enterprise), C(campus), C(school), C(spla), C(other)),
        C(version) (a year), C(type) (C(per_user), C(per_device)) and C(quantity) are required.
      - C(suite) (C(rds), C(vdi)), C(number) or C(number_masked), C(document) (a path, or a dictionary with C(path) and
        C(sha256)), C(date), C(valid_until) and C(note) are not.
      - Of a number the last three characters are kept. It is masked wherever it shows.
      - Left out, with O(entitlements_file) as well, what is owned is unknown.
    type: list
    elements: raw
  entitlements_file:
    description:
      - A YAML or JSON file on the controller with that list, or with a key C(entitlements) that holds it. It may be
        encrypted with Ansible Vault.
    type: path
  documents_folder:
    description:
      - Where the paths of documents begin that are not absolute, on the controller.
      - Left out, the folder of O(entitlements_file), or that of the playbook.
    type: path
  require_documents:
    description:
      - Fail where a purchase has no document, or where one is missing, unreadable or not the one that its hash names.
        Without it these are findings.
    type: bool
    default: false
  authorized_users:
    description:
      - How many users may connect to session hosts in the mode Per User. A number, a list of their names (which are
        counted and not kept), or a dictionary of either by version.
      - A number for all is held against the newest session hosts in that mode. By version, each user counts once, for
        the newest session host that is open to that user.
      - Left out, with O(authorized_users_file) as well, it is unknown, and what was issued is held against what is
        owned.
    type: raw
  authorized_users_file:
    description:
      - The same from a file on the controller. A text file has one name per line. A file that ends in C(.json),
        C(.yml) or C(.yaml) holds what O(authorized_users) takes.
    type: path
"""
