# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small Windows host behind a carrier: registry, session host settings, services, RSoP.

Its answers are computed from its state, so that what a write changed is read back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    ConnectionLost,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from unit.plugin_utils.fake_registry import DWORD, MULTI_SZ, SZ, Data, FakeRegistry, Outputs
from unit.plugin_utils.soap import Sent, envelope, fault, first_page, fragment, outputs

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi"
POLICY = r"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services"
LOCAL_MODE = r"SYSTEM\CurrentControlSet\Control\Terminal Server\RCM\Licensing Core"
LOCAL_SERVERS = r"SYSTEM\CurrentControlSet\Services\TermService\Parameters\LicenseServers"
DOMAIN_GPO = "LDAP://cn={11},cn=policies,cn=system,DC=ad,DC=example,DC=com"
READING = ("Get", "Enum", "Check", "Find")


@dataclass(frozen=True, slots=True)
class Logged:
    """A request as the host saw it."""

    what: str
    """``Class.Method`` of a call, ``Class`` of an enumeration."""
    inputs: dict[str, list[str]]
    writes: bool


@dataclass
class Glitch:
    """Goes wrong when ``what`` is called: before it is done, or after it (the answer is lost)."""

    what: str
    error: Exception | str | int
    """An exception to raise, the body of a fault, or a ReturnValue."""
    done: bool = False
    times: int = 1


