# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the actions of the reports have in common: where they write, and how they fail."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from ._action import ModuleAction
from ._cim.errors import CimError
from ._licensing.change import Outcome, Progress
from ._reporting.delivery import DeliveryError
from ._reporting.request import BadRequest
from ._task_host import TaskHost


class ReportFailed(CimError):
    """No report, or not all of it; ``str()`` says why and what to do."""


class ReportAction(ModuleAction):
    """An action plugin that makes a report on the controller and keeps it where the task runs.

    A subclass implements ``deliver``.
    """

    UNTOLD = frozenset({"facts", "diagnoses"})

    @abstractmethod
    def deliver(self, params: dict[str, Any], host: TaskHost) -> dict[str, Any]:
        """Make the report and write it.

        :param params: the validated options, ``path`` as that host knows it.
        :returns: see ``_reporting.delivery.deliver``.
        :raises DeliveryError: see there.
        :raises BadRequest: an option makes no sense.
        """

    def work(self, params: dict[str, Any], progress: Progress) -> Outcome:
        """Make the report and write it; see ``ModuleAction.work``."""
        del progress
        host = TaskHost(self, self._variables)
        try:
            found = self.deliver({**params, "path": host.expanded(params["path"])}, host)
        except BadRequest as error:
            raise ReportFailed(str(error)) from error
        except DeliveryError as error:
            return Outcome(changed=error.changed, failure=ReportFailed(str(error)))
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        changed, before, after = (found.pop(name) for name in ("changed", "before", "after"))
        warnings = found.pop("warnings", [])
        return Outcome(changed, before=before, after=after, values=found, warnings=warnings)
