# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Diagnosis: what was observed on a host, the rules that judge it, and one verdict.

- ``observations``  what may be known about a host; what is not known is ``None``, with a reason
- ``collecting``    reads it group by group, counts the requests, and survives what cannot be read
- ``host_signals``, ``event_signals``, ``network_signals``, ``server_signals``, ``cal_signals``  the
  groups
- ``remote_steps``  what takes PowerShell
- ``findings``      what a rule is and what it says
- ``settings_rules``, ``grace_rules``, ``reach_rules``, ``cal_rules``, ``server_rules``,
  ``hardening_rules``  pure functions over the observations of one host
- ``farm_rules``    the same over the diagnoses of all hosts
- ``catalogue``     all rules, by id
- ``verdict``       one word for a host, and when it stops working
- ``diagnose``      what the module ``rds_licensing_diagnosis`` does with all of this

The words of the rules are in ``_texts``: reports use them, too.
"""
