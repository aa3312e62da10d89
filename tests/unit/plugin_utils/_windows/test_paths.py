# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths on a Windows host, as people write them."""

from __future__ import annotations

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.paths import (
    BadPath,
    drive_of,
    folder_path,
    lies_in,
    same_path,
)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        (r"D:\Backup\rds", r"D:\Backup\rds"),
        ("d:\\Backup\\rds\\", r"D:\Backup\rds"),
        ("D:/Backup/rds", r"D:\Backup\rds"),
        (r" C:\Program Files\Backups ", r"C:\Program Files\Backups"),
        ("C:\\", "C:\\"),
        (r"D:\Sauvegardes été\rds", r"D:\Sauvegardes été\rds"),
        (r"D:\it's a folder & more", r"D:\it's a folder & more"),
    ],
)
def test_paths_that_are_fine(given: str, path: str) -> None:
    assert folder_path("path", given) == path


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (r"Backup\rds", "has no drive"),
        (r"\Backup\rds", "has no drive"),
        ("", "has no drive"),
        ("D:", "relative to a drive's current folder"),
        (r"D:Backup", "relative to a drive's current folder"),
        (r"\\nas\share\rds", "network path"),
        ("//nas/share", "network path"),
        (r"\\?\C:\Backup", "network path"),
        (r"D:\Backup\..\Windows", '"." or ".."'),
        (r"D:\Backup\.\rds", '"." or ".."'),
        ('D:\\"Backup"', "a character that no Windows file name may have"),
        (r"D:\Back|up", "a character that no Windows file name may have"),
        (r"D:\a:b", "a character that no Windows file name may have"),
        ("D:\\a\nb", "a character that no Windows file name may have"),
        (r"D:\Backup\\rds", "an empty part"),
        (r"D:\NUL\rds", "Windows reserves"),
        (r"D:\com1.txt", "Windows reserves"),
        (r"D:\Backup.", "Windows reserves"),
        ("D:\\" + "x" * 250, "longer than"),
    ],
)
def test_paths_that_are_refused(given: str, why: str) -> None:
    with pytest.raises(BadPath) as caught:
        folder_path("path", given)
    assert why in str(caught.value)
    assert str(caught.value).startswith("path: ")
    assert caught.value.advice


def test_a_network_path_is_answered_with_the_way_that_works() -> None:
    with pytest.raises(BadPath) as caught:
        folder_path("path", r"\\nas\share")
    assert "no credentials" in str(caught.value)
    assert "fetch_to" in (caught.value.advice or "")


def test_paths_are_compared_as_windows_does() -> None:
    assert same_path(r"c:\Windows\system32", r"C:\WINDOWS\System32")
    assert lies_in(r"C:\a\b\c", r"c:\A\B")
    assert lies_in(r"C:\a", "C:\\")
    assert not lies_in(r"C:\abc", r"C:\a")
    assert drive_of(r"d:\x") == "D:"
