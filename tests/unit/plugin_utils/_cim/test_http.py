# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What requests raises becomes our own errors, and bodies are bounded."""

from __future__ import annotations

import io
import ssl
from typing import Any

import pytest
import requests
import urllib3
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.answer import (
    MAX_ANSWER,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers import (
    contract,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.http import (
    ADVICE_NETWORK,
    ADVICE_TLS,
    MAX_BODY,
    bound_answers,
    error_from,
    innermost,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    CimError,
    ConnectionLost,
    Fault,
    HttpError,
    Unreachable,
)

POOL = urllib3.HTTPConnectionPool("host", 5985)


def refused() -> requests.ConnectionError:
    """As requests raises it when nobody listens."""
    connection = urllib3.connection.HTTPConnection("host", 5985)
    inner = urllib3.exceptions.NewConnectionError(connection, "[Errno 111] Connection refused")
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(POOL, "/wsman", inner))


def dropped() -> requests.ConnectionError:
    """As requests raises it when the host closes the connection instead of answering."""
    inner = ConnectionResetError(104, "Connection reset by peer")
    return requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", inner))


def untrusted() -> requests.exceptions.SSLError:
    """As requests raises it when it does not trust the certificate."""
    inner = urllib3.exceptions.SSLError(ssl.SSLCertVerificationError(1, "self-signed certificate"))
    return requests.exceptions.SSLError(urllib3.exceptions.MaxRetryError(POOL, "/wsman", inner))


@pytest.mark.parametrize(
    ("raised", "kind", "words", "advice", "trouble"),
    [
        (refused(), Unreachable, "no connection: ", ADVICE_NETWORK, "no_connection"),
        (
            dropped(),
            ConnectionLost,
            "the connection broke: Connection reset by peer",
            ADVICE_NETWORK,
            "broken",
        ),
        (untrusted(), Unreachable, "TLS failed: self-signed certificate", ADVICE_TLS, "tls"),
        (
            requests.exceptions.ProxyError("407"),
            Unreachable,
            "the proxy refused: 407",
            "proxy",
            "proxy",
        ),
        (
            requests.ConnectTimeout(),
            Unreachable,
            "the connection attempt timed out",
            ADVICE_NETWORK,
            "no_connection",
        ),
        (
            requests.ReadTimeout(),
            ConnectionLost,
            "no answer came in the time allowed",
            ADVICE_NETWORK,
            "no_answer",
        ),
        (
            requests.exceptions.ChunkedEncodingError("IncompleteRead"),
            ConnectionLost,
            "an answer broke off: IncompleteRead",
            ADVICE_NETWORK,
            "broken",
        ),
        (
            requests.exceptions.ContentDecodingError("gzip"),
            ConnectionLost,
            "an answer broke off: gzip",
            ADVICE_NETWORK,
            "broken",
        ),
        (
            requests.exceptions.InvalidURL("no host"),
            Unreachable,
            "the request could not be sent: no host",
            ADVICE_NETWORK,
            "no_connection",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_errors_of_requests(
    raised: Exception, kind: type[CimError], words: str, advice: str, trouble: str
) -> None:
    error = error_from(raised)
    assert error.__class__ is kind
    assert words in str(error)
    assert advice in (error.advice or "")
    assert error.trouble == trouble


def test_only_what_may_have_reached_the_host_counts_as_lost() -> None:
    # A read that was lost is repeated; one that never left must not be.
    assert not isinstance(error_from(refused()), ConnectionLost)
    assert isinstance(error_from(dropped()), ConnectionLost)


@pytest.mark.parametrize(
    "raised", [ValueError("boundary"), KeyError("x"), IndexError(), OSError(5, "io")]
)
def test_whatever_else_a_library_raises_is_a_bad_answer(raised: Exception) -> None:
    error = error_from(raised)
    assert error.__class__ is BadAnswer
    assert f"could not be decoded ({type(raised).__name__}" in str(error)


def test_our_own_errors_pass_through() -> None:
    own = Fault(5)
    assert error_from(own) is own


def test_the_innermost_words_are_shown_and_bounded() -> None:
    outer = ValueError("outer")
    outer.__cause__ = OSError(113, "No route to host")
    assert innermost(outer) == "No route to host"
    assert innermost(ValueError("a\n" * 500)) == " ".join("a" * 500)[:300]
    assert innermost(ValueError()) == "ValueError"


def test_errors_that_wrap_each_other_in_a_circle_end() -> None:
    one, other = ValueError("one"), requests.ConnectionError("other")
    one.__cause__, other.__cause__ = other, one
    assert innermost(one) in ("one", "other")
    assert isinstance(error_from(other), ConnectionLost)


@pytest.mark.parametrize("text", ["<fault/>", b"<fault/>"])
def test_the_body_of_an_http_error_is_kept(text: str | bytes) -> None:
    assert contract.error_answer(500, text) == (500, b"<fault/>")


@pytest.mark.parametrize("text", [None, "", b"", " \r\n", b"\n"])
def test_an_http_error_without_body(text: str | bytes | None) -> None:
    with pytest.raises(HttpError) as caught:
        contract.error_answer(503, text)
    assert (caught.value.status, "overloaded" in (caught.value.advice or "")) == (503, True)
    with pytest.raises(ConnectionLost, match="encrypted session"):
        contract.error_answer(400, text)


class Body(io.RawIOBase):
    """A body of any size that counts what was read of it."""

    def __init__(self, size: int) -> None:
        self.left = size
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = min(len(buffer), self.left)
        buffer[:part] = b"x" * part
        self.left -= part
        self.given += part
        return part


class Answering(requests.adapters.HTTPAdapter):
    """Answers with one body."""

    def __init__(self, size: int, kind: str = "application/soap+xml", status: int = 200) -> None:
        super().__init__()
        self.body = Body(size)
        self.kind, self.status = kind, status
        self.timeouts: list[object] = []

    def send(self, request: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        self.timeouts.append(options["timeout"])
        raw = urllib3.HTTPResponse(
            io.BufferedReader(self.body),
            headers={"Content-Type": self.kind},
            status=self.status,
            preload_content=False,
        )
        return self.build_response(request, raw)


def posted(adapter: Answering, *, sealed: bool = False) -> requests.Response:
    session = requests.Session()
    session.mount("http://", adapter)
    bound_answers(session, lambda: sealed)
    return session.post("http://host:5985/wsman", b"message", timeout=30)


def test_a_body_within_bounds_comes_through() -> None:
    adapter = Answering(200_000)
    assert posted(adapter).content == b"x" * 200_000
    assert adapter.timeouts == [30]


def test_a_body_may_be_as_large_as_an_answer_and_its_sealing() -> None:
    assert MAX_BODY > MAX_ANSWER
    assert len(posted(Answering(MAX_BODY)).content) == MAX_BODY


def test_reading_stops_at_the_bound() -> None:
    adapter = Answering(10**12)
    with pytest.raises(BadAnswer, match=f"larger than {MAX_ANSWER} bytes"):
        posted(adapter)
    assert MAX_BODY < adapter.body.given < MAX_BODY + 1_000_000


def test_an_error_s_body_is_bounded_too() -> None:
    with pytest.raises(BadAnswer, match="larger than"):
        posted(Answering(10**12, status=500))


def test_bounding_twice_wraps_once() -> None:
    adapter = Answering(10)
    session = requests.Session()
    session.mount("http://", adapter)
    bound_answers(session, lambda: False)
    once = adapter.send
    bound_answers(session, lambda: False)
    assert adapter.send == once


@pytest.mark.parametrize("kind", ["application/soap+xml;charset=UTF-8", "text/html", ""])
def test_clear_text_over_a_sealed_session_is_refused(kind: str) -> None:
    with pytest.raises(BadAnswer, match="in clear text came over an encrypted session"):
        posted(Answering(10, kind), sealed=True)
    assert posted(Answering(10, kind)).content == b"x" * 10


def test_sealed_answers_and_refusals_come_through_a_sealed_session() -> None:
    sealed = 'Multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted"'
    assert posted(Answering(10, sealed), sealed=True).content == b"x" * 10
    # 401 is part of logging on; it comes before there is a key.
    assert posted(Answering(0, "", 401), sealed=True).status_code == 401
