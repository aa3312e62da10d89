# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Session hosts.

- ``session_host``        what a session host says: its settings and where they come from
- ``modes``               licensing modes and their numbers
- ``policy_guard``        refusals that both policy values share
- ``licensing_mode``      what ``rds_licensing_mode`` does
- ``license_server_list`` what ``rds_license_server`` does
- ``stray_subkeys``       keys that how-tos make where a value belongs
- ``connectivity``        whether a session host reaches its license servers
"""
