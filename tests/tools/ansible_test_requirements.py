# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let ``ansible-test sanity --local`` bootstrap pip without a download.

ansible-test makes virtual environments without pip and runs a get-pip script in them, which it
downloads unless ``~/.ansible/test/cache/get_pip_VERSION.py`` exists. A stand-in there does the same
with the pip that Python itself ships (get_pip_stand_in.py), so that package registries reached by
pip are all that is needed.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

STAND_IN = Path(__file__).with_name("get_pip_stand_in.py")


def bootstrap_version(venv: Path) -> str:
    """Return the version of pip that the environment's ansible-test asks get-pip for.

    Raises ValueError when ansible-test no longer says so where it did in 2.18 to 2.21.
    """
    (source,) = venv.glob("lib/python*/site-packages/ansible_test/_internal/python_requirements.py")
    found = re.search(r"^ +pip='([0-9.]+)',$", source.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise ValueError(f"{source} names no version of pip")
    return found.group(1)


def prepare(home: Path, venv: Path) -> None:
    """Put the stand-in where ansible-test looks for it, given the home folder it will run with."""
    name = f"get_pip_{bootstrap_version(venv).replace('.', '_')}.py"
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(STAND_IN, cache / name)
