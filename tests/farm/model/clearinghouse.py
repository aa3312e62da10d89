# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Microsoft's Clearinghouse: which numbers are valid, and who has used them.

That Install, Reinstall and Import differ in who may draw is documented (Microsoft Learn:
Win32_TSLicenseKeyPack and its methods); the order of the checks and all codes are made up.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .clearinghouse_plan import Channel, ClearinghousePlan, NumberPlan
from .key_packs import KeyPack, highest_version
from .license_server import LicenseServer

if TYPE_CHECKING:
    from .forest import Forest


class Refusal(Exception):
    """The operation ends with ``code``, an HRESULT."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"0x{code:08X}: {text}")
        self.code = code


@dataclass(frozen=True, slots=True)
class PackRequest:
    """What a method asks for; product and quantity only where the method takes them."""

    channel: Channel
    number: str
    authorization: str | None = None
    agreement_type: int | None = None
    version: int | None = None
    type: int | None = None
    quantity: int | None = None
    source_name: str | None = None
    source_id: str | None = None


@dataclass(slots=True)
class _Use:
    server: str
    id: str | None
    quantity: int
    pack: int | None = None


@dataclass(slots=True)
class _Number:
    plan: NumberPlan
    uses: list[_Use]
    reinstalls: int


@dataclass(slots=True)
class _Caller:
    """The license server that asks, and what stands in its way regardless of the number."""

    server: LicenseServer
    online: bool
    names: tuple[str, str] = field(init=False)

    def __post_init__(self) -> None:
        host = self.server.host
        self.names = (host.name.lower(), host.fqdn.lower())


class Clearinghouse:
    """One for the whole farm; safe from many threads."""

    def __init__(self, plan: ClearinghousePlan, forest: Forest) -> None:
        self.plan = plan
        self._forest = forest
        self._lock = threading.RLock()
        self._reactivations: dict[str, int] = {}
        self._numbers = [
            _Number(n, [_Use(u.server, u.id, u.quantity) for u in n.used_by], n.reinstalls)
            for n in plan.numbers
        ]

    def refusal(self, name: str, text: str = "") -> Refusal:
        """The refusal of that name with the scenario's code."""
        return Refusal(self.plan.errors[name], text or name)

    # -- key packs --------------------------------------------------------------------------

    def install(self, server: LicenseServer, request: PackRequest) -> KeyPack:
        """A number is used for the first time, or for one part more of its quantity."""
        with self._lock:
            number = self._find(_caller(server, request), request)
            plan = number.plan
            drawn = sum(use.quantity for use in number.uses)
            if plan.channel in (Channel.RETAIL, Channel.KEY_PACK_ID):
                if number.uses:
                    raise self.refusal("already_used")
            elif plan.quantity is not None and drawn >= plan.quantity:
                raise self.refusal("already_used")
            elif plan.quantity is not None and drawn + (request.quantity or 0) > plan.quantity:
                raise self.refusal("too_many_licenses")
            use = _Use(server.host.name, server.license_server_id, 0)
            pack = self._give(server, number, request, use)
            number.uses.append(use)
            return pack

    def reinstall(self, server: LicenseServer, request: PackRequest) -> KeyPack:
        """The same machine, rebuilt, gets again what it had."""
        with self._lock:
            caller = _caller(server, request)
            number = self._find(caller, request)
            use = next((u for u in number.uses if u.server.lower() in caller.names), None)
            if use is None:
                raise self.refusal("already_used" if number.uses else "not_installed")
            same_life = use.id == server.license_server_id
            if same_life and use.pack is not None and server.packs.get(use.pack) is not None:
                raise self.refusal("already_used", "the pack is there")
            if request.quantity is not None and request.quantity > use.quantity:
                raise self.refusal("too_many_licenses")
            if number.reinstalls < 1:
                raise self.refusal("too_many_reactivations")
            number.reinstalls -= 1
            return self._give(server, number, request, use)

    def transfer(self, server: LicenseServer, request: PackRequest) -> KeyPack:
        """Another license server's licenses move here; what that server shows stays as it is."""
        with self._lock:
            number = self._find(_caller(server, request), request)
            use = next((u for u in number.uses if self._is_source(u, request)), None)
            if use is None:
                raise self.refusal("wrong_source" if number.uses else "not_installed")
            if request.quantity is not None and request.quantity > use.quantity:
                raise self.refusal("too_many_licenses")
            return self._give(server, number, request, use)

    def _is_source(self, use: _Use, request: PackRequest) -> bool:
        name = (request.source_name or "").lower()
        if use.server.lower() not in (name, name.partition(".")[0]):
            return False
        known = use.id
        host = self._forest.find(use.server)
        if known is None and host is not None and host.license_server is not None:
            known = host.license_server.license_server_id
        return known == request.source_id

    def _find(self, caller: _Caller, request: PackRequest) -> _Number:
        """The number, when nothing but its earlier uses can stand against it."""
        server = caller.server
        if not server.activated:
            raise self.refusal("not_activated")
        if caller.online and server.plan.clearinghouse:
            raise Refusal(server.plan.clearinghouse, "the Clearinghouse cannot be reached")
        known = [n for n in self._numbers if n.plan.number == request.number]
        if not known:
            raise self.refusal("unknown_number")
        fitting = [n for n in known if _same_channel(n.plan, request)]
        if not fitting:
            raise self.refusal("wrong_channel")
        fitting = [n for n in fitting if n.plan.authorization == request.authorization]
        if not fitting:
            raise self.refusal("unknown_number", "the authorization number")
        product = (request.version, request.type)
        found = next(
            (n for n in fitting if product in ((None, None), (n.plan.version, n.plan.type))), None
        )
        if found is None:
            raise self.refusal("wrong_product")
        self._check(caller, found.plan)
        return found

    def _check(self, caller: _Caller, plan: NumberPlan) -> None:
        if plan.outcome:
            raise Refusal(plan.outcome, "the scenario's outcome")
        if plan.server is not None and plan.server.lower() not in caller.names:
            raise self.refusal("wrong_code", "made for another license server")
        version = plan.version if plan.gives is None else plan.gives[0]
        if version > highest_version(caller.server.host.release.year):
            raise self.refusal("too_new")

    def _give(
        self, server: LicenseServer, number: _Number, request: PackRequest, use: _Use
    ) -> KeyPack:
        """Put the pack on the server and write down who has it."""
        plan = number.plan
        quantity = request.quantity or use.quantity or plan.quantity or 0
        version, kind = plan.version, plan.type
        if plan.gives is not None:
            version, kind, quantity = plan.gives
        pack = server.packs.add(plan.program, version, kind, quantity)
        use.server, use.id = server.host.name, server.license_server_id
        use.quantity, use.pack = quantity, pack.id
        server.serve_waiting(pack)
        return pack

    # -- activation -------------------------------------------------------------------------

    def count_reactivation(self, server: LicenseServer) -> None:
        """Note one more reactivation of a machine, or refuse it."""
        with self._lock:
            done = self._reactivations.get(server.host.name, 0)
            if done >= self.plan.reactivations:
                raise self.refusal("too_many_reactivations")
            self._reactivations[server.host.name] = done + 1

    def activation_id(self, host: str) -> str:
        """The 35 characters that web or telephone give for activating a host."""
        return self._server(host).license_server_id

    def reactivation_id(self, host: str) -> str:
        """The 35 characters that web or telephone give for reactivating a host."""
        return self._server(host).next_id

    def confirmation_code(self, host: str) -> str:
        """The code that the telephone gives for deactivating a host; its form is made up."""
        return self._server(host).confirmation_code

    def _server(self, name: str) -> LicenseServer:
        host = self._forest.find(name)
        if host is None or host.license_server is None:
            raise ValueError(f"{name} is no license server")
        return host.license_server


def _caller(server: LicenseServer, request: PackRequest) -> _Caller:
    return _Caller(server, online=request.channel is not Channel.KEY_PACK_ID)


def _same_channel(plan: NumberPlan, request: PackRequest) -> bool:
    return plan.channel is request.channel and plan.agreement_type == request.agreement_type
