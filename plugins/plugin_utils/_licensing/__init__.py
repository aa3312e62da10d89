# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The domain: Remote Desktop Services licensing.

- ``modes``               the licensing modes and their numbers
- ``names``               names of license servers, and lists of them as Windows writes them
- ``session_host``        what a session host says: its settings and where they come from
- ``change``              the one shape of a state change: before, operations, after
- ``policy_guard``        refusals that both policy values share
- ``licensing_mode``      what ``rds_licensing_mode`` does
- ``license_server_list`` what ``rds_license_server`` does
- ``stray_subkeys``       keys that how-tos make where a value belongs
- ``role_services``       the Windows services behind the role services
- ``connectivity``        whether a session host reaches its license servers

It may import ``_windows`` and ``_cim``, never a carrier.
"""
