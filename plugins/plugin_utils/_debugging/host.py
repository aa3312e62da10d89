# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the host: one small reading request for each thing that the modules rely on.

Nothing is changed. Whatever the host answers becomes a finding; a connection that is gone ends
the questions, since each would wait for its own timeout.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .._cim.errors import CimError, Fault, NothingThere, Unreachable
from .._cim.schema import CimClass
from .._cim.session import CimSession, Instance
from .._cim.values import CimValue
from .._windows.powershell import Operations
from .._windows.registry import HKEY_LOCAL_MACHINE
from .._windows.schema.license_server import LICENSE_SERVER
from .._windows.schema.operating_system import OPERATING_SYSTEM, RSOP_GPO, STD_REG_PROV
from .._windows.schema.session_host import TERMINAL_SERVICE_SETTING
from . import rights
from .findings import Area, Finding, Status, failed

CLOCK_LIMIT = 300
"""Seconds: Kerberos refuses tickets beyond it (Microsoft Learn: Maximum tolerance for computer
clock synchronization)."""
_CLOCK_NOTE = 60
_SOFTWARE = "SOFTWARE"
_POLICIES = r"SOFTWARE\Policies"
# Microsoft Learn: StdRegProv.CheckAccess.
_KEY_SET_VALUE, _KEY_CREATE_SUB_KEY = 2, 4


@dataclass(slots=True)
class HostAnswers:
    """What the host said of itself; None: it did not."""

    product_version: str | None = None
    name: str | None = None
    os_build: int | None = None
    clock: datetime | None = None
    clock_difference: float | None = None
    """Seconds that the host's clock is ahead of the controller's."""
    powershell: str | None = None
    findings: list[Finding] = field(default_factory=list)
    lost: bool = False
    """The connection is not there, or gone: nothing more is asked."""


