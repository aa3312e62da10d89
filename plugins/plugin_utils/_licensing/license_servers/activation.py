# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``rds_lserver_activation`` does: contact data, activation, reactivation, deactivation.

ActivationStatus 0 is activated. (On the RDS: drive of PowerShell it is 1: not the same number.)
The calls reach Microsoft's clearinghouse, whose error numbers nobody documents: they are shown
as they come.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from ..._cim.errors import CimError, Fault, MethodFailed
from ..._cim.session import CimSession
from ..._cim.values import CimValue
from ..._windows.schema.license_server import LICENSE_SERVER
from ..change import Outcome, Progress, Refused, Step
from .clearinghouse import internet_advice
from .license_server import (
    CONTACT,
    Activation,
    LicenseServer,
    NotALicenseServer,
    read_activation,
    read_contact_instance,
    read_license_server,
    read_system,
)

NEEDED = ("first_name", "last_name", "company", "country")
"""Contact data without which Windows does not activate automatically."""

_ID = re.compile(r"[A-Z0-9]{35}$")

_ADVICE = (
    "there is no public list of these numbers: look at the System event log of the license server, "
    "check that it reaches the Internet (TCP 443), or activate by web or telephone (method: code)"
)


class Reason(StrEnum):
    """Why a server is reactivated (ReactivateServerAutomatic)."""

    REDEPLOYED = "redeployed"
    CERTIFICATE_CORRUPT = "certificate_corrupt"
    KEY_COMPROMISED = "key_compromised"
    EXPIRED = "expired"
    UPGRADED = "upgraded"


_REASONS = {reason: number for number, reason in enumerate(Reason)}


class ClearinghouseRefused(CimError):
    """Microsoft's clearinghouse, or the way to it, refused."""

    def __init__(self, what: str, failed: MethodFailed | Fault) -> None:
        super().__init__(f"{what}: {failed}")
        self.operation = what
        self.code = failed.code
        number = failed.code.number if failed.code else 0
        self.advice = internet_advice(number, "method: code") or failed.advice or _ADVICE


@dataclass(frozen=True, slots=True)
class ActivationOptions:
    """The validated options of the module."""

    state: str = "activated"
    method: str = "automatic"
    license_server_id: str | None = None
    confirmation_code: str | None = None
    reason: Reason | None = None
    contact: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 600.0


def ensure_activation(
    session: CimSession, options: ActivationOptions, progress: Progress, *, check_mode: bool
) -> Outcome:
    """Bring contact data and activation into the wanted state.

    :raises Refused: data is missing or has the wrong form; nothing was sent to Microsoft.
    :raises ClearinghouseRefused: with the number that came back.
    :raises OutcomeUnknown: an answer got lost; it must not be repeated at once.
    """
    code = _checked_code(options)
    try:
        server = read_license_server(session)
    except NotALicenseServer as error:
        if not check_mode:
            raise
        return Outcome(True, warnings=[f"{error}: it would be activated once it is."])
    contact = _contact_changes(server, options.contact)
    steps = [_contact_step(session, contact)] if contact else []
    activation = _activation_step(session, server, options, code)
    if activation is not None:
        _refuse_incomplete(options, {**server.contact, **contact})
        steps.append(activation)
    if check_mode:
        after = _predicted(server, options, contact)
    else:
        progress.apply(steps)
        after = read_license_server(session) if steps else server
    return Outcome(
        changed=bool(steps),
        before=_shown(server),
        after=_shown(after),
        values={"activated": after.activated, "data_sheet": _data_sheet(session, after)},
    )


def _checked_code(options: ActivationOptions) -> str | None:
    """The code for web or telephone without hyphens; refused before Microsoft is asked."""
    if options.method != "code" or options.state == "deactivated":
        return None
    code = re.sub(r"[\s-]", "", options.license_server_id or "").upper()
    if not _ID.match(code):
        raise Refused(
            "bad_code",
            f"license_server_id has {len(code)} characters, or others than letters and digits: it "
            "takes the 35 that Microsoft's web site or telephone gave",
            "copy it again; hyphens and blanks do not count",
        )
    return code


def _contact_changes(server: LicenseServer, wanted: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in wanted.items() if (server.contact[name] or "") != text}


