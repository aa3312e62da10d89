# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_license_server."""

from __future__ import annotations

from . import ModuleSpec
from ._options import POLICY_OPTIONS

SPEC = ModuleSpec(
    options={
        "servers": {"type": "list", "elements": "str"},
        "exclusive": {"type": "bool", "default": True},
        "repair_subkeys": {"type": "bool", "default": True},
        "verify": {"type": "bool", "default": False},
        **POLICY_OPTIONS,
    },
    rules={"required_if": [("state", "present", ("servers",))]},
)
