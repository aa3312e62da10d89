# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""License servers.

- ``license_server``      what a license server says; ``license_server_info`` all of it
- ``clearinghouse``       what failed ways to Microsoft mean
- ``activation``          what ``rds_lserver_activation`` does
- ``group_membership``    what ``rds_lserver_group`` does
"""
