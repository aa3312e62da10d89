# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WMI errors (Microsoft Learn: WMI Error Constants, TS WMI provider error codes)."""

from __future__ import annotations

import enum


class Wbem(enum.IntEnum):
    """HRESULT values that the farm answers."""

    FAILED = 0x80041001
    NOT_FOUND = 0x80041002
    ACCESS_DENIED = 0x80041003
    TYPE_MISMATCH = 0x80041005
    INVALID_PARAMETER = 0x80041008
    NOT_AVAILABLE = 0x80041009
    NOT_SUPPORTED = 0x8004100C
    INVALID_NAMESPACE = 0x8004100E
    INVALID_CLASS = 0x80041010
    INVALID_OPERATION = 0x80041016
    INVALID_QUERY = 0x80041017
    READ_ONLY = 0x80041023
    PROVIDER_NOT_CAPABLE = 0x80041024
    ILLEGAL_NULL = 0x80041028
    VALUE_OUT_OF_RANGE = 0x8004102B
    INVALID_METHOD = 0x8004102E
    INVALID_METHOD_PARAMETERS = 0x8004102F


class CimError(Exception):
    """WMI refused an operation, with a code of Wbem or of a provider.

    ``parameter`` is what __ExtendedStatus.ParameterInfo shows.
    """

    def __init__(self, code: int, detail: str = "", parameter: str = "") -> None:
        name = code.name if isinstance(code, Wbem) else f"0x{code:08X}"
        super().__init__(f"{name}: {detail}")
        self.code = code
        self.detail = detail
        self.parameter = parameter


class QueryError(CimError):
    """A WQL query that cannot be processed."""


class SelectorError(CimError):
    """Selectors that are not the class's keys."""

    def __init__(self, detail: str, *, unexpected: bool) -> None:
        super().__init__(Wbem.INVALID_PARAMETER, detail)
        self.unexpected = unexpected
