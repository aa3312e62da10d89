# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written says by which version; it is that of the collection."""

from __future__ import annotations

from pathlib import Path

import yaml
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._version import VERSION

COLLECTION = Path(__file__).resolve().parents[3]


def test_the_version_is_that_of_the_collection() -> None:
    galaxy = yaml.safe_load((COLLECTION / "galaxy.yml").read_text(encoding="utf-8"))
    assert galaxy["version"] == VERSION
