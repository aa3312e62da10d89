# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of a registry tree, as JSON values: for evidence, never for writing back blindly."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from .._cim.errors import CimError
from .registry import Registry, RegistryUnreadable

_DEEPEST = 4
_MOST_KEYS = 60
"""More would be another tree than the one that is meant; the copy says that it was cut."""


def registry_tree(registry: Registry, key: str) -> dict[str, Any]:
    r"""Read a key with what is below it.

    :param key: without the hive: ``SYSTEM\...``.
    :returns: ``{keys: {path: {name: {type, data}}}, unreadable: [path: why], complete: bool}``;
        binary data in base64. A key that is not there has no entry in ``keys``.
    """
    keys: dict[str, Any] = {}
    unreadable: list[str] = []
    complete = True
    for path, depth in _walk(registry, key, unreadable):
        if depth > _DEEPEST or len(keys) >= _MOST_KEYS:
            complete = False
            break
        try:
            keys[path] = {
                name: {"type": kind, "data": _plain(data)}
                for name, (kind, data) in registry.values(path).items()
            }
        except RegistryUnreadable as error:
            unreadable.append(f"{path}: {error}")
    return {"keys": keys, "unreadable": unreadable, "complete": complete}


def _walk(registry: Registry, key: str, unreadable: list[str]) -> Iterator[tuple[str, int]]:
    waiting = [(key, 0)]
    while waiting:
        path, depth = waiting.pop()
        try:
            names = registry.subkeys(path)
        except CimError as error:
            if not isinstance(error, RegistryUnreadable):
                raise
            unreadable.append(f"{path}: {error}")
            continue
        if names is None:
            continue
        yield path, depth
        waiting += [(f"{path}\\{name}", depth + 1) for name in sorted(names, reverse=True)]


def _plain(data: object) -> object:
    return base64.b64encode(data).decode() if isinstance(data, bytes) else data
