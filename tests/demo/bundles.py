# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at the bundles with nothing of the collection: a zip, its manifest, and SHA-256."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path


def whole_bundles(folder: Path) -> list[Path]:
    """The bundles of a folder of which every file is as the manifest says."""
    return [each for each in sorted(folder.glob("*.zip")) if _is_whole(each)]


def _is_whole(path: Path) -> bool:
    with zipfile.ZipFile(path) as bundle:
        files = json.loads(bundle.read("manifest.json"))["files"]
        told = {each["name"]: (each["bytes"], each["sha256"]) for each in files}
        found = {}
        for name in bundle.namelist():
            data = bundle.read(name)
            found[name] = (len(data), hashlib.sha256(data).hexdigest())
        found.pop("manifest.json")
    return found == told and any(name.endswith(".edb") for name in told)
