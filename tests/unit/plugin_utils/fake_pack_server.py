# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A license server behind a carrier: key packs, issued CALs and a Clearinghouse.

Its answers are computed from its state. A call can go wrong before it is done, after it, or be
done only after some more requests, as what Microsoft is asked for may.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from unit.plugin_utils.soap import (
    WMI,
    Sent,
    Value,
    envelope,
    fault,
    first_page,
    fragment,
    instance,
    outputs,
)

NO_CLASS = fault(2150858752, "a:DestinationUnreachable", "no such class")
TIMED_OUT = fault(2150858793, "w:TimedOut", "the operation timed out")
LATE = "late"
READING = ("Get", "Is")
PROGRAMS = {"Retail": 1, "Agreement": 2, "Open": 5}
VERSION, USER, DEVICE = 7, 1, 0
UNLIMITED = 4294967295

Row = dict[str, Value]


def pack(number: int, total: int = 50, **more: Value) -> Row:
    """A key pack: an Open License of 2022 per user, unless told otherwise."""
    issued = more.get("IssuedLicenses", 0)
    free = total if total == UNLIMITED else max(0, total - int(str(issued)))
    return {
        "KeyPackId": number,
        "Description": "",
        "KeyPackType": 5,
        "ProductType": USER,
        "ProductVersion": "Windows Server 2022",
        "ProductVersionID": VERSION,
        "TotalLicenses": total,
        "IssuedLicenses": 0,
        "AvailableLicenses": free,
        "ExpirationDate": "2038-01-01T00:00:00Z",
        "AccessRights": 7,
        "TypeAndModel": "",
        **more,
    }


def builtin() -> Row:
    """The pack that every license server has."""
    return pack(1, UNLIMITED, KeyPackType=6, ProductType=3, ProductVersionID=0)


def issued(number: int, pack_id: int = 2, **more: Value) -> Row:
    """A CAL that a device holds, for two more months."""
    now = datetime.now(UTC)
    return {
        "LicenseId": number,
        "KeyPackId": pack_id,
        "sIssuedToUser": f"user{number}",
        "sIssuedToComputer": f"PC{number}.ad.example.com",
        "LicenseStatus": 2,
        "IssueDate": in_utc(now - timedelta(days=20)),
        "ExpirationDate": in_utc(now + timedelta(days=60)),
        "sHardwareId": f"{number:032x}",
        **more,
    }


def _holds(row: Row, condition: str) -> bool:
    """Whether a condition of AND over OR over numbers lets a row through."""
    return all(
        any(
            str(row[part.split(" = ")[0]]) == part.split(" = ")[1]
            for part in alternatives.strip("()").split(" OR ")
        )
        for alternatives in condition.split(" AND ")
        if alternatives
    )


def in_utc(moment: datetime) -> str:
    """As Windows sends it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens to one call.

    :param what: an exception to raise, the body of a fault, or a ReturnValue.
    :param done: whether it is done nevertheless: False, True, or LATE.
    :param bytes: raw bytes and a status in place of an envelope.
    """

    what: Exception | str | int | tuple[int, bytes]
    done: bool | str = False


