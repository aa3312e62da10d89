# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Licensing modes and their numbers.

Microsoft's pages disagree: the property page of LicensingType calls 3 Per User and 4 not
configured; ChangeMode, Win32_TSDeploymentLicensing and the policy template all say 2 Per
Device, 4 Per User, and 5 not configured, which is also what real hosts answer.
"""

from __future__ import annotations

from enum import StrEnum

from ..._windows.registry import Absent, WrongType


class LicensingMode(StrEnum):
    """A licensing mode, by the names of the public contract."""

    PER_DEVICE = "per_device"
    PER_USER = "per_user"
    NOT_CONFIGURED = "not_configured"
    REMOTE_ADMINISTRATION = "remote_administration"
    AAD_PER_USER = "aad_per_user"
    UNKNOWN = "unknown"


_BY_NUMBER = {
    1: LicensingMode.REMOTE_ADMINISTRATION,
    2: LicensingMode.PER_DEVICE,
    4: LicensingMode.PER_USER,
    5: LicensingMode.NOT_CONFIGURED,
    6: LicensingMode.AAD_PER_USER,
}
NUMBERS = {LicensingMode.PER_DEVICE: 2, LicensingMode.PER_USER: 4}
"""The two modes that can be set: documented inputs of ChangeMode and of the policy."""


def mode_of(number: int | None) -> LicensingMode:
    """The mode that a number stands for; an undocumented number is unknown."""
    return _BY_NUMBER.get(number or 0, LicensingMode.UNKNOWN)


def mode_of_value(value: int | Absent | WrongType) -> LicensingMode:
    """The mode that a registry value stands for; one that is not there: not configured."""
    if isinstance(value, Absent):
        return LicensingMode.NOT_CONFIGURED
    return mode_of(value) if isinstance(value, int) else LicensingMode.UNKNOWN
