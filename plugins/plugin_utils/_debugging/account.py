# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole account: controller, connection, host, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ansible.errors import AnsibleConnectionFailure, AnsibleError

from .._cim.carriers.contract import Carrier
from .._cim.errors import CarrierUnavailable, CimError, Unreachable
from .._cim.session import CimSession
from .._surroundings import surroundings, utc_now
from .._windows.powershell import Operations
from . import controller, report
from .findings import Area, Finding, Status, failed, having
from .host import HostAnswers, HostQuestions
from .settings import (
    CARRIERS,
    Settings,
    is_sealed,
    look_at_encryption,
    look_at_settings,
    read_settings,
)


@dataclass(slots=True)
class Account:
    """Everything that was found about one host."""

    where: str
    """The host as messages call it."""
    settings: Settings
    findings: list[Finding] = field(default_factory=list)
    answers: HostAnswers = field(default_factory=HostAnswers)
    carrier: Carrier | None = None

    @property
    def works(self) -> bool:
        """Whether anything of the host could be read over CIM."""
        return any(
            each.check != "identify" and each.status in (Status.OK, Status.NOTE)
            for each in self.answers.findings
        )

    @property
    def verdict(self) -> str:
        """One sentence."""
        wrong = len(having(self.findings, Status.FAILED))
        warnings = len(having(self.findings, Status.WARNING))
        if not self.works:
            return "nothing works yet: begin with the first FAILED below"
        if wrong:
            return f"works in part: {wrong} failed, {_counted(warnings, 'warning')}"
        if warnings:
            return f"works, with {_counted(warnings, 'warning')}"
        return "everything that was looked at works"

    def as_values(self) -> dict[str, Any]:
        """The results of the module, the readable text included."""
        answers = self.answers
        clock = answers.clock
        values: dict[str, Any] = {
            "works": self.works,
            "verdict": self.verdict,
            "controller": {
                "ansible_core": surroundings().core(),
                "python": surroundings().python(),
                "libraries": controller.versions(),
            },
            "connection": {
                **self.settings.as_values(),
                "endpoint": self.carrier.endpoint if self.carrier else None,
                "sealed": is_sealed(self.carrier) if self.carrier else None,
            },
            "host": {
                "name": answers.name,
                "os_build": answers.os_build,
                "product_version": answers.product_version,
                "clock": clock.strftime("%Y-%m-%dT%H:%M:%SZ") if clock else None,
                "clock_difference": _rounded(answers.clock_difference),
                "powershell": answers.powershell,
            },
            "checks": [each.as_values() for each in self.findings],
            "msg": report.written(self.where, self.verdict, self.findings),
        }
        if not self.works:
            values["failed"] = True
        return values


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)


def take_account(
    connection: Any,
    where: str,
    carry: Callable[[Any], Carrier],
    *,
    shell: bool,
    refusal: CimError | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Account:
    """Look at everything for one host. Raises nothing that a host or an option could cause.

    :param connection: the task's connection plugin.
    :param where: the host as messages call it.
    :param carry: makes the carrier; see ``carriers.choose``.
    :param shell: try a PowerShell step, too.
    :param refusal: why the other modules would refuse this task (become), if they would.
    """
    settings = read_settings(connection)
    account = Account(where, settings)
    account.findings = controller.look_at_software(settings.plugin, settings.methods)
    account.findings += look_at_settings(settings)
    if refusal is not None:
        account.findings.append(failed(Area.CONNECTION, "become", refusal))
    if settings.plugin not in CARRIERS:
        return account
    try:
        account.carrier = carry(connection)
    except (CimError, AnsibleError) as error:
        account.findings.append(failed(Area.CONNECTION, "carrier", _own(error)))
        return account
    session = CimSession(account.carrier, read_only=True)
    operations = Operations(connection, read_only=True) if shell else None
    account.answers = HostQuestions(session, now).ask(operations)
    if any(each.status is Status.OK for each in account.answers.findings):
        account.findings.append(look_at_encryption(settings, account.carrier))
    account.findings += account.answers.findings
    return account


def _own(error: Exception) -> CimError:
    """An error of the connection plugin as one of ours."""
    if isinstance(error, CimError):
        return error
    if isinstance(error, AnsibleConnectionFailure):
        return Unreachable(str(error))
    return CarrierUnavailable(str(error))
