# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the connection plugin is set: what it will do, before and after a carrier stands on it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ansible.errors import AnsibleError

from .._cim.carriers.contract import Carrier
from .findings import Area, Finding, Status

CARRIERS = {"winrm": "pywinrm", "psrp": "pypsrp"}
"""The connections that carry CIM, and whose transport the bytes go through."""
_CLEAR_TEXT = frozenset({"basic", "plaintext"})
_HTTP_PORT = 5985


@dataclass(frozen=True, slots=True)
class Settings:
    """What the options of a connection say; None: unknown, or not an option of it."""

    plugin: str
    address: str | None = None
    port: int | None = None
    scheme: str | None = None
    path: str | None = None
    user: str | None = None
    methods: tuple[str, ...] = ()
    message_encryption: str | None = None
    certificate_validation: str | None = None
    proxy: str | None = None

    def as_values(self) -> dict[str, Any]:
        """The settings as results of the module."""
        return {
            "plugin": self.plugin,
            "library": CARRIERS.get(self.plugin),
            "address": self.address,
            "port": self.port,
            "scheme": self.scheme,
            "path": self.path,
            "user": self.user,
            "authentication": list(self.methods),
            "message_encryption": self.message_encryption,
            "certificate_validation": self.certificate_validation,
            "proxy": self.proxy,
        }


def read_settings(connection: Any) -> Settings:
    """Read the options of a connection plugin. Opens nothing, and reads no password."""
    plugin = str(getattr(connection, "transport", "unknown"))
    if plugin == "winrm":
        return _winrm(connection)
    if plugin == "psrp":
        return _psrp(connection)
    return Settings(plugin, address=_text(_option(connection, "remote_addr")))


def secrets_of(connection: Any) -> set[str]:
    """The password of the connection and that of its proxy, to be masked in every text."""
    proxy = _option(connection, "proxy") or _extras(connection).get("ansible_winrm_proxy")
    found = {_text(_option(connection, "remote_password"))}
    with suppress(ValueError):
        found.add(urlsplit(str(proxy or "")).password)
    return {each for each in found if each}


def _winrm(connection: Any) -> Settings:
    extras = _extras(connection)
    port = _number(_option(connection, "port"))
    scheme = _text(_option(connection, "scheme"))
    scheme = scheme or ("http" if port == _HTTP_PORT else "https")
    user = _text(_option(connection, "remote_user"))
    named = _option(connection, "transport")
    methods = tuple(str(each) for each in named or () if each)
    if not methods:
        # The plugin's own choice: see ansible.builtin.winrm.
        own = "ssl" if scheme == "https" else "plaintext"
        methods = ("kerberos" if user and "@" in user else own,)
    return Settings(
        plugin="winrm",
        address=_text(_option(connection, "remote_addr")),
        port=port,
        scheme=scheme,
        path=_text(_option(connection, "path")),
        user=user,
        methods=methods,
        message_encryption=_text(extras.get("ansible_winrm_message_encryption")) or "auto",
        certificate_validation=_text(extras.get("ansible_winrm_server_cert_validation"))
        or "validate",
        proxy=_without_password(extras.get("ansible_winrm_proxy")),
    )


def _psrp(connection: Any) -> Settings:
    port = _number(_option(connection, "port"))
    scheme = _text(_option(connection, "protocol"))
    scheme = scheme or ("http" if port == _HTTP_PORT else "https")
    return Settings(
        plugin="psrp",
        address=_text(_option(connection, "remote_addr")),
        port=port or (5986 if scheme == "https" else _HTTP_PORT),
        scheme=scheme,
        path=_text(_option(connection, "path")),
        user=_text(_option(connection, "remote_user")),
        methods=(_text(_option(connection, "auth")) or "negotiate",),
        message_encryption=_text(_option(connection, "message_encryption")) or "auto",
        certificate_validation=_text(_option(connection, "cert_validation")) or "validate",
        proxy=_without_password(_option(connection, "proxy")),
    )


def _option(connection: Any, name: str) -> Any:
    with suppress(KeyError, AnsibleError):
        return connection.get_option(name)
    return None


def _extras(connection: Any) -> Mapping[str, Any]:
    extras = _option(connection, "_extras")
    return extras if isinstance(extras, Mapping) else {}


def _text(value: object) -> str | None:
    return str(value) if value not in (None, "") else None


def _number(value: object) -> int | None:
    text = _text(value)
    return int(text) if text and text.isdecimal() else None


def _without_password(proxy: object) -> str | None:
    text = _text(proxy)
    if text is None:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return "(not a URL)"
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def look_at_settings(settings: Settings) -> list[Finding]:
    """What the options alone tell."""
    found = [_look_at_plugin(settings)]
    if settings.plugin not in CARRIERS:
        return found
    clear = _CLEAR_TEXT & set(settings.methods)
    if settings.scheme == "http" and clear:
        found.append(
            Finding(
                Area.CONNECTION,
                "authentication",
                Status.WARNING,
                f"{', '.join(sorted(clear))} over http sends the password in clear text, and "
                "Windows refuses it unless AllowUnencrypted is set",
                "use ntlm, kerberos or negotiate, whose messages are encrypted, or https",
            )
        )
    if settings.scheme == "https" and settings.certificate_validation == "ignore":
        found.append(
            Finding(
                Area.CONNECTION,
                "certificate",
                Status.NOTE,
                "the host's certificate is not checked: anybody between could answer in its place",
                "trust the issuer (ansible_winrm_ca_trust_path, ansible_psrp_ca_cert) and remove "
                "the option that ignores it",
            )
        )
    return found


def _look_at_plugin(settings: Settings) -> Finding:
    library = CARRIERS.get(settings.plugin)
    if library is None:
        return Finding(
            Area.CONNECTION,
            "plugin",
            Status.FAILED,
            f"ansible_connection is {settings.plugin}, which cannot carry CIM over WS-Management",
            "set ansible_connection to winrm or psrp for the Windows host (a task delegated to "
            "localhost runs with localhost's connection)",
        )
    says = (
        f"ansible_connection {settings.plugin}: CIM travels through the transport of {library}, "
        f"to {settings.scheme}://{settings.address}:{settings.port}, as "
        f"{settings.user or 'the account of the ticket'} by {', '.join(settings.methods)}"
    )
    return Finding(Area.CONNECTION, "plugin", Status.OK, says)


def look_at_encryption(settings: Settings, carrier: Carrier) -> Finding:
    """How messages are protected, once one has been exchanged."""
    check, area = "encryption", Area.CONNECTION
    if carrier.endpoint.lower().startswith("https"):
        return Finding(area, check, Status.OK, "messages travel in TLS")
    if is_sealed(carrier):
        return Finding(area, check, Status.OK, "messages are encrypted by the authentication")
    return Finding(
        area,
        check,
        Status.WARNING,
        f"messages travel in clear text (message encryption: {settings.message_encryption})",
        "use https, or ntlm, kerberos, negotiate or credssp with message encryption auto",
    )


def is_sealed(carrier: Carrier) -> bool:
    """Whether the carrier's library encrypts messages by now."""
    return getattr(carrier, "sealed", False) is True
