# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""NTLM with sealed messages: the handshake and every way to get it wrong."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable, Iterator

import pytest
import spnego
from farm import Farm, Rights

from .conftest import FarmOf
from .soap_client import CIMV2, Answer, SoapClient, envelope, header

OS = CIMV2 + "Win32_OperatingSystem"
GET = envelope(header("http://schemas.xmlsoap.org/ws/2004/09/transfer/Get", OS), "")
PROTOCOL = "application/HTTP-SPNEGO-session-encrypted"
TYPE = f'multipart/encrypted;protocol="{PROTOCOL}";boundary="Encrypted Boundary"'


class NtlmClient(SoapClient):
    """Adds a handshake and sealed messages, written from MS-WSMV 2.2.9.1."""

    def __init__(self, farm: Farm, host: str = "sh1", scheme: str = "http") -> None:
        super().__init__(farm, host, scheme=scheme, authorization="")
        self.context: spnego.ContextProxy | None = None
        self.statuses: list[int] = []

    def log_in(self, user: str, password: str, protocol: str = "ntlm") -> int:
        option = spnego.NegotiateOptions.use_negotiate
        if protocol == "ntlm":
            option = spnego.NegotiateOptions.use_ntlm
        self.context = spnego.client(user, password, "h", protocol=protocol, options=option)
        token = self.context.step()
        self.statuses = []
        while token is not None:
            sent = "Negotiate " + base64.b64encode(token).decode()
            answer = self.post(b"", headers={"Authorization": sent})
            self.statuses.append(answer.status)
            back = answer.headers.get("www-authenticate", "").partition("Negotiate ")[2]
            if not back:
                break
            token = self.context.step(base64.b64decode(back))
        return self.statuses[-1]

    def sealed(
        self,
        data: bytes,
        *,
        length: int | None = None,
        spoil: Callable[[bytes], bytes] = bytes,
    ) -> Answer:
        assert self.context is not None
        wrapped = self.context.wrap_winrm(data)
        body = (
            f"--Encrypted Boundary\r\n\tContent-Type: {PROTOCOL}\r\n\tOriginalContent: "
            f"type=application/soap+xml;charset=UTF-8;Length={length or len(data)}\r\n"
            "--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n"
        ).encode()
        body += struct.pack("<i", len(wrapped.header)) + wrapped.header + spoil(wrapped.data)
        return self.post(body + b"--Encrypted Boundary--\r\n", headers={"Content-Type": TYPE})

    def unsealed(self, answer: Answer) -> bytes:
        assert self.context is not None
        assert answer.headers["content-type"] == TYPE
        start = answer.body.index(b"octet-stream\r\n") + len(b"octet-stream\r\n")
        payload = answer.body[start:].removesuffix(b"--Encrypted Boundary--\r\n")
        (size,) = struct.unpack("<i", payload[:4])
        plain = self.context.unwrap_winrm(payload[4 : 4 + size], payload[4 + size :])
        assert f"Length={len(plain)}".encode() in answer.body[:start]
        return plain


@pytest.fixture
def ntlm(farm: Farm) -> Iterator[NtlmClient]:
    client = NtlmClient(farm)
    yield client
    client.close()


def test_a_sealed_message_is_answered_by_a_sealed_one(farm: Farm, ntlm: NtlmClient) -> None:
    assert ntlm.log_in(*farm.login("sh1")) == 200
    assert ntlm.statuses == [401, 200]
    for dummy in range(3):
        answer = ntlm.sealed(GET)
        assert b"BuildNumber" not in answer.body
        assert b"<p:BuildNumber>20348" in ntlm.unsealed(answer)
    operations = [(r.operation, r.status) for r in farm.hosts["sh1"].requests]
    assert operations == [("auth", 401), ("auth", 200)] + [("Get", 200)] * 3


def test_negotiate_wraps_ntlm(farm: Farm, ntlm: NtlmClient) -> None:
    assert ntlm.log_in(*farm.login("sh1"), protocol="negotiate") == 200
    assert b"<p:BuildNumber>" in ntlm.unsealed(ntlm.sealed(GET))


def test_faults_are_sealed_too(farm: Farm, ntlm: NtlmClient) -> None:
    ntlm.log_in(*farm.login("sh1"))
    answer = ntlm.sealed(GET.replace(b"Win32_OperatingSystem", b"Win32_Nothing"))
    assert answer.status == 500
    assert b"DestinationUnreachable" in ntlm.unsealed(answer)


@pytest.mark.parametrize(
    ("user", "password"),
    [
        ("CORP\\administrator", "wrong"),
        ("CORP\\nobody", "Simulated-Only-1"),
        ("OTHER\\administrator", "Simulated-Only-1"),
        ("CORP\\plainuser", "Simulated-Only-1"),
    ],
    ids=["password", "user", "domain", "no rights"],
)
def test_refused_logins(ntlm: NtlmClient, user: str, password: str) -> None:
    assert ntlm.log_in(user, password) == 401
    answer = ntlm.post(GET)
    assert (answer.status, answer.body) == (401, b"")


