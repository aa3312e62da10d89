# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_lserver_rebuild."""

from __future__ import annotations

from . import ModuleSpec

SPEC = ModuleSpec(
    options={
        "bundle": {"type": "str", "required": True},
        "max_bundle_age": {"type": "float", "default": 24},
        "reissue_reference": {"type": "str", "required": True},
        "trust_machine": {"type": "bool", "default": False},
        "restart_after": {"type": "int", "default": 15},
    },
)
