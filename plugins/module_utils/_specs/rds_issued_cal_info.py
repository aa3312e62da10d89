# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_issued_cal_info."""

from __future__ import annotations

from . import ModuleSpec

SPEC = ModuleSpec(
    options={
        "computers": {"type": "list", "elements": "str"},
        "status": {
            "type": "list",
            "elements": "str",
            "choices": [
                "unknown",
                "temporary",
                "active",
                "upgrade",
                "revoked",
                "pending",
                "concurrent",
            ],
        },
        "key_pack_ids": {"type": "list", "elements": "int", "no_log": False},
        "expiring_within": {"type": "int"},
        "limit": {"type": "int", "default": 10_000},
    }
)
