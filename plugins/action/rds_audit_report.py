# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind the module rds_audit_report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible import constants

from ..module_utils._specs.rds_audit_report import SPEC
from ..plugin_utils._action import ModuleAction
from ..plugin_utils._audit.attempts import attempts_of
from ..plugin_utils._audit.audit_view import audit_view
from ..plugin_utils._audit.change_log import changes_since
from ..plugin_utils._audit.farm_view import farm_view
from ..plugin_utils._audit.given import given_of
from ..plugin_utils._audit.report_host import ReportHost
from ..plugin_utils._evidence.evidence import Evidence, make_evidence
from ..plugin_utils._evidence.operator_lists import purchase_numbers
from ..plugin_utils._evidence.place import EvidenceError
from ..plugin_utils._licensing.change import Outcome, Progress
from ..plugin_utils._reporting.delivery import DeliveryError, deliver
from ..plugin_utils._reporting.hostvars import gathered_backups
from ..plugin_utils._reporting.report import Report
from ..plugin_utils._reporting.request import BadRequest


class ActionModule(ModuleAction):
    """Writes the report of a whole farm: made on the controller, kept where the task runs."""

    SPEC = SPEC
    DOING = "making the audit report"

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Run the task; the facts of a whole farm would drown its result."""
        result = super().run(tmp, task_vars)
        arguments = result.get("invocation", {}).get("module_args", {})
        for name in ("facts", "diagnoses"):
            arguments.pop(name, None)
        return result

    def secrets_in(self, arguments: dict[str, Any]) -> set[str]:
        """The numbers of purchases that the task itself names."""
        return purchase_numbers(arguments)

    def work(self, params: dict[str, Any], progress: Progress) -> Outcome:
        """Make the report and write it; see ``ModuleAction.work``."""
        del progress
        host = ReportHost(self, self._variables)
        try:
            given = given_of(params, self._variables, self._loader)
            evidence = make_evidence(given)
            place = {
                "path": host.expanded(params["path"]),
                "session_hosts": None,
                "backups": gathered_backups(self._variables, given.license_servers),
            }
            found = deliver(
                {**params, **place, "facts": given.facts, "hosts": given.license_servers},
                host,
                on_controller=host.on_controller,
                check_mode=bool(self._task.check_mode),
                with_views=lambda report: self._with_views(report, evidence, params, host),
            )
        except BadRequest as error:
            raise EvidenceError(str(error)) from error
        except DeliveryError as error:
            return Outcome(changed=error.changed, failure=EvidenceError(str(error)))
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        changed, before, after = (found.pop(name) for name in ("changed", "before", "after"))
        warnings = found.pop("warnings", [])
        return Outcome(changed, before=before, after=after, values=found, warnings=warnings)

    def _with_views(
        self, report: Report, evidence: Evidence, params: dict[str, Any], host: ReportHost
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