@pytest.mark.parametrize(
    "user",
    [
        "corp\\ADMINISTRATOR",
        "corp.example\\administrator",
        "administrator@corp.example",
        "SH1\\administrator",
        "administrator",
    ],
)
def test_spellings_of_a_name(farm: Farm, ntlm: NtlmClient, user: str) -> None:
    assert ntlm.log_in(user, farm.login("sh1")[1]) == 200


def test_a_workgroup_host_knows_no_domain_account(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"workgroup": "WG"}, sh2={})
    password = farm.login("sh1")[1]
    assert farm.login("sh1")[0] == "administrator"
    assert NtlmClient(farm).log_in("CORP\\administrator", password) == 401
    assert NtlmClient(farm).log_in("SH2\\administrator", password) == 401
    assert NtlmClient(farm).log_in("SH1\\administrator", password) == 200


def test_account_scopes(farm_of: FarmOf) -> None:
    accounts = [
        {"name": "dom", "password": "p1", "scope": "domain"},
        {"name": "loc", "password": "p2", "scope": "local", "rights": "administrator"},
    ]
    farm = farm_of(top={"accounts": accounts}, sh1={})
    assert NtlmClient(farm).log_in("CORP\\dom", "p1") == 200
    assert NtlmClient(farm).log_in("SH1\\dom", "p1") == 401
    assert NtlmClient(farm).log_in("SH1\\loc", "p2") == 200
    assert NtlmClient(farm).log_in("CORP\\loc", "p2") == 401


def test_a_new_connection_has_to_log_in_again(farm: Farm, ntlm: NtlmClient) -> None:
    ntlm.log_in(*farm.login("sh1"))
    assert ntlm.sealed(GET).status == 200
    ntlm.close()
    answer = ntlm.sealed(GET)
    assert (answer.status, answer.body) == (400, b"")


def test_an_unencrypted_message_is_refused_over_http(farm: Farm, ntlm: NtlmClient) -> None:
    ntlm.log_in(*farm.login("sh1"))
    answer = ntlm.post(GET)
    assert (answer.status, answer.body) == (500, b"")
    assert all(r.operation == "auth" for r in farm.hosts["sh1"].requests)


def test_unencrypted_messages_over_https_or_when_allowed(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={}, sh2={"allow_unencrypted": True})
    for host, scheme in (("sh1", "https"), ("sh2", "http")):
        client = NtlmClient(farm, host, scheme)
        assert client.log_in(*farm.login(host)) == 200
        assert b"<p:BuildNumber>" in client.post(GET).body


def test_spoiled_messages_get_a_bare_400(farm: Farm, ntlm: NtlmClient) -> None:
    spoilers: list[tuple[int | None, Callable[[bytes], bytes]]] = [
        (None, lambda data: data[:-1] + bytes([data[-1] ^ 1])),
        (None, lambda data: data[:5]),
        (7, bytes),
    ]
    for length, spoil in spoilers:
        ntlm.close()
        ntlm.log_in(*farm.login("sh1"))
        answer = ntlm.sealed(GET, length=length, spoil=spoil)
        assert (answer.status, answer.body) == (400, b"")
    ntlm.log_in(*farm.login("sh1"))
    assert ntlm.post(b"x", headers={"Content-Type": TYPE}).status == 400


def test_a_request_above_the_limit_gets_413_sealed_too(farm_of: FarmOf) -> None:
    client = NtlmClient(farm_of(sh1={"max_envelope_kb": 16}))
    client.log_in("CORP\\administrator", "Simulated-Only-1")
    assert client.sealed(GET + b" " * (16 * 1024 - len(GET))).status == 200
    assert client.sealed(GET + b" " * (16 * 1024 - len(GET) + 1)).status == 413


def test_two_farms_in_one_process_keep_their_accounts(farm_of: FarmOf) -> None:
    first = farm_of(top={"accounts": [{"name": "one", "password": "a"}]}, sh1={})
    second = farm_of(top={"accounts": [{"name": "two", "password": "b"}]}, sh1={})
    assert NtlmClient(first).log_in("CORP\\one", "a") == 200
    assert NtlmClient(second).log_in("CORP\\two", "b") == 200
    assert NtlmClient(second).log_in("CORP\\one", "a") == 401


def test_rights_come_with_the_account(farm: Farm, ntlm: NtlmClient) -> None:
    user, password = farm.login("sh1", rights=Rights.NO_REMOTE_ENABLE)
    assert ntlm.log_in(user, password) == 200
    assert b"AccessDenied" in ntlm.unsealed(ntlm.sealed(GET))
