# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_audit_report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible import constants

from ..module_utils._specs.rds_audit_report import SPEC

# For what its import does, as in _action, which comes too late here.
from ..plugin_utils import _floor  # noqa: F401  # pylint: disable=unused-import
from ..plugin_utils._audit.attempts import attempts_of
from ..plugin_utils._audit.audit_view import audit_view
from ..plugin_utils._audit.change_log import changes_since
from ..plugin_utils._audit.farm_view import farm_view
from ..plugin_utils._audit.given import given_of
from ..plugin_utils._evidence.evidence import Evidence, make_evidence
from ..plugin_utils._evidence.operator_lists import purchase_numbers
from ..plugin_utils._report_action import ReportAction
from ..plugin_utils._reporting.delivery import deliver
from ..plugin_utils._reporting.hostvars import gathered_backups
from ..plugin_utils._reporting.report import Report
from ..plugin_utils._task_host import TaskHost


class ActionModule(ReportAction):
    """Writes the report of a whole farm."""

    SPEC = SPEC
    DOING = "making the audit report"

    def secrets_in(self, arguments: dict[str, Any]) -> set[str]:
        """The numbers of purchases that the task itself names."""
        return purchase_numbers(arguments)

    def deliver(self, params: dict[str, Any], host: TaskHost) -> dict[str, Any]:
        """See ``ReportAction.deliver``."""
        given = given_of(params, self._variables, self._loader)
        evidence = make_evidence(given)
        gathered = {
            "facts": given.facts,
            "hosts": given.license_servers,
            "session_hosts": None,
            "backups": gathered_backups(self._variables, given.license_servers),
        }
        return deliver(
            {**params, **gathered},
            host,
            on_controller=host.on_controller,
            check_mode=bool(self._task.check_mode),
            with_views=lambda report: self._with_views(report, evidence, params, host),
        )

    def _with_views(
        self, report: Report, evidence: Evidence, params: dict[str, Any], host: TaskHost
    ) -> Report:
        given, language = evidence.given, report.language
        hosts = dict.fromkeys([*given.session_hosts, *given.license_servers])
        attempts = attempts_of(self._variables, params["registered"], hosts)
        audit = None
        if params["audit"]:
            log = None
            if params["evidence_path"]:
                path = host.expanded(params["evidence_path"])
                name, workspace = params["evidence_name"], constants.DEFAULT_LOCAL_TMP
                log = changes_since(evidence.state, host, path, name, workspace)
            audit = audit_view(evidence, log, language)
        return replace(
            report,
            farm=farm_view(evidence, attempts, language),
            audit=audit,
            fail_at=params["fail_at"],
        )
