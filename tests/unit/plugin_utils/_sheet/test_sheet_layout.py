# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sheet in a real browser: nothing overflows, overlaps, is cut, or too pale to read."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.reporting.test_layout import chromium, measure

from .test_clearinghouse_sheet import AGREEMENT, OPEN, RETAIL, sheet

LONG = "license-server-with-a-name-as-long-as-they-get.subsidiary.example.com"

__all__ = ["chromium"]


@pytest.mark.parametrize(
    ("language", "width", "dark"),
    [("en", 1280, False), ("fr", 1280, True), ("en", 390, True), ("fr", 390, False)],
)
def test_the_layout(language: str, width: int, dark: bool, chromium: str, tmp_path: Path) -> None:
    page = sheet(
        "html",
        language=language,
        request="move",
        packs=[OPEN, RETAIL, {**AGREEMENT, "agreement_number": ""}],
        old_server={"server": {"name": LONG, "license_server_id": "O" * 35}},
        reason="Because " + "of reasons " * 30,
        show_numbers=True,
    )
    probed = measure(chromium, tmp_path, page, width, dark=dark)
    assert probed["elements"] > 60
    assert probed["widest"] <= width, "the page scrolls sideways"
    assert probed["outside"] == []
    assert probed["cut"] == []
    assert probed["overlapping"] == []
    assert probed["pale"] == []
