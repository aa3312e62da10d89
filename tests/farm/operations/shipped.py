# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every operation that the collection ships."""

from __future__ import annotations

from . import (
    admin_events,
    bundles,
    chunks,
    dead_man,
    features,
    firewall,
    folders,
    network_probe,
    powershell_version,
    run_lock,
    shadow_operations,
)
from .protocol import OperationSet

_GROUPS = (
    features,
    admin_events,
    network_probe,
    firewall,
    powershell_version,
    run_lock,
    folders,
    chunks,
    bundles,
    dead_man,
    shadow_operations,
)


def shipped_operations() -> OperationSet:
    """The operations that the collection ships."""
    operations = OperationSet()
    for group in _GROUPS:
        for operation in group.OPERATIONS:
            operations.register(operation)
    return operations
