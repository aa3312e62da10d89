# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backs up a license server with a large database and brings the bundle here.

As rds_lserver_backup does, in a process of its own over winrm with sealed NTLM messages. The
memory must not depend on the size of the database: one chunk is held, and its base64.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .farm_process import FarmProcess

TREE = Path(__file__).resolve().parents[5]
TESTS = Path(__file__).resolve().parents[1]
DRIVE = 20_000_000_000


@dataclass(frozen=True)
class Fetching:
    """What a process took: bytes of the bundle, seconds, kB of memory at its start and peak."""

    size: int
    seconds: float
    cpu: float
    start: int
    peak: int

    @property
    def grown(self) -> float:
        """MB above the start."""
        return (self.peak - self.start) / 1e3


def report(sizes: list[int], folder: Path) -> None:
    """Print what each size (MiB of the database) takes, and the last in ratio to the first."""
    print("\n== a license database is backed up and brought to the controller, over the wire ==")
    print(
        f"{'database MiB':>14}{'bundle MB':>12}{'peak MB above start':>22}{'CPU s':>9}{'wall s':>9}"
    )
    found = []
    for mib in sizes:
        one = measure(mib, folder)
        found.append(one)
        print(
            f"{mib:14}{one.size / 1e6:12.0f}{one.grown:22.0f}{one.cpu:9.2f}{one.seconds:9.1f}",
            flush=True,
        )
    if len(found) > 1:
        first, last = found[0], found[-1]
        print(
            f"ratios: bytes {last.size / first.size:.1f}, memory {last.grown / first.grown:.2f}, "
            f"CPU {last.cpu / first.cpu:.1f}"
        )


def measure(mib: int, folder: Path) -> Fetching:
    """Back up and fetch a database of that size; the bundle is removed again."""
    scenario = folder / "license_server.yml"
    server = {"packs": [], "database": {"mib": mib, "fill": "noise"}}
    drives = {"C:": {"size": DRIVE}, "D:": {"size": DRIVE}}
    host = {"roles": ["licensing"], "license_server": server, "drives": drives}
    scenario.write_text(yaml.safe_dump({"hosts": {"ls1": host}}), encoding="utf-8")
    with FarmProcess(["--scenario", str(scenario)], folder, "bundles") as farm:
        done = subprocess.run(
            [sys.executable, "-m", "bench.bundles", str(farm.inventory), str(folder / "bundles")],
            cwd=TESTS,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return Fetching(**json.loads(done.stdout))


def _fetch(host: dict[str, Any], folder: Path) -> Fetching:
    sys.path.insert(0, str(TREE))
    from ansible.playbook.play_context import PlayContext  # noqa: PLC0415  # after the path is set
    from ansible.plugins.loader import connection_loader  # noqa: PLC0415  # the same
    from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.choose import (  # noqa: E501, PLC0415
        carrier_for,
    )
    from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (  # noqa: PLC0415
        CimSession,
    )
    from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (  # noqa: E501, PLC0415
        Progress,
    )
    from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database import (  # noqa: E501, PLC0415
        backup,
    )
    from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database.host import (  # noqa: E501, PLC0415
        Host,
    )

    connection = connection_loader.get("winrm", PlayContext())
    extras = {name: each for name, each in host.items() if name.startswith("ansible_winrm_")}
    connection.set_options(var_options={"_extras": extras, **host})
    began, cpu, memory = time.monotonic(), time.process_time(), _memory()
    progress = Progress()
    ways = Host.of(CimSession(carrier_for(connection)), connection, progress, read_only=False)
    options = backup.BackupOptions(path=r"D:\Backup", fetch_to=str(folder))
    outcome = backup.back_up(ways, options, progress, check_mode=False)
    if outcome.failure is not None:
        raise outcome.failure
    fetched = outcome.values["fetched"]
    found = Fetching(
        fetched["bytes"],
        time.monotonic() - began,
        time.process_time() - cpu,
        memory,
        _memory(),
    )
    Path(fetched["path"]).unlink()
    return found


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """Back up and fetch, print what it took."""
    inventory, folder = sys.argv[1:]
    groups = yaml.safe_load(Path(inventory).read_text(encoding="utf-8"))["all"]["children"]
    (host,) = groups["rds_license_servers"]["hosts"].values()
    found = _fetch(host, Path(folder))
    print(json.dumps({name: getattr(found, name) for name in Fetching.__dataclass_fields__}))


if __name__ == "__main__":
    main()
