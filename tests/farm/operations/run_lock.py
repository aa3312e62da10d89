# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock of a license server: one run at a time, in a folder that only SYSTEM may touch."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta

from ..model.file_access import owner_of, protected
from ..model.file_store import PROGRAM_DATA
from ..model.file_system import FileSystem
from ..model.host import Host
from .given import (
    PROTECTED_FILE,
    PROTECTED_FOLDER,
    Given,
    file_operation,
    find,
    thrown,
    written,
)
from .schemas import BOOLEAN, COUNT, NAME, RUN, STRING, TIME, nullable, record

STATE = f"{PROGRAM_DATA}\\remote_desktop.licensing"
LOCK = f"{STATE}\\run.lock"
TRUSTED = frozenset({"SY", "BA", "S-1-5-18", "S-1-5-32-544"})
_MOST_BYTES = 4096
_TIME = re.compile(str(TIME["pattern"]))
_FIELDS = ("run", "holder", "operation", "taken", "until")

_HOLDER = record(run=STRING, holder=STRING, operation=STRING, taken=STRING, until=STRING)


def check_state_folder(files: FileSystem) -> None:
    """Throw unless the state folder is one that only SYSTEM and Administrators may touch."""
    entry = files.stat(STATE)
    owner = owner_of(entry.sddl)
    if owner not in TRUSTED or not protected(entry.sddl) or entry.link:
        raise thrown(
            f"The folder {STATE} was made by {owner} or is open to others."
            " Look at it, then remove it."
        )


def parsed(data: bytes) -> dict[str, str] | None:
    """What a lock file says; None for one that is empty or was cut off."""
    try:
        read = json.loads(data.decode("utf-8", "replace"))
        return {name: str(read[name]) for name in _FIELDS}
    except (ValueError, TypeError, KeyError):
        return None


def _claim(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    time = host.clock.now()
    now = written(time)
    files.make_folder(STATE, PROTECTED_FOLDER)
    check_state_folder(files)
    run = given.text("run")
    with files.open(LOCK, "readwrite", "none", make=True, sddl=PROTECTED_FILE) as file:
        held = parsed(file.read(min(file.length, _MOST_BYTES)))
        expired = held is not None and (not _TIME.search(held["until"]) or held["until"] < now)
        own = held is not None and held["run"] == run
        claimed = held is None or expired or own
        lock = held
        if claimed:
            lock = {
                "run": run,
                "holder": given.text("holder"),
                "operation": given.text("operation"),
                "taken": now,
                "until": written(time + timedelta(seconds=given.number("seconds"))),
            }
            file.truncate(0)
            file.seek(0)
            file.write(json.dumps(lock).encode())
    return {
        "claimed": claimed,
        "lock": lock,
        "replaced": held if expired and not own else None,
        "state_folder": STATE,
        "now": now,
    }


def _release(host: Host, files: FileSystem, given: Given) -> Mapping[str, object]:
    if find(files, LOCK) is None:
        return {"released": False}
    with files.open(LOCK, "read", "none") as file:
        held = parsed(file.read(min(file.length, _MOST_BYTES)))
    released = held is not None and held["run"] == given.text("run")
    if released:
        files.delete(LOCK)
    return {"released": released}


OPERATIONS = (
    file_operation(
        "claim",
        record(run=RUN, holder=NAME, operation=NAME, seconds=COUNT),
        record(
            claimed=BOOLEAN,
            lock=_HOLDER,
            replaced=nullable(_HOLDER),
            state_folder=NAME,
            now=TIME,
        ),
        _claim,
    ),
    file_operation("release", record(run=RUN), record(released=BOOLEAN), _release),
)
