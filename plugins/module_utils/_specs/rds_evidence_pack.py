# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_evidence_pack."""

from __future__ import annotations

from . import ModuleSpec

SPEC = ModuleSpec(
    options={
        "path": {"type": "str", "required": True},
        "name": {"type": "str", "default": "licensing_evidence"},
        "license_servers": {"type": "list", "elements": "str"},
        "session_hosts": {"type": "list", "elements": "str"},
        "facts": {"type": "dict"},
        "diagnoses": {"type": "dict"},
        "entitlements": {"type": "list", "elements": "raw"},
        "entitlements_file": {"type": "path"},
        "documents_folder": {"type": "path"},
        "require_documents": {"type": "bool", "default": False},
        "include_documents": {"type": "bool", "default": False},
        "authorized_users": {"type": "raw"},
        "authorized_users_file": {"type": "path"},
        "report_page": {"type": "str"},
        "attachments": {"type": "list", "elements": "str", "default": []},
        "title": {"type": "str"},
        "max_age": {"type": "float", "default": 720},
        "max_fact_age": {"type": "float", "default": 48},
        "allow_ephemeral": {"type": "bool", "default": False},
    },
    rules={
        "mutually_exclusive": [
            ("entitlements", "entitlements_file"),
            ("authorized_users", "authorized_users_file"),
        ]
    },
)
