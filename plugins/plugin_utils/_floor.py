# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuses, by its import, a controller's Python that the collection cannot run on.

Every action imports it before anything that an older Python does not know; so the user reads this
sentence instead of the name that could not be imported. An ansible-core below the floor is
announced by Ansible itself (meta/runtime.yml). Imports nothing of the collection.
"""

from __future__ import annotations

import sys

from ansible.errors import AnsibleError

PYTHON = (3, 11)
"""What the oldest supported ansible-core needs on a controller."""

if sys.version_info[:2] < PYTHON:
    raise AnsibleError(
        "remote_desktop.licensing needs ansible-core 2.18 or newer, which runs on Python"
        f" {'.'.join(map(str, PYTHON))} or newer. This is Python {sys.version.split()[0]}"
        f" ({sys.executable}). What to do: install ansible-core with a newer Python, or run with an"
        " execution environment that has one (ansible --version tells which one runs)"
    )
