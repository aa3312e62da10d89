#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_licensing_diagnosis
short_description: Tell whether RD licensing works on a host, until when, and what to do
version_added: 0.1.0
description:
  - Gives one verdict for a session host or a license server, and findings with severity, cause, remedy and evidence.
  - Reads only. What could not be read is told, and is never taken for a no. C(docs/diagnosis.md) has the logic
    of the verdict and C(docs/rules.md) all rules.
  - Takes at most 20 requests over CIM, and 2 for each license server of the host. The Admin event channel, the
    network probe and the firewall of a license server are read by one PowerShell step each, which O(events) and
    O(network) control.
options:
  checks:
    description:
      - The groups to read. What is left out is not known, which may end in the verdict V(unknown).
      - V(settings) is the licensing mode and what rules it, V(servers) the list of license servers and keys where
        Windows does not look, V(grace) the grace period, V(events) the events since the last start, V(connectivity)
        Windows' own check of each license server, V(network) the probe of O(network), V(license_server) the state of
        license servers and their CALs, V(hardening) what concerns security, V(policy) which domain GPO delivers the
        policy values.
    type: list
    elements: str
    choices: [settings, servers, grace, events, connectivity, network, license_server, hardening, policy]
    default: [settings, servers, grace, events, connectivity, network, license_server, hardening, policy]
  events:
    description:
      - Which event logs to read.
      - V(auto) reads the System log over CIM and, on a session host, the Admin channel of the Remote Connection
        Manager by one PowerShell step. Most of the events are there.
      - V(system) leaves the Admin channel out, V(none) both. Then it is not known whether Windows refused sessions.
    type: str
    choices: [auto, system, none]
    default: auto
  network:
    description:
      - Let the host itself resolve the names of its license servers and try TCP 135 to them, and TCP 443 outbound
        from a license server that is not activated. One PowerShell step.
      - On a license server a second step reads which rules of Windows Firewall let RPC in, and from where.
    type: bool
    default: false
  license_servers:
    description:
      - Facts of license servers by host, as M(remote_desktop.licensing.rds_cal_pack_facts) returns them in C(rds_cal).
      - By default they are taken from the variables of the hosts in the group C(rds_license_servers), the fact cache
        among them.
    type: dict
  wanted_mode:
    description:
      - The licensing mode that should be. Another one is a finding. When left out, any mode is right.
    type: str
    choices: [per_user, per_device]
  wanted_servers:
    description:
      - The license servers that should be, in their order. Others are a finding. When left out, any list is right.
    type: list
    elements: str
  since_boot_hours:
    description:
      - Events count since the last start of the host, but no longer ago than so many hours.
    type: int
    default: 720
extends_documentation_fragment:
  - remote_desktop.licensing.attributes
  - remote_desktop.licensing.attributes.facts
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Diagnose the session hosts
  remote_desktop.licensing.rds_licensing_diagnosis:
  register: diagnosis

- name: Stop where sessions are refused
  ansible.builtin.assert:
    that: diagnosis.verdict not in ['expired', 'misconfigured']
    fail_msg: "{{ diagnosis.why }}"

- name: Hold a host against what should be, with the network seen from the host
  remote_desktop.licensing.rds_licensing_diagnosis:
    wanted_mode: per_user
    wanted_servers: [ls1.corp.example, ls2.corp.example]
    network: true

- name: Look at the settings and the grace period only
  remote_desktop.licensing.rds_licensing_diagnosis:
    checks: [settings, servers, grace]
"""

RETURN = r"""
verdict:
  description: >-
    One word for the host. One of V(licensed), V(grace), V(expired), V(misconfigured), V(not_applicable),
    V(unknown).
  returned: always
  type: str
  sample: grace
why:
  description: The verdict in one sentence.
  returned: always
  type: str
  sample: "It works only by its grace period, 12 days more: no licensing mode is configured."
reason:
  description: The same for machines and other languages. C(code) of the sentence and its values.
  returned: always
  type: dict
  sample: {code: grace, problem: mode_not_configured, days: 12}
