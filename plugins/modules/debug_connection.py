#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: debug_connection
short_description: Tell what the controller can do for a host, and which library or right is missing
version_added: 0.2.0
description:
  - The first thing to run when something fails. It looks at the controller (ansible-core, Python, the libraries that
    the connection needs), at the connection plugin and its options, and asks the host one small reading question for
    each thing that the other modules rely on.
  - Each check has a result, and where something is wrong, what to do in plain words. RV(msg) is all of it as text,
    80 columns wide.
  - Changes nothing. It fails only when nothing of the host can be read. Whatever else is wrong is told in the results,
    so that it also runs without the libraries of a connection and for an account without rights.
  - No password is among the results.
options:
  shell:
    description:
      - Also run a PowerShell step that changes nothing. It starts a PowerShell process on the host.
      - Most modules need no PowerShell, so V(false), the default, does not try it. What needs it is told in
        C(docs/troubleshooting.md).
    type: bool
    default: false
extends_documentation_fragment:
  - remote_desktop.licensing.attributes
  - remote_desktop.licensing.attributes.info
attributes:
  become:
    support: none
    details:
      - A task with become does not fail here. That the other modules will refuse it is one of the checks.
notes:
  - With ansible-core older than 2.18 Ansible itself warns that the collection does not support it. This module then
    says so among its checks, if it can run at all.
seealso:
  - module: remote_desktop.licensing.rds_licensing_diagnosis
    description: Whether licensing works, once the connection does.
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Look at the connection
  remote_desktop.licensing.debug_connection:
  register: found
  ignore_errors: true

- name: Show it
  ansible.builtin.debug:
    msg: "{{ found.msg.splitlines() }}"

- name: Look at the connection, PowerShell included
  remote_desktop.licensing.debug_connection:
    shell: true
"""

RETURN = r"""
works:
  description: Whether anything of the host could be read.
  returned: always
  type: bool
  sample: true
verdict:
  description: What it comes to, in one sentence.
  returned: always
  type: str
  sample: works, with 1 warning
controller:
  description: The controller's software.
  returned: always
  type: dict
  contains:
    ansible_core:
      description: The version of ansible-core.
      returned: always
      type: str
      sample: 2.19.14
    python:
      description: The version of the Python that runs it.
      returned: always
      type: str
      sample: 3.11.2
    libraries:
      description: The versions of the libraries that connections use, null for one that is not installed.
      returned: always
      type: dict
      sample:
        pywinrm: 0.5.0
        pypsrp: null
connection:
  description: The connection plugin and its options.
  returned: always
  type: dict
  contains:
    plugin:
      description: The connection plugin.
      returned: always
      type: str
      sample: winrm
    library:
      description: The library whose transport carries CIM, null where the plugin cannot.
      returned: always
      type: str
      sample: pywinrm
    address:
      description: The address that is connected to.
      returned: always
      type: str
      sample: sh1.corp.example.com
    port:
      description: The port.
      returned: always
      type: int
      sample: 5985
    scheme:
      description: V(http) or V(https).
      returned: always
      type: str
      sample: http
    path:
      description: The path of the listener.
      returned: always
      type: str
      sample: wsman
    user:
      description: The account.
      returned: always
      type: str
      sample: svc-rds@EXAMPLE.COM
    authentication:
      description: The authentication methods that are tried.
      returned: always
      type: list
      elements: str
      sample: [kerberos]
    message_encryption:
      description: The setting of the message encryption.
      returned: always
      type: str
      sample: auto
    certificate_validation:
      description: The setting of the certificate validation.
      returned: always
      type: str
      sample: validate
    proxy:
      description: The proxy of the connection's options, without a password.
      returned: always
      type: str
      sample: null
    endpoint:
      description: The URL of the host's listener, null when no carrier could be made.
      returned: always
      type: str
      sample: http://sh1.corp.example.com:5985/wsman
    sealed:
      description: Whether the authentication encrypts messages, null when no carrier could be made.
      returned: always
      type: bool
      sample: true
host:
  description: What the host says of itself. A value is null when the host did not tell.
  returned: always
  type: dict
  contains:
    name:
      description: The computer's name.
      returned: always
      type: str
      sample: SH1
    os_build:
      description: The build of the operating system.
      returned: always
      type: int
      sample: 20348
    product_version:
      description: What Identify answers.
      returned: always
      type: str
      sample: "OS: 10.0.20348 SP: 0.0 Stack: 3.0"
    clock:
      description: The host's time (UTC).
      returned: always
      type: str
      sample: "2026-11-21T22:00:00Z"
    clock_difference:
      description: Seconds that the host's clock is ahead of the controller's.
      returned: always
      type: float
      sample: -0.4
    powershell:
      description: The version of Windows PowerShell that steps run under, null unless O(shell=true).
      returned: always
      type: str
      sample: 5.1.20348.1
checks:
  description: Everything that was looked at.
  returned: always
  type: list
  elements: dict
  contains:
    area:
      description: One of V(controller), V(connection), V(host).
      returned: always
      type: str
      sample: host
    check:
      description: What was looked at.
      returned: always
      type: str
      sample: root/cimv2/TerminalServices
    status:
      description: One of V(ok), V(note), V(warning), V(failed), V(skipped).
      returned: always
      type: str
      sample: failed
    says:
      description: What came of it.
      returned: always
      type: str
      sample: the account may not read Win32_TerminalServiceSetting
    advice:
      description: What to do, null when there is nothing to do.
      returned: always
      type: str
      sample: make the account a member of the local group Administrators of the host
    code_hex:
      description: The number that Windows answered, null when it answered none.
      returned: always
      type: str
      sample: "0x80041003"
    code_name:
      description: Its name, null when it is not documented.
      returned: always
      type: str
      sample: WBEM_E_ACCESS_DENIED
msg:
  description: All of it as text of lines of at most 80 columns. On a failure that has nothing to do with the host, such
    as a wrong option, what failed.
  returned: always
  type: str
  sample: "sh1 (192.0.2.7): works, with 1 warning"
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
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.debug_connection import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
