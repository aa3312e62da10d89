# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make live``: try the collection on real Windows Servers, and record what they answer.

Runs the read-only tier on every host of an inventory. With ``--change`` it then runs the changing
tier on the hosts of the group ``rds_live_change`` only. What the hosts answered lies in the folder
of records afterwards, one file per task and host, without secrets and names.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LIVE = Path(__file__).resolve().parent
TREE = LIVE.parents[4]
"""The folder above ``ansible_collections``."""
COLLECTIONS = Path(os.environ.get("RDS_LIVE_COLLECTIONS") or TREE)
sys.path.insert(0, str(LIVE.parent))

from live.recording import Record, read_record  # noqa: E402  # after the path is set

CHANGE_GROUP = "rds_live_change"
_NAMING = ("ansible_host", "ansible_user", "ansible_winrm_user", "ansible_psrp_user")


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line; what it does not know is for ansible-playbook."""
    parser = argparse.ArgumentParser(prog="live", description=__doc__.split("\n\n")[1])
    parser.add_argument("-i", "--inventory", type=Path, required=True)
    parser.add_argument("--records", type=Path, help="folder for the records")
    parser.add_argument("--keep-names", action="store_true", help="leave names of hosts in them")
    parser.add_argument("--change", action="store_true", help="run the changing tier, too")
    found, rest = parser.parse_known_args(given)
    found.rest = rest
    return found


def main(given: Sequence[str] | None = None) -> int:
    """Run the tiers; 0 when every task of every host went well."""
    options = arguments(given)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    records = (options.records or TREE.parent / "live" / stamp).absolute()
    records.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rds-live-") as private:
        environment = environment_of(options, Path(private), records)
        inventory = read_inventory(options, environment)
        if options.change and not inventory.get(CHANGE_GROUP, {}).get("hosts"):
            print(f"live: --change needs a group {CHANGE_GROUP} with the hosts to change")
            return 2
        # The controller tells its name to the hosts, so that people there know whom to ask.
        names = {*names_in(inventory), *parts_of(socket.gethostname())}
        Path(environment["RDS_RECORDS_HIDE"]).write_text("\n".join(sorted(names)), encoding="utf-8")
        status = play("read_tier.yml", options, environment)
        if options.change:
            tier = play("change_tier.yml", options, environment, "-e", "live_change=true")
            status = status or tier
    failures = summarize(records)
    return status or (1 if failures else 0)


def environment_of(options: argparse.Namespace, private: Path, records: Path) -> dict[str, str]:
    """The variables of ansible-playbook, the recorder's among them."""
    (private / "key").write_bytes(secrets.token_bytes(32))
    return {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_CALLBACK_PLUGINS": str(LIVE / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "record",
        "RDS_RECORDS": str(records),
        "RDS_RECORDS_KEY": str(private / "key"),
        "RDS_RECORDS_HIDE": str(private / "hide"),
        "RDS_RECORDS_KEEP_NAMES": "1" if options.keep_names else "",
    }


def command(name: str) -> str:
    """The path of an Ansible command."""
    folder = os.environ.get("RDS_ANSIBLE_BIN") or Path(sys.executable).parent
    return str(Path(folder) / name)


def read_inventory(options: argparse.Namespace, environment: dict[str, str]) -> dict[str, Any]:
    """The inventory as Ansible reads it, with the options that it may need (vault passwords)."""
    vault = [each for each in options.rest if "vault" in each]
    done = subprocess.run(
        [command("ansible-inventory"), "-i", str(options.inventory), "--list", *vault],
        env={**environment, "ANSIBLE_CALLBACKS_ENABLED": ""},
        stdout=subprocess.PIPE,
        check=False,
        text=True,
    )
    if done.returncode:
        sys.exit("live: the inventory cannot be read; what is wrong stands above")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def names_in(inventory: dict[str, Any]) -> Iterator[str]:
    """Names of hosts and accounts, whole and in parts."""
    for host, variables in inventory.get("_meta", {}).get("hostvars", {}).items():
        for text in (host, *(variables.get(name) for name in _NAMING)):
            if isinstance(text, str):
                yield from parts_of(text)


def parts_of(name: str) -> Iterator[str]:
    """A name of a host or account, whole and in parts."""
    yield name
    yield from name.replace("\\", "@").split("@")
    yield name.partition(".")[0]


def play(tier: str, options: argparse.Namespace, environment: dict[str, str], *more: str) -> int:
    """Run the playbook of a tier, visibly."""
    print(f"\nlive: {tier}", flush=True)
    words = [command("ansible-playbook"), "-i", str(options.inventory), str(LIVE / tier)]
    return subprocess.run([*words, *options.rest, *more], env=environment, check=False).returncode


def summarize(records: Path) -> int:
    """Print one line for each record, and where they lie; return how many went wrong."""
    print("\nlive: what was recorded")
    failures = 0
    for path in sorted(records.glob("*/*.json")):
        record = read_record(path)
        word = word_for(record)
        failures += word != "ok"
        asked = f"{len(record.exchanges)} requests"
        if record.steps:
            asked += f", {len(record.steps)} PowerShell steps"
        print(f"  {word:<12}{record.host:<24}{record.module:<28}{asked}")
        if word != "ok":
            print(f"    {str(record.result.get('msg', '')).splitlines()[0][:200]}")
    print(f"\nThe records: {records}")
    print(
        "Secrets and names were taken out; look through them all the same before you pass them on."
    )
    return failures


def word_for(record: Record) -> str:
    """How a task ended, in a word."""
    if record.result.get("unreachable"):
        return "unreachable"
    return "FAILED" if record.result.get("failed") else "ok"


if __name__ == "__main__":
    sys.exit(main())