@dataclass
class PackServer:
    """One license server; see the fields for what it may be instead.

    ``kinds`` are the version, type, program and quantity behind the numbers that carry them.
    """

    packs: list[Row] = field(default_factory=lambda: [builtin()])
    issued: list[Row] = field(default_factory=list)
    build: str = "20348"
    status: int = 0
    installed: bool = True
    administrator: bool = True
    kinds: dict[str, dict[str, int]] = field(default_factory=dict)
    turns_into: dict[str, Value] = field(default_factory=dict)
    """What Windows makes of whatever is installed."""
    silent: bool = False
    """Accept a call and do nothing."""
    trouble: list[Trouble] = field(default_factory=list)
    reads_trouble: list[Exception] = field(default_factory=list)
    late: int = 2
    """How many more times the packs are read before what is late is done."""
    revocable: int = 1000
    next_revoke: datetime | None = None

    endpoint = "http://ls1:5985/wsman"
    operation_timeout = 20.0

    def __post_init__(self) -> None:
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.reads: list[str] = []
        self.delays: list[float] = []
        self.waits: list[float | None] = []
        self._pending: list[tuple[int, Callable[[], Any]]] = []

    def session(self, *, check: bool = False) -> CimSession:
        """CIM on this host."""
        return CimSession(self, read_only=check)

    def sleep(self, seconds: float) -> None:
        """Time that passes; nobody waits for it."""
        self.delays.append(seconds)

    @property
    def methods(self) -> list[str]:
        """The writing methods that were called, in order."""
        return [name for name, dummy in self.calls]

    def totals(self) -> dict[int, int]:
        """The bought packs and what they hold."""
        return {int(str(each["KeyPackId"])): int(str(each["TotalLicenses"])) for each in self.packs}

    # -- the carrier --------------------------------------------------------------------------

    def reset(self) -> None:
        """A new connection changes nothing here."""

    def send(self, message: bytes, wait: float | None = None) -> tuple[int, bytes]:
        sent = Sent.of(message)
        if sent.action in ("Enumerate", "Get") or sent.action.startswith(READING):
            body = self._read(sent)
        else:
            self.waits.append(wait)
            inputs = {name: texts[0] for name, texts in sent.inputs().items()}
            self.calls.append((sent.action, {**sent.selectors, **inputs}))
            found = self._write(sent)
            if not isinstance(found, str):
                return found
            body = found
        status = 500 if "<s:Fault>" in body else 200
        return status, envelope(body, sent.message_id)

    def _read(self, sent: Sent) -> str:
        query = sent.header("Filter")
        cls = query.split(" FROM ")[1].split()[0] if query else sent.cls
        self.reads.append(cls if sent.action in ("Get", "Enumerate") else sent.action)
        if self.reads_trouble:
            raise self.reads_trouble.pop(0)
        if cls == "Win32_OperatingSystem":
            return first_page(fragment({"CSName": "LS1", "BuildNumber": self.build}))
        if not self.installed:
            return NO_CLASS
        if sent.action == "GetActivationStatus":
            found: dict[str, Value] = {"ActivationStatus": self.status, "ReturnValue": 0}
            return outputs(f"{WMI}/x", sent.action, found)
        if cls == "Win32_TSLicenseServer":
            path = "C:\\Windows\\lserver" if self.administrator else None
            return instance(f"{WMI}/x", cls, {"DatabasePath": path})
        if cls == "Win32_TSLicenseKeyPack":
            self._do_what_is_late()
            return first_page("".join(fragment(each) for each in self.packs))
        if cls == "Win32_TSIssuedLicense":
            return first_page("".join(fragment(each) for each in self._issued(query)))
        raise AssertionError(f"nobody should ask for {cls}")

    def _issued(self, query: str) -> list[Row]:
        condition = query.partition(" WHERE ")[2]
        return [each for each in self.issued if _holds(each, condition)]

    def _do_what_is_late(self) -> None:
        for at, (left, act) in enumerate(list(self._pending)):
            if left == 0:
                act()
            self._pending[at] = (left - 1, act)

    # -- what is called -----------------------------------------------------------------------

    def _write(self, sent: Sent) -> str | tuple[int, bytes]:
        inputs = {name: texts[0] for name, texts in sent.inputs().items()}

        def act() -> dict[str, Value]:
            return self._act(sent.action, inputs, sent.selectors)

        if not self.trouble:
            return outputs(f"{WMI}/x", sent.action, act())
        trouble = self.trouble.pop(0)
        if trouble.done is True:
            act()
        elif trouble.done == LATE:
            self._pending.append((self.late, act))
        if isinstance(trouble.what, Exception):
            raise trouble.what
        if isinstance(trouble.what, int):
            return outputs(f"{WMI}/x", sent.action, {"ReturnValue": trouble.what})
        return trouble.what

    def _act(
        self, method: str, inputs: dict[str, str], selectors: dict[str, str]
    ) -> dict[str, Value]:
        if method == "Revoke":
            return self._revoke(selectors)
        if method == "UninstallLicenseKeyPackWithId":
            number = int(inputs["KeyPackId"])
            self.packs = [each for each in self.packs if each["KeyPackId"] != number]
            return {"ReturnValue": 0}
        if method == "RemoveLicensesWithIdCount":
            for each in self.packs:
                if each["KeyPackId"] == int(inputs["KeyPackId"]):
                    left = int(str(each["TotalLicenses"])) - int(inputs["LicenseCount"])
                    each["TotalLicenses"] = left
            return {"ReturnValue": 0}
        return self._install(method, inputs)

    def _install(self, method: str, inputs: dict[str, str]) -> dict[str, Value]:
        number = max((int(str(each["KeyPackId"])) for each in self.packs), default=0) + 1
        if self.silent:
            return {"KeyPackId": number, "ReturnValue": 0}
        program = next((each for name, each in PROGRAMS.items() if name in method), 5)
        carried = next((self.kinds[each] for each in inputs.values() if each in self.kinds), None)
        if carried is None:
            carried = {
                "ProductVersionID": int(inputs["ProductVersion"]),
                "ProductType": int(inputs["ProductType"]),
                "TotalLicenses": int(inputs["LicenseCount"]),
                "KeyPackType": program,
            }
        made: Row = {"KeyPackType": program, **carried, **self.turns_into}
        total = int(str(made.pop("TotalLicenses")))
        self.packs.append(pack(number, total, **made))
        return {"KeyPackId": number, "ReturnValue": 0}

    def _revoke(self, selectors: dict[str, str]) -> dict[str, Value]:
        next_time = in_utc(self.next_revoke) if self.next_revoke else None
        if self.revocable <= 0:
            return {"RevokableCals": 0, "NextRevokeAllowedOn": next_time, "ReturnValue": 2147749889}
        self.revocable -= 1
        for each in self.issued:
            if {name: str(each[name]) for name in selectors} == selectors:
                each["LicenseStatus"] = 4
        return {"RevokableCals": self.revocable, "NextRevokeAllowedOn": None, "ReturnValue": 0}
