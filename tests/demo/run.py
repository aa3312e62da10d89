# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make demo``: the main job on the simulated farm.

Starts the farm of ``tests/farm/scenarios/demo.yml``, runs the shipped playbook with the real
ansible-playbook over the real winrm connection, twice, and shows each host before and after.
Ends with 1 unless the second run changed nothing and every host is as it should be.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

TESTS = Path(__file__).resolve().parents[1]
TREE = TESTS.parents[3]
"""The folder above ``ansible_collections``."""
OUTPUT = TREE.parent / "demo"
sys.path.insert(0, str(TESTS))

from farm import Farm, load_scenario  # noqa: E402

from demo.table import HostRow, print_table  # noqa: E402  # after the path is set

PLAYBOOK = "remote_desktop.licensing.configure_session_hosts"
MODE = "per_user"
SERVERS = ["ls1.corp.example", "ls2.corp.example"]
WANTED = {
    "session_host_mode": MODE,
    "session_host_license_servers": SERVERS,
    # A refusal with a reason is shown as what it is, and the other hosts go on.
    "session_host_report_refusals": True,
}
MODES = {1: "remote administration", 2: "per_device", 4: "per_user", 5: "not configured"}
State = dict[str, dict[str, Any]]


def main() -> int:
    """Run the demo; the exit status of the command."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    (OUTPUT / "ansible.cfg").write_text("[defaults]\n", encoding="utf-8")
    with Farm(load_scenario(TESTS / "farm" / "scenarios" / "demo.yml")) as farm:
        hosts = [name for name, host in farm.hosts.items() if not host.licensing_role]
        write_inventory(farm, OUTPUT / "inventory.yml")
        say(f"A simulated farm: {len(farm.hosts) - len(hosts)} license servers and {len(hosts)}")
        print("session hosts on loopback addresses, speaking WinRM with sealed NTLM messages.")
        before: State = farm.state()
        runs = [play(number) for number in ("First", "Second")]
        after: State = farm.state()
    rows = [row_of(name, before[name], after[name], *runs) for name in hosts]
    say("Each host before and after, as the farm itself has it:")
    print_table(rows)
    return verdict(rows, runs)


def write_inventory(farm: Farm, path: Path) -> None:
    """Write the inventory, with what the session hosts are to be."""
    inventory: dict[str, Any] = dict(farm.inventory(connection="winrm", auth="ntlm"))
    inventory["all"]["children"]["rds_session_hosts"]["vars"] = WANTED
    path.write_text(yaml.safe_dump(inventory, sort_keys=False), encoding="utf-8")


def play(which: str) -> list[dict[str, Any]]:
    """Run the playbook once, visibly; return the results of its tasks."""
    transcript = OUTPUT / "transcript.jsonl"
    transcript.write_text("", encoding="utf-8")
    command = ["ansible-playbook", "-i", str(OUTPUT / "inventory.yml"), PLAYBOOK, "--diff"]
    say(f"{which} run:")
    print("$", shlex.join(["ansible-playbook", "-i", "inventory.yml", *command[3:]]), flush=True)
    # make test names the ansible-core that is tested; else it is that of this Python.
    folder = os.environ.get("RDS_ANSIBLE_BIN") or Path(sys.executable).parent
    program = str(Path(folder) / command[0])
    environment = {
        # What is set for the user's own inventories does not belong to the demo.
        **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
        "ANSIBLE_CONFIG": str(OUTPUT / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(TREE),
        "ANSIBLE_CALLBACK_PLUGINS": str(TESTS / "e2e" / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "transcript",
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "0",
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
        "RDS_TRANSCRIPT": str(transcript),
    }
    if sys.stdout.isatty():
        environment.setdefault("ANSIBLE_FORCE_COLOR", "1")
    subprocess.run([program, *command[1:]], env=environment, cwd=OUTPUT, check=False)
    return [json.loads(line) for line in transcript.read_text(encoding="utf-8").splitlines()]


def row_of(
    name: str,
    before: dict[str, Any],
    after: dict[str, Any],
    first: list[dict[str, Any]],
    second: list[dict[str, Any]],
) -> HostRow:
    """What the table says of a host."""
    own = [each for each in first if each["host"] == name]
    bad = [each for each in own if each["status"] in ("failed", "unreachable")]
    refused = [each["result"]["msg"] for each in own if each["result"].get("refused")]
    again = any(each["result"].get("changed") for each in second if each["host"] == name)
    right = (MODES.get(after["effective_mode"]), after["effective_servers"]) == (MODE, SERVERS)
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


def told(state: dict[str, Any]) -> list[str]:
    """A host's licensing in lines."""
    mode = MODES.get(state["effective_mode"], "unknown")
    lines = [f"{mode} ({state['mode_source']})"]
    lines += [f"{each} ({state['servers_source']})" for each in state["effective_servers"]]
    if not state["effective_servers"]:
        lines.append("no license server")
    if state["stray_subkeys"]:
        lines.append(f"{len(state['stray_subkeys'])} stray sub-keys")
    return lines


def verdict(rows: list[HostRow], runs: list[list[dict[str, Any]]]) -> int:
    """Say the numbers of both runs; 0 when all is as it should be."""
    changed = [sum(bool(each["result"].get("changed")) for each in run) for run in runs]
    refused = sum(row.happened.startswith("refused") for row in rows)
    good = all(row.good for row in rows) and changed[0] > 0 and changed[1] == 0
    say(f"First run: changed={changed[0]}, refused with a reason={refused}.")
    print(f"Second run: changed={changed[1]}.")
    print("Everything is as it should be." if good else "Something is NOT as it should be.")
    return 0 if good else 1


def say(text: str) -> None:
    """Print a line with a blank one before it, at once."""
    print(f"\n{text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
