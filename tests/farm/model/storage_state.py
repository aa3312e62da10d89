# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a machine's files, tasks and shadow copies are like, for tests and reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .host import Host

_LOCK = "C:\\ProgramData\\remote_desktop.licensing\\run.lock"


def storage_state(host: Host, *, opened: bool) -> dict[str, object]:
    """A plain summary. Drives that nobody has used yet (``opened``) are left alone."""
    paths: list[str] = []
    lock: str | None = None
    if opened:
        for drive in sorted(host.files.drives):
            paths += [e.path for e in host.files.entries(f"{drive}\\") if not e.folder]
        if _LOCK in paths:
            lock = host.files.real(_LOCK).read_text(encoding="utf-8", errors="replace")
    return {
        "service_starts": {name: service.starts for name, service in host.services.items()},
        "tasks": [task.name for task in host.tasks.all()],
        "lock": lock,
        "shadow_copies": [shadow.id for shadow in host.shadows.all()],
        "files": paths,
    }
