# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of debug_connection."""

from __future__ import annotations

from . import ModuleSpec

SPEC = ModuleSpec(options={"shell": {"type": "bool", "default": False}})
