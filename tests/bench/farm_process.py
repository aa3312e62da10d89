# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A farm in a process of its own, so that its work is not counted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

TESTS = Path(__file__).resolve().parents[1]
START_SECONDS = 60


@dataclass(frozen=True)
class Traffic:
    """What went over the wire."""

    requests: int
    logins: int
    up: int
    down: int


class FarmProcess:
    """``python -m farm`` with an inventory and a request log.

    :param arguments: what it simulates: ``--hosts N`` or ``--scenario FILE``.
    :param name: for its files in ``folder``.
    """

    def __init__(self, arguments: list[str], folder: Path, name: str) -> None:
        self.inventory = folder / f"inventory-{name}.yml"
        self._log = folder / f"requests-{name}.jsonl"
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0

    def __enter__(self) -> FarmProcess:
        for path in (self.inventory, self._log):
            path.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "farm", *self._arguments),
                *("--inventory", str(self.inventory), "--log", str(self._log)),
            ],
            env={**os.environ, "PYTHONPATH": str(TESTS)},
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_SECONDS
        while not self.inventory.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the farm did not start")
            time.sleep(0.1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)

    def traffic(self) -> Traffic:
        """What went over the wire since this was asked before."""
        time.sleep(0.2)  # the last line may still be on its way into the file
        with self._log.open(encoding="utf-8") as log:
            log.seek(self._read)
            requests = [json.loads(line) for line in log]
            self._read = log.tell() if not requests else self._log.stat().st_size
        logins = sum(each["operation"] == "auth" for each in requests)
        return Traffic(
            len(requests) - logins,
            logins,
            sum(each["bytes_in"] for each in requests),
            sum(each["bytes_out"] for each in requests),
        )
