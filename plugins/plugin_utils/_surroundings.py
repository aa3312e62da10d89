# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task takes from the controller besides its options: time, chance, names, software.

All of it passes through here, so that a task can be recorded and run again as it was: see
``tests/live``. Imports nothing of the collection.
"""

from __future__ import annotations

import importlib
import os
import platform
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from ansible.release import __version__ as core_version


class Surroundings:
    """The controller as it is. A stand-in overrides what it gives in its place."""

    def utc_now(self) -> datetime:
        """The time."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that pass evenly, from any beginning."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Let them pass."""
        time.sleep(seconds)

    def run_id(self) -> str:
        """16 hexadecimal digits that no other run has."""
        return secrets.token_hex(8)

    def process(self) -> str:
        """Who this is, for people at the other end."""
        return f"{socket.gethostname()} (process {os.getpid()})"

    def core(self) -> str:
        """The version of ansible-core."""
        return str(core_version)

    def python(self) -> str:
        """The version of Python."""
        return platform.python_version()

    def installed(self, distribution: str) -> str | None:
        """The version of a Python distribution, None when it is not installed."""
        try:
            return version(distribution)
        except PackageNotFoundError:
            return None

    def why_not_importable(self, module: str) -> str | None:
        """What Python says when it cannot load a module, None when it can."""
        try:
            importlib.import_module(module)
        except (ImportError, OSError) as error:
            return str(error)
        return None

    def has_program(self, name: str) -> bool:
        """Whether a program is in the search path."""
        return shutil.which(name) is not None


_AROUND = [Surroundings()]


def surroundings() -> Surroundings:
    """What this task runs in."""
    return _AROUND[-1]


@contextmanager
def standing_in(other: Surroundings) -> Iterator[None]:
    """Let others stand in for the controller while this lasts."""
    _AROUND.append(other)
    try:
        yield
    finally:
        _AROUND.remove(other)


def utc_now() -> datetime:
    """The time, by the controller's clock."""
    return surroundings().utc_now()


def monotonic() -> float:
    """See ``Surroundings.monotonic``."""
    return surroundings().monotonic()


def wait(seconds: float) -> None:
    """Let seconds pass."""
    surroundings().wait(seconds)
