#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_service
short_description: Start or restart the Windows service behind an RDS role service
version_added: 0.1.0
description:
  - Starts or restarts C(TermService) (session host) or C(TermServLicensing) (license server) through
    C(Win32_Service), and waits until it runs.
  - B(Restarting C(TermService) disconnects every session on the host.) No licensing setting needs it.
options:
  name:
    description:
      - The role service.
    type: str
    required: true
    choices: [session_host, licensing]
  state:
    description:
      - V(started) starts it when it does not run, V(restarted) stops and starts it, with the port redirector
        C(UmRdpService) when that keeps it from stopping.
    type: str
    choices: [started, restarted]
    default: started
  wait:
    description:
      - Seconds to wait for each start and stop.
    type: int
    default: 60
extends_documentation_fragment:
  - remote_desktop.licensing.attributes
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Have the licensing service running
  remote_desktop.licensing.rds_service:
    name: licensing

- name: Restart the session host's service in the maintenance window
  remote_desktop.licensing.rds_service:
    name: session_host
    state: restarted
"""

RETURN = r"""
before:
  description: The state before.
  returned: when the host answered
  type: dict
  contains: &state
    state:
      description: As Windows spells it.
      returned: always
      type: str
      sample: Running
after:
  description: The state after; in check mode what is expected.
  returned: when the host answered
  type: dict
  contains: *state
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
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_service import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