class _Answered(Exception):
    """A question ended early, with a finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.says)
        self.finding = finding


class HostQuestions:
    """Asks one after the other.

    :param session: CIM on the host, for reading.
    :param now: the controller's clock.
    """

    def __init__(self, session: CimSession, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now
        self._let_in = True
        self.answers = HostAnswers()

    def ask(self, operations: Operations | None = None) -> HostAnswers:
        """Ask all.

        :param operations: runs a PowerShell step, too, when given.
        """
        questions: dict[str, Callable[[], Finding]] = {
            "identify": self._identify,
            "root/cimv2": self._operating_system,
            "registry": self._registry,
            "registry write": self._policy_write,
            "root/cimv2/TerminalServices": self._terminal_services,
            "root/RSOP/Computer": self._resultant_set,
            "license server": self._license_server,
        }
        if operations is not None:
            questions["powershell"] = lambda: self._powershell(operations)
        for check, question in questions.items():
            self.answers.findings.append(self._asked(check, question))
        if self.answers.clock_difference is not None:
            self.answers.findings.append(look_at_clock(self.answers.clock_difference))
        return self.answers

    def _asked(self, check: str, question: Callable[[], Finding]) -> Finding:
        if self.answers.lost:
            says = "not asked: there is no connection to the host"
            return Finding(Area.HOST, check, Status.SKIPPED, says)
        try:
            return question()
        except _Answered as answered:
            return answered.finding
        except Unreachable as error:
            self.answers.lost = True
            return failed(Area.HOST, check, error)
        except CimError as error:
            return failed(Area.HOST, check, error)

    # -- the questions ------------------------------------------------------------------------

    def _identify(self) -> Finding:
        try:
            said = self._session.identify()
        except Fault as fault:
            if fault.access_denied:
                return _denied("identify", "WinRM refuses the account", fault, rights.LOG_ON)
            raise
        self.answers.product_version = said.get("ProductVersion")
        return _ok("identify", f"WinRM answers: {self.answers.product_version or 'no version'}")

    def _operating_system(self) -> Finding:
        names = ["CSName", "BuildNumber", "LocalDateTime"]
        before = self._now()
        row = self._one("root/cimv2", OPERATING_SYSTEM, names)
        after = self._now()
        build, clock = str(row["BuildNumber"] or ""), row["LocalDateTime"]
        self.answers.name = str(row["CSName"] or "") or None
        self.answers.os_build = int(build) if build.isdecimal() else None
        if isinstance(clock, datetime):
            self.answers.clock = clock.astimezone(UTC)
            middle = before + (after - before) / 2
            self.answers.clock_difference = (clock - middle).total_seconds()
        return _ok("root/cimv2", f"readable: {self.answers.name}, build {build}")

    def _registry(self) -> Finding:
        inputs: dict[str, CimValue] = {"hDefKey": HKEY_LOCAL_MACHINE, "sSubKeyName": _SOFTWARE}
        said = self._invoked("registry", "EnumKey", inputs)
        if said["sNames"]:
            return _ok("registry", "readable: methods of StdRegProv may be called")
        says = f"HKLM\\{_SOFTWARE} cannot be read (StdRegProv answers {said['ReturnValue']})"
        return _denied("registry", says, None, rights.ADMINISTRATORS)

    def _policy_write(self) -> Finding:
        """Whether the account could write policy values: asked, not tried."""
        wanted = _KEY_SET_VALUE | _KEY_CREATE_SUB_KEY
        inputs: dict[str, CimValue] = {
            "hDefKey": HKEY_LOCAL_MACHINE,
            "sSubKeyName": _POLICIES,
            "uRequired": wanted,
        }
        said = self._invoked("registry write", "CheckAccess", inputs)
        if said["bGranted"] is True:
            return _ok("registry write", f"the account may write below HKLM\\{_POLICIES}")
        says = f"the account may not write below HKLM\\{_POLICIES}: it can read, not configure"
        return Finding(Area.HOST, "registry write", Status.WARNING, says, rights.POLICY)

    def _terminal_services(self) -> Finding:
        check = "root/cimv2/TerminalServices"
        names = ["ServerName", "TerminalServerMode"]
        row = self._one(check, TERMINAL_SERVICE_SETTING, names)
        if row["TerminalServerMode"] == 1:
            return _ok(check, "readable: the role service RD Session Host is installed")
        says = "readable: the role service RD Session Host is not installed"
        return Finding(Area.HOST, check, Status.NOTE, says)

    def _resultant_set(self) -> Finding:
        check = "root/RSOP/Computer"
        try:
            rows = list(self._session.enumerate(RSOP_GPO, ["id"]))
        except Fault as fault:
            if fault.access_denied:
                says = "the account may not read which GPOs apply (Resultant Set of Policy)"
                return Finding(Area.HOST, check, Status.WARNING, says, rights.RSOP, fault.code)
            if not fault.no_such_class:
                raise
            rows = []
        if rows:
            logged = "1 GPO" if len(rows) == 1 else f"{len(rows)} GPOs"
            return _ok(check, f"readable: the last policy refresh logged {logged}")
        says = "no group policy is logged: modules cannot tell whether a GPO would undo a change"
        return Finding(Area.HOST, check, Status.NOTE, says)

    def _license_server(self) -> Finding:
        check = "license server"
        try:
            row = next(iter(self._session.enumerate(LICENSE_SERVER, ["ProductId", "Version"])), {})
        except Fault as fault:
            if fault.access_denied:
                advice = rights.ADMINISTRATORS if self._let_in else rights.SAME
                advice = rights.in_namespace(advice, LICENSE_SERVER.namespace)
                return _denied(check, "its classes refuse the account", fault, advice)
            if not fault.no_such_class:
                raise
            says = "the role service RD Licensing is not installed: this is no license server"
            return Finding(Area.HOST, check, Status.NOTE, says)
        if any(row.values()):
            return _ok(check, "readable: RD Licensing is installed")
        says = (
            "RD Licensing is installed and its properties come back empty, which is how Windows "
            "answers an account that is no local administrator"
        )
        return Finding(Area.HOST, check, Status.FAILED, says, rights.ADMINISTRATORS)

    def _powershell(self, operations: Operations) -> Finding:
        try:
            said = operations.run("read_powershell", {})
        except Unreachable as error:
            # CIM over the same connection went well: it is the shell that does not.
            return Finding(Area.HOST, "powershell", Status.FAILED, str(error), rights.SCRIPTS)
        except CimError as error:
            return Finding(
                Area.HOST, "powershell", Status.FAILED, str(error), rights.SCRIPTS, error.code
            )
        self.answers.powershell = str(said.get("version") or "") or None
        return _ok("powershell", f"steps run: Windows PowerShell {self.answers.powershell}")

    # -- how they are asked -------------------------------------------------------------------

    def _one(self, check: str, cls: CimClass, names: list[str]) -> Instance:
        """The first instance of a class that every Windows Server has.

        :raises _Answered: there is none.
        """
        try:
            row = next(iter(self._session.enumerate(cls, names)), {})
        except Fault as fault:
            if fault.access_denied:
                says = f"the account may not read {cls.name}"
                self._let_in = self._let_in and cls is not OPERATING_SYSTEM
                advice = rights.in_namespace(rights.NAMESPACE, cls.namespace)
                raise _Answered(_denied(check, says, fault, advice)) from fault
            if fault.no_such_class:
                says = f"{cls.name} does not exist: this is not a supported Windows Server"
                finding = Finding(Area.HOST, check, Status.FAILED, says, None, fault.code)
                raise _Answered(finding) from fault
            raise
        if all(value is None for value in row.values()):
            says = str(NothingThere(cls.name))
            raise _Answered(_denied(check, says, None, rights.ADMINISTRATORS))
        return row

    def _invoked(self, check: str, method: str, inputs: Mapping[str, CimValue]) -> Instance:
        """What a method of the registry provider answers.

        :raises _Answered: the account may not call it.
        """
        try:
            return self._session.invoke(STD_REG_PROV, method, inputs)
        except Fault as fault:
            if not fault.access_denied:
                raise
            says = "the account may not call methods of StdRegProv: the registry stays closed"
            # Whom a namespace does not let in at all may not call methods there either.
            advice = rights.EXECUTE if self._let_in else rights.SAME
            advice = rights.in_namespace(advice, STD_REG_PROV.namespace)
            raise _Answered(_denied(check, says, fault, advice)) from fault


def _ok(check: str, says: str) -> Finding:
    return Finding(Area.HOST, check, Status.OK, says)


def _denied(check: str, says: str, fault: Fault | None, advice: str) -> Finding:
    code = fault.code if fault else None
    return Finding(Area.HOST, check, Status.FAILED, says, advice, code)


def look_at_clock(difference: float) -> Finding:
    """What a difference between the clocks means; positive: the host is ahead."""
    seconds = round(abs(difference))
    side = "ahead of" if difference > 0 else "behind"
    if not seconds:
        return Finding(Area.HOST, "clock", Status.OK, "host and controller agree to the second")
    says = f"the host's clock is {seconds} s {side} the controller's"
    advice = "let both take their time from the domain (w32tm /query /status, chronyc tracking)"
    if seconds >= CLOCK_LIMIT:
        says += ": Kerberos refuses that, and times in reports will be wrong"
        return Finding(Area.HOST, "clock", Status.WARNING, says, advice)
    if seconds >= _CLOCK_NOTE:
        return Finding(Area.HOST, "clock", Status.NOTE, says, advice)
    return Finding(Area.HOST, "clock", Status.OK, says)
