# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole classes, as the farm's definitions have them, for operations that want every property."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.schema import (
    CimClass,
    CimType,
    Element,
)

FOLDER = Path(__file__).parents[1] / "farm" / "definitions"


def whole_class(name: str) -> CimClass:
    """The class with all of its properties."""
    for file in sorted(FOLDER.glob("*.json")):
        for each in json.loads(file.read_text(encoding="utf-8"))["classes"]:
            if each["name"] == name:
                properties = tuple(
                    Element(
                        element,
                        CimType(kind.removesuffix("[]")),
                        array=kind.endswith("[]"),
                        key=element in each["keys"],
                    )
                    for element, kind in each["properties"].items()
                )
                return CimClass(each["namespaces"][0], name, each["source"], properties)
    raise LookupError(name)
