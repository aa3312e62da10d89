# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evidence packs under the real ansible-playbook: delegation, check mode, become, secrets."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from e2e.runner import TREE, ansible_bin
from unit.plugin_utils._evidence.evidence_builders import diagnosis
from unit.reporting.inventories import facts, pack

NUMBER = "65432178"
WRITE = "remote_desktop.licensing.rds_evidence_pack"
CHECK = "remote_desktop.licensing.rds_evidence_pack_info"

BECOME = '''
DOCUMENTATION = """
name: itself
short_description: The same account
description: Runs the command as it is.
options:
  become_user: {description: "Not used.", default: root, vars: [{name: ansible_become_user}]}
"""

from ansible.plugins.become import BecomeBase


class BecomeModule(BecomeBase):
    name = "itself"

    def build_become_command(self, cmd, shell):
        super().build_become_command(cmd, shell)
        return self._build_success_command(cmd, shell)
'''


@dataclass
class Audit:
    """A folder with a playbook, its lists and its packs."""

    folder: Path

    @property
    def packs(self) -> list[Path]:
        """The packs, the first one first."""
        return sorted((self.folder / "packs").glob("*.zip"))

    def prepare(self) -> None:
        """Write the inventory with the facts in it, and the operator's lists."""
        known = {"rds_cal": facts(pack(3, total=100, issued=60), name="LS1")}
        hosts = {
            "sh1.example.com": {"rds_diagnosis": diagnosis()},
            "sh2.example.com": {},
        }
        inventory = {
            "rds_license_servers": {"hosts": {"ls1.example.com": known}},
            "rds_session_hosts": {"hosts": hosts},
            "ungrouped": {
                "hosts": {
                    name: {
                        "ansible_connection": "local",
                        "ansible_python_interpreter": str(ansible_bin() / "python"),
                    }
                    for name in ("archive", "localhost")
                }
            },
        }
        self.write("inventory.yml", yaml.safe_dump(inventory))
        row = {"program": "open", "version": 2022, "type": "per_user", "quantity": 200}
        row |= {"number": NUMBER, "document": f"order-{NUMBER}.pdf", "note": f"no. {NUMBER}"}
        self.write("entitlements.yml", yaml.safe_dump({"entitlements": [row]}))
        self.write(f"order-{NUMBER}.pdf", "an invoice")
        self.write("users.txt", "anna\nbob\n")

    def write(self, name: str, text: str) -> None:
        """Write a file beside the playbook."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def run(
        self, *tasks: dict[str, Any], arguments: tuple[str, ...] = (), fails: bool = False
    ) -> str:
        """Run a play of these tasks, which fails or not; its output."""
        play = {"hosts": "localhost", "gather_facts": False, "tasks": list(tasks)}
        self.write("play.yml", yaml.safe_dump([play]))
        done = subprocess.run(
            [
                str(ansible_bin() / "ansible-playbook"),
                *("-i", "inventory.yml", "play.yml", *arguments),
            ],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "LC_ALL": "C.UTF-8",
                "ANSIBLE_COLLECTIONS_PATH": str(TREE),
                "ANSIBLE_NOCOLOR": "1",
                "ANSIBLE_LOCALHOST_WARNING": "0",
                "ANSIBLE_BECOME_ALLOW_SAME_USER": "1",
                "ANSIBLE_BECOME_PLUGINS": str(self.folder / "become_plugins"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stdout, done.stdout
        assert (done.returncode != 0) is fails, done.stdout
        return done.stdout

    def become_itself(self) -> None:
        """Add a way to become the same account: no password, no rights, the same code path."""
        (self.folder / "become_plugins").mkdir()
        self.write("become_plugins/itself.py", BECOME)

    def task(self, **options: Any) -> dict[str, Any]:
        """The task that writes a pack on another host."""
        return {
            WRITE: {
                "path": str(self.folder / "packs"),
                "entitlements_file": "entitlements.yml",
                "authorized_users_file": "users.txt",
                **options,
            },
            "delegate_to": "archive",
            "register": "evidence",
        }

    def check(self, **options: Any) -> dict[str, Any]:
        """The task that checks the packs."""
        return {
            CHECK: {"path": str(self.folder / "packs"), **options},
            "delegate_to": "archive",
            "register": "checked",
        }


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    """A folder to run playbooks in."""
    found = Audit(tmp_path)
    found.prepare()
    return found


def test_the_facts_of_all_hosts_become_one_pack(audit: Audit) -> None:
    prove = {
        "ansible.builtin.assert": {
            "that": [
                "evidence is not changed",
                "checked.valid",
                "checked.manifest_sha256 == evidence.manifest_sha256",
                "evidence.reconciliation['lines'][0].owned == 200",
                "evidence.reconciliation['lines'][0].authorized == 2",
                "'sh2.example.com' in evidence.unknown | map(attribute='host')",
            ]
        }
    }
    look = {**audit.task(), "check_mode": True}
    output = audit.run(look, arguments=("--diff",))
    assert "changed=1" in output
    assert not audit.packs
    noted = audit.check(noted=["{{ evidence.manifest_sha256 }}"])
    output = audit.run(audit.task(), audit.task(), noted, prove)
    assert "changed=1" in output
    (path,) = audit.packs
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    with zipfile.ZipFile(path) as archive:
        state = json.loads(archive.read("state.json"))
    assert set(state["hosts"]) == {"sh1.example.com", "sh2.example.com"}


def test_a_tampered_chain_fails_the_job_unless_that_is_not_wanted(audit: Audit) -> None:
    audit.run(audit.task(), {"ansible.builtin.pause": {"seconds": 1}}, audit.task(max_age=0))
    first, dummy = audit.packs
    with zipfile.ZipFile(first, "a") as archive:
        archive.writestr("more.txt", "hello")
    output = audit.run(audit.check(), fails=True)
    assert "more.txt is in the pack and not in its manifest" in output.replace("\n", " ")
    told = {
        "ansible.builtin.assert": {"that": ["not checked.valid", "checked.packs | length == 2"]}
    }
    audit.run(audit.check(fail_on_problem=False), told)


def test_with_become_the_packs_are_brought_as_that_account(audit: Audit) -> None:
    audit.become_itself()
    become = {"become": True, "become_method": "itself"}
    audit.run({**audit.task(), **become}, {**audit.check(), **become})
    output = audit.run({**audit.task(max_age=0), **become}, arguments=("-vvvv",))
    assert "BECOME-SUCCESS" in output
    assert len(audit.packs) == 2


def test_numbers_are_nowhere(audit: Audit) -> None:
    bad = {"program": "open", "version": 2021, "type": "per_user", "quantity": 0}
    inline = audit.task()
    inline[WRITE] |= {"entitlements_file": None, "entitlements": [{**bad, "number": NUMBER}]}
    inline[WRITE]["entitlements"][0]["note"] = f"no. {NUMBER}"
    del inline[WRITE]["entitlements_file"]
    output = audit.run(
        audit.task(include_documents=True),
        {"ansible.builtin.debug": {"var": "evidence"}},
        {**inline, "ignore_errors": True},
        arguments=("-vvvvv", "--diff"),
    )
    assert "entitlements[0].quantity: 0 is not positive" in output
    assert "***178" in output
    assert NUMBER not in output
    audit.write("entitlements.yml", f"[{{number: {NUMBER}, quantity")
    output = audit.run(audit.task(), arguments=("-vvvvv",), fails=True)
    assert "cannot be read as YAML or JSON" in output.replace("\n", " ")
    assert NUMBER not in output
