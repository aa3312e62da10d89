# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told about the options of a connection plugin."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._debugging import settings
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._debugging.findings import (
    Status,
)
from unit.plugin_utils.task_stand_ins import Connection

PASSWORD = "Sesam-0ffne-dich"
PROXY = f"http://proxyuser:{PASSWORD}2@proxy.example:3128"


def winrm(**options: Any) -> Connection:
    extras = options.pop("extras", {})
    return Connection("winrm", options={"remote_addr": "sh1", "_extras": extras, **options})


def psrp(**options: Any) -> Connection:
    return Connection("psrp", options={"remote_addr": "sh1", **options})


@pytest.mark.parametrize(
    ("connection", "scheme", "port", "methods"),
    [
        (winrm(port=5985, transport=["ntlm"]), "http", 5985, ("ntlm",)),
        (winrm(port=5986, transport=None), "https", 5986, ("ssl",)),
        (winrm(port=5985, transport=[None], remote_user="u"), "http", 5985, ("plaintext",)),
        (winrm(port=5986, remote_user="u@D.EXAMPLE"), "https", 5986, ("kerberos",)),
        (winrm(port=47001, scheme="http", transport=["basic"]), "http", 47001, ("basic",)),
        (psrp(), "https", 5986, ("negotiate",)),
        (psrp(port="5985", auth="kerberos"), "http", 5985, ("kerberos",)),
        (psrp(protocol="http"), "http", 5985, ("negotiate",)),
    ],
)
def test_options_are_read_as_the_plugin_reads_them(
    connection: Connection, scheme: str, port: int, methods: tuple[str, ...]
) -> None:
    found = settings.read_settings(connection)
    assert (found.scheme, found.port, found.methods) == (scheme, port, methods)
    assert found.address == "sh1"


def test_no_password_is_read() -> None:
    for connection in (
        winrm(
            port=5986, remote_password=PASSWORD, extras={"ansible_winrm_proxy": PROXY}, path="wsman"
        ),
        psrp(remote_password=PASSWORD, proxy=PROXY),
    ):
        found = settings.read_settings(connection)
        assert PASSWORD not in str(found.as_values())
        assert found.proxy == "http://proxy.example:3128"
        assert settings.secrets_of(connection) == {PASSWORD, PASSWORD + "2"}
    assert settings.secrets_of(Connection("local")) == set()


def test_a_proxy_that_is_no_url() -> None:
    connection = psrp(proxy="http://[half")
    assert settings.read_settings(connection).proxy == "(not a URL)"
    assert settings.secrets_of(connection) == set()


def checks(connection: Connection) -> dict[str, Status]:
    found = settings.look_at_settings(settings.read_settings(connection))
    assert all(each.advice for each in found if each.status is not Status.OK)
    return {each.check: each.status for each in found}


def test_what_the_options_tell() -> None:
    good = {"plugin": Status.OK}
    assert checks(winrm(port=5985, transport=["ntlm"])) == good
    assert checks(winrm(port=5986, transport=["basic"])) == good
    clear = {**good, "authentication": Status.WARNING}
    assert checks(winrm(port=5985, transport=["basic"])) == clear
    assert checks(psrp(port=5985, auth="basic")) == clear
    unchecked = {**good, "certificate": Status.NOTE}
    assert checks(psrp(cert_validation="ignore")) == unchecked
    extras = {"ansible_winrm_server_cert_validation": "ignore"}
    assert checks(winrm(port=5986, extras=extras)) == unchecked
    assert checks(winrm(port=5985, transport=["ntlm"], extras=extras)) == good


@pytest.mark.parametrize("plugin", ["ssh", "local"])
def test_other_connections_cannot(plugin: str) -> None:
    connection = Connection(plugin)
    assert checks(connection) == {"plugin": Status.FAILED}
    assert settings.read_settings(connection).as_values()["library"] is None


class Carried:
    """A carrier, as far as the encryption is concerned."""

    operation_timeout = 20.0

    def __init__(self, endpoint: str, sealed: bool) -> None:
        self.endpoint = endpoint
        self.sealed = sealed

    def send(self, message: bytes, wait: float | None = None) -> tuple[int, bytes]:
        raise NotImplementedError

    def reset(self) -> None:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("endpoint", "sealed", "status"),
    [
        ("https://h:5986/wsman", False, Status.OK),
        ("http://h:5985/wsman", True, Status.OK),
        ("http://h:5985/wsman", False, Status.WARNING),
    ],
)
def test_how_messages_are_protected(endpoint: str, sealed: bool, status: Status) -> None:
    found = settings.look_at_encryption(
        settings.Settings("winrm", message_encryption="never"), Carried(endpoint, sealed)
    )
    assert found.status is status
    assert ("never" in found.says) is (status is Status.WARNING)
