# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scripts run for real, where a PowerShell is on the machine.

What they ask of Windows is given by functions of the same names; files lie in a temporary folder.
Only what needs nothing of Windows' file permissions runs elsewhere than on Windows.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows import powershell
from unit.powershell.scripts import FOLDER

PWSH = shutil.which("pwsh")
pytestmark = pytest.mark.skipif(
    PWSH is None, reason="pwsh is not on this machine: no script was run, all were parsed"
)


class Here:
    """A connection that runs the command on this machine, with functions defined before it."""

    transport = "local"
    connected = True

    def __init__(self, functions: str) -> None:
        self._functions = functions

    def exec_command(
        self, command: str, in_data: bytes, sudoable: bool
    ) -> tuple[int, bytes, bytes]:
        del sudoable
        bootstrap = base64.b64decode(command.rsplit(maxsplit=1)[-1]).decode("utf-16-le")
        encoded = base64.b64encode(f"{self._functions}\n{bootstrap}".encode("utf-16-le")).decode()
        done = subprocess.run(
            [str(PWSH), "-NoProfile", "-NonInteractive", "-EncodedCommand", encoded],
            input=in_data,
            capture_output=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr


def run(
    operation: str, functions: str = "", blob: bytes | None = None, **options: Any
) -> dict[str, Any]:
    return powershell.run_operation(Here(functions), operation, options, blob)


def test_a_feature_is_installed() -> None:
    stub = (
        "function Install-WindowsFeature { param($Name, [switch]$IncludeManagementTools,"
        " [switch]$Confirm, $WarningAction) [pscustomobject]@{ Success = $true;"
        " RestartNeeded = 'No'; ExitCode = 'Success';"
        " FeatureResult = @([pscustomobject]@{ Name = $Name[0] }) } }"
    )
    found = run("install_feature", stub, names=["RDS-Licensing"], management_tools=True)
    assert found == {
        "success": True,
        "restart_needed": "no",
        "exit_code": "Success",
        "changed": ["RDS-Licensing"],
    }


def test_the_firewall_is_read() -> None:
    # name, enabled, direction, action, local ports, remote addresses
    rules = (
        "'open' 'True' 'Inbound' 'Allow' 'RPC' 'Any'",
        "'limited' 'True' 'Inbound' 'Allow' @('80', '135') @('10.0.0.1', '10.0.0.2')",
        "'off' 'False' 'Inbound' 'Allow' 'RPC' 'Any'",
        "'out' 'True' 'Outbound' 'Allow' 'RPC' 'Any'",
        "'other' 'True' 'Inbound' 'Allow' '5985' 'Any'",
    )
    made = (
        "function made($n, $e, $d, $a, $p, $r) { [pscustomobject]@{ InstanceID = $n; Name = $n;"
        " DisplayName = $n; DisplayGroup = $null; Profile = 'Domain, Private'; Enabled = $e;"
        " Direction = $d; Action = $a; LocalPort = $p; RemoteAddress = $r; Service = 'Any' } }"
    )
    every = "param($PolicyStore) " + "; ".join(f"made {each}" for each in rules)
    stub = "\n".join(
        [
            made,
            *(
                f"function Get-NetFirewall{kind} {{ {every} }}"
                for kind in ("Rule", "PortFilter", "AddressFilter", "ServiceFilter")
            ),
            "function Get-NetFirewallProfile { param($PolicyStore) [pscustomobject]@{"
            " Name = 'Public'; Enabled = 'False'; DefaultInboundAction = 'Block' } }",
        ]
    )
    found = run("read_firewall", stub, ports=["rpc", "135"], services=["TermServLicensing"], max=5)
    shown = {"group": "", "service": "Any", "profiles": ["Domain", "Private"]}
    assert found == {
        "rules": [
            {"name": "open", "display": "open", "ports": ["RPC"], "remote": ["Any"], **shown},
            {
                "name": "limited",
                "display": "limited",
                "ports": ["80", "135"],
                "remote": ["10.0.0.1", "10.0.0.2"],
                **shown,
            },
        ],
        "profiles": [{"name": "Public", "enabled": False, "inbound": "Block"}],
        "truncated": False,
    }


def test_a_failure_tells_text_and_number(tmp_path: Path) -> None:
    with pytest.raises(powershell.OperationFailed) as caught:
        run("read_chunk", path=str(tmp_path / "none"), offset=0, count=5)
    assert caught.value.number == 0x80070002


@pytest.mark.parametrize(("offset", "count"), [(0, 4), (4, 100), (10, 5), (50, 5)])
def test_a_piece_is_read(tmp_path: Path, offset: int, count: int) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"0123456789")
    found = run("read_chunk", path=str(file), offset=offset, count=count)
    assert found["blob"] == b"0123456789"[offset : offset + count]
    assert found["bytes"] == 10


def test_removing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    paths = [str(tmp_path / each) for each in ("file", "empty", "full", "none")]
    found = run("remove", paths=paths)
    assert found["removed"] == [paths[0], paths[1], paths[3]]
    assert [each["path"] for each in found["kept"]] == [paths[2]]
    assert (tmp_path / "full" / "file").exists()


def test_a_zip_is_read_and_unpacked(tmp_path: Path) -> None:
    file, folder = tmp_path / "x.zip", tmp_path / "new"
    folder.mkdir()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("database/a.edb", b"a" * 3_000_000)
        packed.writestr("manifest.json", b"{}")
    read = run(
        "read_bundle",
        path=str(file),
        deep=True,
        texts=["manifest.json"],
        heads=[{"name": "database/a.edb", "bytes": 4}],
    )
    first, second = read["entries"]
    assert (first["bytes"], base64.b64decode(first["head"]), first["text"]) == (
        3_000_000,
        b"aaaa",
        None,
    )
    assert base64.b64decode(second["text"]) == b"{}"
    files = run("unpack_bundle", bundle=str(file), prefix="database/", destination=str(folder))
    assert [each["sha256"] for each in files["files"]] == [first["sha256"]]
    assert (folder / "a.edb").stat().st_size == 3_000_000


def test_the_dead_man_puts_the_old_folder_back(tmp_path: Path) -> None:
    run_folder, folder, aside = tmp_path / "run", tmp_path / "lserver", tmp_path / "old"
    for each in (run_folder, folder, aside):
        each.mkdir()
    (aside / "TLSLic.edb").write_bytes(b"old")
    swap = {"folder": str(folder), "aside": str(aside), "complete": str(run_folder / "complete")}
    plan = {"service": "TermServLicensing", "swap": swap}
    (run_folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    script = shutil.copy(FOLDER / "dead_man.ps1", run_folder)
    stubs = (
        "function Stop-Service { param($Name, [switch]$Force) }\n"
        "function Start-Service { param($Name) }\n"
        "function Get-Service { [pscustomobject]@{ Name = 'TermServLicensing';"
        " Status = 'Running' } }\n"
        "function Unregister-ScheduledTask { param($TaskPath, $TaskName, [switch]$Confirm) }\n"
        f"& '{script}'"
    )
    subprocess.run(
        [str(PWSH), "-NoProfile", "-NonInteractive", "-Command", stubs], check=True, timeout=60
    )
    assert (folder / "TLSLic.edb").read_bytes() == b"old"
    outcome = json.loads((run_folder / "outcome.json").read_text(encoding="utf-8"))
    assert (outcome["put_back"], outcome["error"]) == (True, None)
