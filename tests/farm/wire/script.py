# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated machines do with a command, and with a PowerShell script.

Both carriers come here: a command line of the remote shell, and a pipeline of a runspace.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..model.accounts import Identity
from ..model.host import Host
from ..operations import Ended, OperationSet

_EXIT = re.compile(r"exit(?:\s+(-?\d+|\$LASTEXITCODE))?", re.IGNORECASE)
# Lines that PowerShell callers put around a command without changing what it does.
_PRELUDE = re.compile(r"^\s*(?:Set-StrictMode\b.*|\$\w+Preference\s*=.*)$", re.IGNORECASE)


def run_script(
    script: str, given: Sequence[str], host: Host, caller: Identity, operations: OperationSet
) -> Ended:
    """Run a PowerShell script to its end; ``given`` is what its ``$input`` holds."""
    if operations.is_bootstrap(script):
        return operations.run(host, given)
    output: list[str] = []
    errors, code = "", 0
    for line in script.splitlines():
        if not line.strip() or _PRELUDE.match(line):
            continue
        ended = run_command(line.strip(), host, caller)
        output += ended.output
        errors += ended.stderr
        if ended.exited:
            return Ended(tuple(output), errors, ended.code, exited=True)
        code = ended.code
    return Ended(tuple(output), errors, code)


def run_command(command: str, host: Host, caller: Identity) -> Ended:
    """Run one command, of cmd.exe or of PowerShell."""
    word = command.lower()
    if word in ("hostname", "hostname.exe"):
        return Ended((host.name,))
    if word in ("whoami", "whoami.exe"):
        domain = (caller.domain or host.netbios).lower()
        return Ended((f"{domain}\\{caller.user.lower()}",))
    if word in ("ver", "cmd /c ver"):
        return Ended(("", f"Microsoft Windows [Version {host.release.version}]"))
    if word.startswith("echo "):
        return Ended((command[5:],))
    leave = _EXIT.fullmatch(command)
    if leave is not None:
        # The programs above leave 0 behind, and what is not found leaves nothing: that is 0, too.
        number = leave[1] or "0"
        return Ended(code=0 if number.startswith("$") else int(number), exited=True)
    name = command.partition(" ")[0][:80]
    return Ended(
        stderr=f"'{name}' is not recognized as an internal or external command,\r\n"
        "operable program or batch file.\r\n",
        code=1,
    )
