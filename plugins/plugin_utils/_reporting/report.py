# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An inventory with its trends, in a language, under a title: what the renderers take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from .audit import AuditView
from .farm import OF_INVENTORY, FarmView, reaches
from .history import digest_of
from .language import Language
from .model import Inventory, Severity
from .trend import Trend


@dataclass(frozen=True)
class Report:
    """Everything that is to be said, ready for any format.

    :param farm, audit: the further views, ``None`` in a report of the CALs alone.
    :param fail_at: the severity from which findings fail a test; without one it is that of a
        report of the CALs alone: everything but notes.
    """

    inventory: Inventory
    trends: tuple[Trend, ...]
    language: Language
    title: str = ""
    farm: FarmView | None = None
    audit: AuditView | None = None
    fail_at: str = "warning"

    @property
    def heading(self) -> str:
        """The title, or the usual one."""
        return self.title or self.language.text("view.title" if self.farm else "page.title")

    @property
    def as_of(self) -> datetime | None:
        """The newest time of collection, ``None`` where there is none."""
        times = [self.inventory.as_of]
        times += [host.collected_at for host in self.farm.hosts] if self.farm else []
        return max((each for each in times if each is not None), default=None)

    def fails(self, severity: Severity) -> bool:
        """Whether a finding of the CAL inventory fails a test."""
        return reaches(OF_INVENTORY[severity], self.fail_at)

    @cached_property
    def digest(self) -> str:
        """A digest of the inventory that does not depend on when it was collected."""
        cals = _plain(asdict(self.inventory.without_times()))
        if self.farm is None and self.audit is None:
            return digest_of(cals)
        views = [each.coded() if each else None for each in (self.farm, self.audit)]
        return digest_of([cals, _plain(views)])

    def without_times(self) -> Report:
        """The same whenever it was collected: files that differ from it by more are news."""
        return replace(
            self,
            inventory=self.inventory.without_times(),
            trends=tuple(each.without_times() for each in self.trends),
            farm=self.farm.without_times() if self.farm else None,
        )


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (str, int, float)) or value is None:
        return value
    return str(value)
