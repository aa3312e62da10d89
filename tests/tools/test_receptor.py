# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mirror that Receptor comes from, and what is said without one."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import environments
import pytest
import receptor

OWN = "Debian|bookworm|main|http://mirror.example/debian/"
AFTER = "Debian|bookworm-updates|main|http://mirror.example/updates/"
SECURITY = "Debian|bookworm-security|main|http://mirror.example/security/"
OTHER = "Somebody|stable|main|http://other.example/deb/"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([OTHER, SECURITY, AFTER, OWN], "http://mirror.example/debian/"),
        ([OTHER, SECURITY], None),
        ([], None),
    ],
)
def test_the_mirror_of_the_release_itself_is_taken(lines: list[str], expected: str | None) -> None:
    assert receptor.mirror("\n".join(lines)) == expected


def test_apt_touches_nothing_outside_the_folder(tmp_path: Path) -> None:
    options = receptor.apt_options(tmp_path)
    paths = [text.partition("=")[2] for text in options if text.startswith("Dir::")]
    assert len(paths) == 5
    assert all(Path(path).is_relative_to(tmp_path) for path in paths)


def test_without_apt_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda dummy: None)
    with pytest.raises(environments.SetUpError, match="apt-get install receptor"):
        receptor.fetch(tmp_path / "receptor")
    assert list(tmp_path.iterdir()) == []


def test_an_unpacked_program_is_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / receptor.PROGRAM
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.setattr(sys, "argv", ["receptor.py", str(tmp_path)])
    monkeypatch.setattr(shutil, "which", lambda dummy: None)
    monkeypatch.setattr(receptor, "fetch", lambda dummy: pytest.fail("it was fetched"))
    assert receptor.main() == 0
