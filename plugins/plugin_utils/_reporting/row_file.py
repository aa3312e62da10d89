# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Streams rows into a file on the controller: JSON Lines, or CSV when its name says so.

Nothing is kept in memory. The file appears under its name when it is whole, and only its
owner may read it: it holds names of users and computers.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from .._cim.errors import CimError
from .spreadsheet import safe


class FileNotWritten(CimError):
    """The controller could not write the file."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(f"{path} cannot be written on the controller: {error.strerror}")
        self.operation = "writing the rows"
        self.advice = "name a folder that exists and is writable where the playbook runs"


@contextmanager
def open_row_file(path: str) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Open the file; the value is a function that writes a row.

    :raises FileNotWritten: naming the file and the reason.
    """
    target = Path(path)
    part = target.with_name(target.name + ".part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
            yield _csv_writer(out) if target.suffix.lower() == ".csv" else _json_writer(out)
        part.replace(target)
    except OSError as error:
        raise FileNotWritten(path, error) from error
    finally:
        part.unlink(missing_ok=True)


def _json_writer(out: TextIO) -> Callable[[dict[str, Any]], None]:
    def write(row: dict[str, Any]) -> None:
        out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")

    return write


def _csv_writer(out: TextIO) -> Callable[[dict[str, Any]], None]:
    writer = csv.writer(out)
    header: list[str] = []

    def write(row: dict[str, Any]) -> None:
        if not header:
            header.extend(row)
            writer.writerow(header)
        cells = (row[name] for name in header)
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in cells])

    return write
