#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_audit_report
short_description: Report which hosts are licensed, what to do, and whether the account adds up
version_added: 0.2.0
description:
  - Makes one report over all hosts, as a page with several views, as tables, and in the formats of monitoring systems.
  - The view of the hosts has each host with its verdict, when it stops working and what to do, those in trouble first.
    A host that was not reached, or has no diagnosis, is in it like any other.
  - The view of the CALs is the report of M(remote_desktop.licensing.rds_cal_report).
  - The view of the audit (O(audit)) has what was bought against what is installed and used, what changed since the
    evidence packs, which session hosts find no CAL, and what is not known.
  - Run it once, not once per host, and delegate it to the host that keeps the reports. No Windows host is asked. The
    facts of M(remote_desktop.licensing.rds_licensing_diagnosis) and M(remote_desktop.licensing.rds_cal_pack_facts) may
    come out of a fact cache.
  - It never fails because of what it found. RV(failing) names everything at or above O(fail_at).
options:
  name:
    description:
      - What the names of the files begin with.
    type: str
    default: licensing_audit
  formats:
    description:
      - Which files to write.
      - V(html) is a page in one file, without scripts, that needs no network. V(json) has everything and follows a
        published schema. V(hosts_csv) has one line per host, V(findings_csv) one per finding, V(account_csv) one per
        version and type of CAL, V(csv) one per key pack.
      - V(prometheus), V(checkmk), V(nagios), V(zabbix) and V(prtg) are for monitoring systems, as in
        M(remote_desktop.licensing.rds_cal_report), with a state per host or numbers by verdict besides.
        V(zabbix_hosts) is for low-level discovery of hosts.
      - V(junit) is for pipelines, with one test per rule and host.
    type: list
    elements: str
    choices:
      - html
      - csv
      - json
      - prometheus
      - checkmk
      - nagios
      - zabbix
      - prtg
      - junit
      - hosts_csv
      - findings_csv
      - account_csv
      - zabbix_hosts
    default: [html, json, hosts_csv, findings_csv]
  registered:
    description:
      - The name of the variable that the task of the diagnosis registers, with C(ignore_unreachable) and
        C(ignore_errors). A host whose result there is unreachable or failed is reported as such, whatever a fact cache
        still says of it.
      - Left out, only the age of a diagnosis tells that a host was not reached.
    type: str
  audit:
    description:
      - Whether there is the view of the audit.
    type: bool
    default: true
  evidence_path:
    description:
      - The folder of the evidence packs of M(remote_desktop.licensing.rds_evidence_pack), an absolute path on the host of
        the reports. The view of the audit shows what changed since the newest pack that says something else.
      - Left out, it shows no changes.
    type: str
  evidence_name:
    description:
      - What the names of the packs begin with.
    type: str
    default: licensing_evidence
  fail_at:
    description:
      - The severity from which a finding is in RV(failing), and fails a test of V(junit).
      - Findings of the CAL inventory count as V(error), V(warning) (what is not known among them) and V(note). A host
        that was not diagnosed is an V(error).
    type: str
    choices: [critical, error, warning, note, never]
    default: error
  title:
    description:
      - The heading of the page. Left out, C(RDS licensing) in the language of the report.
    type: str
extends_documentation_fragment:
  - remote_desktop.licensing.reporting
  - remote_desktop.licensing.reporting.farm
  - remote_desktop.licensing.reporting.kept
  - remote_desktop.licensing.reporting.report
attributes:
  diff_mode:
    details:
      - The diff shows verdicts, counts and findings, not the text of the files.
  idempotent:
    details:
      - A time of collection alone is no change. Facts that become old, a pack that expires, or a day less of grace is one.
  action:
    details:
      - The report is made on the controller. Only its files go to the host.
seealso:
  - module: remote_desktop.licensing.rds_licensing_diagnosis
  - module: remote_desktop.licensing.rds_cal_report
  - module: remote_desktop.licensing.rds_evidence_pack
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Diagnose all hosts, whether or not each of them is reached
  hosts: rds_session_hosts:rds_license_servers
  gather_facts: false
  tasks:
    - name: Diagnose
      remote_desktop.licensing.rds_licensing_diagnosis:
      register: diagnosis
      ignore_unreachable: true
      ignore_errors: true

- name: Report them
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Write the page and the tables
      remote_desktop.licensing.rds_audit_report:
        path: /srv/reports/rds
        registered: diagnosis
        entitlements_file: entitlements.yml
        authorized_users: 180
        evidence_path: /srv/evidence/rds
      delegate_to: archive.example.com
      register: report

    - name: Fail where something does not work
      ansible.builtin.fail:
        msg: "{{ report.failing | map(attribute='name') | join(', ') }}"
      when: report.failing
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
  sample: [/srv/reports/rds/licensing_audit.html, /srv/reports/rds/licensing_audit.json]
written:
  description: The names of those that were written now, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: [licensing_audit.html]
digest:
  description: A digest of what is reported that does not depend on when it was collected.
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
  description: The number of findings of the CAL inventory of each severity. V(error), V(warning), V(unknown), V(info).
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
  description: What was found in the CAL inventory, the worst first, at most 200, as in the JSON report.
  returned: success
  type: list
  elements: dict
  sample:
    - severity: warning
      rule: enough_free
      code: few_left
      subject: ls1.example.com
      text: "Windows Server 2022 Per User: 15 of 200 CALs free (7.5 %)."
worst_verdict:
  description: The worst verdict of all hosts, null without hosts.
  returned: success
  type: str
  sample: expired
verdicts:
  description: The number of hosts by verdict, the worst first.
  returned: success
  type: dict
  sample: {expired: 0, misconfigured: 1, grace: 2, unknown: 1, licensed: 40, not_applicable: 2}
hosts:
  description: The names of hosts that need somebody, by verdict.
  returned: success
  type: dict
  sample: {expired: [], misconfigured: [sh3], grace: [sh1, sh7], unknown: [sh9]}
host_findings:
  description: The number of findings of the hosts by severity.
  returned: success
  type: dict
  sample: {critical: 2, error: 1, warning: 3, note: 8}
account_findings:
  description: The number of findings of the audit by severity, null without O(audit).
  returned: success
  type: dict
  sample: {critical: 0, error: 1, warning: 0, note: 2}
worst_severity:
  description: The worst severity of all findings, those of the CAL inventory among them; null without one.
  returned: success
  type: str
  sample: critical
failing:
  description: Hosts, and kinds of CALs, with a finding at or above O(fail_at), the worst first, each with its worst.
  returned: success
  type: list
  elements: dict
  sample: [{name: sh3, severity: critical, title: No license server is set}]
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
    hosts: {sh1.example.com: licensed}
    account: {"Windows Server 2022, Per User": ok}
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
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_audit_report import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
