# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of role services share: hosts, options, and what a host saw of a run."""

from __future__ import annotations

from typing import Any

from .runner import Json, Run

TASK = "Have the role service as wanted"
MODULE = "remote_desktop.licensing.rds_role_service"
SERVICE = "TermServLicensing"
LS: dict[str, Any] = {"roles": ["licensing"]}
BARE: dict[str, Any] = {"roles": []}
STOPPED = {"stopped_services": [SERVICE]}
LICENSING, HOST = {"name": "licensing"}, {"name": "session_host"}
REBOOT = {"reboot": True, "reboot_timeout": 60}


def features(**plan: Any) -> dict[str, Any]:
    """The part of a host's plan that is about features."""
    return {"features": plan}


def licensing(**other: Any) -> Json:
    """``after`` of a license server as wanted."""
    running = {"installed": True, "service_state": "Running", "start_mode": "Auto"}
    return {**running, "reboot_pending": False, **other}


def calls(run: Run, host: str) -> list[str]:
    """The writing methods that were called on a host."""
    return [each.method for each in run.requests[host] if each.method and each.writes]


def steps(run: Run, host: str) -> int:
    """The PowerShell processes that were started on a host."""
    return sum(each.operation == "Command" for each in run.requests[host])
