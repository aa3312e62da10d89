# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m farm``: run a farm until it is interrupted."""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from .farm import Farm
from .inventory import dump_inventory
from .log import Request
from .scenario import ScenarioError, load_scenario


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="farm", description="A simulated RDS farm on loopback.")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--scenario", type=Path, help="YAML file that describes the hosts")
    source.add_argument("--hosts", type=int, metavar="N", help="N ready session hosts")
    parser.add_argument("--inventory", type=Path, help="write the inventory there, not to stdout")
    parser.add_argument("--connection", choices=("winrm", "psrp"), default="winrm")
    parser.add_argument("--scheme", choices=("http", "https"), default="http")
    parser.add_argument("--auth", choices=("ntlm", "basic"), default="ntlm")
    parser.add_argument("--validate", action="store_true", help="let clients check certificates")
    parser.add_argument("--duration", type=float, metavar="S", help="stop after S seconds")
    parser.add_argument("--log", type=Path, help="append requests there as JSON lines")
    parser.add_argument("--state", type=Path, help="write the hosts' state there when leaving")
    return parser


def _farm(options: argparse.Namespace) -> Farm:
    if options.scenario is not None:
        return Farm(load_scenario(options.scenario))
    if not 1 <= options.hosts <= 20_000:
        raise ScenarioError("--hosts: between 1 and 20000 hosts")
    return Farm.of_hosts(options.hosts)


def _run(farm: Farm, options: argparse.Namespace, ended: threading.Event) -> None:
    with contextlib.ExitStack() as stack:
        if options.log is not None:
            log = stack.enter_context(options.log.open("a", encoding="utf-8", buffering=1))

            def write(request: Request) -> None:
                log.write(request.as_json() + "\n")

            farm.listen(write)
        stack.enter_context(farm)
        how = (options.connection, options.scheme, options.auth)
        if options.inventory is None:
            text = dump_inventory(farm.inventory(*how, validate=options.validate))
            sys.stdout.write(text)
            sys.stdout.flush()
        else:
            # Renamed when whole: whoever waits for the file never sees half of it.
            fresh = options.inventory.with_name(options.inventory.name + ".new")
            farm.write_inventory(fresh, *how, validate=options.validate)
            fresh.replace(options.inventory)
        ended.wait(options.duration)
        if options.state is not None:
            options.state.write_text(json.dumps(farm.state(), indent=1) + "\n", encoding="utf-8")
    farm.listen(None)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; the exit code is 2 when scenario or options cannot be used."""
    options = _parser().parse_args(arguments)
    try:
        farm = _farm(options)
    except ScenarioError as error:
        sys.stderr.write(f"farm: {error}\n")
        return 2
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda dummy_number, dummy_frame: ended.set())
    _run(farm, options, ended)
    return 0


if __name__ == "__main__":
    sys.exit(main())
