# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetching a large database takes a few chunks of memory; ``make bench`` does it with 2 GB."""

from __future__ import annotations

from pathlib import Path

from bench.bundles import measure

MIB = 64
MOST = 120.0
"""MB above the start: some 75 are usual. One copy of the bundle more, and it is 140."""


def test_a_bundle_is_never_held_whole(tmp_path: Path) -> None:
    found = measure(MIB, tmp_path)
    assert found.size > 0.9 * MIB * 1024 * 1024, "a database that shrinks shows nothing"
    assert found.grown < MOST, f"{found.size / 1e6:.0f} MB took {found.grown:.0f} MB of memory"