stops_on:
  description: When sessions will be refused, as ISO 8601 in UTC, null where that is not known or not so.
  returned: always
  type: str
  sample: "2026-12-03T12:00:00Z"
roles:
  description: The role services that are there. V(session_host), V(license_server).
  returned: always
  type: list
  sample: [session_host]
findings:
  description: What is wrong or worth knowing, the worst first. Empty when nothing is.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The rule. It never changes; the catalogue lists all.
      returned: always
      type: str
      sample: mode_not_configured
    severity:
      description: One of V(critical), V(error), V(warning), V(note).
      returned: always
      type: str
      sample: critical
    title:
      description: What it is.
      returned: always
      type: str
      sample: No licensing mode is configured
    cause:
      description: Why, with the values that were seen.
      returned: always
      type: str
      sample: "The effective licensing mode is: not configured."
    remedy:
      description: What to do.
      returned: always
      type: str
      sample: Set it to the type of CAL that was bought, for example with rds_licensing_mode.
    evidence:
      description: The values that were seen, flat.
      returned: always
      type: dict
      sample: {mode: not_configured, source: none}
    fix:
      description: >-
        What the collection can do about it without risk, null when nothing. One of V(policy_mode),
        V(policy_servers), V(stray_subkeys), V(start_service).
      returned: always
      type: str
      sample: policy_mode
    about:
      description: The other host that it is about, null when it is about this one.
      returned: always
      type: str
      sample: null
unknown:
  description: What could not be read, and why. Nothing of it was taken for a no.
  returned: always
  type: list
  elements: dict
  contains:
    signal:
      description: The signal.
      returned: always
      type: str
      sample: admin events
    why:
      description: Why it is not known.
      returned: always
      type: str
      sample: "they were not asked for (events: system)"
checks:
  description: >-
    For each group how many C(requests) it took over CIM, and whether all of it was read (C(done)). C(system) is
    what all groups need. PowerShell steps are not counted.
  returned: always
  type: dict
  sample: {grace: {requests: 2, done: true}}
system:
  description: >-
    C(name) of the computer, when it C(booted), and the seconds that its clock is ahead of the controller's
    (C(clock_ahead)).
  returned: always
  type: dict
  sample: {name: SH1, booted: '2026-11-09T08:00:00Z', clock_ahead: 1}
session_host:
  description: >-
    C(mode), C(mode_source), C(servers), C(servers_source), C(stray_subkeys), C(grace_days), C(grace_key),
    C(certificate), C(version), C(build), C(domain), C(workgroup), C(connectivity) (the number by server),
    C(network_level_authentication), C(events). Null on a host without that role.
  returned: always
  type: dict
  sample: {mode: per_user, mode_source: policy, servers: [ls1.corp.example], servers_source: policy, grace_days: 0}
license_server:
  description: >-
    C(activated), C(license_server_id), C(version), C(version_text), C(patched) (against CVE-2024-38077),
    C(build), C(ubr), C(service_state), C(start_mode), C(domain_controller), C(other_roles), C(in_group),
    C(secure_licensing), C(database_path). Null on a host without that role.
  returned: always
  type: dict
  sample: null
policy:
  description: >-
    The policy values as read back. C(settings) holds for each its C(data) and the domain GPOs that deliver it
    (C(gpos), null when that is not known), C(names) all values of the key, C(gpos_known) whether the host could
    tell. Null when none of it was asked for.
  returned: always
  type: dict
  sample: {settings: {LicensingMode: {data: 4, gpos: []}}, names: [LicensingMode], gpos_known: true}
collected_at:
  description: When, by the controller's clock.
  returned: always
  type: str
  sample: "2026-11-21T12:00:00Z"
ansible_facts:
  description: The same as facts, for reports and the fact cache.
  returned: always
  type: dict
  contains:
    rds_diagnosis:
      description: All of the above.
      returned: always
      type: dict
      sample: {verdict: grace}
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
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_licensing_diagnosis import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
