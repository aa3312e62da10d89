# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PowerShell steps of a diagnosis: what has no CIM form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ..._windows.event_log import ChannelEvents
from ..._windows.firewall import Firewall
from ..._windows.network_probe import NetworkProbe


class RemoteSteps(Protocol):
    """The steps that a diagnosis may take on the host; they only read.

    All raise CimError, whatever fails.
    """

    def read_channels(
        self, channels: Sequence[str], ids: Sequence[int], since: datetime, limit: int
    ) -> ChannelEvents:
        """See ``event_log.read_channels``."""

    def probe_network(
        self, names: Sequence[str], ports: Sequence[tuple[str, int]], seconds: int
    ) -> NetworkProbe:
        """See ``network_probe.probe_network``."""

    def read_firewall(self, ports: Sequence[str], services: Sequence[str], limit: int) -> Firewall:
        """See ``firewall.read_firewall``."""
