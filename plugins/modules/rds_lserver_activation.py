#!/usr/bin/python
# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: rds_lserver_activation
short_description: Activate an RD license server
version_added: 0.1.0
description:
  - Sets the contact data of a Remote Desktop license server and activates, reactivates or deactivates it.
  - Activation is done once, not for every CAL pack. A server that is activated is left alone.
  - Whether a server is activated is asked by C(GetActivationStatus), where 0 is activated. (On the C(RDS:) drive of
    PowerShell it is 1.)
  - A call whose answer gets lost is never repeated. The state is read for O(timeout) seconds; if it does not show by
    then, the task fails and says before when not to repeat it.
options:
  state:
    description:
      - V(activated) activates a server that is not. V(reactivated) asks Microsoft again, every time. V(deactivated)
        takes the activation away.
    type: str
    choices: [activated, reactivated, deactivated]
    default: activated
  method:
    description:
      - V(automatic) goes over the Internet (TCP 443 from the license server). V(code) takes what Microsoft's web site
        or telephone gave. RV(data_sheet) holds what they ask for.
    type: str
    choices: [automatic, code]
    default: automatic
  license_server_id:
    description:
      - The 35 characters for O(method=code). Hyphens and blanks do not count.
    type: str
  confirmation_code:
    description:
      - The code for O(state=deactivated) with O(method=code).
    type: str
  reason:
    description:
      - Why it is reactivated, for O(state=reactivated) with O(method=automatic).
    type: str
    choices: [redeployed, certificate_corrupt, key_compromised, expired, upgraded]
  contact:
    description:
      - The contact data. What is left out stays as it is.
    type: dict
    suboptions:
      first_name:
        description: Needed for automatic activation.
        type: str
      last_name:
        description: Needed for automatic activation.
        type: str
      company:
        description: Needed for automatic activation.
        type: str
      country:
        description: Needed for automatic activation, as the activation wizard spells it.
        type: str
      email:
        description: Mail address.
        type: str
      org_unit:
        description: Organizational unit.
        type: str
      address:
        description: Street.
        type: str
      city:
        description: City.
        type: str
      state:
        description: State or province.
        type: str
      postal_code:
        description: Postal code.
        type: str
  timeout:
    description:
      - Seconds to look for the effect of a call whose answer got lost.
    type: int
    default: 600
extends_documentation_fragment:
  - remote_desktop.licensing.attributes
seealso:
  - module: remote_desktop.licensing.rds_lserver_info
author:
  - remote_desktop.licensing contributors (@remote-desktop-licensing)
"""

EXAMPLES = r"""
- name: Activate over the Internet
  remote_desktop.licensing.rds_lserver_activation:
    contact:
      first_name: Anna
      last_name: Example
      company: Example Inc.
      country: United States

- name: Activate with what the web site gave
  remote_desktop.licensing.rds_lserver_activation:
    method: code
    license_server_id: "{{ vault_license_server_id }}"
"""

RETURN = r"""
before:
  description: The state before.
  returned: when the host answered
  type: dict
  contains: &state
    activated:
      description: Whether it is activated, null when Windows cannot tell.
      returned: always
      type: bool
      sample: false
    activation_status:
      description: Windows' number for it. 0 is activated, 1 is not, 2 is unknown.
      returned: always
      type: int
      sample: 1
    license_server_id:
      description: The 35 character id, null before activation.
      returned: always
      type: str
      sample: null
    product_id:
      description: The product id.
      returned: always
      type: str
      sample: 00000-00000-00000-AA000
    contact:
      description: The contact data.
      returned: always
      type: dict
      sample: {company: Example Inc.}
after:
  description: The state after; in check mode what is expected.
  returned: when the host answered
  type: dict
  contains: *state
activated:
  description: Whether it is activated after.
  returned: when the host answered
  type: bool
  sample: true
data_sheet:
  description:
    - What Microsoft's web site or telephone asks for. C(server_name), C(product_id), C(license_server_id), C(version),
      C(contact).
  returned: when the host answered
  type: dict
  sample: {server_name: LS1, product_id: 00000-00000-00000-AA000}
do_not_repeat_before:
  description: When the effect of a call whose answer got lost can be told, ISO 8601 UTC.
  returned: when an answer got lost
  type: str
  sample: "2026-11-21T08:10:00Z"
refused:
  description:
    - Why the module refused, as a word for conditions. One of V(bad_code), V(no_contact), V(no_confirmation_code).
  returned: when it refused
  type: str
  sample: no_contact
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
from ansible_collections.remote_desktop.licensing.plugins.module_utils._specs.rds_lserver_activation import (
    SPEC,
)


def main() -> None:
    AnsibleModule(supports_check_mode=True, **SPEC.as_arguments()).fail_json(
        msg="This module runs as an action plugin on the controller."
    )


if __name__ == "__main__":
    main()
