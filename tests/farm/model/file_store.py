# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the bytes of one host's drives are: a temporary folder, made with the first use."""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from .file_nodes import Drive
from .file_system import FileSystem

PROGRAM_DATA = "C:\\ProgramData"


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


class FileStore:
    """The drives of one host. ``on_open`` are called with new drives, before anybody sees them."""

    def __init__(self, drives: Mapping[str, Drive], now: Callable[[], datetime]) -> None:
        self.on_open: list[Callable[[FileSystem], None]] = []
        self._drives, self._now = drives, now
        self._lock = threading.RLock()
        self._files: FileSystem | None = None
        self._finalizer: weakref.finalize[[Path], FileStore] | None = None

    @property
    def opened(self) -> bool:
        """True when somebody has used the drives."""
        return self._files is not None

    @property
    def files(self) -> FileSystem:
        """The drives; made when there are none yet."""
        with self._lock:
            if self._files is None:
                folder = Path(tempfile.mkdtemp(prefix="farm-drives-"))
                self._finalizer = weakref.finalize(self, _remove, folder)
                drives = {name: replace(drive) for name, drive in self._drives.items()}
                self._files = FileSystem(folder, drives, self._now)
                self._files.place(PROGRAM_DATA)
                for called in self.on_open:
                    called(self._files)
            return self._files

    def close(self) -> None:
        """Delete the bytes and forget the drives."""
        with self._lock:
            if self._finalizer is not None:
                self._finalizer()
            self._files = self._finalizer = None
