# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_evidence_pack_info."""

from __future__ import annotations

from . import ModuleSpec

SPEC = ModuleSpec(
    options={
        "path": {"type": "str", "required": True},
        "name": {"type": "str", "default": "licensing_evidence"},
        "noted": {"type": "list", "elements": "str", "default": []},
        "fail_on_problem": {"type": "bool", "default": True},
    },
)
