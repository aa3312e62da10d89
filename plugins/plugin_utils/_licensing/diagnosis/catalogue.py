# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All rules, by id. Ids are part of the public contract: they are never renamed."""

from __future__ import annotations

from . import (
    cal_rules,
    farm_rules,
    grace_rules,
    hardening_rules,
    reach_rules,
    server_rules,
    settings_rules,
)
from .findings import Rule

HOST_RULES: tuple[Rule, ...] = (
    *grace_rules.RULES,
    *settings_rules.RULES,
    *reach_rules.RULES,
    *cal_rules.RULES,
    *server_rules.RULES,
    *hardening_rules.RULES,
)
"""Those over the observations of one host."""
ALL_RULES: tuple[Rule, ...] = (*HOST_RULES, *farm_rules.RULES)
BY_ID: dict[str, Rule] = {rule.id: rule for rule in ALL_RULES}

TROUBLESHOOTING: dict[str, str] = {
    "R1": "No Remote Desktop license server is discovered",
    "R2": "No CAL is used up in Per Device mode",
    "R3": "Activation fails",
    "R4": "Temporary licenses expire",
    "R5": "The license server is not activated",
    "R6": "CALs do not show after they were installed",
    "R7": "Sessions end after 120 days",
    "R8": "The versions do not fit",
    "R9": "Clients are refused although CALs are free",
    "R10": "The console shows no CAL after a reinstall",
    "R11": "CALs are issued by a server that should issue none",
    "R12": "An event says that a license expired or ran out",
    "R13": "An activation code does not fit the server",
}
"""The troubles that administrators know by these words; rules name them by their keys."""
