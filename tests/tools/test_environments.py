# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environments are made once, and anew when what they are made from changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import environments
import interpreters
import pytest


class Commands:
    """Stands in for the commands that make an environment, and counts them."""

    def __init__(self) -> None:
        self.version = "3.11.7"
        self.made = 0
        self.installed: list[list[str]] = []
        self.broken = False

    def run(self, command: Sequence[str | Path], purpose: str) -> str:
        words = [str(word) for word in command]
        if "-c" in words:
            return self.version
        if "venv" in words:
            Path(words[-1], "bin").mkdir(parents=True)
            self.made += 1
        if "pip" in words:
            if self.broken:
                raise environments.SetUpError(f"{purpose} failed")
            self.installed.append([Path(word).stem for word in words if word.endswith(".txt")])
        return ""


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    stand_in = Commands()
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    (requirements / "pins.txt").write_text("six==1.17.0\n")
    (requirements / "demo.txt").write_text("-c pins.txt\nsix\n")
    (requirements / "test.txt").write_text("-r demo.txt\npytest\n")
    monkeypatch.setattr(environments, "REQUIREMENTS", requirements)
    monkeypatch.setattr(environments, "run", stand_in.run)
    return stand_in


def ensure(tmp_path: Path, *names: str) -> None:
    environments.ensure(tmp_path / "venv", Path("python3"), names)


def test_an_environment_is_made_once(commands: Commands, tmp_path: Path) -> None:
    ensure(tmp_path, "demo")
    ensure(tmp_path, "demo")
    assert (commands.made, commands.installed) == (1, [["demo"]])


def test_a_further_file_is_installed_on_top(commands: Commands, tmp_path: Path) -> None:
    ensure(tmp_path, "demo")
    ensure(tmp_path, "demo", "test")
    ensure(tmp_path, "demo")
    assert (commands.made, commands.installed) == (1, [["demo"], ["test"]])


@pytest.mark.parametrize("name", ["demo", "pins"])
def test_a_changed_file_makes_it_anew(commands: Commands, tmp_path: Path, name: str) -> None:
    ensure(tmp_path, "demo")
    (tmp_path / "requirements" / f"{name}.txt").write_text("six==1.16.0\n")
    ensure(tmp_path, "demo")
    assert (commands.made, commands.installed) == (2, [["demo"], ["demo"]])


def test_a_vanished_file_makes_it_anew(commands: Commands, tmp_path: Path) -> None:
    ensure(tmp_path, "demo", "test")
    (tmp_path / "requirements" / "test.txt").unlink()
    ensure(tmp_path, "demo")
    assert commands.made == 2


def test_another_python_makes_it_anew(commands: Commands, tmp_path: Path) -> None:
    ensure(tmp_path, "demo")
    commands.version = "3.13.0"
    ensure(tmp_path, "demo")
    assert commands.made == 2


def test_a_failed_installation_is_not_taken_for_done(commands: Commands, tmp_path: Path) -> None:
    commands.broken = True
    with pytest.raises(environments.SetUpError, match="pip install for venv failed"):
        ensure(tmp_path, "demo")
    commands.broken = False
    ensure(tmp_path, "demo")
    assert (commands.made, commands.installed) == (2, [["demo"]])


def test_a_file_that_is_not_there_is_named(commands: Commands, tmp_path: Path) -> None:
    with pytest.raises(environments.SetUpError, match=r"There is no .*missing\.txt"):
        ensure(tmp_path, "missing")
    assert commands.made == 0


def test_a_failing_command_shows_what_it_printed() -> None:
    with pytest.raises(environments.SetUpError, match=r"(?s)Trying failed:.*no such module"):
        environments.run(["python3", "-c", "raise SystemExit('no such module')"], "Trying")


def test_the_shipped_files_pin_what_they_name() -> None:
    for path in environments.REQUIREMENTS.glob("*.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not line or line.startswith(("#", "-r ", "-c ")) or "==" in line, (path, line)


@pytest.fixture
def no_other_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose only other Pythons are the ones that a test puts into this folder."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def fake_python(path: Path, answer: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{answer}\n")
    path.chmod(0o755)


def test_a_shim_that_fails_is_passed_over_for_the_python_behind_it(no_other_python: Path) -> None:
    fake_python(no_other_python / "python3.97", "exit 127")
    behind = no_other_python / "pyenv" / "versions" / "3.97.1" / "bin" / "python3.97"
    fake_python(behind, "echo 3 97")
    assert interpreters.find(((3, 97),)) == behind


def test_the_first_version_that_is_there_wins(no_other_python: Path) -> None:
    fake_python(no_other_python / "python3.97", "echo 3 97")
    assert interpreters.find(((3, 98), (3, 97))) == no_other_python / "python3.97"


@pytest.mark.usefixtures("no_other_python")
def test_no_python_is_none() -> None:
    assert interpreters.find(((3, 98),)) is None
