# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed since the evidence packs in a folder.

The farm is compared with the newest pack that says something else, so that the page tells the same
before and after the pack of a run is written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._evidence.chain import check_pack
from .._evidence.pack_name import PackName, packs_among
from .._evidence.place import PackPlace, PlaceHost
from .._evidence.state import Change, changes_between

FARTHEST = 6
"""Packs that are looked at: each has to be brought here and read through."""


@dataclass(frozen=True, slots=True)
class PackChanges:
    """What is different from a pack."""

    pack: PackName
    changes: tuple[Change, ...]


def changes_since(
    state: Mapping[str, Any], host: PlaceHost, path: str, name: str, workspace: str
) -> PackChanges | None:
    """Compare a state with the packs of a folder; ``None`` where none says anything else.

    :param state: of the farm now, as ``_evidence.state.state_of`` makes it.
    :param workspace: a folder of the controller for packs on their way.
    :raises EvidenceError: the folder or a pack cannot be read.
    """
    place = PackPlace(host, path)
    for each in reversed(packs_among(place.names(name), name)[-FARTHEST:]):
        with tempfile.TemporaryDirectory(dir=workspace) as folder:
            found = check_pack(place.fetch(str(each), Path(folder)), each)
        if found.state is None:
            continue
        changes = tuple(changes_between(found.state, state))
        if changes:
            return PackChanges(each, changes)
    return None
