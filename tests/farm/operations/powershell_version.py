# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operation that tells under which PowerShell a step runs."""

from __future__ import annotations

from collections.abc import Mapping

from ..model.host import Host
from .protocol import SCRIPTS, Operation
from .schemas import NAME, TIME, record

# Windows PowerShell of a release: 4.0 came with Server 2012 R2, 5.1 with Server 2016.
_FIRST_WITH_5_1 = 14393


def _version(host: Host, dummy_given: Mapping[str, object]) -> Mapping[str, object]:
    build = host.release.build
    version = f"5.1.{build}.1" if build >= _FIRST_WITH_5_1 else "4.0"
    return {"version": version, "time": host.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")}


OPERATIONS = (
    Operation(
        "read_powershell",
        SCRIPTS / "read_powershell.ps1",
        record(),
        record(version=NAME, time=TIME),
        _version,
    ),
)
