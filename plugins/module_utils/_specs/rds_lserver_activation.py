# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of rds_lserver_activation."""

from __future__ import annotations

from . import ModuleSpec

_CONTACT = (
    "first_name",
    "last_name",
    "company",
    "country",
    "email",
    "org_unit",
    "address",
    "city",
    "state",
    "postal_code",
)

SPEC = ModuleSpec(
    options={
        "state": {
            "type": "str",
            "choices": ["activated", "reactivated", "deactivated"],
            "default": "activated",
        },
        "method": {"type": "str", "choices": ["automatic", "code"], "default": "automatic"},
        "license_server_id": {"type": "str"},
        "confirmation_code": {"type": "str", "no_log": True},
        "reason": {
            "type": "str",
            "choices": [
                "redeployed",
                "certificate_corrupt",
                "key_compromised",
                "expired",
                "upgraded",
            ],
        },
        "contact": {"type": "dict", "options": {name: {"type": "str"} for name in _CONTACT}},
        "timeout": {"type": "int", "default": 600},
    },
    rules={"required_if": [("state", "reactivated", ("reason", "license_server_id"), True)]},
)
