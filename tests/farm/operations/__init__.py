# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PowerShell operations that the farm can answer: one shipped ``.ps1`` file each.

``protocol`` reads and writes what goes over the wire; the other files hold the operations by what
they are about, each with the schemas of its input and output beside the model's part. An operation
does its file work through ``host.files`` in the order of the script, so that a file fault can hit
each step.
"""

from __future__ import annotations

from .dead_man_script import run_scheduled
from .protocol import ROOT, SCRIPTS, Ended, Operation, OperationError, OperationSet
from .shipped import shipped_operations

__all__ = [
    "ROOT",
    "SCRIPTS",
    "Ended",
    "Operation",
    "OperationError",
    "OperationSet",
    "run_scheduled",
    "shipped_operations",
]