def _contact_step(session: CimSession, changes: Mapping[str, str]) -> Step:
    def write() -> None:
        # Whether Windows keeps what a Put leaves out is not documented: all of it is sent.
        instance: dict[str, CimValue] = dict(read_contact_instance(session))
        instance |= {CONTACT[name]: text for name, text in changes.items()}
        session.put(LICENSE_SERVER, instance)

    def holds() -> bool:
        instance = read_contact_instance(session)
        return all(instance[CONTACT[name]] == text for name, text in changes.items())

    return Step(f"set the contact data ({', '.join(sorted(changes))})", write, holds)


@dataclass(frozen=True, slots=True)
class _Call:
    """A call to Microsoft: what it does in words, the method, its inputs."""

    says: str
    method: str
    inputs: Mapping[str, CimValue] = field(default_factory=dict)


def _activation_step(
    session: CimSession, server: LicenseServer, options: ActivationOptions, code: str | None
) -> Step | None:
    """The one call to Microsoft that the wanted state needs; None: it is so already."""
    call = _call_for(server, options, code)
    if call is None:
        return None
    wanted = Activation.NOT_ACTIVATED if options.state == "deactivated" else Activation.ACTIVATED
    answered = False

    def do() -> None:
        nonlocal answered
        try:
            session.patient().call(LICENSE_SERVER, call.method, call.inputs)
        except (MethodFailed, Fault) as failed:
            if isinstance(failed, Fault) and (failed.timed_out or failed.access_denied):
                raise
            raise ClearinghouseRefused(call.says, failed) from failed
        answered = True

    def holds() -> bool:
        # Of a server that was activated before, the status does not tell whether a
        # reactivation happened: only its answer does.
        return (answered or server.activation is not wanted) and (
            read_activation(session) is wanted
        )

    return Step(call.says, do, holds, options.timeout)


def _call_for(server: LicenseServer, options: ActivationOptions, code: str | None) -> _Call | None:
    activated = server.activation is Activation.ACTIVATED
    if options.state == "deactivated":
        says = "deactivate the license server"
        if not activated:
            return None
        if options.method == "code":
            inputs = {"sConfirmCode": options.confirmation_code or ""}
            return _Call(says, "DeactivateServer", inputs)
        return _Call(says, "DeactivateServerAutomatic")
    if activated and (options.state == "activated" or server.license_server_id == code):
        return None
    if options.state == "reactivated":
        says = "reactivate the license server"
        if code is not None:
            return _Call(says, "ReactivateServer", {"sNewLicenseServerId": code})
        number = _REASONS[options.reason or Reason.REDEPLOYED]
        return _Call(says, "ReactivateServerAutomatic", {"Reason": number})
    if code is not None:
        says = "activate the license server by code"
        return _Call(says, "ActivateServer", {"sLicenseServerId": code})
    return _Call("activate the license server automatically", "ActivateServerAutomatic")


def _refuse_incomplete(options: ActivationOptions, contact: Mapping[str, str | None]) -> None:
    if options.state == "deactivated":
        if options.method == "code" and not options.confirmation_code:
            raise Refused(
                "no_confirmation_code",
                "deactivation by code needs confirmation_code",
                "Microsoft's telephone or web site gives it",
            )
        return
    missing = [name for name in NEEDED if not contact.get(name)]
    if options.method == "automatic" and missing:
        raise Refused(
            "no_contact",
            f"automatic activation needs contact data that is missing: {', '.join(missing)}",
            "give them in contact; country as the activation wizard spells it",
        )


def _predicted(
    server: LicenseServer, options: ActivationOptions, contact: Mapping[str, str]
) -> LicenseServer:
    wanted = Activation.NOT_ACTIVATED if options.state == "deactivated" else Activation.ACTIVATED
    return replace(server, activation=wanted, contact={**server.contact, **contact})


def _shown(server: LicenseServer) -> dict[str, Any]:
    return {
        "activated": server.activated,
        "activation_status": int(server.activation),
        "license_server_id": server.license_server_id,
        "product_id": server.product_id,
        "contact": server.contact,
    }


def _data_sheet(session: CimSession, server: LicenseServer) -> dict[str, Any]:
    """What Microsoft's web site or telephone asks for."""
    system = read_system(session)
    return {
        "server_name": system.name,
        "product_id": server.product_id,
        "license_server_id": server.license_server_id,
        "version": server.version,
        "contact": {name: text for name, text in server.contact.items() if text},
    }
