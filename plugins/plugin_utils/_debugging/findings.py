# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One thing that was looked at, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .._cim.codes import Code
from .._cim.errors import CimError


class Area(StrEnum):
    """Where it was looked."""

    CONTROLLER = "controller"
    CONNECTION = "connection"
    HOST = "host"


class Status(StrEnum):
    """What came of it.

    ``NOTE`` is worth knowing and no fault: a role that is not installed, for one. ``WARNING``
    will hurt somewhere, ``FAILED`` does now, ``SKIPPED`` could not be looked at.
    """

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """A check with its result.

    :param check: a stable name for machines, for example ``root/cimv2``.
    :param says: one sentence without secrets.
    :param code: the number that Windows answered, where it did.
    """

    area: Area
    check: str
    status: Status
    says: str
    advice: str | None = None
    code: Code | None = None

    def as_values(self) -> dict[str, Any]:
        """The finding as a result of the module."""
        code = self.code
        return {
            "area": str(self.area),
            "check": self.check,
            "status": str(self.status),
            "says": self.says,
            "advice": self.advice,
            "code_hex": code.hex if code else None,
            "code_name": code.name if code else None,
        }


def failed(area: Area, check: str, error: CimError, status: Status = Status.FAILED) -> Finding:
    """A finding from an error."""
    return Finding(area, check, status, str(error), error.advice, error.code)


def having(findings: Iterable[Finding], status: Status) -> list[Finding]:
    """Those with this status."""
    return [each for each in findings if each.status is status]
