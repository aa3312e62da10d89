# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both carriers share because pywinrm and pypsrp both stand on requests.

The size of answers is bounded below them, and what requests raises becomes our own errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..answer import MAX_ANSWER
from ..errors import BadAnswer, CimError, ConnectionLost, Trouble, Unreachable

ADVICE_NETWORK = (
    "check that the host is up, that its WinRM listener runs (winrm enumerate "
    "winrm/config/listener) and that no firewall stands between"
)
ADVICE_TLS = (
    "let the controller trust the issuer of the host's certificate (ansible_winrm_ca_trust_path, "
    "ansible_psrp_ca_cert), and compare the name in the certificate with ansible_host"
)
MAX_BODY = MAX_ANSWER + 256 * 1024
"""Bytes: the largest answer plus what sealing and its MIME parts add."""
_REQUESTS = "requests.exceptions"
_BROKE_OFF = "an answer broke off: {}"
# By name, the special before the general: requests itself need not be there to be named.
_REQUESTS_ERRORS: tuple[tuple[str, type[Unreachable], str, str, Trouble], ...] = (
    ("SSLError", Unreachable, "TLS failed: {}", ADVICE_TLS, Trouble.TLS),
    ("ProxyError", Unreachable, "the proxy refused: {}", "check the proxy options", Trouble.PROXY),
    (
        *("ConnectTimeout", Unreachable, "the connection attempt timed out", ADVICE_NETWORK),
        Trouble.NO_CONNECTION,
    ),
    (
        *("Timeout", ConnectionLost, "no answer came in the time allowed", ADVICE_NETWORK),
        Trouble.NO_ANSWER,
    ),
    ("ConnectionError", ConnectionLost, "the connection broke: {}", ADVICE_NETWORK, Trouble.BROKEN),
    ("ChunkedEncodingError", ConnectionLost, _BROKE_OFF, ADVICE_NETWORK, Trouble.BROKEN),
    ("ContentDecodingError", ConnectionLost, _BROKE_OFF, ADVICE_NETWORK, Trouble.BROKEN),
    (
        *("RequestException", Unreachable, "the request could not be sent: {}", ADVICE_NETWORK),
        Trouble.NO_CONNECTION,
    ),
)


def bound_answers(session: Any, sealed: Callable[[], bool]) -> None:
    """Let a requests session read no more than MAX_BODY bytes of any answer.

    Both libraries read whole bodies, the login's answers included, so the bound sits where
    those come in: at the adapters. It also refuses an answer in clear text where messages are
    sealed: only the host could have sealed it, anybody could have sent the other.

    :param sealed: tells whether messages on this session are encrypted by now.
    """
    # The libraries have merged proxies and CA from the environment by now; requests would look
    # there anew for every request, a tenth of the CPU time of a task.
    session.trust_env = False
    for adapter in session.adapters.values():
        if not hasattr(adapter, "unbounded_send"):
            adapter.unbounded_send = adapter.send
            adapter.send = _bounded(adapter.send, sealed)


@contextmanager
def waiting(transport: Any, option: str, wait: float | None) -> Iterator[None]:
    """Let a transport wait longer for its answers while this lasts.

    :param option: its attribute with the read timeout; both libraries look at every request.
    :param wait: seconds; None, or less than what it has, changes nothing.
    """
    if wait is None:
        yield
        return
    own = getattr(transport, option)
    if own is not None:  # None: it waits without end
        setattr(transport, option, max(own, wait))
    try:
        yield
    finally:
        setattr(transport, option, own)


def _bounded(send: Callable[..., Any], sealed: Callable[[], bool]) -> Callable[..., Any]:
    def send_bounded(*args: Any, **kwargs: Any) -> Any:
        response = send(*args, **kwargs)
        if sealed() and response.status_code in (200, 500):
            kind = response.headers.get("Content-Type", "").lower()
            # An HTTP error with a web page or nothing in it may come from a proxy, or from
            # Windows' HTTP driver; answers and faults of WinRM itself are always sealed.
            if not kind.startswith("multipart/") and (response.status_code == 200 or "xml" in kind):
                response.close()
                raise BadAnswer("an answer in clear text came over an encrypted session")
        # The login reads the connection's socket (channel binding), so the body stays unread.
        response.raw.stream = _bounded_stream(response.raw.stream)
        return response

    return send_bounded


def _bounded_stream(stream: Callable[..., Iterator[bytes]]) -> Callable[..., Iterator[bytes]]:
    def stream_bounded(*args: Any, **kwargs: Any) -> Iterator[bytes]:
        size = 0
        for chunk in stream(*args, **kwargs):
            size += len(chunk)
            if size > MAX_BODY:
                raise BadAnswer(f"the answer is larger than {MAX_ANSWER} bytes")
            yield chunk

    return stream_bounded


def error_from(exc: Exception) -> CimError:
    """Turn what requests, urllib3 and the libraries above them raise into our own errors."""
    if isinstance(exc, CimError):
        return exc
    said = innermost(exc)
    known = {each.__name__ for each in type(exc).__mro__ if each.__module__ == _REQUESTS}
    if "ConnectionError" in known and _never_connected(exc):
        return Unreachable(f"no connection: {said}", ADVICE_NETWORK, Trouble.NO_CONNECTION)
    for name, error, words, advice, trouble in _REQUESTS_ERRORS:
        if name in known:
            return error(words.format(said), advice, trouble)
    return BadAnswer(f"the answer could not be decoded ({type(exc).__name__}: {said})")


def innermost(exc: BaseException) -> str:
    """The words of the error that started it: libraries wrap it several times."""
    seen = exc
    for dummy in range(8):
        inner = _inner_errors(seen)
        if not inner:
            break
        seen = inner[0]
    text = getattr(seen, "strerror", None) or str(seen) or type(seen).__name__
    return " ".join(str(text).split())[:300]


def _inner_errors(exc: BaseException) -> list[BaseException]:
    candidates = (getattr(exc, "reason", None), *exc.args, exc.__cause__, exc.__context__)
    return [each for each in candidates if isinstance(each, BaseException)]


def _never_connected(exc: BaseException) -> bool:
    """Whether urllib3 failed before it had a connection to write on."""
    pending: list[BaseException] = [exc]
    for dummy in range(24):
        if not pending:
            return False
        each = pending.pop()
        if type(each).__name__ in ("NewConnectionError", "NameResolutionError"):
            return True
        pending += _inner_errors(each)
    return False
