# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-in for get-pip in ansible-test's virtual environments (ansible_test_requirements.py).

It is copied to ``get_pip_24_2.py`` and the like: its own name tells the version of pip wanted.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def main() -> None:
    """Install the wanted pip and the packages of the command line."""
    version = Path(__file__).stem.removeprefix("get_pip_").replace("_", ".")
    # get-pip's own switches, which pip does not know.
    arguments = [word for word in sys.argv[1:] if word not in {"--no-setuptools", "--no-wheel"}]
    # With GET_PIP set, ansible-test's wrapper around pip would come back here.
    environment = {name: text for name, text in os.environ.items() if name != "GET_PIP"}
    # As a process of its own: called in this one, ensurepip drops every PIP_ variable, and with
    # them the certificates and registries that they name.
    for command in (
        ["ensurepip", "--default-pip"],
        ["pip", "install", *arguments, f"pip=={version}"],
    ):
        subprocess.run([sys.executable, "-m", *command], check=True, env=environment)


if __name__ == "__main__":
    main()
