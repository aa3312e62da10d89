# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make demo``: the main job on the simulated farm.

Starts the farm of ``tests/farm/scenarios/site.yml``: two bare servers that are to be license
servers, and six session hosts in different sorry states. Tries the shipped playbook of a whole
site in check mode, then runs it twice, with the real ansible-playbook over the real winrm
connection, and shows each host before and after, and where the report lies.

Ends with 1 unless check mode wrote nothing, the second run changed nothing, and every host is as
it should be.
"""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from farm import Farm, load_scenario

from demo.bundles import whole_bundles
from demo.playing import OUTPUT, TESTS, Results, play, say, shown
from demo.table import HostRow, print_table

REPORT = OUTPUT / "report"
BUNDLES = OUTPUT / "bundles"
MODE = "per_user"
SERVERS = ["ls1.corp.example", "ls2.corp.example"]
WANTED = {
    "session_host_mode": MODE,
    "session_host_license_servers": SERVERS,
    # A refusal with a reason is shown as what it is, and the other hosts go on.
    "session_host_report_refusals": True,
}
LICENSE_SERVERS = {
    "license_server_contact": {
        "first_name": "Anna",
        "last_name": "Example",
        "company": "Example Corp",
        "country": "France",
    },
    "license_server_reboot": True,
}
# Numbers that mean nothing to anybody but the farm. Real ones belong into a vault.
USER_CALS = {
    "channel": "open",
    "license_number": "00000001",
    "authorization_number": "A" * 15,
    "version": "2025",
    "type": "per_user",
}
PACKS: dict[str, list[dict[str, Any]]] = {
    "ls1": [
        {**USER_CALS, "quantity": 100},
        {
            "channel": "retail",
            "license_code": "C" * 25,
            "version": "2025",
            "type": "per_device",
            "quantity": 20,
        },
    ],
    "ls2": [
        {**USER_CALS, "quantity": 50},
        {
            "channel": "open",
            "license_number": "00000002",
            "authorization_number": "B" * 15,
            "version": "2022",
            "type": "per_device",
            "quantity": 40,
        },
    ],
}
PLAN = ["--tags", "plan", "-e", "lserver_migration_old=ls2", "-e", "lserver_migration_new=ls1"]
TYPES = {0: "per_device", 1: "per_user"}
VERSIONS = {7: "2022", 8: "2025"}
MODES = {1: "remote administration", 2: "per_device", 4: "per_user", 5: "not configured"}
State = dict[str, dict[str, Any]]


def main() -> int:
    """Run the demo; the exit status of the command."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    (OUTPUT / "ansible.cfg").write_text("[defaults]\n", encoding="utf-8")
    for folder in (REPORT, BUNDLES):
        shutil.rmtree(folder, ignore_errors=True)
    with Farm(load_scenario(TESTS / "farm" / "scenarios" / "site.yml")) as farm:
        write_inventory(farm, OUTPUT / "inventory.yml")
        say(f"A simulated farm: {len(PACKS)} bare servers that are to be license servers, and")
        print(
            f"{len(farm.hosts) - len(PACKS)} session hosts, on loopback addresses, speaking WinRM"
        )
        print("with sealed NTLM messages.")
        before: State = farm.state()
        play("Check mode, on bare servers", "site", "--check")
        written = writes(farm)
        runs = [play("First run", "site"), play("Second run", "site", "--diff")]
        after: State = farm.state()
        play("A bundle of each license server, brought here and verified", "backup_license_servers")
        asked = writes(farm)
        play("What moving from ls2 to ls1 would take", "migrate_license_server", *PLAN)
        planned = writes(farm) - asked
        diagnosed = play("One verdict for each host, with what to do", "diagnose")
    rows = [
        row_of(name, before[name], after[name], *runs)
        for name in sorted(before, key=lambda name: (name not in PACKS, name))
    ]
    say("Each host before and after, as the farm itself has it:")
    print_table(rows)
    return verdict(Seen(rows, runs, written, planned, verdicts_in(diagnosed)))


@dataclass(frozen=True, slots=True)
class Seen:
    """What the demo saw.

    :param written: requests that write, in check mode; ``planned`` while the plan was made.
    :param verdicts: how many hosts have each.
    """

    rows: list[HostRow]
    runs: list[Results]
    written: int
    planned: int
    verdicts: Counter[str]


def writes(farm: Farm) -> int:
    """How many requests that write the farm has seen so far."""
    return sum(each.writes for host in farm.hosts.values() for each in host.requests)


def verdicts_in(results: Results) -> Counter[str]:
    """How many hosts have each verdict."""
    last = {
        each["host"]: each["result"]["verdict"] for each in results if "verdict" in each["result"]
    }
    return Counter(last.values())


