# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the shipped playbooks as a user does, and says what is going on."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
TREE = TESTS.parents[3]
"""The folder above ``ansible_collections``."""
COLLECTIONS = Path(os.environ.get("RDS_DEMO_COLLECTIONS") or TREE)
"""Where the collection is taken from; make galaxy names the place where it was installed."""
CHECKOUT = TREE.parents[1]
OUTPUT = Path(os.environ.get("RDS_DEMO_OUTPUT") or TREE.parent / "demo")
"""Where everything goes that is written; make test runs several demos at a time."""
Results = list[dict[str, Any]]


def play(which: str, playbook: str, *arguments: str) -> Results:
    """Run a shipped playbook once, visibly; return the results of its tasks."""
    transcript = OUTPUT / "transcript.jsonl"
    transcript.write_text("", encoding="utf-8")
    inventory = str(OUTPUT / "inventory.yml")
    name = f"remote_desktop.licensing.{playbook}"
    command = ["ansible-playbook", "-i", inventory, name, *arguments]
    say(f"{which}:")
    print("$", shlex.join(["ansible-playbook", "-i", "inventory.yml", *command[3:]]), flush=True)
    # make test names the ansible-core that is tested; else it is that of this Python.
    folder = os.environ.get("RDS_ANSIBLE_BIN") or Path(sys.executable).parent
    program = str(Path(folder) / command[0])
    environment = {
        # What is set for the user's own inventories does not belong to the demo.
        **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
        "ANSIBLE_CONFIG": str(OUTPUT / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_CALLBACK_PLUGINS": str(TESTS / "e2e" / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "transcript",
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "0",
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "RDS_TRANSCRIPT": str(transcript),
    }
    if sys.stdout.isatty():
        environment.setdefault("ANSIBLE_FORCE_COLOR", "1")
    subprocess.run([program, *command[1:]], env=environment, cwd=OUTPUT, check=False)
    return [json.loads(line) for line in transcript.read_text(encoding="utf-8").splitlines()]


def say(text: str) -> None:
    """Print a line with a blank one before it, at once."""
    print(f"\n{text}", flush=True)


def shown(path: Path) -> str:
    """A path as the user finds it from the checkout."""
    return str(path.relative_to(CHECKOUT) if path.is_relative_to(CHECKOUT) else path)
