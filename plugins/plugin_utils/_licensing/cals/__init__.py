# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Client access licenses.

- ``key_packs``           key packs, and how they are counted
- ``cal_facts``           what ``rds_cal_pack_facts`` does
- ``issued_rows``, ``per_user_report``  issued CALs, per device and per user
- ``pack_*``, ``wanted_packs``          what ``rds_cal_pack`` does
- ``issued_*``, ``revocation``          what ``rds_issued_cal`` does
"""
