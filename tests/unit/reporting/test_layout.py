# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page in a real browser: nothing overflows, overlaps, is cut, or too pale to read.

Chromium lays the page out at the width of a desk and of a phone, in light and dark; a probe then
measures what a pixel comparison would only guess at.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting.renderers import (
    as_html,
)
from unit.plugin_utils._audit.farm_builders import viewed
from unit.plugin_utils._audit.test_audit_view import ACCOUNT
from unit.reporting.inventories import (
    facts,
    inventory,
    large_fleet,
    monthly_history,
    pack,
    report,
    small_fleet,
    small_hosts,
)

VIEWS = ("farm", "cals", "audit")
PROBE = Path(__file__).with_name("layout_probe.js")
INSTALL = "install Debian's chromium"


@pytest.fixture(scope="module")
def chromium() -> str:
    """The browser."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        if os.environ.get("RDS_REQUIRE_FOREIGN") == "1":
            pytest.fail(f"chromium is missing: {INSTALL}")
        pytest.skip(f"chromium is not installed: {INSTALL}")
    return found


def page(name: str, language: str) -> str:
    """A page to look at; those with views show the one that is named after them."""
    if name in VIEWS:
        whole = as_html.render(viewed(language=language, **ACCOUNT))
        chosen = whole.replace(' id="show-farm" checked', ' id="show-farm"')
        return chosen.replace(f' id="show-{name}"', f' id="show-{name}" checked')
    if name == "large":
        everything, machines, expected = large_fleet(60, 600)
    else:
        everything, machines = small_fleet(), small_hosts()
        expected = [*everything, "ls4.example.com"]
        everything["license-server-with-a-name-as-long-as-they-get.subsidiary.example.com"] = facts(
            pack(3, total=1_000_000, issued=1_000_007, available=0, version="2016", suite="vdi"),
            pack(4, unlimited=True, type_and_model="W" * 300),
            name="LONG",
        )
    built = inventory(everything, hosts=expected)
    made = report(
        everything,
        hosts=expected,
        session_hosts=machines,
        history=monthly_history(built, 24),
        language=language,
    )
    return as_html.render(made)


def measure(chromium: str, folder: Path, text: str, width: int, *, dark: bool) -> dict[str, Any]:
    """Lay a page out at a width, everything unfolded, and probe it."""
    # The probe is ours; the page's own policy would keep it out.
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    text = text.replace("<details", "<details open")
    wrapper = (
        f'<body style="margin:0"><iframe style="width:{width}px;height:900px;border:0" '
        f'srcdoc="{html.escape(text)}"></iframe><pre id="probed"></pre>'
        f"<script>{PROBE.read_text(encoding='utf-8')}</script></body>"
    )
    path = folder / "wrapper.html"
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8>{wrapper}", encoding="utf-8")
    done = subprocess.run(
        [
            chromium,
            *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--disable-sync", "--hide-scrollbars"),
            f"--blink-settings=preferredColorScheme={0 if dark else 1}",
            *(f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=5000"),
            *("--dump-dom", path.as_uri()),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    found = re.search(r'<pre id="probed">(\{.*?\})</pre>', done.stdout, re.DOTALL)
    assert found, done.stderr[-2000:]
    probed: dict[str, Any] = json.loads(html.unescape(found[1]))
    return probed


@pytest.mark.parametrize(
    ("name", "language", "width", "dark"),
    [
        ("small", "en", 1280, False),
        ("small", "fr", 1280, True),
        ("small", "en", 390, True),
        ("small", "fr", 390, False),
        ("farm", "en", 390, False),
        ("farm", "fr", 1280, True),
        ("audit", "fr", 390, True),
        ("audit", "en", 1280, False),
        # A tablet, and a page of paper.
        ("audit", "fr", 700, False),
        ("farm", "fr", 700, True),
        ("large", "fr", 390, True),
        ("large", "en", 1280, False),
    ],
)
def test_the_layout(
    name: str, language: str, width: int, dark: bool, chromium: str, tmp_path: Path
) -> None:
    probed = measure(chromium, tmp_path, page(name, language), width, dark=dark)
    assert probed["elements"] > 300
    assert probed["dark"] is dark
    assert probed["width"] == width
    assert probed["widest"] <= width, "the page scrolls sideways"
    assert probed["outside"] == []
    assert probed["cut"] == []
    assert probed["overlapping"] == []
    assert probed["pale"] == []


def test_the_probe_sees_what_is_ugly(chromium: str, tmp_path: Path) -> None:
    """One of each fault; a probe that sees nothing would prove nothing."""
    text = (
        "<!DOCTYPE html><html><body style='margin:0;background:#fff'>"
        "<p style='color:#ccc'>pale words</p>"
        "<div style='width:50px;overflow:hidden;white-space:nowrap'>words that are cut off</div>"
        "<p style='white-space:nowrap'>wide words" + " and more of them" * 20 + "</p>"
        "<p>some words here</p><p style='margin-top:-30px'>other words there</p>"
        "</body></html>"
    )
    probed = measure(chromium, tmp_path, text, 390, dark=False)
    assert probed["widest"] > 390
    assert any("wide words" in each for each in probed["outside"])
    assert any("cut off" in each for each in probed["cut"])
    assert any("some words" in each for each in probed["overlapping"])
    assert any("pale words" in each for each in probed["pale"])
