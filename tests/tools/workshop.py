# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the stages of the test run work: folders, environment variables, and running commands.

Commands see nothing of the user's own Ansible: no ANSIBLE_* variable, no ~/.ansible.cfg, and a
home folder below the build folder, so that nothing is left in the real one either.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# Variables that would let the user's own set-up into the tests. RDS_ANSIBLE_BIN is set per stage.
FOREIGN_PREFIXES = ("ANSIBLE_", "MOLECULE_", "PYTHON", "GIT_", "VIRTUAL_ENV", "RDS_ANSIBLE_BIN")
STAGE_LIMIT_SECONDS = 2400
"""Several times what the longest stage takes: it has to end on a slow and busy machine, too."""


class StageError(Exception):
    """A stage found a fault; its log tells which, the text adds what the log does not say."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """The folders that the stages share.

    ``build`` holds everything that is made, ``tree`` is the folder above ``ansible_collections``,
    ``collection`` the laid-out collection, ``venv`` the environment with the tools. With
    ``complete`` a check that cannot run here is a failure.
    """

    build: Path
    tree: Path
    collection: Path
    venv: Path
    complete: bool

    @property
    def python(self) -> Path:
        """The interpreter of the environment with the tools."""
        return self.venv / "bin" / "python"

    def tool(self, name: str) -> Path:
        """Return the path of a command of that environment."""
        return self.venv / "bin" / name

    def environment(self, home: Path) -> dict[str, str]:
        """Return the variables that commands of a stage see, with ``home`` as its own home."""
        kept = {
            name: text for name, text in os.environ.items() if not name.startswith(FOREIGN_PREFIXES)
        }
        kept.update(
            HOME=str(home),
            LC_ALL="C.UTF-8",
            PATH=f"{self.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            ANSIBLE_CONFIG=str(home / "ansible.cfg"),
            ANSIBLE_COLLECTIONS_PATH=str(self.tree),
            # Version managers put shims on PATH that Ansible's discovery stumbles over.
            ANSIBLE_PYTHON_INTERPRETER=str(self.python),
            NO_COLOR="1",
            REUSE_ENCODING_MODULE="charset_normalizer",
        )
        if self.complete:
            kept["RDS_REQUIRE_FOREIGN"] = "1"
        return kept


def furnish(home: Path) -> None:
    """Make a home folder in which pip still finds the user's configuration and cache."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "ansible.cfg").write_text("", encoding="utf-8")
    for name in (".config/pip", ".pip", ".cache/pip"):
        real, link = Path.home() / name, home / name
        if real.is_dir() and not os.path.lexists(link):
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(real, target_is_directory=True)


@dataclass(slots=True)
class Bench:
    """One stage at work: runs its commands, keeps their output, notes what could not run."""

    workshop: Workshop
    name: str
    gaps: list[str] = field(default_factory=list)
    unavoidable: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home.parent.mkdir(parents=True, exist_ok=True)
        furnish(self.home)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_text("", encoding="utf-8")

    @property
    def home(self) -> Path:
        """The stage's own home folder: stages run side by side."""
        return self.workshop.build / "home" / self.name

    @property
    def log(self) -> Path:
        """The file with all that the stage's commands printed."""
        return self.workshop.build / "logs" / f"{self.name}.log"

    def scratch(self, name: str) -> Path:
        """Return an empty folder of this stage."""
        folder = self.workshop.build / "scratch" / self.name / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def gap(self, what: str, *, curable: bool = True) -> None:
        """Note a check that cannot run on this machine, with what to install.

        One that no package cures is named in the summary too, but never a failure.
        """
        (self.gaps if curable else self.unavoidable).append(what)

    def run(
        self,
        *words: str | Path,
        folder: Path | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Run a command in the laid-out collection (or ``folder``).

        Raises StageError when it fails or takes longer than the limit.
        """
        command = [str(word) for word in words]
        environment = self.workshop.environment(self.home) | dict(variables or {})
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(command)}\n")
            log.flush()
            status = PROCESSES.run(
                command, folder or self.workshop.collection, environment, log.fileno()
            )
        if status is None:
            raise StageError(f"{command[0]} took more than {STAGE_LIMIT_SECONDS} s")
        if status != 0:
            raise StageError(f"{Path(command[0]).name} ended with exit code {status}")


class Processes:
    """The commands that run now, so that an interrupted test run leaves none behind."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def run(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], output: int
    ) -> int | None:
        """Run a command to its end and return its exit code, or None when it took too long."""
        with self._lock:
            if self._stopped:
                raise StageError("interrupted")
            # A session of its own: what the command started is stopped together with it.
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._running.add(process)
        try:
            return process.wait(STAGE_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            return None
        finally:
            stop_group(process)
            with self._lock:
                self._running.discard(process)

    def stop(self) -> None:
        """Stop all commands and let no other one start."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                stop_group(process)


def stop_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the process group that a command was started with."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


PROCESSES = Processes()
