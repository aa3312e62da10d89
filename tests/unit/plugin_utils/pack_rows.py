# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the option ``packs`` as the argument spec hands them over. The numbers are made up."""

from __future__ import annotations

from typing import Any

CODE = "AAAAA-AAAAA-AAAAA-AAAAA-AAAA1"
LICENSE, AUTHORIZATION = "00000008", "AAAAAAAAAAAA015"
AGREEMENT = "0000007"
KEY_PACK_CODE = "B" * 34 + "5"
SOURCE_ID = "C" * 34 + "6"
NUMBERS = (CODE, CODE.replace("-", ""), LICENSE, AUTHORIZATION, AGREEMENT, KEY_PACK_CODE)

_OPTIONS = (
    "program",
    "license_code",
    "license_number",
    "authorization_number",
    "agreement_type",
    "agreement_number",
    "key_pack_code",
    "source_server",
    "source_product_id",
)
_NUMBERS: dict[str, dict[str, Any]] = {
    "retail": {"license_code": CODE},
    "open": {"license_number": LICENSE, "authorization_number": AUTHORIZATION},
    "agreement": {"agreement_type": "enterprise", "agreement_number": AGREEMENT},
    "key_pack_id": {"key_pack_code": KEY_PACK_CODE},
}
SOURCE: dict[str, Any] = {"source_server": "ls-old.ad.example.com", "source_product_id": SOURCE_ID}


def row(channel: str = "open", quantity: int = 50, **more: Any) -> dict[str, Any]:
    """A row: per user CALs of 2022, unless told otherwise."""
    return {
        **dict.fromkeys(_OPTIONS),
        "channel": channel,
        "version": "2022",
        "type": "per_user",
        "quantity": quantity,
        "method": "install",
        **_NUMBERS[channel],
        **more,
    }
