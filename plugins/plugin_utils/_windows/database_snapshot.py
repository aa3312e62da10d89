# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A consistent copy of an ESE database that is in use: esentutl's own snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from .operation_output import Output
from .powershell import Operations


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What esentutl did. ``bytes`` is the size of the copy, None when there is none."""

    exit_code: int
    """0 for success, else an error number of ESE, negative."""
    said: str
    """The end of what it printed, in the language of the host."""
    bytes: int | None


def snapshot_database(
    operations: Operations, *, database: str, base: str, logs: str, system: str, destination: str
) -> Snapshot:
    """Copy a live database from a snapshot, with its logs replayed into the copy.

    The snapshot is gone afterwards; the service keeps running.

    :param database: full path of the ``.edb``.
    :param base: the three characters that the names of its logs begin with.
    :param logs: their folder.
    :param system: the folder of the checkpoint.
    :param destination: full path of the copy, in a folder that is there and protected.
    """
    options = {
        "database": database,
        "base": base,
        "logs": logs,
        "system": system,
        "destination": destination,
    }
    found = Output("snapshot_database", operations.run("snapshot_database", options))
    return Snapshot(
        found.number("exit_code"),
        " ".join(found.text("output").split()),
        None if found.absent("bytes") else found.count("bytes"),
    )
