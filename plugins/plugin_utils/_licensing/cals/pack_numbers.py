# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers that CALs are bought with: their formats, checked before Microsoft is asked.

They are secrets: no message holds one. Formats: Microsoft Learn, the method pages of
Win32_TSLicenseKeyPack.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..change import Refused

_GROUP = 5
"""Product keys are printed in groups of five."""
_SHORTEST = 7
"""Characters of the shortest number; it has digits only."""
_WORDLESS = 15
"""Characters from which on a text without any digit is no word of ours either."""
_OPEN_OPTIONS = ("source_server", "source_product_id")
"""Options that hold texts as long as a number, and no secret."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What one option has to look like, hyphens aside."""

    option: str
    length: int
    digits: bool
    source: str
    """Where the operator finds it."""

    @property
    def says(self) -> str:
        """The format in words."""
        return f"{self.length} {'digits' if self.digits else 'letters and digits'}"


_FORMATS = {
    each.option: each
    for each in (
        NumberFormat("license_code", 25, False, "the product key of the retail pack"),
        NumberFormat("license_number", 8, True, "the license number of the Open License"),
        NumberFormat(
            "authorization_number", 15, False, "the authorization number of the Open License"
        ),
        NumberFormat("agreement_number", 7, True, "the number of the agreement or enrollment"),
        NumberFormat(
            "key_pack_code", 35, False, "the key pack ID from Microsoft's web page or by phone"
        ),
        NumberFormat(
            "source_product_id", 35, False, "the license server ID of the old license server"
        ),
    )
}
SECRET_OPTIONS = frozenset(_FORMATS) - {"source_product_id"}


def bad_number(where: str, why: str, advice: str) -> Refused:
    """The refusal of a number; ``where`` names the option, never the number."""
    return Refused("bad_number", f"{where}: {why}", advice)


def check_number(option: str, text: str, where: str) -> str:
    """Return the number as Windows wants it: without hyphens, in capitals.

    :param where: the option as messages name it, for example ``packs[0].license_code``.
    :raises Refused: its length or its characters are wrong.
    """
    wanted = _FORMATS[option]
    number = clean(text)
    for position, character in enumerate(number, 1):
        fits = character.isascii() and (
            character.isdigit() if wanted.digits else character.isalnum()
        )
        if not fits:
            raise bad_number(
                where,
                f"{wanted.says} are needed, and character {position} of it is none of them",
                f"copy {wanted.source}; hyphens may stay",
            )
    if len(number) != wanted.length:
        raise bad_number(
            where,
            f"{wanted.says} are needed, and it has {len(number)}",
            f"copy {wanted.source}; hyphens may stay, and in YAML it stands in quotation marks, "
            "or leading zeros get lost",
        )
    return number


def clean(text: str) -> str:
    """Take the hyphens and the blanks around it away."""
    return text.strip().replace("-", "").upper()


def secrets_in(value: Any, harmless: frozenset[str] = frozenset()) -> set[str]:
    """Every text in the options that may be a number, in each form that it may come back in.

    Wider than ``no_log``: options that are misspelled or hold the wrong thing are echoed by
    what refuses them, and Windows may echo a number without its hyphens.

    :param harmless: texts that are none, for example the choices of the options.
    """
    found: set[str] = set()
    for text in _texts(value):
        bare = clean(text)
        if text in harmless or not _may_be_number(bare):
            continue
        grouped = "-".join(bare[at : at + _GROUP] for at in range(0, len(bare), _GROUP))
        found |= {text, text.strip()}
        for form in (bare, grouped):
            found |= {form, form.lower()}
    return found


def _may_be_number(bare: str) -> bool:
    digits = any(each.isdigit() for each in bare)
    return len(bare) >= (_SHORTEST if digits else _WORDLESS)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            if name not in _OPEN_OPTIONS and not (name == "quantity" and isinstance(each, int)):
                yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
        # Options written as one text: name=number name=number.
        yield from value.replace("=", " ").replace(",", " ").replace('"', " ").split()
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
