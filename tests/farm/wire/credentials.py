# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The NTLM acceptor's credential file.

pyspnego reads the accounts that an acceptor knows from the file named by NTLM_USER_FILE, which is
one per process: the accounts of all running farms of this process go into one file.
"""

from __future__ import annotations

import itertools
import os
import tempfile
import threading
from pathlib import Path

_VARIABLE = "NTLM_USER_FILE"


class CredentialFile:
    """Keeps the file and the variable while at least one farm is running."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._lines: dict[int, list[str]] = {}
        self._path: Path | None = None
        self._before: str | None = None

    def add(self, lines: list[str]) -> int:
        """Add ``DOMAIN:user:password`` lines; the number is for ``remove``."""
        with self._lock:
            number = next(self._numbers)
            self._lines[number] = lines
            self._write()
            return number

    def remove(self, number: int) -> None:
        """Take a farm's lines out; the last one restores the environment."""
        with self._lock:
            self._lines.pop(number, None)
            if self._lines:
                self._write()
            elif self._path is not None:
                self._path.unlink(missing_ok=True)
                self._path = None
                if self._before is None:
                    os.environ.pop(_VARIABLE, None)
                else:
                    os.environ[_VARIABLE] = self._before

    def _write(self) -> None:
        if self._path is None:
            handle, name = tempfile.mkstemp(prefix="farm-accounts-")
            os.close(handle)
            self._path = Path(name)
            self._before = os.environ.get(_VARIABLE)
            os.environ[_VARIABLE] = name
        # Many hosts share accounts: each line once, in the order of arrival.
        lines = dict.fromkeys(line for given in self._lines.values() for line in given)
        fresh = self._path.with_suffix(".new")
        fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
        fresh.replace(self._path)


CREDENTIALS = CredentialFile()
