# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the filters of the CAL reports have in common, for their documentation."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of the filters."""

    DOCUMENTATION = r"""
options:
  _input:
    description:
      - The facts C(rds_cal) of M(remote_desktop.licensing.rds_cal_pack_facts) by host.
    type: dict
    required: true
  hosts:
    description:
      - The license servers that should be in the report. One without facts is reported as such.
      - Left out, those with facts.
    type: list
    elements: str
  session_hosts:
    description:
      - Settings of session hosts by host, each with C(mode), C(servers) and C(source).
    type: dict
  language:
    description:
      - The language of sentences.
    type: str
    choices: [en, fr]
    default: en
  title:
    description:
      - The heading.
    type: str
  threshold:
    description:
      - Percent of the installed CALs below which a warning is due.
    type: float
    default: 10
  max_fact_age:
    description:
      - Hours after which facts are old.
    type: float
    default: 48
  expiry_notice:
    description:
      - Days before the expiry of a pack from which there is a warning.
    type: int
    default: 90
  snapshots:
    description:
      - Snapshots as M(remote_desktop.licensing.rds_cal_report) keeps them, for the trend.
    type: list
    elements: raw
  now:
    description:
      - The time of the report, ISO 8601. Left out, it is now.
    type: str
"""
