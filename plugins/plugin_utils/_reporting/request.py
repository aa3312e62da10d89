# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a user asks for to a report. The filters and the module come in here."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from .build import build_inventory
from .history import Changes, Snapshot, read_snapshot, with_inventory
from .language import LANGUAGES, Language
from .model import Inventory, Options
from .reading import clean, moment
from .report import Report
from .trend import trends_of

MONTHS_KEPT = 36
"""Months of history that are kept by default."""


class BadRequest(ValueError):
    """What was asked for makes no sense; the text says why."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a report is to be made of and for.

    :param threshold: percent free, below which a warning is due.
    :param max_fact_age: hours.
    :param expiry_notice: days.
    :param now: the time of the report.
    """

    facts: Mapping[str, Any]
    now: datetime
    hosts: Sequence[str] | None = None
    session_hosts: Mapping[str, Any] | None = None
    backups: Mapping[str, Any] | None = None
    threshold: float = 10.0
    max_fact_age: float = 48.0
    expiry_notice: int = 90
    language: str = "en"
    title: str = ""

    def options(self) -> Options:
        """The options of the inventory.

        :raises BadRequest: a number is out of its range.
        """
        if not 0 <= self.threshold <= 100:
            raise BadRequest(f"threshold is a percentage from 0 to 100, not {self.threshold}")
        if not (math.isfinite(self.max_fact_age) and 0 < self.max_fact_age <= 24 * 3660):
            raise BadRequest(
                f"max_fact_age is a number of hours, up to ten years, not {self.max_fact_age}"
            )
        if not 0 <= self.expiry_notice <= 3660:
            raise BadRequest(f"expiry_notice is a number of days, not {self.expiry_notice}")
        return Options(
            threshold=self.threshold,
            max_fact_age=timedelta(hours=self.max_fact_age),
            expiry_notice=timedelta(days=self.expiry_notice),
        )

    def inventory(self) -> Inventory:
        """The inventory.

        :raises BadRequest: the facts are no dictionary, or an option makes no sense.
        """
        for name, value in (
            ("facts", self.facts),
            ("session_hosts", self.session_hosts or {}),
            ("backups", self.backups or {}),
        ):
            if not isinstance(value, Mapping):
                raise BadRequest(f"{name} is a dictionary by host, not {type(value).__name__}")
        return build_inventory(
            self.facts,
            hosts=self.hosts,
            session_hosts=self.session_hosts,
            backups=self.backups,
            now=self.now,
            options=self.options(),
        )

    def report(
        self, snapshots: Iterable[Snapshot] = (), months: int = MONTHS_KEPT
    ) -> tuple[Report, Changes]:
        """The report, with what becomes of the history.

        :raises BadRequest: see ``inventory``; or there is no such language.
        """
        if self.language not in LANGUAGES:
            raise BadRequest(f"language is one of {', '.join(LANGUAGES)}, not {self.language}")
        inventory = self.inventory()
        changes = with_inventory(snapshots, inventory, months)
        trends = trends_of(inventory, changes.snapshots)
        report = Report(inventory, trends, Language(self.language), clean(self.title))
        return report, changes


def snapshots_from(raw: Iterable[Any]) -> list[Snapshot]:
    """Snapshots as JSON texts or as what they hold; what is none is left out."""
    found = []
    for each in raw:
        try:
            text = each if isinstance(each, str) else json.dumps(each)
        except (TypeError, ValueError, RecursionError):
            continue
        snapshot = read_snapshot(text)
        if snapshot is not None:
            found.append(snapshot)
    return found


def at(request: Request, when: object) -> Request:
    """The same request for another time, ISO 8601.

    :raises BadRequest: it is no time.
    """
    found = moment(when)
    if found is None:
        raise BadRequest(f"now is a time as in 2026-11-21T09:30:00Z, not {when}")
    return replace(request, now=found)
