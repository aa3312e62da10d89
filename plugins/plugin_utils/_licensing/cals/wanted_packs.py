# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CAL packs that a task declares, checked row by row before anything is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..._cim.values import CimValue
from ..change import Refused
from .key_packs import CalType, Program
from .pack_numbers import bad_number, check_number


class Channel(StrEnum):
    """What the CALs are bought or obtained with."""

    RETAIL = "retail"
    OPEN = "open"
    AGREEMENT = "agreement"
    KEY_PACK_ID = "key_pack_id"

    @property
    def carries_quantity(self) -> bool:
        """Whether the number stands for a fixed quantity; else the call names one."""
        return self in (Channel.RETAIL, Channel.KEY_PACK_ID)


class Way(StrEnum):
    """How the CALs come onto the license server."""

    INSTALL = "install"
    REINSTALL = "reinstall"
    IMPORT = "import"


_METHODS = {
    (Way.INSTALL, Channel.RETAIL): "InstallRetailPurchaseLicenseKeyPack",
    (Way.INSTALL, Channel.OPEN): "InstallOpenLicenseKeyPack",
    (Way.INSTALL, Channel.AGREEMENT): "InstallAgreementLicenseKeyPack",
    (Way.INSTALL, Channel.KEY_PACK_ID): "InstallLicenseKeyPack",
    (Way.REINSTALL, Channel.RETAIL): "ReinstallRetailPurchaseLicenseKeyPack",
    (Way.REINSTALL, Channel.OPEN): "ReinstallOpenPurchaseLicenseKeyPack",
    (Way.REINSTALL, Channel.AGREEMENT): "ReinstallAgreementLicenseKeyPack",
    (Way.REINSTALL, Channel.KEY_PACK_ID): "ReinstallLicenseKeyPackOffline",
    (Way.IMPORT, Channel.RETAIL): "ImportRetailPurchaseLicenseKeyPack",
    (Way.IMPORT, Channel.OPEN): "ImportOpenPurchaseLicenseKeyPack",
    (Way.IMPORT, Channel.AGREEMENT): "ImportAgreementLicenseKeyPack",
    (Way.IMPORT, Channel.KEY_PACK_ID): "ImportLicenseKeyPackOffline",
}
_NUMBERS: dict[Channel, tuple[tuple[str, str], ...]] = {
    Channel.RETAIL: (("license_code", "sLicenseCode"),),
    Channel.OPEN: (
        ("license_number", "sLicenseNumber"),
        ("authorization_number", "sAuthorizationNumber"),
    ),
    Channel.AGREEMENT: (("agreement_number", "sAgreementNumber"),),
    Channel.KEY_PACK_ID: (("key_pack_code", "sLicenseKeyPackId"),),
}
"""The options of a channel and the parameters of its methods."""
_PROGRAMS = {
    Channel.RETAIL: Program.RETAIL,
    Channel.OPEN: Program.OPEN,
    Channel.AGREEMENT: Program.VOLUME,
}
"""Under which program Windows files what comes by a channel, unless the row says otherwise."""
_AGREEMENTS = {"select": 0, "enterprise": 1, "campus": 2, "school": 3, "spla": 4, "other": 5}
_PRODUCT_VERSIONS = {"2008": 2, "2012": 4, "2016": 5, "2019": 6, "2022": 7, "2025": 8}
_PRODUCT_TYPES = {CalType.PER_DEVICE: 0, CalType.PER_USER: 1}
UNDOCUMENTED_VERSION = "2025"
"""Its ProductVersion, 8, was seen on real servers and is not on Microsoft's pages yet."""


