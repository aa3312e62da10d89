# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo does what it says, and the README shows what it prints."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .runner import ansible_bin

COLLECTION = Path(__file__).resolve().parents[2]
BEGIN = "Each host before and after"


def test_the_readme_shows_what_the_demo_prints(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(COLLECTION / "tests" / "demo" / "run.py")],
        env={
            **os.environ,
            "COLUMNS": "120",
            "RDS_ANSIBLE_BIN": str(ansible_bin()),
            "RDS_DEMO_OUTPUT": str(tmp_path),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    # Only where the files go is another place here.
    said = done.stdout.partition(BEGIN)[2].replace(str(tmp_path), "build/demo")
    printed = [line.rstrip() for line in said.rstrip().splitlines()]
    readme = (COLLECTION / "README.md").read_text(encoding="utf-8")
    shown = readme.partition(BEGIN)[2].partition("\n```")[0].splitlines()
    assert shown == printed
