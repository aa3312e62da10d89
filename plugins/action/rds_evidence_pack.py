# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_evidence_pack."""

from __future__ import annotations

import getpass
from typing import Any

from ansible import constants

from ..module_utils._specs.rds_evidence_pack import SPEC
from ..plugin_utils._action import ModuleAction
from ..plugin_utils._evidence.delivery import Wanted, deliver
from ..plugin_utils._evidence.evidence import Given
from ..plugin_utils._evidence.gathering import (
    LICENSE_SERVERS,
    SESSION_HOSTS,
    facts_named,
    names_of,
)
from ..plugin_utils._evidence.operator_lists import authorized_users, purchase_numbers, purchases
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._surroundings import utc_now
from ..plugin_utils._task_host import TaskHost


class ActionModule(ModuleAction):
    """Writes an evidence pack: made on the controller, kept where the task runs."""

    SPEC = SPEC
    DOING = "writing an evidence pack"
    UNTOLD = frozenset({"facts", "diagnoses"})

    def secrets_in(self, arguments: dict[str, Any]) -> set[str]:
        """The numbers of purchases that the task itself names."""
        return purchase_numbers(arguments)

    def work(self, params: dict[str, Any], progress: Progress) -> Outcome:
        """Make the pack and write it; see ``ModuleAction.work``."""
        del progress
        host = TaskHost(self, self._variables)
        try:
            wanted = self._wanted(params, host)
            given = self._given(params)
            return deliver(
                wanted,
                given,
                host,
                constants.DEFAULT_LOCAL_TMP,
                check_mode=bool(self._task.check_mode),
            )
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)

    def _wanted(self, params: dict[str, Any], host: TaskHost) -> Wanted:
        variables = self._variables
        user = variables.get("awx_user_name") or variables.get("tower_user_name")
        job = variables.get("awx_job_id") or variables.get("tower_job_id")
        page = params["report_page"]
        return Wanted(
            path=host.expanded(params["path"]),
            name=params["name"],
            max_age=params["max_age"],
            made_by=str(user or getpass.getuser()),
            job=str(job) if job else None,
            page=host.expanded(page) if page else None,
            attachments=[host.expanded(each) for each in params["attachments"]],
            include_documents=params["include_documents"],
            allow_ephemeral=params["allow_ephemeral"],
        )

    def _given(self, params: dict[str, Any]) -> Given:
        servers = names_of(self._variables, params["license_servers"], LICENSE_SERVERS)
        hosts = names_of(self._variables, params["session_hosts"], SESSION_HOSTS)
        facts, diagnoses = params["facts"], params["diagnoses"]
        if facts is None:
            facts = facts_named(self._variables, "rds_cal", servers)
        if diagnoses is None:
            both = dict.fromkeys([*hosts, *servers])
            diagnoses = facts_named(self._variables, "rds_diagnosis", both)
        entitlements, documents = purchases(params, self._loader)
        return Given(
            facts=facts,
            diagnoses=diagnoses,
            license_servers=servers,
            session_hosts=hosts,
            now=utc_now(),
            entitlements=entitlements,
            documents=documents,
            authorized=authorized_users(params, self._loader),
            max_fact_age=params["max_fact_age"],
            title=params["title"] or "",
        )
