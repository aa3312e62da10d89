#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_cal_report
short_description: Report the CAL inventory of all license servers
version_added: 0.1.0
description:
  - Makes one report of the facts that M(remote_desktop.licensing.rds_cal_pack_facts) collected on the license servers,
    as a page to look at, as tables, and in the formats of monitoring systems.
  - Run it once, not once per license server, and delegate it to the host that keeps the reports. No license server is
    asked; the facts may come out of a fact cache.
  - What is not known is said to be unknown. License servers without facts, with old facts, or with facts that cannot
    be read are named, and the numbers of the others stand.
  - It is idempotent. Files are written when the inventory changed, not because it was collected again.
  - Writes C(NAME.manifest.json), by which it knows what it wrote, and, with O(history), one small file per change of
    the counts into C(NAME.history). The trend needs no database.
options:
  name:
    description:
      - What the names of the files begin with. Reports of different license servers, or in different languages, can
        share a folder under different names.
    type: str
    default: cal_inventory
  formats:
    description:
      - Which files to write.
      - V(html) is a page in one file, without scripts, that needs no network. V(csv) has one line per key pack.
        V(json) has everything and follows a published schema.
      - V(prometheus) is for the textfile collector of the node exporter, V(checkmk) for a local check, V(nagios) is one
        line with performance data, V(zabbix) is for low-level discovery and dependent items, V(prtg) for a custom
        sensor, V(junit) for pipelines.
      - Files of formats that are no longer named are left.
    type: list
    elements: str
    choices: [html, csv, json, prometheus, checkmk, nagios, zabbix, prtg, junit]
    default: [html, csv, json]
  hosts:
    description:
      - The license servers that should be in the report, by their names in the inventory. One that has no facts is
        reported as such.
      - Left out, the group C(rds_license_servers), or, with O(facts), the hosts in there.
    type: list
    elements: str
  facts:
    description:
      - The facts C(rds_cal) by host. Left out, they are taken from the variables of the O(hosts), which include the fact
        cache.
    type: dict
  session_hosts:
    description:
      - Settings of session hosts to be shown and checked against the license servers. A dictionary by host with
        C(mode) (as M(remote_desktop.licensing.rds_licensing_mode) returns it), C(servers) (a list) and C(source).
      - Left out, the report says nothing about session hosts.
    type: dict
  title:
    description:
      - The heading of the page. Left out, C(CAL inventory) in the language of the report.
    type: str
extends_documentation_fragment:
  - remote_desktop.licensing.reporting
  - remote_desktop.licensing.reporting.kept
  - remote_desktop.licensing.reporting.report
attributes:
  diff_mode:
    details:
      - The diff shows the counts and findings, not the text of the files.
  idempotent:
    details:
      - A time of collection alone is no change. Facts that become old, or a pack that expires, are one.
  action:
    details:
      - The report is made on the controller. Only its files go to the host.
seealso:
  - module: remote_desktop.licensing.rds_cal_pack_facts
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Report all license servers of the group rds_license_servers
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Write the page, the table and the data
      remote_desktop.licensing.rds_cal_report:
        path: /srv/reports/rds

    - name: The same page in French
      remote_desktop.licensing.rds_cal_report:
        path: /srv/reports/rds
        name: inventaire_cal
        formats: [html]
        language: fr

    - name: Metrics for Prometheus on another host
      remote_desktop.licensing.rds_cal_report:
        path: /var/lib/node_exporter/textfile
        formats: [prometheus]
        refresh_times: true
        history: 0
        mode: "0644"
      delegate_to: monitoring.example.com
"""

RETURN = r"""
path:
  description: The folder.
  returned: success
  type: str
  sample: /srv/reports/rds
files:
  description: The files of the report, written now or before.
  returned: success
  type: list
  elements: str
  sample: [/srv/reports/rds/cal_inventory.html, /srv/reports/rds/cal_inventory.csv]
written:
  description: The names of those that were written now, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: [cal_inventory.html]
digest:
  description: A digest of the inventory that does not depend on when it was collected.
  returned: success
  type: str
  sample: 5c8a0b6c1b8f41d0f7b9a4c1c1e9a4e87a4f0c4e9b0f6f5f4a4a8f6f8f1b2c3d
as_of:
  description: The newest time of collection, ISO 8601 UTC, null when there is none.
  returned: success
  type: str
  sample: "2026-11-21T09:12:00Z"
complete:
  description: Whether all license servers have facts that could be read.
  returned: success
  type: bool
  sample: true
facts:
  description:
    - License servers whose facts are not current, by what is wrong. V(old), V(undated), V(missing), V(unreadable).
  returned: success
  type: dict
  sample: {old: [], undated: [], missing: [ls4.example.com], unreadable: []}
counts:
  description: The number of findings of each severity. V(error), V(warning), V(unknown), V(info).
  returned: success
  type: dict
  sample: {error: 0, warning: 1, unknown: 1, info: 0}
stocks:
  description: The CALs of all license servers by version, type and suite, as in the JSON report.
  returned: success
  type: list
  elements: dict
  sample: [{version: "2022", type: per_user, suite: rds, state: low, total: 200, issued: 185, available: 15}]
findings:
  description: What was found, the worst first, at most 200, as in the JSON report.
  returned: success
  type: list
  elements: dict
  sample:
    - severity: warning
      rule: enough_free
      code: few_left
      subject: ls1.example.com
      text: "Windows Server 2022 Per User: 15 of 200 CALs free (7.5 %)."
before:
  description: What the last report said, in a few lines; null when there is none.
  returned: success
  type: dict
  sample: null
after:
  description: What this report says, in a few lines.
  returned: success
  type: dict
  sample:
    digest: 5c8a0b6c1b8f41d0f7b9a4c1c1e9a4e87a4f0c4e9b0f6f5f4a4a8f6f8f1b2c3d
    stocks: {"Windows Server 2022 Per User": "185 of 200 CALs issued, 15 free"}
    servers: {ls1.example.com: current}
    findings: []
msg:
  description: What failed, why, and what to do.
  returned: on failure
  type: str
  sample: >-
    localhost: making the report of the CAL inventory: making /srv/reports/rds failed: There was an issue creating
    /srv/reports as requested. What to do: see that the account of this task may read and write there (become: true, or
    the owner of the folder above) and that the disk is not full, or name another folder in path.
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_cal_report import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