def write_inventory(farm: Farm, path: Path) -> None:
    """Write the inventory, with what the session hosts are to be."""
    inventory: dict[str, Any] = dict(farm.inventory(connection="winrm", auth="ntlm"))
    groups = inventory["all"]["children"]
    groups["rds_session_hosts"]["vars"] = WANTED
    groups["rds_license_servers"]["vars"] = LICENSE_SERVERS
    servers = groups["rds_license_servers"]["hosts"]
    for name, packs in PACKS.items():
        servers[name]["license_server_packs"] = packs
    # For the plan of a migration: what would come from the other one.
    servers["ls1"]["lserver_migration_packs"] = PACKS["ls2"]
    inventory["all"]["vars"] = {
        "cal_inventory_output_path": str(REPORT),
        "licensing_audit_output_path": str(REPORT),
        "lserver_backup_fetch_to": str(BUNDLES),
    }
    path.write_text(yaml.safe_dump(inventory, sort_keys=False), encoding="utf-8")


def row_of(
    name: str,
    before: dict[str, Any],
    after: dict[str, Any],
    first: Results,
    second: Results,
) -> HostRow:
    """What the table says of a host."""
    own = [each for each in first if each["host"] == name]
    bad = [each for each in own if each["status"] in ("failed", "unreachable")]
    refused = [each["result"]["msg"] for each in own if each["result"].get("refused")]
    again = any(each["result"].get("changed") for each in second if each["host"] == name)
    right = is_stocked(name, after) if name in PACKS else is_configured(after)
    if bad:
        happened = f"FAILED: {bad[0]['result'].get('msg')}"
    elif refused:
        # The sentence behind "host (address): what was done:".
        happened = refused[0].split(": ", 2)[2]
    elif not right:
        happened = "NOT CONFIGURED"
    else:
        happened = (
            "configured" if any(each["result"].get("changed") for each in own) else "as it was"
        )
    if again:
        happened += "; CHANGED AGAIN in the second run"
    return HostRow(
        name=name,
        system=f"{before['release']}, {before['member']}",
        before=told(before),
        after=told(after),
        happened=happened,
        good=not bad and not again and (right or bool(refused)),
    )


def is_configured(state: dict[str, Any]) -> bool:
    """Whether a session host has the right mode and the right license servers."""
    return (MODES.get(state["effective_mode"]), state["effective_servers"]) == (MODE, SERVERS)


def is_stocked(name: str, state: dict[str, Any]) -> bool:
    """Whether a license server is activated and holds the CALs that it is to have."""
    server = state["license_server"]
    bought = sorted(pack["total"] for pack in server["packs"] if pack["type"] in TYPES)
    return server["activated"] and bought == sorted(pack["quantity"] for pack in PACKS[name])


def told(state: dict[str, Any]) -> list[str]:
    """A host's licensing in lines."""
    if state["licensing_role"]:
        server = state["license_server"]
        return ["activated" if server["activated"] else "not activated"] + [
            f"{pack['total']} {TYPES[pack['type']]} {VERSIONS[pack['version']]}, "
            f"{pack['issued']} issued"
            for pack in server["packs"]
            if pack["type"] in TYPES
        ]
    if not state["session_host"]:
        return ["bare server"]
    mode = MODES.get(state["effective_mode"], "unknown")
    lines = [f"{mode} ({state['mode_source']})"]
    lines += [f"{each} ({state['servers_source']})" for each in state["effective_servers"]]
    if not state["effective_servers"]:
        lines.append("no license server")
    if state["stray_subkeys"]:
        lines.append(f"{len(state['stray_subkeys'])} stray sub-keys")
    return lines


def verdict(seen: Seen) -> int:
    """Say the numbers of all runs; 0 when all is as it should be."""
    changed = [sum(bool(each["result"].get("changed")) for each in run) for run in seen.runs]
    refused = sum(row.happened.startswith("refused") for row in seen.rows)
    bundles = whole_bundles(BUNDLES)
    good = (
        all(row.good for row in seen.rows)
        and changed[0] > 0
        and changed[1] == seen.written == seen.planned == 0
        and len(bundles) == len(PACKS)
        and seen.verdicts.total() == len(seen.rows)
    )
    say(f"Check mode: requests that write={seen.written}.")
    print(f"First run: changed={changed[0]}, refused with a reason={refused}.")
    print(f"Second run: changed={changed[1]}.")
    print(f"Bundles here, each file as its manifest says: {len(bundles)}.")
    print(f"The plan of a migration: requests that write={seen.planned}.")
    told = ", ".join(f"{count} {name}" for name, count in sorted(seen.verdicts.items()))
    print(f"Verdicts: {told}.")
    print(f"The bundles: {shown(BUNDLES)}")
    print(f"The report of the CALs: {shown(REPORT / 'cal_inventory.html')}")
    print(f"The view of the farm: {shown(REPORT / 'licensing_audit.html')}")
    print("Everything is as it should be." if good else "Something is NOT as it should be.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
