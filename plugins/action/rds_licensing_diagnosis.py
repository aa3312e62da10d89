# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_licensing_diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ansible.errors import AnsibleError

from ..module_utils._specs.rds_licensing_diagnosis import SPEC
from ..plugin_utils._action import BadOptions, RdsAction
from ..plugin_utils._cim.carriers.choose import carrier_for
from ..plugin_utils._cim.carriers.counting import CountingCarrier
from ..plugin_utils._cim.errors import CarrierUnavailable
from ..plugin_utils._cim.session import CimSession
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._licensing.diagnosis.diagnose import Diagnosis, DiagnosisOptions
from ..plugin_utils._licensing.diagnosis.observations import Wanted
from ..plugin_utils._licensing.names import trimmed
from ..plugin_utils._licensing.session_hosts.modes import LicensingMode
from ..plugin_utils._reporting.hostvars import gathered_facts
from ..plugin_utils._surroundings import utc_now
from ..plugin_utils._windows import event_log, firewall, network_probe


class _Steps:
    """The PowerShell steps over the task's connection; what the plugin refuses is an error, too."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def read_channels(
        self, channels: Sequence[str], ids: Sequence[int], since: datetime, limit: int
    ) -> event_log.ChannelEvents:
        try:
            return event_log.read_channels(self._connection, channels, ids, since, limit)
        except AnsibleError as error:
            raise CarrierUnavailable(str(error)) from error

    def probe_network(
        self, names: Sequence[str], ports: Sequence[tuple[str, int]], seconds: int
    ) -> network_probe.NetworkProbe:
        try:
            return network_probe.probe_network(self._connection, names, ports, seconds)
        except AnsibleError as error:
            raise CarrierUnavailable(str(error)) from error

    def read_firewall(
        self, ports: Sequence[str], services: Sequence[str], limit: int
    ) -> firewall.Firewall:
        try:
            return firewall.read_firewall(self._connection, ports, services, limit)
        except AnsibleError as error:
            raise CarrierUnavailable(str(error)) from error


class ActionModule(RdsAction):
    """Tells whether licensing works on a host, until when, and what to do."""

    SPEC = SPEC
    DOING = "diagnosing the licensing"

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Run the task; the facts of all license servers would drown the result of each host."""
        result = super().run(tmp, task_vars)
        result.get("invocation", {}).get("module_args", {}).pop("license_servers", None)
        return result

    def work(self, params: dict[str, Any], progress: Progress) -> Outcome:
        """Open a session that counts its requests, and do it; see ``ModuleAction.work``."""
        self._refuse_become()
        self._counter = CountingCarrier(carrier_for(self._connection))
        session = CimSession(self._counter, read_only=bool(self._task.check_mode))
        return self.perform(session, params, progress)

    def perform(self, session: CimSession, params: dict[str, Any], progress: Progress) -> Outcome:
        del progress
        if params["since_boot_hours"] < 1:
            raise BadOptions(self._task.action, "since_boot_hours has to be 1 or more")
        facts, dummy = gathered_facts(self._variables, params["license_servers"], None)
        diagnosis = Diagnosis(
            session,
            lambda: self._counter.sent,
            _Steps(self._connection),
            _options(params),
            facts,
            utc_now,
        ).of(self._host_name())
        return Outcome(False, values={**diagnosis, "ansible_facts": {"rds_diagnosis": diagnosis}})


def _options(params: dict[str, Any]) -> DiagnosisOptions:
    mode, servers = params["wanted_mode"], params["wanted_servers"]
    return DiagnosisOptions(
        checks=frozenset(params["checks"]),
        events=params["events"],
        network=params["network"],
        since_boot_hours=params["since_boot_hours"],
        wanted=Wanted(
            None if mode is None else LicensingMode(mode),
            None if servers is None else tuple(trimmed(servers)),
        ),
    )
