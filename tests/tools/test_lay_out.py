# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The copy of the checkout holds what is being worked on, and nothing else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from lay_out import COLLECTION, LayOutError, lay_out, listed


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A git checkout whose path has blanks and whose name is not the collection's."""
    folder = tmp_path / "my work" / "any name"
    write(folder / ".gitignore", "build/\n*.pyc\n")
    write(folder / "galaxy.yml", "name: licensing\n")
    write(folder / "plugins" / "gone" / "old.py", "old = 1\n")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    return folder


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def names(collection: Path) -> set[str]:
    """Every file of the copy, its git folder left out."""
    found = (path.relative_to(collection) for path in collection.rglob("*") if not path.is_dir())
    return {str(path) for path in found if path.parts[0] != ".git"}


def test_tracked_and_untracked_files_are_copied_and_ignored_ones_are_not(checkout: Path) -> None:
    write(checkout / "untracked.py", "new = 1\n")
    write(checkout / "untracked.pyc", "ignored")
    collection = lay_out(checkout / "build" / "tree", checkout)
    assert collection == checkout / "build" / "tree" / COLLECTION
    assert names(collection) == {".gitignore", "galaxy.yml", "plugins/gone/old.py", "untracked.py"}


def test_the_copy_is_a_repository_that_knows_all_its_files(checkout: Path) -> None:
    collection = lay_out(checkout / "build" / "tree", checkout)
    tracked = subprocess.run(
        ["git", "-C", str(collection), "ls-files"], check=True, capture_output=True, text=True
    )
    assert set(tracked.stdout.split()) == {".gitignore", "galaxy.yml", "plugins/gone/old.py"}


def test_an_uncommitted_edit_of_the_same_length_is_copied(checkout: Path) -> None:
    collection = lay_out(checkout / "build" / "tree", checkout)
    write(checkout / "galaxy.yml", "name: licensinG\n")
    lay_out(checkout / "build" / "tree", checkout)
    assert (collection / "galaxy.yml").read_text() == "name: licensinG\n"


def test_an_unchanged_file_is_not_copied_again(checkout: Path) -> None:
    collection = lay_out(checkout / "build" / "tree", checkout)
    before = (collection / "galaxy.yml").stat().st_ino
    lay_out(checkout / "build" / "tree", checkout)
    assert (collection / "galaxy.yml").stat().st_ino == before


def test_a_file_that_became_executable_is_so_in_the_copy(checkout: Path) -> None:
    collection = lay_out(checkout / "build" / "tree", checkout)
    (checkout / "galaxy.yml").chmod(0o755)
    lay_out(checkout / "build" / "tree", checkout)
    assert os.access(collection / "galaxy.yml", os.X_OK)


def test_a_deleted_file_that_git_still_tracks_vanishes_with_its_folder(checkout: Path) -> None:
    collection = lay_out(checkout / "build" / "tree", checkout)
    write(collection / "plugins" / "gone" / "__pycache__" / "old.pyc", "bytecode")
    (checkout / "plugins" / "gone" / "old.py").unlink()
    lay_out(checkout / "build" / "tree", checkout)
    assert not (collection / "plugins").exists()
    assert (collection / "galaxy.yml").exists()


def test_what_a_test_run_left_in_the_copy_is_removed_unless_git_ignores_it(checkout: Path) -> None:
    collection = lay_out(checkout / "build" / "tree", checkout)
    write(collection / "stray.py", "left = 1\n")
    write(collection / "plugins" / "cached.pyc", "bytecode")
    lay_out(checkout / "build" / "tree", checkout)
    assert not (collection / "stray.py").exists()
    assert (collection / "plugins" / "cached.pyc").exists()


def test_a_file_where_a_folder_was_and_the_reverse(checkout: Path) -> None:
    collection = lay_out(checkout / "build" / "tree", checkout)
    (checkout / "plugins" / "gone" / "old.py").unlink()
    (checkout / "plugins" / "gone").rmdir()
    write(checkout / "plugins" / "gone", "a file\n")
    (checkout / "galaxy.yml").unlink()
    write(checkout / "galaxy.yml" / "inner.py", "inner = 1\n")
    lay_out(checkout / "build" / "tree", checkout)
    assert (collection / "plugins" / "gone").read_text() == "a file\n"
    assert (collection / "galaxy.yml" / "inner.py").read_text() == "inner = 1\n"


def test_a_symbolic_link_stays_a_link(checkout: Path) -> None:
    (checkout / "alias.yml").symlink_to("galaxy.yml")
    collection = lay_out(checkout / "build" / "tree", checkout)
    assert (collection / "alias.yml").readlink() == Path("galaxy.yml")


def test_a_build_folder_that_git_does_not_ignore_is_not_copied_into_itself(checkout: Path) -> None:
    lay_out(checkout / "elsewhere", checkout)
    collection = lay_out(checkout / "elsewhere", checkout)
    assert not (collection / "elsewhere").exists()


def test_a_repository_inside_the_checkout_is_left_out(checkout: Path) -> None:
    write(checkout / "vendored" / "file.py", "x = 1\n")
    git(checkout / "vendored", "init", "--quiet")
    assert Path("vendored/file.py") not in listed(checkout)
    assert not (lay_out(checkout / "build" / "tree", checkout) / "vendored").exists()


def test_variables_of_a_surrounding_git_command_do_not_matter(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    assert "galaxy.yml" in names(lay_out(checkout / "build" / "tree", checkout))


def test_an_unpacked_archive_is_told_to_become_a_checkout(tmp_path: Path) -> None:
    write(tmp_path / "archive" / "galaxy.yml", "name: licensing\n")
    with pytest.raises(LayOutError, match=r"git is needed to tell .* run 'git init'"):
        lay_out(tmp_path / "tree", tmp_path / "archive")


def test_an_archive_inside_another_repository_is_no_checkout(checkout: Path) -> None:
    write(checkout / "archive" / "galaxy.yml", "name: licensing\n")
    with pytest.raises(LayOutError, match="is not a git checkout"):
        lay_out(checkout / "build" / "tree", checkout / "archive")


def test_a_machine_without_git_is_told_to_install_it(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(checkout))
    with pytest.raises(LayOutError, match="install git"):
        lay_out(checkout / "build" / "tree", checkout)
