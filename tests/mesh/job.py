# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One job: ansible-runner transmit, a Receptor work unit, ansible-runner worker and process."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import private_data
from .nodes import WORK_TYPE, Mesh
from .private_data import JobPlan

LOOK_SECONDS = 1.0
"""How often it is looked whether the job's node is still there."""
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Attempt:
    """One time that a job was sent to a node.

    :param status: what ``ansible-runner process`` made of it: its exit status is 0, or not.
    :param lost: whether the node was lost meanwhile.
    :param taken: the hosts whose facts came back.
    :param started: seconds since the epoch.
    :param received: bytes that came back from the node.
    :param artifacts: what the playbook handed on with ``set_stats``.
    """

    plan: JobPlan
    node: str
    good: bool
    lost: bool
    taken: tuple[str, ...]
    started: float
    ended: float
    sent: int
    received: int
    output: str
    artifacts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Office:
    """What all jobs share: the folder of private data, the project, the cache, the environment."""

    folder: Path
    project: Path
    cache: Path
    environment: Mapping[str, str]


class Job:
    """Sends jobs through the mesh.

    :param take_back: called with folder, plan when a job ended well; returns the hosts taken.
    """

    def __init__(
        self, mesh: Mesh, office: Office, take_back: Callable[[Path, JobPlan], list[str]]
    ) -> None:
        self._mesh = mesh
        self._office = office
        self._take_back = take_back
        self._lock = threading.Lock()
        self._count = 0

    def run(self, plan: JobPlan, node: str) -> Attempt:
        """Run it on a node to its end, or until the node is lost."""
        with self._lock:
            self._count += 1
            ident = f"{self._count}-{plan.name}-{plan.number}-of-{plan.count}"
        folder = self._office.folder / ident
        private_data.write(
            folder,
            plan,
            ident=ident,
            project=self._office.project,
            cache=self._office.cache,
            environment=self._office.environment,
        )
        started = time.time()
        unit, sent = self._transmit(folder, plan, ident, node)
        output, received, good, lost = self._process(folder, ident, unit, node)
        self._release(unit, lost=lost)
        taken = self._take_back(private_data.given_back(folder, ident), plan) if good else []
        artifacts = {} if lost else artifacts_of(folder / "artifacts" / ident)
        shutil.rmtree(folder)
        return Attempt(
            *(plan, node, good, lost, tuple(taken)),
            *(started, time.time(), sent, received, output),
            artifacts=artifacts,
        )

    def _transmit(self, folder: Path, plan: JobPlan, ident: str, node: str) -> tuple[str, int]:
        """Hand the job over; return the id of its work unit and the bytes that were sent."""
        payload = folder.with_name(f"{folder.name}.payload")
        with payload.open("wb") as stream:
            subprocess.run(
                [
                    *(_program("ansible-runner"), "transmit", str(folder)),
                    *("--playbook", plan.playbook, "--ident", ident),
                ],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                check=True,
            )
        far = self._mesh.nodes[node].folder / "tmp" / ident
        control = self._mesh.control()
        try:
            with payload.open("rb") as stream:
                answer = control.submit_work(
                    WORK_TYPE,
                    stream,
                    node=node,
                    params={"params": f"--private-data-dir={far} --delete"},
                )
            return str(answer["unitid"]), payload.stat().st_size
        finally:
            control.close()
            payload.unlink()

    def _process(
        self, folder: Path, ident: str, unit: str, node: str
    ) -> tuple[str, int, bool, bool]:
        """Read the job's stream into its folder: output, bytes, whether good, whether lost."""
        near, stream = self._mesh.control().get_work_results(unit, return_socket=True)
        lost, ended = threading.Event(), threading.Event()
        watch = threading.Thread(target=self._watch, args=(node, near, lost, ended), daemon=True)
        watch.start()
        process = subprocess.Popen(
            [_program("ansible-runner"), "--quiet", "process", "--ident", ident, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        texts: list[bytes] = []
        reader = threading.Thread(target=_read, args=(process.stdout, texts), daemon=True)
        reader.start()
        received = 0
        if process.stdin is not None:
            # It stops reading when it cannot go on, and then says why in its status.
            with contextlib.suppress(BrokenPipeError), process.stdin as target:
                while part := stream.read1(_CHUNK):
                    received += len(part)
                    target.write(part)
        status = process.wait()
        ended.set()
        for thread in (reader, watch):
            thread.join()
        stream.close()
        near.close()
        output = b"".join(texts).decode(errors="replace") + _failures(folder, ident)
        return output, received, status == 0 and not lost.is_set(), lost.is_set()

    def _watch(
        self, node: str, near: socket.socket, lost: threading.Event, ended: threading.Event
    ) -> None:
        """End the stream when the node is lost: Receptor itself would wait for it to come back."""
        while not ended.wait(LOOK_SECONDS):
            if node not in self._mesh.reachable():
                lost.set()
                near.shutdown(socket.SHUT_RDWR)
                return

    def _release(self, unit: str, *, lost: bool) -> None:
        control: Any = self._mesh.control()
        try:
            # By force where the far half of the unit cannot be asked any more.
            control.simple_command(f"work {'force-release' if lost else 'release'} {unit}")
        finally:
            control.close()


def artifacts_of(folder: Path) -> dict[str, Any]:
    """What a job handed on: AWX takes it from the event at its end. None of it: an empty one."""
    found: dict[str, Any] = {}
    for path in (folder / "job_events").glob("*.json"):
        event = json.loads(path.read_text(encoding="utf-8"))
        if event.get("event") == "playbook_on_stats":
            found |= event["event_data"].get("artifact_data") or {}
    return found


def _read(source: Any, texts: list[bytes]) -> None:
    texts.append(source.read())


def _failures(folder: Path, ident: str) -> str:
    """The end of what the playbook printed, for a person who wants to know why."""
    path = folder / "artifacts" / ident / "stdout"
    return path.read_text(encoding="utf-8", errors="replace")[-3000:] if path.is_file() else ""


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))
