# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How old the last good bundle of a license server is: what the role lserver_backup found."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from .model import Backup, Detail, Finding, LicenseServer, Rule, Severity
from .reading import moment

FACT = "lserver_backup_last"
"""The fact that the role sets, by host."""
_MOST_HOURS = 24 * 3660


def read_backup(raw: object) -> Backup | None:
    """The last good bundle by the role's fact, ``None`` where there is no such fact."""
    if raw is None:
        return None
    if not isinstance(raw, Mapping):
        return Backup(None, None, why=FACT)
    created = None
    if (told := raw.get("newest_good_created")) not in (None, ""):
        created = moment(told)
        if created is None:
            return Backup(None, None, why="newest_good_created")
    return Backup(created, _limit(raw.get("limit_hours")))


def _limit(raw: object) -> timedelta | None:
    """A number of hours; what is none limits nothing."""
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not math.isfinite(raw):
        return None
    return timedelta(hours=raw) if 0 < raw <= _MOST_HOURS else None


def backup_findings(server: LicenseServer, now: datetime) -> Iterator[Finding]:
    """What there is to say of the bundles of one license server."""
    backup = server.backup
    if backup is None:
        return
    if backup.why:
        about: dict[str, Detail] = {"what": backup.why}
        yield Finding(
            Rule.BACKUP_YOUNG, "backup_unknown", Severity.UNKNOWN, server.name, details=about
        )
    elif backup.created is None:
        yield Finding(Rule.BACKUP_YOUNG, "backup_missing", Severity.WARNING, server.name)
    elif backup.limit is not None and now - backup.created > backup.limit:
        about = {
            "backed_up": backup.created,
            "hours": math.ceil(backup.limit.total_seconds() / 3600),
        }
        yield Finding(Rule.BACKUP_YOUNG, "backup_old", Severity.WARNING, server.name, details=about)
