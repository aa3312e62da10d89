# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads in Ansible's main process what every worker would otherwise load for itself.

A strategy loads the action class before it forks a worker per host and task; a connection
plugin is loaded in the worker, and with it pywinrm or pypsrp, requests, cryptography and the
YAML of its options: that is most of what a task costs. Loaded here once, every worker
inherits it.
"""

from __future__ import annotations

from ansible.plugins.loader import connection_loader, shell_loader

CONNECTIONS = ("winrm", "psrp")


def plugins() -> None:
    """Load the connection plugins that can carry CIM, and their shell plugin.

    One whose library is missing loads as well; it complains when it connects.
    """
    for name in CONNECTIONS:
        connection_loader.get(name, class_only=True)
    shell_loader.get("powershell", class_only=True)
