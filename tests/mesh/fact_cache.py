# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one fact cache: what a job is sent of it, and what is taken of what it gives back.

AWX keeps facts in its database. It writes a file for each host of the job before it starts
(artifacts/IDENT/fact_cache), and takes back the files that the job wrote. Here the database is a
folder of files as Ansible's cache plugin jsonfile writes them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# ansible-core puts the version of its format before the name of a cached host (since 2.19).
PREFIXES = ("s1_", "")


def file_of(folder: Path, host: str) -> Path | None:
    """The file with the facts of a host, or None when there are none."""
    found = (folder / f"{prefix}{host}" for prefix in PREFIXES)
    return next((path for path in found if path.is_file()), None)


def facts_of(folder: Path, host: str) -> dict[str, Any]:
    """The facts of a host; none for a host without."""
    path = file_of(folder, host)
    return {} if path is None else facts_in(path.read_text(encoding="utf-8"))


def facts_in(text: str) -> dict[str, Any]:
    """The facts in a file of the cache."""
    read = json.loads(text)
    # Since 2.19 the plugin is given a text and writes it as one JSON string.
    facts = json.loads(read) if isinstance(read, str) else read
    payload = facts.get("__payload__") if isinstance(facts, dict) else None
    return dict(json.loads(payload)) if isinstance(payload, str) else dict(facts)


def send(cache: Path, hosts: Iterable[str], folder: Path) -> int:
    """Copy the facts of the hosts into a job's folder, times kept; return how many have some."""
    folder.mkdir(parents=True, exist_ok=True)
    found = [path for host in hosts if (path := file_of(cache, host)) is not None]
    for path in found:
        shutil.copy2(path, folder / path.name)
    return len(found)


def take_back(folder: Path, hosts: Iterable[str], cache: Path) -> list[str]:
    """Take what a job wrote about its hosts into the cache, the newest facts of each; return them.

    Files of other hosts are left where they are: a job may only tell about its own. A file that is
    as it was sent, or older than the one in the cache, is left as well. Times come through the
    archives of ansible-runner, which know even seconds only: of two facts of the same two seconds
    the later to come back counts.
    """
    cache.mkdir(parents=True, exist_ok=True)
    taken = []
    for host in hosts:
        fresh = file_of(folder, host)
        if fresh is None or not _is_news(fresh, cache / fresh.name):
            continue
        # Renamed when whole: a report that reads meanwhile never sees half a file.
        partial = cache / f".{fresh.name}.partial"
        shutil.copy2(fresh, partial)
        partial.replace(cache / fresh.name)
        taken.append(host)
    return taken


def _is_news(fresh: Path, known: Path) -> bool:
    if not known.is_file():
        return True
    if fresh.stat().st_mtime < known.stat().st_mtime:
        return False
    return fresh.read_bytes() != known.read_bytes()
