# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all modules of the collection have in common, for their documentation."""

from __future__ import annotations


class ModuleDocFragment:
    """Attributes and requirements."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check_mode and return changed status prediction without modifying target.
    support: full
    details:
      - In check mode no request that writes is sent.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: full
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: windows
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the controller.
    support: full
    details:
      - All of it runs on the controller. Windows needs neither Python nor an agent.
  async:
    description: Supports being used with the C(async) keyword.
    support: none
  become:
    description: Is usable alongside become keywords.
    support: none
    details:
      - CIM runs as the account that logs on. A task with become fails rather than run as another account.
  connection:
    description: Uses the target's configured connection information to execute code on it.
    support: full
    details:
      - Works with the connections P(ansible.builtin.winrm#connection) and P(ansible.builtin.psrp#connection).
requirements:
  - pywinrm 0.5.0 or newer on the controller for hosts with C(ansible_connection=winrm)
  - pypsrp 0.9.0 or newer on the controller for hosts with C(ansible_connection=psrp)
  - On the host an account that is a member of C(Administrators)
"""

    # For modules that only read.
    INFO = r"""
attributes:
  check_mode:
    description: Can run in check_mode and return changed status prediction without modifying target.
    support: full
    details:
      - Reads only, in check mode as well. A host without the role service then gives a warning, not a failure.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: none
"""

    # For modules that return facts.
    FACTS = r"""
attributes:
  check_mode:
    description: Can run in check_mode and return changed status prediction without modifying target.
    support: full
    details:
      - Reads only, in check mode as well. A host without the role service then gives a warning, not a failure.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: none
  facts:
    description: Action returns an C(ansible_facts) dictionary that will update existing host facts.
    support: full
"""

    POLICY = r"""
attributes:
  action_group:
    description: Use C(group/remote_desktop.licensing.rds) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - remote_desktop.licensing.rds
options:
  state:
    description:
      - V(present) sets what is named, V(absent) takes it away.
    type: str
    choices: [present, absent]
    default: present
  scope:
    description:
      - Where to set it.
      - V(policy) writes the registry value that the group policy setting of that name writes. It beats the
        deployment and the local setting.
      - V(local) changes the host's own setting through C(Win32_TerminalServiceSetting). It fails where a policy or
        a deployment rules, since it would have no effect.
    type: str
    choices: [policy, local]
    default: policy
  rsop:
    description:
      - Whether to ask the host, before a policy value is changed, which domain GPO delivers it (Resultant Set of
        Policy). If one does, the task fails and names it, because the next policy refresh would undo the change.
      - V(auto) asks when something is to change and the host is in a domain; V(never) does not ask.
      - A host that cannot tell gives a warning.
    type: str
    choices: [auto, never]
    default: auto
  override_gpo:
    description:
      - Write a policy value although a domain GPO delivers it, with a warning.
    type: bool
    default: false
"""
