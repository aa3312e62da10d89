# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit report: one page with the hosts, the CALs and the account, and its formats.

- ``farm_view``   diagnoses of all hosts to the farm view of the reports
- ``audit_view``  the evidence to the audit view of the reports
- ``change_log``  what changed since the evidence packs in a folder
- ``attempts``    hosts that could not be diagnosed in this run
- ``given``       what the options of the module say, gathered

It stands above ``_reporting``, ``_licensing`` and ``_evidence`` and imports all three; none of them
imports it.
"""
