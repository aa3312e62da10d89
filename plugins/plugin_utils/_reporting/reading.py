# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads facts that may be anything: old, half, of another version, or changed by someone.

What cannot be read becomes ``None`` or ``unknown`` and is written down; nothing is guessed, and
nothing raises.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from .model import CalType, Pack, Program, SessionHost, Suite

Closed = TypeVar("Closed", bound=StrEnum)

UNLIMITED = frozenset({4294967295, -1})
"""How Windows writes "unlimited" in a uint32, unsigned and signed (recorded answers)."""
LONGEST = 400
"""Characters of one text that are kept: enough for every real one."""
MOST_PACKS = 20_000
"""Packs of one license server that are read; a real one has some dozens."""
_DIGITS = 19


@dataclass(slots=True)
class Facts:
    """One mapping of the facts, and what could not be read in it."""

    row: Mapping[str, Any]
    unread: list[str] = field(default_factory=list)
    """The names of the values that were missing or not what they should be."""

    def text(self, name: str) -> str:
        """A text; empty where there is none, which is no complaint."""
        return clean(self.row.get(name))

    def integer(self, name: str) -> int | None:
        """A whole number, ``None`` where the facts say null; anything else is a complaint."""
        raw = self.row.get(name)
        if raw is None:
            if name not in self.row:
                self.unread.append(name)
            return None
        number = whole(raw)
        if number is None:
            self.unread.append(name)
        return number

    def flag(self, name: str) -> bool | None:
        """A truth value, ``None`` where it is not known."""
        raw = self.row.get(name)
        return bool(raw) if isinstance(raw, bool) else None

    def time(self, name: str) -> datetime | None:
        """A time; null is none, anything that is no ISO 8601 is a complaint."""
        raw = self.row.get(name)
        if raw is None or raw == "":
            return None
        found = moment(raw)
        if found is None:
            self.unread.append(name)
        return found

    def one_of(self, name: str, closed: type[Closed]) -> Closed:
        """A member of a closed set; ``unknown`` where it is none of them."""
        raw = clean(self.row.get(name)).lower()
        try:
            return closed(raw)
        except ValueError:
            self.unread.append(name)
            return closed("unknown")


def clean(raw: object) -> str:
    """A text without what could steer a terminal or a parser, of bounded length.

    Control, format and private characters and lone surrogates become U+FFFD: a line break or a
    right-to-left override in a computer's name is never meant well.
    """
    if raw is None or isinstance(raw, (Mapping, list, tuple, set, bytes)):
        return ""
    text = str(raw)[:LONGEST]
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each)[0] == "C" else each
        for each in text
    ).strip()


def whole(raw: object) -> int | None:
    """A whole number from what JSON, YAML or a text says, ``None`` if it is none."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        return int(raw)
    if isinstance(raw, float):
        return int(raw) if math.isfinite(raw) and raw.is_integer() else None
    if isinstance(raw, str):
        digits = raw.strip()
        if digits.removeprefix("-").isascii() and digits.removeprefix("-").isdigit():
            return int(digits) if len(digits) <= _DIGITS else None
    return None


def moment(raw: object) -> datetime | None:
    """A time in UTC from ISO 8601; without a zone it is taken for UTC, as the facts are."""
    if isinstance(raw, datetime):
        found = raw
    else:
        try:
            found = datetime.fromisoformat(clean(raw))
        except ValueError:
            return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    try:
        return found.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def read_packs(
    server: str, raw: object, collected_at: datetime | None, now: datetime
) -> tuple[list[Pack], list[str]] | None:
    """The packs of one license server and what could not be read, ``None`` if there is no list."""
    if not isinstance(raw, Sequence) or isinstance(raw, (str, bytes)):
        return None
    packs: list[Pack] = []
    unread: list[str] = []
    for number, row in enumerate(raw[:MOST_PACKS]):
        if not isinstance(row, Mapping):
            unread.append(f"packs[{number}]")
            continue
        facts = Facts(row)
        packs.append(_read_pack(server, facts, collected_at, now))
        unread += [f"packs[{number}].{name}" for name in facts.unread]
    if len(raw) > MOST_PACKS:
        unread.append(f"packs[{MOST_PACKS}:]")
    return packs, unread


def _read_pack(server: str, facts: Facts, collected_at: datetime | None, now: datetime) -> Pack:
    total, available = facts.integer("total"), facts.integer("available")
    unlimited = facts.flag("unlimited") is True or total in UNLIMITED
    if unlimited:
        total = available = None
    elif available in UNLIMITED:
        available = None
    expires = facts.time("expires")
    issued = facts.integer("issued")
    return Pack(
        server=server,
        key_pack_id=facts.integer("key_pack_id"),
        type=facts.one_of("type", CalType),
        program=facts.one_of("program", Program),
        version=facts.text("version") or "unknown",
        version_id=facts.integer("version_id"),
        suite=facts.one_of("suite", Suite),
        total=natural(total),
        issued=natural(issued),
        available=natural(available),
        unlimited=unlimited,
        expires=expires,
        expired=is_expired(facts.flag("expired"), expires, collected_at, now),
        description=facts.text("description"),
        type_and_model=facts.text("type_and_model"),
    )


def natural(number: int | None) -> int | None:
    """A count as Windows can give it (uint32); anything else is not known."""
    return number if number is not None and 0 <= number < 4294967295 else None


def is_expired(
    said: bool | None, expires: datetime | None, collected_at: datetime | None, now: datetime
) -> bool:
    """Whether a pack has expired: by the collector, or since it looked."""
    if said:
        return True
    if expires is None or expires > now:
        return False
    # The collector knew the date and called the pack valid: it has its reasons, for that day.
    return said is None or collected_at is None or expires > collected_at


def read_session_hosts(raw: Mapping[str, Any]) -> list[SessionHost]:
    """Session hosts as ``{name: {mode, servers, source}}``; what is missing is unknown."""
    found = []
    for name, row in raw.items():
        facts = Facts(row if isinstance(row, Mapping) else {})
        listed = facts.row.get("servers")
        servers = None
        if isinstance(listed, Sequence) and not isinstance(listed, (str, bytes)):
            servers = tuple(each for each in map(clean, listed) if each)
        found.append(
            SessionHost(
                name=clean(name),
                mode=facts.text("mode") or "unknown",
                servers=servers,
                source=facts.text("source") or "unknown",
            )
        )
    return sorted(found, key=lambda host: host.name)
