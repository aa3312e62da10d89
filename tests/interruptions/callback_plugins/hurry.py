# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets the waits of tasks pass fifty times as fast."""

from __future__ import annotations

import time
from contextlib import ExitStack

from ansible.plugins.callback import CallbackBase
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._surroundings import (
    Surroundings,
    standing_in,
)

DOCUMENTATION = """
name: hurry
type: aggregate
short_description: Waits pass fifty times as fast
description: Used by the tests of interrupted stories.
"""
FASTER = 50


class Hurried(Surroundings):
    """The controller in a hurry: what a task believes to have waited, it has."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def monotonic(self) -> float:
        """Real seconds, and those that were skipped."""
        return time.monotonic() + self._skipped

    def wait(self, seconds: float) -> None:
        """Wait for a part of them."""
        time.sleep(seconds / FASTER)
        self._skipped += seconds - seconds / FASTER


class CallbackModule(CallbackBase):
    """Workers are forks of the process that loads this: they are in the same hurry."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "hurry"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._hurry = ExitStack()
        self._hurry.enter_context(standing_in(Hurried()))
