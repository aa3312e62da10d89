# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_cal_report."""

from __future__ import annotations

from . import ModuleSpec
from ._reporting import FORMATS, KEPT, REPORT

SPEC = ModuleSpec(
    options={
        **REPORT,
        **KEPT,
        "name": {"type": "str", "default": "cal_inventory"},
        "formats": {
            "type": "list",
            "elements": "str",
            "choices": FORMATS,
            "default": ["html", "csv", "json"],
        },
        "hosts": {"type": "list", "elements": "str"},
        "facts": {"type": "dict"},
        "session_hosts": {"type": "dict"},
        "title": {"type": "str"},
    },
)
