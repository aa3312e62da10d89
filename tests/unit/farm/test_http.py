# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP: what is answered before any SOAP is read."""

from __future__ import annotations

import socket

import pytest
from farm import Farm, Rights

from .conftest import FarmOf
from .soap_client import CIMV2, SoapClient, basic, envelope, header

OS = CIMV2 + "Win32_OperatingSystem"
GET = envelope(header("http://schemas.xmlsoap.org/ws/2004/09/transfer/Get", OS), "")
IDENTIFY = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:i="http://schemas.dmtf.org'
    b'/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>'
)


def test_only_post_to_wsman(client: SoapClient) -> None:
    assert client.post(GET, path="/other").status == 404
    assert client.post(GET, method="PUT").status == 405
    assert client.post(GET, path="/wsman?PSVersion=5.1").status == 200


def test_401_has_no_body_and_names_the_schemes(farm: Farm) -> None:
    answer = SoapClient(farm, "sh1", authorization="").post(GET)
    assert (answer.status, answer.body) == (401, b"")
    assert "Negotiate" in answer.headers["www-authenticate"]
    assert "Basic" in answer.headers["www-authenticate"]


def test_basic_is_neither_offered_nor_taken_without_tls(farm: Farm) -> None:
    answer = SoapClient(farm, "sh1", scheme="http").post(GET)
    assert (answer.status, answer.body) == (401, b"")
    assert "Basic" not in answer.headers["www-authenticate"]


def test_allow_unencrypted_takes_basic_without_tls(farm_of: FarmOf) -> None:
    farm = farm_of(top={"allow_unencrypted": True}, sh1={}, sh2={"allow_unencrypted": False})
    assert SoapClient(farm, "sh1", scheme="http").post(GET).status == 200
    assert SoapClient(farm, "sh2", scheme="http").post(GET).status == 401


def test_a_host_may_refuse_basic(farm_of: FarmOf) -> None:
    answer = SoapClient(farm_of(sh1={"basic": False}), "sh1").post(GET)
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == "Negotiate"


@pytest.mark.parametrize(
    "login",
    [("administrator", "wrong"), ("nobody", "Simulated-Only-1"), ("CORP\\administrator", None)],
    ids=["password", "user", "domain account"],
)
def test_basic_refuses(farm: Farm, login: tuple[str, str | None]) -> None:
    password = login[1] or farm.login("sh1")[1]
    answer = SoapClient(farm, "sh1", authorization=basic(login[0], password)).post(GET)
    assert (answer.status, answer.body) == (401, b"")


def test_basic_knows_the_host_in_front_of_the_name(farm: Farm) -> None:
    dummy, password = farm.login("sh1", auth="basic")
    authorization = basic("SH1\\administrator", password)
    assert SoapClient(farm, "sh1", authorization=authorization).post(GET).status == 200


def test_basic_counts_for_one_request_only(client: SoapClient) -> None:
    assert client.post(GET).status == 200
    client.authorization = ""
    assert client.post(GET).status == 401


def test_a_plain_user_gets_401(farm: Farm) -> None:
    assert SoapClient(farm, "sh1", rights=Rights.PLAIN).post(GET).status == 401


def test_other_schemes_get_401(farm: Farm) -> None:
    for scheme in ("Kerberos abc", "Digest x", "Negotiate !!"):
        assert SoapClient(farm, "sh1", authorization=scheme).post(GET).status == 401


def test_a_request_above_the_limit_gets_413(farm_of: FarmOf) -> None:
    client = SoapClient(farm_of(sh1={"max_envelope_kb": 16}), "sh1")
    assert client.post(GET + b" " * 30_000).status == 413
    client.close()
    assert client.post(GET).status == 200


def test_an_older_release_has_a_smaller_limit(farm_of: FarmOf) -> None:
    farm = farm_of(old={"release": "2008r2"}, new={"release": "2022"})
    assert farm.hosts["old"].max_envelope_bytes == 150 * 1024
    assert farm.hosts["new"].max_envelope_bytes == 500 * 1024


def test_identify_with_and_without_authentication(farm: Farm, client: SoapClient) -> None:
    assert b"OS: 10.0.20348 SP: 0.0 Stack: 3.0" in client.post(IDENTIFY).body
    nobody = SoapClient(farm, "sh1", authorization="")
    assert nobody.post(IDENTIFY).status == 401
    answer = nobody.post(IDENTIFY, headers={"WSMANIDENTIFY": "unauthenticated"})
    assert b"OS: 0.0.0 SP: 0.0" in answer.body
    assert nobody.post(GET).status == 401
    operations = [request.operation for request in farm.hosts["sh1"].requests]
    assert operations == ["Identify", "auth", "Identify", "auth"]


def _raw(farm: Farm, data: bytes) -> bytes:
    host = farm.hosts["sh1"]
    with socket.create_connection((host.address, farm.ports["sh1"][0]), timeout=5) as sock:
        sock.sendall(data)
        return sock.recv(65_536)


def test_expect_continue_is_answered(farm: Farm) -> None:
    head = b"POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    assert _raw(farm, head).startswith(b"HTTP/1.1 100 ")


def test_chunked_bodies_are_read(farm: Farm) -> None:
    data = b"POST /wsman HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    assert _raw(farm, data).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("data", [b"nonsense\r\n\r\n", b"POST /wsman HTTP/1.1\r\nno colon\r\n\r\n"])
def test_what_is_no_http_gets_400(farm: Farm, data: bytes) -> None:
    assert _raw(farm, data).startswith(b"HTTP/1.1 400 ")


def test_the_log_counts_bytes_and_names_users(farm: Farm, client: SoapClient) -> None:
    answer = client.post(GET)
    (request,) = farm.hosts["sh1"].requests
    assert (request.operation, request.cls, request.namespace, request.user) == (
        "Get",
        "Win32_OperatingSystem",
        "root/cimv2",
        "administrator",
    )
    assert (request.bytes_in, request.bytes_out) == (len(GET), len(answer.body))
    assert (request.status, request.writes) == (200, False)
    farm.hosts["sh1"].clear_log()
    assert farm.hosts["sh1"].requests == []
