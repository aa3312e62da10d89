# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the Pythons of this machine, for the oldest and the newest ansible-core that they take."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

Version = tuple[int, int]

# Which Pythons run which ansible-core on the controller: the support matrix of ansible-core.
OLDEST_CORE_PYTHONS: tuple[Version, ...] = ((3, 11), (3, 12), (3, 13))
NEWEST_CORE_PYTHONS: tuple[Version, ...] = ((3, 14), (3, 13), (3, 12))


def candidates(version: Version) -> Iterator[Path]:
    """Name the places where a Python of this version usually lies, the running one first."""
    name = f"python{version[0]}.{version[1]}"
    if sys.version_info[:2] == version:
        yield Path(sys.executable)
    found = shutil.which(name)
    if found:
        yield Path(found)
    for root in (os.environ.get("PYENV_ROOT"), str(Path.home() / ".pyenv")):
        if root:
            yield from sorted(Path(root).glob(f"versions/{version[0]}.{version[1]}.*/bin/{name}"))
    yield Path("/usr/bin") / name
    yield Path("/usr/local/bin") / name


def works(python: Path, version: Version) -> bool:
    """Tell whether it starts, is of that version, and can make virtual environments.

    pyenv's shims lie on PATH even for versions that are not selected, and fail when called.
    """
    probe = "import ensurepip, sys, venv; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [str(python), "-c", probe], capture_output=True, check=False, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.split() == [str(part) for part in version]


def find(versions: tuple[Version, ...]) -> Path | None:
    """Return the first Python of the first of these versions that works here."""
    for version in versions:
        for python in candidates(version):
            if works(python, version):
                return python
    return None
