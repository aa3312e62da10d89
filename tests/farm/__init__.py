# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated RDS farm that speaks WinRM, for tests and demonstrations.

Written from the protocol and class documentation, not from what our own client sends: nothing of
the collection is imported here. See README.md in this folder.
"""

from __future__ import annotations

from .farm import Farm
from .faults import Fault
from .log import Request
from .model.accounts import Rights
from .model.file_faults import FileFault
from .model.registry import RegType
from .operations import Operation
from .scenario import ScenarioError, load_scenario, load_scenario_dict

__all__ = [
    "Farm",
    "Fault",
    "FileFault",
    "Operation",
    "RegType",
    "Request",
    "Rights",
    "ScenarioError",
    "load_scenario",
    "load_scenario_dict",
]
