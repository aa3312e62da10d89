# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument specs: one per module, read by the documented file and by the action plugin."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ModuleSpec:
    """What a module takes."""

    options: dict[str, dict[str, t.Any]]
    rules: dict[str, t.Any] = field(default_factory=dict)

    def as_arguments(self) -> dict[str, t.Any]:
        """The arguments of AnsibleModule and of ArgumentSpecValidator."""
        return {"argument_spec": self.options, **self.rules}
