# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bundles are removed for a newer one: a pure decision over their names."""

from __future__ import annotations

from collections.abc import Iterable

from ..._cim.errors import CimError
from .bundle_name import BundleName


class BadKeep(CimError):
    """``keep`` would remove what was just made."""

    def __init__(self, keep: int) -> None:
        super().__init__(f"keep is {keep}: at least one bundle has to be kept")
        self.advice = "set keep to 1 or more; remove bundles by hand where none is to be kept"


def check_keep(keep: int) -> None:
    """Refuse to keep none.

    :raises BadKeep: it is less than 1.
    """
    if keep < 1:
        raise BadKeep(keep)


def prunable(
    names: Iterable[str], server: str, keep: int, newest_good: BundleName | None
) -> list[BundleName]:
    """The bundles to remove, oldest first.

    Only files with a bundle's name and of this server are counted at all. One with a label, and
    the newest good one, are never removed.

    :param names: of the files in the folder.
    :param server: the computer's name.
    :param keep: how many without a label stay, the newest ones.
    :param newest_good: the newest one that is known to be whole; None: nothing is removed.
    """
    if newest_good is None:
        return []
    own = sorted(
        found
        for each in names
        if (found := BundleName.find(each)) is not None
        and found.of_server(server)
        and found.label is None
    )
    return [each for each in own[: max(0, len(own) - keep)] if each != newest_good]
