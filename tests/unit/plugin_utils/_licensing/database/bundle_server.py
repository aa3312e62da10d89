# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for the two operations that read bundles on a license server."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.bundle_reader import (
    NotReadableBundle,
    read_bundle_file,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.powershell import (
    OperationFailed,
)


@dataclass
class Server:
    """Answers list_folder and read_bundle for a folder of the controller."""

    folder: Path
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    listing: dict[str, Any] | None = None
    failure: Exception | None = None

    def run(self, operation: str, options: Mapping[str, Any]) -> Mapping[str, Any]:
        self.calls.append((operation, dict(options)))
        if operation == "list_folder":
            return self.listing or {
                "exists": True,
                "folder": True,
                "full": options["path"],
                "drive": None,
                "sddl": None,
                "entries": [
                    {
                        "name": each.name,
                        "bytes": each.stat().st_size,
                        "modified": "2026-11-21T22:00:00Z",
                        "folder": each.is_dir(),
                    }
                    for each in self.folder.iterdir()
                ],
            }
        if self.failure is not None:
            raise self.failure
        return self.read(options)

    def read(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """As read_bundle.ps1 does it: what it was not asked for is null."""
        path = self.folder / options["path"].rpartition("\\")[2]
        heads = {each["name"]: each["bytes"] for each in options["heads"]}
        try:
            found = read_bundle_file(
                path, deep=options["deep"], texts=options["texts"], heads=heads
            )
        except NotReadableBundle as error:
            raise OperationFailed("read_bundle", str(error), None) from error
        return {
            "bytes": found.size,
            "modified": found.modified,
            "sha256": found.sha256,
            "entries": [
                {
                    "name": each.name,
                    "bytes": each.size,
                    "compressed": each.compressed,
                    "sha256": each.sha256,
                    "text": None if each.text is None else base64.b64encode(each.text).decode(),
                    "head": None if each.head is None else base64.b64encode(each.head).decode(),
                }
                for each in found.entries
            ],
        }