@dataclass(frozen=True, slots=True)
class WantedPack:
    """One row of the option ``packs``."""

    row: int
    channel: Channel
    way: Way
    version: str
    type: CalType
    quantity: int
    program: Program | None
    """None: packs of every program count (only with ``key_pack_id``)."""
    numbers: Mapping[str, CimValue] = field(repr=False)
    """What identifies the purchase, by parameter; secret."""

    @property
    def where(self) -> str:
        """The row as messages name it."""
        return f"packs[{self.row}]"

    @property
    def method(self) -> str:
        """The method of Win32_TSLicenseKeyPack."""
        return _METHODS[self.way, self.channel]

    def inputs(self, quantity: int) -> dict[str, CimValue]:
        """The parameters of the method for that many CALs."""
        if self.channel.carries_quantity:
            return dict(self.numbers)
        return {
            **self.numbers,
            "ProductVersion": _PRODUCT_VERSIONS[self.version],
            "ProductType": _PRODUCT_TYPES[self.type],
            "LicenseCount": quantity,
        }

    def describe(self, quantity: int) -> str:
        """That many CALs of this row in words."""
        return f"{quantity} {self.type} CALs of {self.version} ({self.program or 'any program'})"


def wanted_packs(rows: Sequence[Mapping[str, Any]]) -> list[WantedPack]:
    """Check the rows of the option ``packs``.

    :raises Refused: a number has the wrong format, belongs to another channel or stands twice;
        a quantity is not positive; it cannot be told which packs a row counts.
    """
    wanted = [_wanted(row, options) for row, options in enumerate(rows)]
    _refuse_twins(wanted)
    _refuse_unclear_programs(wanted)
    return wanted


def _wanted(row: int, options: Mapping[str, Any]) -> WantedPack:
    where = f"packs[{row}]"
    channel, way = Channel(options["channel"]), Way(options["method"])
    if options["quantity"] < 1:
        raise Refused(
            "bad_quantity",
            f"{where}.quantity: a positive number is needed",
            "declare how many CALs are to be installed; present never removes, removing needs "
            "state: absent",
        )
    numbers: dict[str, CimValue] = {}
    if channel is Channel.AGREEMENT:
        numbers["AgreementType"] = _AGREEMENTS[options["agreement_type"]]
    for option, parameter in _NUMBERS[channel]:
        numbers[parameter] = check_number(option, options[option], f"{where}.{option}")
    _refuse_foreign_numbers(channel, options, where)
    if way is Way.IMPORT:
        option = "source_product_id"
        numbers["sSourceLSName"] = options["source_server"].strip()
        numbers["sSourceLSProductId"] = check_number(option, options[option], f"{where}.{option}")
    program = options["program"]
    return WantedPack(
        row=row,
        channel=channel,
        way=way,
        version=options["version"],
        type=CalType(options["type"]),
        quantity=options["quantity"],
        program=Program(program) if program else _PROGRAMS.get(channel),
        numbers=numbers,
    )


def _refuse_foreign_numbers(channel: Channel, options: Mapping[str, Any], where: str) -> None:
    for other, pairs in _NUMBERS.items():
        for option, dummy in pairs:
            if other is not channel and options[option]:
                raise bad_number(
                    f"{where}.{option}",
                    f"it belongs to the channel {other}, and the row says {channel}",
                    "take it out, or correct the channel: a number works in its own channel only",
                )


def _refuse_twins(wanted: Sequence[WantedPack]) -> None:
    seen: dict[tuple[object, ...], WantedPack] = {}
    for pack in wanted:
        # An Open License or an agreement may hold CALs of several versions and types.
        more = () if pack.channel.carries_quantity else (pack.version, pack.type)
        key = (pack.channel, *pack.numbers.items(), *more)
        if key in seen:
            raise bad_number(
                pack.where,
                f"it holds the same number as {seen[key].where}",
                "declare each purchase once, with its whole quantity",
            )
        seen[key] = pack


def _refuse_unclear_programs(wanted: Sequence[WantedPack]) -> None:
    for pack in wanted:
        if pack.program is not None:
            continue
        for other in wanted:
            same = (other.version, other.type) == (pack.version, pack.type)
            if same and other.program is not None:
                raise Refused(
                    "unclear_program",
                    f"{pack.where} names no program, so the packs of {other.where} would count "
                    "for it, too",
                    f"set program in {pack.where}: retail, volume or open",
                )
