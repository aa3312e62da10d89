# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role session_host takes for a name what rds_license_server takes for one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.names import (
    trimmed,
    why_not_a_name,
)

VARIABLES = Path(__file__).resolve().parents[4] / "roles" / "session_host" / "vars" / "main.yml"
LABEL = "a" * 63


@pytest.fixture(scope="module")
def pattern() -> re.Pattern[str]:
    """The pattern of the role, put together as Ansible does it."""
    given = yaml.safe_load(VARIABLES.read_text(encoding="utf-8"))
    text: str = given["session_host__name"]
    while "{{" in text:
        text = re.sub(r"{{ (\w+) }}", lambda found: str(given[found[1]]), text)
    return re.compile(text)


@pytest.mark.parametrize(
    "name",
    [
        "LS1",
        "1ls",
        "ls_1",
        "ls-1.ad.example.com",
        "ls1.example.com.",
        "xn--bcher-kva.example",
        LABEL,
        ".".join([LABEL] * 4),
        "a." + ".".join([LABEL] * 4),
        LABEL + "a",
        "192.168.1.10",
        "0.0.0.0",
        "255.255.255.255",
        "256.1.1.1",
        "1.2.3",
        "01.2.3.4",
        "10.0.0.1.",
        "10",
        "10.a",
        "",
        ".",
        "a..b",
        "-ls1",
        "ls1-",
        "ls1.-a",
        "ls 1",
        "ls1,ls2",
        "ls1\tls2",
        "https://ls1",
        "ls1:135",
        "fe80::1",
        '"ls1"',
        "l\u00e4",
        "ls\u0661",
        "ls*",
        "ls1;ls2",
    ],
)
def test_both_say_the_same(pattern: re.Pattern[str], name: str) -> None:
    assert bool(pattern.match(name)) is (why_not_a_name(name) is None)


def test_blanks_around_names_do_not_count() -> None:
    assert trimmed([" ls1", "ls2 ", "\tls3\n", "a b"]) == ["ls1", "ls2", "ls3", "a b"]
