# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carriers: they move bytes to the host's WinRM service and back, nothing else.

A carrier borrows the transport of the task's own connection plugin, and with it every option
of that plugin: authentication, encryption, TLS, proxy, timeouts, retries. It opens no shell
and no runspace, and leaves the plugin fit for a task that needs one.

``contract`` is what the rest relies on; ``winrm`` and ``psrp`` implement it; ``choose`` picks;
``counting`` counts what goes through another one.
"""