@dataclass
class FakeHost:
    """One session host; see the fields for what it may be instead."""

    registry: FakeRegistry = field(default_factory=FakeRegistry)
    session_host: bool = True
    domain: str | None = "ad.example.com"
    domain_role: int = 3
    deployment: tuple[int, list[str]] | None = None
    deployment_class: bool = True
    deployment_central: bool = True
    rsop: list[dict[str, Any]] | str = field(default_factory=list)
    """Rows of RSOP_RegistryPolicySetting, or the body of a fault."""
    gpos: dict[str, str] = field(default_factory=lambda: {DOMAIN_GPO: "Other settings"})
    connectivity: dict[str, int] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    lag: int = 0
    """How many reads of the setting still answer by the old policy after a change of it."""
    glitches: list[Glitch] = field(default_factory=list)
    blind: bool = False
    """Empty properties, as an account without rights gets them."""

    def __post_init__(self) -> None:
        self.log: list[Logged] = []
        self.delays: list[float] = []
        self.waits: list[float | None] = []
        self.registry.create(POLICY.rpartition("\\")[0])
        self.registry.create(LOCAL_MODE)
        self.registry.create(LOCAL_SERVERS.rpartition("\\")[0])
        self._stale: tuple[int, dict[str, Any]] | None = None
        self._overridden: dict[str, Callable[[dict[str, list[str]]], Outputs]] = {}

    # -- the state, for tests -----------------------------------------------------------------

    def policy(self, *, mode: int | None = None, servers: str | None = None) -> FakeHost:
        """Set policy values."""
        if mode is not None:
            self.registry.put(POLICY, "LicensingMode", DWORD, mode)
        if servers is not None:
            self.registry.put(POLICY, "LicenseServers", SZ, servers)
        return self

    def local(self, *, mode: int | None = None, servers: list[str] | None = None) -> FakeHost:
        """Set local values."""
        if mode is not None:
            self.registry.put(LOCAL_MODE, "LicensingMode", DWORD, mode)
        if servers is not None:
            self.registry.put(LOCAL_SERVERS, "SpecifiedLicenseServers", MULTI_SZ, list(servers))
        return self

    def delivered(self, value: str, gpo: str = "RDS licensing") -> FakeHost:
        """Let a domain GPO deliver a policy value."""
        key = f"HKLM\\{POLICY}"
        self.rsop = [{"GPOID": DOMAIN_GPO, "registryKey": key, "valueName": value}]
        self.gpos = {DOMAIN_GPO.removeprefix("LDAP://").upper(): gpo}
        return self

    def stale(self, reads: int, **properties: Any) -> FakeHost:
        """Let so many reads of the setting answer something else than the state says."""
        self._stale = (reads, {**self.setting(), **properties})
        return self

    def session(self, *, read_only: bool = False) -> CimSession:
        """CIM on this host."""
        return CimSession(self, read_only=read_only)

    def on_call(self, what: str, answer: Callable[[dict[str, list[str]]], Outputs]) -> None:
        """Answer a method in another way."""
        self._overridden[what] = answer

    @property
    def writes(self) -> list[str]:
        """What was called that may write, in order."""
        return [each.what for each in self.log if each.writes]

    @property
    def reads(self) -> list[str]:
        """What was read, in order."""
        return [each.what for each in self.log if not each.writes]

    # -- what Windows makes of the state ------------------------------------------------------

    def _policy_value(self, name: str, kind: int) -> Data | None:
        found = self.registry.look(POLICY, name)
        return found[1] if found is not None and found[0] == kind else None

    def setting(self) -> dict[str, Any]:
        """Win32_TerminalServiceSetting: policy beats deployment beats local."""
        mode = self._policy_value("LicensingMode", DWORD)
        local = self.registry.look(LOCAL_MODE, "LicensingMode")
        kind = local[1] if local is not None and local[0] == DWORD else 5
        if self.deployment is not None and self.deployment_central:
            kind = self.deployment[0]
        if mode is not None:
            kind = mode
        servers = self._policy_value("LicenseServers", SZ)
        named = isinstance(servers, str) and bool(servers.strip(" ,"))
        found: dict[str, Any] = {
            "ServerName": "SH1",
            "TerminalServerMode": 1 if self.session_host else 0,
            "LicensingType": kind if self.session_host else 1,
            "PolicySourceLicensingType": int(mode is not None and self.session_host),
            "PolicySourceConfiguredLicenseServers": int(named and self.session_host),
        }
        return dict.fromkeys(found) if self.blind else found

    def specified_servers(self) -> list[str]:
        """GetSpecifiedLicenseServerList: what Windows uses."""
        if not self.session_host:
            return []
        text = self._policy_value("LicenseServers", SZ)
        if isinstance(text, str) and text.strip(" ,"):
            return [each.strip() for each in text.split(",") if each.strip()]
        if self.deployment is not None and self.deployment_central:
            return list(self.deployment[1])
        found = self.registry.look(LOCAL_SERVERS, "SpecifiedLicenseServers")
        return list(found[1]) if found is not None and isinstance(found[1], list) else []

    # -- the carrier --------------------------------------------------------------------------

    endpoint = "http://sh1:5985/wsman"
    operation_timeout = 20.0

    def reset(self) -> None:
        """A new connection changes nothing here."""

    def sleep(self, seconds: float) -> None:
        """Time that passes; nobody waits for it."""
        self.delays.append(seconds)

    def send(self, message: bytes, wait: float | None = None) -> tuple[int, bytes]:
        self.waits.append(wait)
        sent = Sent.of(message)
        what, answer = self._route(sent)
        method = what.partition(".")[2]
        writes = bool(method) and not method.startswith(READING)
        self.log.append(Logged(what, sent.inputs(), writes))
        body = self._with_glitches(what, answer, sent)
        return (500 if "<s:Fault>" in body else 200), envelope(body, sent.message_id)

    def _with_glitches(self, what: str, answer: Callable[[], str], sent: Sent) -> str:
        for each in self.glitches:
            if each.what != what or each.times <= 0:
                continue
            each.times -= 1
            if each.done:
                answer()
            if isinstance(each.error, Exception):
                raise each.error
            if isinstance(each.error, str):
                return each.error
            return outputs(f"{WMI}/x", sent.action, {"ReturnValue": each.error})
        return answer()

    def _route(self, sent: Sent) -> tuple[str, Callable[[], str]]:
        if sent.action == "Enumerate":
            query = sent.header("Filter")
            cls = query.split(" FROM ")[1].split()[0] if query else sent.cls
            return cls, lambda: self._enumerate(cls, query)
        what = f"{sent.cls}.{sent.action}"
        return what, lambda: self._invoke(what, sent)

    def _enumerate(self, cls: str, query: str) -> str:
        rows = self._rows(cls, query)
        if isinstance(rows, str):
            return rows
        return first_page("".join(fragment(each) for each in rows))

    def _rows(self, cls: str, query: str) -> list[dict[str, Any]] | str:
        if cls == "Win32_TerminalServiceSetting":
            return [self._lagging()]
        if cls == "Win32_ComputerSystem":
            member = self.domain is not None
            role = self.domain_role if member or self.domain_role in (0, 2) else 2
            return [
                {
                    "Name": "SH1",
                    "Domain": self.domain or "WORKGROUP",
                    "PartOfDomain": member,
                    "DomainRole": role,
                }
            ]
        if cls == "Win32_TSDeploymentLicensing":
            return self._deployments()
        if cls == "RSOP_RegistryPolicySetting":
            return self.rsop
        if cls == "RSOP_GPO":
            return [{"id": key, "name": name} for key, name in self.gpos.items()]
        if cls == "Win32_Service":
            return [
                {"Name": name, "State": state}
                for name, state in self.services.items()
                if f"'{name}'" in query
            ]
        raise AssertionError(f"nobody should ask for {cls}")

    def _deployments(self) -> list[dict[str, Any]] | str:
        if not self.deployment_class:
            return fault(2150858752, "a:DestinationUnreachable", "no such class")
        if self.deployment is None:
            return []
        return [
            {
                "UseCentralLicensingSettings": self.deployment_central,
                "LicensingType": self.deployment[0],
                "LicenseServers": self.deployment[1],
            }
        ]

    def _lagging(self) -> dict[str, Any]:
        if self._stale is not None:
            left, old = self._stale
            self._stale = (left - 1, old) if left > 1 else None
            return old
        return self.setting()

    def _invoke(self, what: str, sent: Sent) -> str:
        cls, dummy, method = what.partition(".")
        inputs = sent.inputs()
        if what in self._overridden:
            found = self._overridden[what](inputs)
        elif cls == "StdRegProv":
            found = self._registry_call(method, inputs)
        else:
            assert sent.selectors == {"ServerName": "SH1"}
            found = self._setting_call(method, inputs)
        return outputs(sent.header("ResourceURI"), method, found)

    def _registry_call(self, method: str, inputs: dict[str, list[str]]) -> Outputs:
        assert inputs["hDefKey"] == [str(0x80000002)]
        old = self.setting()
        data = inputs.get("uValue") or inputs.get("sValue") or []
        found = self.registry.call(
            method, inputs["sSubKeyName"][0], inputs.get("sValueName", [""])[0], data
        )
        if self.lag and self.setting() != old:
            self._stale = (self.lag, old)
        return found

    def _setting_call(self, method: str, inputs: dict[str, list[str]]) -> Outputs:
        if method == "GetSpecifiedLicenseServerList":
            return {"SpecifiedLSList": self.specified_servers(), "ReturnValue": 0}
        if method == "GetTStoLSConnectivityStatus":
            status = self.connectivity.get(inputs["ServerName"][0], 6)
            return {"TStoLSConnectivityStatus": status, "ReturnValue": 0}
        if method == "ChangeMode":
            self.local(mode=int(inputs["LicensingType"][0]))
        elif method == "SetSpecifiedLicenseServerList":
            self.local(servers=inputs["SpecifiedLSList"])
        elif method == "EmptySpecifiedLicenseServerList":
            self.local(servers=[])
        else:
            raise AssertionError(f"nobody should call {method}")
        return {"ReturnValue": 0}


def lost() -> ConnectionLost:
    """The connection broke."""
    return ConnectionLost("the connection broke: Connection reset by peer")
