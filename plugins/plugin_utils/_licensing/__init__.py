# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The domain: Remote Desktop Services licensing.

- ``session_hosts``       mode and license servers of a session host
- ``license_servers``     the license server itself: state, activation, group
- ``cals``                key packs and issued licenses
- ``diagnosis``           observations, rules, one verdict per host
- ``compliance``          CALs against session hosts, and what is owned against what is used
- ``database``            backup, restore and rebuild of the license database
- ``migration``           moving to another server, and the page for the Clearinghouse
- ``diagnosis``           what is wrong with a host: signals, rules, one verdict
- ``compliance``          which CALs fit which hosts; what is owned against what is used
- ``change``              the one shape of a state change: before, steps with proof, after
- ``names``               names and lists of license servers
- ``version_matrix``      which CAL a license server can hold and a session host accepts
- ``role_services``       the role services and their Windows services
- ``role_installation``   what ``rds_role_service`` does

It may import ``_windows`` and ``_cim``, never a carrier.
"""
