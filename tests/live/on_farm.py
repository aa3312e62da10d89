# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the kit against the farm; ``make live-records`` makes the records that unit tests replay.

Names have other stand-ins every time; besides that, what differs is what changed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

LIVE = Path(__file__).resolve().parent
sys.path.insert(0, str(LIVE.parent))

from farm import Farm, load_scenario_dict  # noqa: E402  # after the path is set
from farm.farm import Farm as RunningFarm  # noqa: E402

from live.messages import shortened  # noqa: E402
from live.recording import read_record  # noqa: E402

KEPT = LIVE.parent / "unit" / "live" / "records" / "farm"
HOSTS: dict[str, Any] = {
    "session07": {"policy": {"mode": 4, "servers": "license03.corp.example"}},
    "session08": {"policy": {"mode": 2}},
    "license03": {
        "roles": ["licensing"],
        "activated": True,
        "license_server": {"packs": [{"type": "per_user", "total": 50, "issued": 7}]},
    },
}
"""One session host that may be changed, one that may not, and a license server."""
AWAY, CLOSED = "session10", "session09"
"""A host that nobody reaches, and one that refuses the account."""
_CHANGES = ("rds_licensing_mode", "rds_license_server")
_WANTED = {
    "session07": ("rds_licensing_diagnosis", *_CHANGES),
    "license03": (
        "debug_connection",
        "rds_host_info",
        "rds_lserver_info",
        "rds_cal_pack_facts",
        "rds_licensing_diagnosis",
        "rds_lserver_backup",
        "rds_lserver_backup_info",
    ),
    CLOSED: ("rds_host_info",),
    AWAY: ("debug_connection", "rds_host_info"),
}
"""The records to keep: of each module the first, of one that changes the first change."""


def run_kit(
    farm: RunningFarm,
    folder: Path,
    *words: str,
    connection: str = "winrm",
    away: bool = False,
    change: Iterable[str] = ("session07", "license03"),
) -> tuple[int, str]:
    """Run the kit on the hosts of a farm.

    :param folder: becomes the home; the records are in its folder ``records``.
    :param words: more words of the command.
    :param away: there is a host in the inventory that nobody reaches, too.
    :param change: the hosts that may be changed.
    :returns: how it ended, and what it printed.
    """
    inventory: Any = farm.inventory(connection)
    groups = inventory["all"]["children"]
    if away:
        hosts = groups["rds_session_hosts"]["hosts"]
        hosts[AWAY] = {**next(iter(hosts.values())), "ansible_port": _closed_port()}
    groups["rds_live_change"] = {"hosts": {name: {} for name in change if name in farm.hosts}}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lab.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, str(LIVE / "run.py"), "-i", str(folder / "lab.yml")),
            *("--records", str(folder / "records"), *words),
        ],
        env={**environment(), "HOME": str(folder)},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout


def environment() -> dict[str, str]:
    """What a run of the kit inherits: no settings of Ansible but ours."""
    kept = ("PATH", "LANG", "RDS_ANSIBLE_BIN")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "LC_ALL": "C.UTF-8",
        "RDS_LIVE_COLLECTIONS": str(LIVE.parents[4]),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_LOCALHOST_WARNING": "0",
    }


def _closed_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def main() -> int:
    """Make the records anew; 0 when all that are wanted are there."""
    parser = argparse.ArgumentParser(description="Make the records of the farm anew.")
    parser.add_argument("--into", type=Path, default=KEPT, help="folder for the records")
    into: Path = parser.parse_args().into
    hosts = {name: HOSTS[name] for name in ("session07", "license03")}
    scenario = {"hosts": {**hosts, CLOSED: {"denied": ["root/cimv2"]}}}
    with tempfile.TemporaryDirectory() as folder, Farm(load_scenario_dict(scenario)) as farm:
        dummy, said = run_kit(farm, Path(folder, "home"), "--change", away=True)
        print(said)
        return _keep(Path(folder, "home", "records"), into)


def _keep(records: Path, into: Path) -> int:
    names = _hosts_of(records)
    shutil.rmtree(into, ignore_errors=True)
    missing = {(host, module) for host, wanted in _WANTED.items() for module in wanted}
    for path in sorted(records.glob("*/*.json")):
        record = read_record(path)
        host = names[path.parent.name]
        if (host, record.module) not in missing:
            continue
        if record.module in _CHANGES and not (record.result["changed"] and not record.check_mode):
            continue
        missing.discard((host, record.module))
        for each in record.exchanges:
            each.request = shortened(each.request)
        target = into / host / f"{record.module}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(record.as_text(), encoding="utf-8")
    for host, module in sorted(missing):
        print(f"There is no record of {module} on {host}.", file=sys.stderr)
    return 1 if missing else 0


def _hosts_of(records: Path) -> dict[str, str]:
    """Which host a folder is of: its name is a stand-in, and what was asked there is not."""
    found = {}
    for folder in records.iterdir():
        results = [read_record(path) for path in folder.iterdir()]
        modules = {each.module for each in results}
        if any(each.result.get("unreachable") for each in results):
            found[folder.name] = AWAY
        elif "rds_licensing_mode" in modules:
            found[folder.name] = "session07"
        else:
            found[folder.name] = "license03" if "rds_lserver_info" in modules else CLOSED
    return found


if __name__ == "__main__":
    sys.exit(main())
