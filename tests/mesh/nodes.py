# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mesh: a control node and execution nodes, each a Receptor process of its own."""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import yaml

MARK = "RDS_MESH_NODE"
"""Every process below a node has it in its environment: so all of them are found when it dies."""
START_SECONDS = 60
WORK_TYPE = "ansible-runner"
CONTROL = "control"


@dataclass
class Node:
    """A running Receptor; ``mark`` is the value of MARK of everything below it.

    ``spent`` is the CPU that it had taken when it was killed, ``reaped`` the part of that which
    the system adds to the one who killed it.
    """

    name: str
    folder: Path
    mark: str
    process: subprocess.Popen[bytes]
    spent: float | None = None
    reaped: float = 0.0

    def processes(self) -> list[int]:
        """The ids of Receptor and of everything that was started below it.

        What has ended and only waits for its parent has no environment any more.
        """
        sought = f"{MARK}={self.mark}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                # A process may be gone, or somebody else's.
                with contextlib.suppress(OSError):
                    if sought in (entry / "environ").read_bytes().split(b"\0"):
                        found.append(int(entry.name))
        return found

    def kill(self) -> int:
        """Switch the node off: kill all its processes at once; return how many there were."""
        killed: set[int] = set()
        self.spent, self.reaped = self.cpu(), cpu_of(self.process.pid)
        deadline = time.monotonic() + START_SECONDS
        # Again, until nothing is left that was started meanwhile.
        while found := self.processes():
            if time.monotonic() > deadline:
                raise RuntimeError(f"node {self.name} does not die: {found}")
            for number in found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            killed.update(found)
            self.process.poll()
            time.sleep(0.05)
        self.process.wait(timeout=30)
        return len(killed)

    def cpu(self) -> float:
        """Seconds of CPU that its processes took, the ended ones included."""
        return sum(cpu_of(number) for number in self.processes())

    def memory(self) -> float:
        """MB that its processes hold now, what they share counted once."""
        return sum(_memory_of(number) for number in self.processes()) / 1000


def cpu_of(number: int) -> float:
    """Seconds of CPU of a process and of those of its children that have ended; 0 when gone."""
    try:
        text = Path(f"/proc/{number}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    # Behind the name: state, ppid, ..., utime, stime, cutime, cstime.
    return sum(map(int, text.rpartition(")")[2].split()[11:15])) / os.sysconf("SC_CLK_TCK")


def _memory_of(number: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


class Mesh:
    """A control node and execution nodes that dial it. A context manager.

    :param receptor: the program.
    :param names: of the execution nodes.
    """

    def __init__(self, receptor: Path, folder: Path, names: tuple[str, ...]) -> None:
        self._receptor = receptor
        self._folder = folder
        self._names = names
        self._port = _free_port()
        self._sockets: tempfile.TemporaryDirectory[str] | None = None
        self.nodes: dict[str, Node] = {}

    def __enter__(self) -> Mesh:
        # The path of a Unix socket is short, that of a checkout may not be.
        self._sockets = tempfile.TemporaryDirectory(prefix="mesh-")
        try:
            self._start(CONTROL, {"tcp-listener": {"bindaddr": "127.0.0.1", "port": self._port}})
            for name in self._names:
                self._start(
                    name,
                    {"tcp-peer": {"address": f"127.0.0.1:{self._port}", "redial": True}},
                    {
                        "work-command": {
                            "worktype": WORK_TYPE,
                            "command": str(Path(sys.executable).with_name("ansible-runner")),
                            "params": "worker",
                            "allowruntimeparams": True,
                        }
                    },
                )
            self._wait(set(self._names))
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for node in self.nodes.values():
            node.kill()
        if self._sockets is not None:
            self._sockets.cleanup()

    def _start(self, name: str, *sections: dict[str, Any]) -> None:
        folder = self._folder / name
        shutil.rmtree(folder, ignore_errors=True)
        for each in ("data", "home", "tmp"):
            (folder / each).mkdir(parents=True)
        config = folder / "receptor.yml"
        config.write_text(
            yaml.safe_dump(
                [
                    {"node": {"id": name, "datadir": str(folder / "data")}},
                    {"log-level": {"level": "warning"}},
                    {"control-service": {"service": "control", "filename": self._socket(name)}},
                    *sections,
                ]
            ),
            encoding="utf-8",
        )
        mark = f"{name}-{os.getpid()}-{time.monotonic_ns()}"
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [str(self._receptor), "--config", str(config)],
                env={
                    "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
                    "LC_ALL": "C.UTF-8",
                    "HOME": str(folder / "home"),
                    "TMPDIR": str(folder / "tmp"),
                    MARK: mark,
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.nodes[name] = Node(name, folder, mark, process)

    def _wait(self, names: set[str]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(ValueError, OSError, RuntimeError):
                if names <= self.reachable():
                    return
            for node in self.nodes.values():
                if node.process.poll() is not None:
                    log = (node.folder / "log").read_text(encoding="utf-8", errors="replace")
                    raise RuntimeError(f"Receptor {node.name} did not start:\n{log[-2000:]}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"the nodes did not find each other in {START_SECONDS} s")
            time.sleep(0.3)

    def _socket(self, name: str) -> str:
        if self._sockets is None:
            raise RuntimeError("the mesh is not running")
        return str(Path(self._sockets.name) / f"{name}.sock")

    def control(self) -> Any:
        """A new connection to the control node: a ReceptorControl."""
        # The library has no types to read.
        module = importlib.import_module("receptorctl.socket_interface")
        return module.ReceptorControl(self._socket(CONTROL))

    def reachable(self) -> set[str]:
        """The nodes that the control node knows a way to, the lost ones not among them."""
        control = self.control()
        try:
            return set(control.simple_command("status").get("RoutingTable") or {})
        finally:
            control.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
