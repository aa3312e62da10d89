# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders that vanish with an execution environment.

In AWX, Automation Controller and ansible-navigator a play runs in a container that is thrown away
afterwards. A report written there is lost unless its folder is a mount of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

RUNNER = "/runner"
"""Where ansible-runner mounts the private data of one job; it is removed with the job."""
MARKS = ("/run/.containerenv", "/.dockerenv")
"""Files that Podman and Docker put into a container."""


def execution_environment(environ: Mapping[str, str], exists: Callable[[str], bool]) -> bool:
    """Whether this is an execution environment, by what AWX and ansible-runner leave in it."""
    if "AWX_HOST" in environ:
        return True
    contained = "KUBERNETES_SERVICE_HOST" in environ or any(map(exists, MARKS))
    return contained and exists(RUNNER)


def vanishes(
    path: str,
    environ: Mapping[str, str] | None = None,
    exists: Callable[[str], bool] = os.path.exists,
    is_mount: Callable[[str], bool] = os.path.ismount,
) -> bool:
    """Whether what is written to this absolute path on the controller is lost after the job."""
    if not execution_environment(os.environ if environ is None else environ, exists):
        return False
    folder = PurePosixPath(os.path.normpath(path))
    for each in (folder, *folder.parents):
        if is_mount(str(each)):
            mount = str(each)
            return mount in ("/", RUNNER) or mount.startswith(f"{RUNNER}/")
    return True
