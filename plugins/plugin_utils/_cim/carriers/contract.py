# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every carrier promises."""

from __future__ import annotations

from typing import Protocol

from ..errors import ConnectionLost, HttpError, Trouble, Unreachable

ADVICE_CREDENTIALS = (
    "check ansible_user and ansible_password, that the account may log on over the network and "
    "is a member of Administrators or Remote Management Users, and that the authentication "
    "method is enabled (winrm get winrm/config/service/auth)"
)


class Carrier(Protocol):
    """Moves one message to the host and its answer back."""

    @property
    def endpoint(self) -> str:
        """The URL of the listener, for messages."""

    @property
    def operation_timeout(self) -> float:
        """Seconds that the connection's options allow for one operation."""

    def send(self, message: bytes, wait: float | None = None) -> tuple[int, bytes]:
        """Send a message; return the HTTP status and the body of the answer.

        The status is 200, or another one with a body that may hold a fault.

        :param wait: seconds to wait for the answer at least; without it, and where they are
            longer, the connection's options decide.

        :raises ConnectionLost: it broke after the request may have gone out.
        :raises Unreachable: no connection, bad credentials, TLS refused: nothing executed.
        :raises HttpError: a status other than 200 without a body.
        :raises BadAnswer: an answer that is too large, in clear text, or cannot be decoded.
        """

    def reset(self) -> None:
        """Drop the connection and its security context; the next ``send`` starts anew."""


def rejected() -> Unreachable:
    """The error for an account that the host did not let in."""
    return Unreachable("the credentials were rejected", ADVICE_CREDENTIALS, Trouble.CREDENTIALS)


def error_answer(status: int, text: str | bytes | None) -> tuple[int, bytes]:
    """The status and body of an HTTP error as ``Carrier.send`` returns them.

    :raises ConnectionLost: a bare 400: Windows could not unseal the message, since the security
        context is gone.
    :raises HttpError: there is no body.
    """
    body = text.encode("utf-8") if isinstance(text, str) else text
    if not body or not body.strip():
        if status == 400:
            raise ConnectionLost("the encrypted session was lost", "run the task again")
        raise HttpError(status)
    return status, body
