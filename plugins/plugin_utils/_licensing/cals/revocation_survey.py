# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which issued CALs an operator's selection means. Nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from ..._cim.session import CimSession, Instance
from ..change import Refused
from .issued_cals import ComputerNames, cal_row, expires_within
from .issued_rows import Row, issued_rows, status_of
from .key_packs import CalType, KeyPack

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_FAR_OFF = datetime.max.replace(tzinfo=UTC)
_SHOWN = ("license_id", "key_pack_id", "computer", "version", "issued", "expires")


class Why(StrEnum):
    """By what a CAL was selected, the most explicit first."""

    LICENSE_ID = "license_id"
    COMPUTER = "computer"
    DUPLICATE = "duplicate"
    EXPIRING = "expiring"


@dataclass(frozen=True, slots=True)
class Selection:
    """What the operator names. A CAL is selected when one of the criteria holds."""

    license_ids: tuple[int, ...] = ()
    computers: tuple[str, ...] = ()
    duplicates: bool = False
    expiring_within: int | None = None
    key_pack_ids: tuple[int, ...] = ()
    """Only CALs of these packs, whatever the criteria say; all packs when empty."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A selected CAL."""

    row: Row
    why: Why
    pack: KeyPack | None
    expires: datetime

    @property
    def keys(self) -> dict[str, str]:
        """The selectors of the instance."""
        return {
            "LicenseId": str(self.row["license_id"]),
            "KeyPackId": str(self.row["key_pack_id"]),
        }

    @property
    def says(self) -> str:
        """Its revocation in words; by number, since names come from clients."""
        return f"revoke license {self.row['license_id']} of key pack {self.row['key_pack_id']}"

    def as_dict(self) -> dict[str, Any]:
        """As the module returns it."""
        return {**{name: self.row[name] for name in _SHOWN}, "why": str(self.why)}


@dataclass(slots=True)
class Survey:
    """What one look at all issued CALs has found."""

    candidates: list[Candidate] = field(default_factory=list)
    """The most explicit first, then those that end first."""
    missing: list[int] = field(default_factory=list)
    """License ids that no CAL has; it may have ended meanwhile."""
    revoked: Counter[int | None] = field(default_factory=Counter)
    """CALs that are revoked already, by version id."""
    revoked_until: dict[int | None, datetime] = field(default_factory=dict)
    """When the first of those ends, by version id."""


def per_user(what: str) -> Refused:
    """The refusal of a per user CAL."""
    return Refused(
        "per_user",
        f"{what} is per user, and only per device CALs can be revoked",
        "per user CALs come back by themselves; correct the selection",
    )


def survey_issued(
    session: CimSession, packs: Mapping[int, KeyPack], selection: Selection, now: datetime
) -> Survey:
    """Read all issued CALs, twice for duplicates, and keep the selected ones.

    :raises Refused: a named CAL is per user, or exists in two key packs.
    """
    twice = _held_twice(session, packs) if selection.duplicates else frozenset()
    look = _Look(packs, selection, now, twice)
    for issued in issued_rows(session):
        look.at(issued)
    return look.result()


def _pack_of(issued: Instance, packs: Mapping[int, KeyPack]) -> KeyPack | None:
    number = issued["KeyPackId"]
    return packs.get(number) if isinstance(number, int) else None


def _device_keys(issued: Instance, version: int | None) -> Iterator[int]:
    """Numbers for what a device is known by, its name and its hardware id, per version.

    Numbers rather than names: there may be a hundred thousand.
    """
    for name in ("sIssuedToComputer", "sHardwareId"):
        text = issued[name]
        if isinstance(text, str) and text:
            yield hash((version, name, text.casefold()))


def _held_twice(session: CimSession, packs: Mapping[int, KeyPack]) -> frozenset[int]:
    """Names and hardware ids by which more than one active CAL is held."""
    held: Counter[int] = Counter()
    for issued in issued_rows(session, "LicenseStatus = 2"):
        pack = _pack_of(issued, packs)
        if pack is not None and pack.type is CalType.PER_DEVICE:
            held.update(_device_keys(issued, pack.version_id))
    return frozenset(key for key, count in held.items() if count > 1)


