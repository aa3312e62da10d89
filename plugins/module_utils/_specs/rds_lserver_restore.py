# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_lserver_restore."""

from __future__ import annotations

from . import ModuleSpec

SPEC = ModuleSpec(
    options={
        "bundle": {"type": "str"},
        "upload_from": {"type": "path"},
        "path": {"type": "str"},
        "trust_machine": {"type": "bool", "default": False},
        "restart_after": {"type": "int", "default": 15},
    },
    rules={
        "mutually_exclusive": [("bundle", "upload_from")],
        "required_one_of": [("bundle", "upload_from")],
        "required_by": {"upload_from": ("path",)},
    },
)
