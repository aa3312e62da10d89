# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_licensing_mode."""

from __future__ import annotations

from . import ModuleSpec
from ._options import POLICY_OPTIONS

SPEC = ModuleSpec(
    options={
        "mode": {"type": "str", "choices": ["per_user", "per_device"]},
        "allow_workgroup_per_user": {"type": "bool", "default": False},
        "allow_client_os": {"type": "bool", "default": False},
        **POLICY_OPTIONS,
    },
    rules={"required_if": [("state", "present", ("mode",))]},
)