class _Look:
    """Goes through the issued CALs once."""

    def __init__(
        self,
        packs: Mapping[int, KeyPack],
        selection: Selection,
        now: datetime,
        twice: frozenset[int],
    ) -> None:
        self._packs = packs
        self._selection = selection
        self._ids = frozenset(selection.license_ids)
        self._computers = ComputerNames(selection.computers)
        self._now = now
        self._twice = twice
        self._survey = Survey()
        self._seen: set[int] = set()
        self._doubles: list[tuple[Candidate, datetime, frozenset[int]]] = []

    def at(self, issued: Instance) -> None:
        """Take one in."""
        pack, status = _pack_of(issued, self._packs), status_of(issued["LicenseStatus"])
        device = pack if pack is not None and pack.type is CalType.PER_DEVICE else None
        if device is not None and status == "revoked":
            self._note_revoked(issued, device)
        wanted_packs = self._selection.key_pack_ids
        if wanted_packs and issued["KeyPackId"] not in wanted_packs:
            return
        if (why := self._named(issued, pack)) is not None:
            self._survey.candidates.append(self._candidate(issued, why, pack))
        elif device is not None and status == "active":
            self._consider(issued, device)

    def result(self) -> Survey:
        """What was found."""
        order = list(Why)
        found = self._survey
        found.candidates += self._duplicates()
        found.candidates.sort(
            key=lambda each: (order.index(each.why), each.expires, str(each.row["license_id"]))
        )
        found.missing = sorted(self._ids - self._seen)
        return found

    def _note_revoked(self, issued: Instance, pack: KeyPack) -> None:
        version, expires = pack.version_id, issued["ExpirationDate"]
        self._survey.revoked[version] += 1
        if isinstance(expires, datetime) and expires > self._now:
            until = self._survey.revoked_until
            until[version] = min(until.get(version, expires), expires)

    def _named(self, issued: Instance, pack: KeyPack | None) -> Why | None:
        number = issued["LicenseId"]
        if isinstance(number, int) and number in self._ids:
            if number in self._seen:
                raise Refused(
                    "ambiguous",
                    f"license {number} exists in two key packs",
                    "name the key pack in key_pack_ids",
                )
            self._seen.add(number)
            if pack is not None and pack.type is CalType.PER_USER:
                raise per_user(f"license {number}")
            return Why.LICENSE_ID
        return Why.COMPUTER if issued["sIssuedToComputer"] in self._computers else None

    def _consider(self, issued: Instance, pack: KeyPack) -> None:
        days = self._selection.expiring_within
        if days is not None and expires_within(issued, self._now, days):
            self._survey.candidates.append(self._candidate(issued, Why.EXPIRING, pack))
            return
        if not self._twice:
            return
        keys = frozenset(_device_keys(issued, pack.version_id))
        if keys & self._twice:
            since = issued["IssueDate"]
            candidate = self._candidate(issued, Why.DUPLICATE, pack)
            moment = since if isinstance(since, datetime) else _LONG_AGO
            self._doubles.append((candidate, moment, keys))

    def _duplicates(self) -> Iterator[Candidate]:
        """All CALs of a device but the newest."""
        kept: set[int] = set()
        newest_first = sorted(
            self._doubles, key=lambda each: (each[1], each[0].expires), reverse=True
        )
        for candidate, dummy, keys in newest_first:
            if keys & kept:
                yield candidate
            else:
                kept |= keys

    def _candidate(self, issued: Instance, why: Why, pack: KeyPack | None) -> Candidate:
        expires = issued["ExpirationDate"]
        return Candidate(
            row=cal_row(issued, self._packs),
            why=why,
            pack=pack,
            expires=expires if isinstance(expires, datetime) else _FAR_OFF,
        )
