# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a large license server: the issued CALs as rds_cal_pack_facts does, and by plain pypsrp.

Both in processes of their own, over psrp with sealed NTLM messages, from one farm. Ours counts
every license and writes it into a file; pypsrp only fetches them.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .farm_process import FarmProcess

TREE = Path(__file__).resolve().parents[5]
URI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_TSIssuedLicense"


@dataclass(frozen=True)
class Reading:
    """What a process took: seconds of CPU, kB of memory at its start and at its peak."""

    count: int
    cpu: float
    start: int
    peak: int


def report(instances: int, folder: Path) -> None:
    """Print both, and the ratio."""
    scenario = folder / "license_server.yml"
    host = {"roles": ["licensing"], "issued_licenses": instances}
    scenario.write_text(yaml.safe_dump({"hosts": {"ls1": host}}), encoding="utf-8")
    with FarmProcess(
        ["--scenario", str(scenario), "--connection", "psrp"], folder, "licenses"
    ) as farm:
        ours, plain = (_measure(way, farm.inventory, folder) for way in ("ours", "pypsrp"))
    if not ours.count == plain.count == instances:
        raise RuntimeError(f"{ours.count} and {plain.count} licenses were read, not {instances}")
    print(f"\n== {instances:,} issued licenses of one license server, over the wire ==")
    print(f"{'':34}{'CPU s':>9}{'peak MB above start':>22}")
    for name, reading in (("counted and written to a file", ours), ("bare pypsrp, fetched", plain)):
        print(f"{name:34}{reading.cpu:9.2f}{(reading.peak - reading.start) / 1e3:22.0f}")
    print(f"CPU ratio {ours.cpu / plain.cpu:.2f}")


def _measure(way: str, inventory: Path, folder: Path) -> Reading:
    done = subprocess.run(
        [sys.executable, "-m", "bench.issued", way, str(inventory), str(folder / "issued.jsonl")],
        cwd=Path(__file__).resolve().parents[1],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Reading(**json.loads(done.stdout))


def _ours(host: dict[str, Any], path: str) -> tuple[float, int, int]:
    sys.path.insert(0, str(TREE))
    from ansible.playbook.play_context import PlayContext  # noqa: PLC0415  # the other way needs none
    from ansible.plugins.loader import connection_loader  # noqa: PLC0415  # the same
    from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.choose import (  # noqa: E501, PLC0415
        carrier_for,
    )
    from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (  # noqa: PLC0415
        CimSession,
    )
    from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.cals import (  # noqa: PLC0415
        cal_facts,
    )
    from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._reporting import (  # noqa: PLC0415
        row_file,
    )

    connection = connection_loader.get("psrp", PlayContext())
    connection.set_options(var_options=host)
    started, memory = time.process_time(), _memory()
    options = cal_facts.FactsOptions(issued="summary", issued_file=path)
    session = CimSession(carrier_for(connection))
    found = cal_facts.collect_cal_facts(session, options, row_file.open_row_file, check_mode=False)
    return time.process_time() - started, memory, int(found.facts["issued"]["total"])


def _pypsrp(host: dict[str, Any], path: str) -> tuple[float, int, int]:
    from pypsrp.wsman import NAMESPACES, WSMan  # noqa: PLC0415  # the other way measures its start

    del path
    wsman = WSMan(
        host["ansible_host"],
        port=host["ansible_port"],
        username=host["ansible_user"],
        password=host["ansible_password"],
        ssl=False,
        auth="ntlm",
    )
    started, memory, count = time.process_time(), _memory(), 0
    enumeration = NAMESPACES["wsen"]
    request = ET.Element(f"{{{enumeration}}}Enumerate")
    answer = wsman.enumerate(URI, request)
    while True:
        context = answer.findtext(f".//{{{enumeration}}}EnumerationContext")
        items = answer.find(f".//{{{enumeration}}}Items")
        count += len(items) if items is not None else 0
        if not context or answer.find(f".//{{{enumeration}}}EndOfSequence") is not None:
            return time.process_time() - started, memory, count
        request = ET.Element(f"{{{enumeration}}}Pull")
        ET.SubElement(request, f"{{{enumeration}}}EnumerationContext").text = context
        ET.SubElement(request, f"{{{enumeration}}}MaxElements").text = "32000"
        answer = wsman.pull(URI, request)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """Read by one way, print what it took."""
    way, inventory, path = sys.argv[1:]
    groups = yaml.safe_load(Path(inventory).read_text(encoding="utf-8"))["all"]["children"]
    (host,) = groups["rds_license_servers"]["hosts"].values()
    cpu, start, count = (_ours if way == "ours" else _pypsrp)(host, path)
    print(json.dumps({"count": count, "cpu": cpu, "start": start, "peak": _memory()}))


if __name__ == "__main__":
    main()
