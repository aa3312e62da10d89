# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of a remote shell: a plain command, or PowerShell with a script."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from ..model.accounts import Identity
from ..model.host import Host
from ..operations import Ended, OperationSet
from .script import run_command, run_script

CMD_LIMIT = 8191
_POWERSHELL = re.compile(r'^"?(?:[\w:\\ ]*\\)?powershell(?:\.exe)?"?\s', re.IGNORECASE)
_ENCODED = re.compile(r"\s-e(?:nc(?:odedcommand)?|c)?\s+(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Program:
    """A command line taken apart: the PowerShell script, or the plain command."""

    line: str
    script: str | None

    def reads_stdin(self, operations: OperationSet) -> bool:
        """True when the program ends only after its standard input has ended."""
        return self.script is not None and operations.is_bootstrap(self.script)


def program_of(line: str) -> Program:
    """Recognize ``powershell -EncodedCommand``; everything else is a plain command."""
    if _POWERSHELL.match(line + " "):
        found = _ENCODED.search(line)
        if found is not None:
            try:
                raw = base64.b64decode(found.group(1).strip("'\""), validate=True)
                return Program(line, raw.decode("utf-16-le"))
            except (binascii.Error, UnicodeDecodeError):
                return Program(line, "\0")
    return Program(line, None)


def run(
    program: Program,
    stdin: bytes,
    host: Host,
    caller: Identity,
    operations: OperationSet,
    *,
    skip_cmd: bool,
) -> Ended:
    """Run to the end."""
    if not skip_cmd and len(program.line) > CMD_LIMIT:
        return Ended(stderr="The command line is too long.\r\n", code=1)
    if program.script is None:
        return run_command(program.line.strip().strip('"'), host, caller)
    lines = stdin.decode("utf-8", "replace").splitlines()
    return run_script(program.script, lines, host, caller, operations)
