# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moving CALs, correcting their channel, getting them back after a reinstallation.

- ``host_reading``     what ``rds_host_info`` reads of a host
- ``known_hosts``      the same as it comes back out of variables, maybe half or not at all
- ``known_server``     facts of a license server, from it, a bundle or an old inventory
- ``purchases``        the operator's rows: what they bring and which numbers are missing
- ``coverage``         rows against what is installed already
- ``plan``             findings and steps, and what they add up to
- ``migration_plan``, ``channel_plan``, ``recovery_plan``  the three stories
- ``table``            a plan as lines for a narrow screen

Apart from ``host_reading`` nothing here does I/O: plans are pure functions of facts, so that a run
after an interruption plans from what is there now.
"""
