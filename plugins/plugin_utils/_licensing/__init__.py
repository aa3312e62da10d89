# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The domain: Remote Desktop Services licensing.

Both sides:

- ``change``              the one shape of a state change: before, steps with proof, after
- ``role_services``       the role services and their Windows services
- ``role_installation``   what ``rds_role_service`` does

Session hosts:

- ``session_host``        what a session host says: its settings and where they come from
- ``modes``, ``names``    licensing modes and their numbers; names and lists of license servers
- ``policy_guard``        refusals that both policy values share
- ``licensing_mode``      what ``rds_licensing_mode`` does
- ``license_server_list`` what ``rds_license_server`` does
- ``stray_subkeys``       keys that how-tos make where a value belongs
- ``connectivity``        whether a session host reaches its license servers

License servers:

- ``license_server``      what a license server says; ``license_server_info`` all of it
- ``clearinghouse``       what failed ways to Microsoft mean
- ``activation``          what ``rds_lserver_activation`` does
- ``group_membership``    what ``rds_lserver_group`` does
- ``key_packs``           key packs, and how they are counted
- ``cal_facts``           what ``rds_cal_pack_facts`` does
- ``issued_rows``, ``per_user_report``  issued CALs, per device and per user
- ``pack_*``, ``wanted_packs``, ``version_matrix``  what ``rds_cal_pack`` does
- ``issued_*``, ``revocation``          what ``rds_issued_cal`` does

It may import ``_windows`` and ``_cim``, never a carrier.
"""
