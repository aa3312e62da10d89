# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as AWX runs them: ansible-runner in a private data directory that is thrown away.

For each job AWX fills a directory (project, inventory, extra variables, settings, files of
credentials, the cached facts of the job's hosts), runs ansible-runner over it, takes events and
changed facts out of it, and removes it. What the templates say comes from ``awx/variables``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from farm import Farm
from mesh.private_data import extra_variables
from unit.awx.configuration import PROJECT, questions, render

from .runner import TREE, Json, ansible_bin

GROUPS = ("rds_license_servers", "rds_session_hosts")
ELSEWHERE = '''
DOCUMENTATION = """
name: elsewhere
short_description: Another machine
description: This machine, which nothing takes for the controller.
extends_documentation_fragment: [connection_pipelining]
"""

from ansible.plugins.connection.local import Connection as Local


class Connection(Local):
    transport = "elsewhere"
'''
"""A connection to an output host."""
OUTPUT = "/srv/rds"
"""The output folder of the settings; each test has one of its own instead."""
CACHE_PREFIX = "s1_"
"""What ansible-core 2.19 and newer put before a host's name in the fact cache."""


@cache
def configured(site: str) -> str:
    """What AWX is configured to at a site of these settings, as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        return json.dumps(render(site, Path(folder)))


@dataclass(frozen=True)
class Job:
    """What AWX keeps of a job: its status, its output and its events."""

    status: str
    output: str
    events: list[Json]
    artifacts: str
    """Everything that ansible-runner left, as one text."""
    asked: dict[str, int] = field(default_factory=dict)
    """How many requests each host of the farm saw."""

    def results(self, task: str, host: str | None = None) -> list[Json]:
        """The results of a task, by a part of its name."""
        return [
            each["event_data"]["res"]
            for each in self.events
            if "res" in each.get("event_data", {})
            and task in each["event_data"].get("task", "")
            and host in (None, each["event_data"].get("host"))
        ]

    def one(self, task: str, host: str | None = None) -> Json:
        """The one result of a task."""
        found = self.results(task, host)
        assert len(found) == 1, f"{len(found)} results of {task!r}\n{self.output}"
        return found[0]

    @property
    def set_stats(self) -> Json:
        """What ``set_stats`` handed on."""
        found: Json = {}
        for each in self.events:
            found |= each.get("event_data", {}).get("artifact_data", {})
        return found


@dataclass
class Awx:
    """A stand-in for AWX with a farm for its inventory.

    :param folder: where private data directories come and go.
    :param output: ``rds_awx_output_path``.
    :param site: further settings.
    :param numbers: what the credential with the license numbers holds; none: it is not attached.
    """

    folder: Path
    farm: Farm
    output: Path
    site: Json = field(default_factory=dict)
    numbers: Json | None = None
    facts: dict[str, dict[str, str]] = field(default_factory=dict)
    """The cached facts, by host: file by name in the cache."""
    group_variables: Json = field(default_factory=dict)
    archive: str = ""
    """A host of the inventory that keeps output; it stands for another machine."""
    project: Path = PROJECT
    jobs: int = 0

    def __post_init__(self) -> None:
        text = configured(yaml.safe_dump(self.site)).replace(OUTPUT, str(self.output))
        self.objects: dict[str, list[Json]] = json.loads(text)
        plugins = self.folder / "connection_plugins"
        plugins.mkdir()
        (plugins / "elsewhere.py").write_text(ELSEWHERE, encoding="utf-8")

    def template(self, name: str) -> Json:
        """A job template by its name."""
        (found,) = (each for each in self.objects["controller_templates"] if each["name"] == name)
        return found

    def launch(self, name: str, handed: Json | None = None, **answers: Any) -> Job:
        """Run the job of a template; where it is sliced, the slices up to one that fails.

        Answers and the defaults of the other questions become extra variables, as in AWX.

        :param handed: the artifacts of the jobs before it in a workflow.
        """
        template = self.template(name)
        slices = template.get("job_slice_count", 1)
        for number in range(slices):
            job = self._slice(template, answers, (number, slices), handed or {})
            if job.status != "successful":
                break
        return job

    def follow(self, name: str) -> dict[str, Job]:
        """Run a workflow whose nodes stand in a line and always lead on; its jobs by their nodes.

        A node gets the artifacts of all nodes before it, those of the nearest first.
        """
        (workflow,) = (
            each for each in self.objects["controller_workflows"] if each["name"] == name
        )
        nodes = {each["identifier"]: each for each in workflow["simplified_workflow_nodes"]}
        led = {after for node in nodes.values() for after in node.get("always_nodes", [])}
        (following,) = set(nodes) - led
        jobs: dict[str, Job] = {}
        handed: Json = {}
        while following:
            node = nodes[following]
            jobs[following] = self.launch(node["unified_job_template"], handed)
            handed = {**handed, **jobs[following].set_stats}
            (following,) = node.get("always_nodes", [None])
        return jobs

    def _slice(
        self, template: Json, answers: Mapping[str, Any], part: tuple[int, int], handed: Json
    ) -> Job:
        self.jobs += 1
        private = self.folder / f"awx_{self.jobs}"
        inventory = self._inventory(part)
        asked = {each["variable"]: each["default"] for each in questions(template)}
        assert set(answers) <= set(asked), "AWX ignores what is not asked"
        self._fill(private, template, {**asked, **answers}, handed, inventory)
        cache = private / "artifacts" / str(self.jobs) / "fact_cache"
        if template.get("use_fact_cache"):
            self._put_facts(cache, inventory)
        before = self._seen()
        done = subprocess.run(
            [
                *(sys.executable, "-m", "ansible_runner", "run", str(private)),
                *("-p", template["playbook"], "--ident", str(self.jobs)),
            ],
            env={
                "PATH": f"{ansible_bin()}:{os.environ['PATH']}",
                "HOME": str(self.folder),
                "LC_ALL": "C.UTF-8",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        if template.get("use_fact_cache"):
            self._take_facts(cache, inventory)
        job = self._read(private / "artifacts" / str(self.jobs), done.stdout)
        shutil.rmtree(private)
        return replace(job, asked={host: n - before[host] for host, n in self._seen().items()})

    def _seen(self) -> dict[str, int]:
        return {name: len(host.requests) for name, host in self.farm.hosts.items()}

    def _inventory(self, part: tuple[int, int]) -> Json:
        """The inventory as AWX's script prints it; of a slice every n-th host, by name."""
        number, slices = part
        farm = self._groups()
        variables = {
            group["name"]: group["variables"] for group in self.objects["controller_groups"]
        }
        hosts: Json = {}
        for name in GROUPS:
            for host, given in farm[name]["hosts"].items():
                taken = ("ansible_host", "ansible_port", "ansible_winrm_transport")
                hosts[host] = {key: given[key] for key in taken}
        mine = set(sorted(hosts)[number::slices])
        found: Json = {"_meta": {"hostvars": {host: hosts[host] for host in mine}}}
        found["all"] = {"hosts": sorted(mine)}
        if self.archive:
            found["all"]["hosts"].append(self.archive)
            found["_meta"]["hostvars"][self.archive] = {"ansible_connection": "elsewhere"}
        for name in GROUPS:
            members = sorted(mine & set(farm[name]["hosts"]))
            if farm[name]["hosts"]:
                found[name] = {
                    "hosts": members,
                    "vars": {**variables[name], **self.group_variables.get(name, {})},
                }
        return found

    def _groups(self) -> Json:
        whole: Json = self.farm.inventory()
        found: Json = whole["all"]["children"]
        return found

    def _fill(
        self, private: Path, template: Json, asked: Json, handed: Json, inventory: Json
    ) -> None:
        for name in ("inventory", "env"):
            (private / name).mkdir(parents=True)
        shutil.copytree(self.project, private / "project")
        script = private / "inventory" / "hosts"
        script.write_text(f"#!{sys.executable}\nprint({json.dumps(inventory)!r})\n", "utf-8")
        script.chmod(0o700)
        user, password = self.farm.login(next(iter(self.farm.hosts)))
        # Only what the template itself says may hold templates.
        given = {
            **asked,
            **handed,
            "rds_windows_user": user,
            "rds_windows_password": password,
            **{f"{maker}_job_id": self.jobs for maker in ("awx", "tower")},
            **{f"{maker}_user_name": "operator" for maker in ("awx", "tower")},
        }
        environment = {
            "ANSIBLE_COLLECTIONS_PATH": str(TREE),
            "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(
                private / "artifacts" / str(self.jobs) / "fact_cache"
            ),
            "ANSIBLE_CONNECTION_PLUGINS": str(self.folder / "connection_plugins"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "ANSIBLE_RETRY_FILES_ENABLED": "0",
            "AWX_HOST": "https://awx.example.com",
            "JOB_ID": str(self.jobs),
        }
        if self.numbers is not None:
            numbers = private / "env" / "numbers"
            numbers.write_text(yaml.safe_dump(self.numbers), encoding="utf-8")
            environment["RDS_LICENSE_NUMBERS"] = str(numbers)
        tags = f" -t {template['job_tags']}" if template.get("job_tags") else ""
        for name, content in (
            ("extravars", extra_variables(template.get("extra_vars", {}), given)),
            ("envvars", json.dumps(environment)),
            ("settings", json.dumps({"idle_timeout": 0, "job_timeout": 240})),
            ("cmdline", f"--forks {template['forks']} -vvv{tags}"),
        ):
            (private / "env" / name).write_text(content, encoding="utf-8")

    def _put_facts(self, cache: Path, inventory: Json) -> None:
        cache.mkdir(parents=True)
        for host in inventory["all"]["hosts"]:
            for name, text in self.facts.get(host, {}).items():
                (cache / name).write_text(text, encoding="utf-8")

    def _take_facts(self, cache: Path, inventory: Json) -> None:
        """The facts of the job's hosts; those of a host without a file were cleared."""
        for host in inventory["all"]["hosts"]:
            names = [name for name in (host, CACHE_PREFIX + host) if (cache / name).is_file()]
            self.facts[host] = {name: (cache / name).read_text("utf-8") for name in names}

    def _read(self, artifacts: Path, output: str) -> Job:
        events = [
            json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(
                (artifacts / "job_events").glob("[0-9]*.json"),
                key=lambda path: int(path.name.partition("-")[0]),
            )
        ]
        left = [path for path in sorted(artifacts.rglob("*")) if path.is_file()]
        everything = "\n".join(
            path.read_text(encoding="utf-8", errors="replace")
            for path in left
            # The command with its environment, which AWX cleans itself.
            if path.name != "command"
        )
        assert "Traceback (most recent call last)" not in everything, output
        status = (artifacts / "status").read_text(encoding="utf-8")
        return Job(status, output, events, everything)
