# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that several modules share."""

from __future__ import annotations

import typing as t

POLICY_OPTIONS: dict[str, dict[str, t.Any]] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "scope": {"type": "str", "choices": ["policy", "local"], "default": "policy"},
    "rsop": {"type": "str", "choices": ["auto", "never"], "default": "auto"},
    "override_gpo": {"type": "bool", "default": False},
}
"""Settings that exist as a policy value and as a local setting."""
