# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Defects of the farm itself: errors that no code of it expected."""

from __future__ import annotations

import sys
import traceback
from types import TracebackType


class Defects:
    """A context that keeps an unexpected error for the tests and shows it on standard error."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __enter__(self) -> Defects:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.seen.append("".join(traceback.format_exception(error)))
        sys.stderr.write(self.seen[-1])
        return True
