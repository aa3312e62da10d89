# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated machines do with a command line."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from ..model.accounts import Identity
from ..model.host import Host
from ..operations import Ended, OperationSet

CMD_LIMIT = 8191
_POWERSHELL = re.compile(r'^"?(?:[\w:\\ ]*\\)?powershell(?:\.exe)?"?\s', re.IGNORECASE)
_ENCODED = re.compile(r"\s-e(?:nc(?:odedcommand)?|c)?\s+(\S+)", re.IGNORECASE)
_EXIT = re.compile(r"exit\s+(-?\d+)", re.IGNORECASE)
# Lines that PowerShell callers put around a command without changing what it does.
_PRELUDE = re.compile(r"^\s*(?:Set-StrictMode\b.*|\$\w+Preference\s*=.*)$", re.IGNORECASE)


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
        return _plain(program.line.strip().strip('"'), host, caller)
    if operations.is_bootstrap(program.script):
        return operations.run(host, stdin)
    lines = [x for x in program.script.splitlines() if x.strip() and not _PRELUDE.match(x)]
    return _plain(" ".join(lines).strip(), host, caller)


def _plain(command: str, host: Host, caller: Identity) -> Ended:
    word = command.lower()
    if word in ("hostname", "hostname.exe"):
        return Ended(stdout=f"{host.name}\r\n")
    if word in ("whoami", "whoami.exe"):
        domain = (caller.domain or host.netbios).lower()
        return Ended(stdout=f"{domain}\\{caller.user.lower()}\r\n")
    if word in ("ver", "cmd /c ver"):
        return Ended(stdout=f"\r\nMicrosoft Windows [Version {host.release.version}]\r\n")
    if word.startswith("echo "):
        return Ended(stdout=command[5:] + "\r\n")
    leave = _EXIT.fullmatch(command)
    if leave is not None:
        return Ended(code=int(leave.group(1)))
    name = command.partition(" ")[0][:80]
    return Ended(
        stderr=f"'{name}' is not recognized as an internal or external command,\r\n"
        "operable program or batch file.\r\n",
        code=1,
    )
