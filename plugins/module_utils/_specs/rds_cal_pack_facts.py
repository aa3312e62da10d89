# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_cal_pack_facts."""

from __future__ import annotations

from . import ModuleSpec

SPEC = ModuleSpec(
    options={
        "issued": {"type": "str", "choices": ["none", "summary", "list"], "default": "none"},
        "issued_file": {"type": "path"},
        "issued_limit": {"type": "int", "default": 10_000},
        "per_user_report": {"type": "bool", "default": False},
        "include_builtin": {"type": "bool", "default": False},
    }
)
