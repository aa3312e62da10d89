# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands on a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Server:
    """A license server, as far as it is known; what is not is empty and left to write in."""

    name: str = ""
    license_server_id: str = ""
    product_id: str = ""
    release: str = ""
    activated: bool | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """One purchase that Microsoft is asked about.

    :param row: its place in the operator's list.
    :param numbers: by the name of the option, as they are to be printed.
    """

    row: int
    channel: str
    program: str
    version: str
    type: str
    quantity: int
    numbers: Mapping[str, str]
    agreement_type: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One call.

    :param request: ``reinstall``, ``move`` or ``correct_channel``.
    :param masked: whether the numbers are masked.
    :param code: the number with which the way without a call ended.
    """

    request: str
    server: Server
    purchases: tuple[Purchase, ...]
    old: Server | None = None
    contact: Mapping[str, str] = field(default_factory=dict)
    masked: bool = True
    code: str = ""
    reason: str = ""
    reference: str = ""
