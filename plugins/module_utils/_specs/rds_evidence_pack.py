# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_evidence_pack."""

from __future__ import annotations

from . import ModuleSpec
from ._reporting import FARM, FARM_RULES, KEPT

SPEC = ModuleSpec(
    options={
        **FARM,
        **KEPT,
        "path": {"type": "str", "required": True},
        "name": {"type": "str", "default": "licensing_evidence"},
        "include_documents": {"type": "bool", "default": False},
        "report_page": {"type": "str"},
        "attachments": {"type": "list", "elements": "str", "default": []},
        "title": {"type": "str"},
        "max_age": {"type": "float", "default": 720},
        "max_fact_age": {"type": "float", "default": 48},
    },
    rules=FARM_RULES,
)
