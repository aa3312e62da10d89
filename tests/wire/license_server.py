# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A license server of a farm, and what backs it up and restores it, in this process.

The modules' own code over Ansible's own connection plugin, without an ansible-playbook around it:
so a test can do it hundreds of times.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from ansible.constants import config
from ansible.errors import AnsibleError
from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import connection_loader
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.choose import (
    carrier_for,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import CimError
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.change import (
    Outcome,
    Progress,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._licensing.database import (
    bundle_check,
    bundle_name,
    bundle_reader,
    host,
)
from farm import Farm, load_scenario_dict

NAME = "ls1"
FOLDER = r"D:\Backup\rds"
DATABASE = r"C:\Windows\System32\lserver"
Work = Callable[[host.Host, Progress], Outcome]

PACKS = [
    {"version": "2022", "type": "per_device", "program": "open", "total": 20, "issued": 6},
    {"version": "2019", "type": "per_user", "program": "volume", "total": 50},
]


def scenario(**host: Any) -> dict[str, Any]:
    """A license server with two packs and a drive for bundles; plain Basic, for speed."""
    drives = {"C:": {"size": 2_000_000_000}, "D:": {"size": 2_000_000_000}}
    server = {"packs": PACKS}
    given = {"roles": ["licensing"], "license_server": server, "drives": drives, **host}
    return {"allow_unencrypted": True, "hosts": {NAME: given}}


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a piece of work."""

    outcome: Outcome | None
    error: CimError | None
    progress: Progress

    @property
    def values(self) -> dict[str, Any]:
        """The results of work that went well."""
        assert self.outcome is not None, self.error
        return self.outcome.values


class LicenseServer:
    """The license server, as a test sees it."""

    def __init__(self, farm: Farm, plugin: str = "winrm") -> None:
        self.farm = farm
        self._plugin = plugin
        self.model = farm.hosts[NAME]
        self.model.services["TermServLicensing"].seconds = 0.005
        self._connection: Any = None

    # -- working on it ------------------------------------------------------------------------

    def do(self, work: Work, *, check_mode: bool = False) -> Done:
        """Do something to it, over a connection of its own."""
        progress = Progress(sleep=lambda seconds: time.sleep(min(seconds, 0.02)))
        connection = self._connect()
        try:
            session = CimSession(carrier_for(connection), read_only=check_mode)
            ways = host.Host.of(session, connection, progress, read_only=check_mode)
            return Done(work(ways, progress), None, progress)
        except CimError as error:
            return Done(None, error, progress)
        finally:
            with suppress(AnsibleError, OSError):  # one that a fault has broken
                connection.close()

    def _connect(self) -> Any:
        inventory: Any = self.farm.inventory(self._plugin, "http", "basic")
        groups = inventory["all"]["children"].values()
        given = next(each["hosts"][NAME] for each in groups if NAME in each["hosts"])
        # The plugin waits this long for output when its input got lost; 20 seconds by default.
        times = {
            "ansible_winrm_operation_timeout_sec": 1,
            "ansible_winrm_read_timeout_sec": 5,
            "ansible_psrp_operation_timeout": 1,
            "ansible_psrp_read_timeout": 5,
        }
        given = {"inventory_hostname": NAME, **given, **times}
        known = config.get_plugin_vars("connection", self._plugin)
        extras = {key: text for key, text in given.items() if key.startswith("ansible_winrm_")}
        given["_extras"] = {key: text for key, text in extras.items() if key not in known}
        connection = connection_loader.get(self._plugin, PlayContext())
        connection.set_options(var_options=given)
        return connection

    # -- looking at it ------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """Whether the licensing service runs, once it is where it was going."""
        for dummy in range(100):
            state = self.model.services["TermServLicensing"].state
            if not state.endswith("Pending"):
                break
            time.sleep(0.01)
        return state == "Running"

    def packs(self) -> list[tuple[int, int, int]]:
        """Version, type and total of each pack that the service knows."""
        assert self.model.license_server is not None
        return [
            (each.version, each.type, each.total) for each in self.model.license_server.packs.all()
        ]

    def names(self, folder: str = FOLDER) -> list[str]:
        """The names in a folder."""
        with self.model.files.exempt():
            if not self.model.files.exists(folder):
                return []
            return sorted(each.name for each in self.model.files.list_folder(folder))

    def bundles(self) -> dict[str, str]:
        """The bundles by name, with the SHA-256 of each."""
        return {
            name: hashlib.sha256(self.read(rf"{FOLDER}\{name}")).hexdigest()
            for name in self.names()
            if bundle_name.BundleName.find(name) is not None
        }

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return self.real(path).read_bytes()

    def real(self, path: str) -> Path:
        """The file on this machine that stands for one of the server's."""
        with self.model.files.exempt():
            return self.model.files.real(path)

    def problems(self, name: str) -> list[str]:
        """What is wrong with a bundle, by the reader of the controller."""
        contents = bundle_reader.read_bundle_file(self.real(rf"{FOLDER}\{name}"), deep=True)
        found = bundle_check.check_bundle(contents, bundle_name.BundleName.parse(name))
        return [each.text for each in found.problems]

    def tasks(self) -> list[str]:
        """The scheduled tasks."""
        return [each.name for each in self.model.tasks.all()]

    # -- time and trouble -----------------------------------------------------------------------

    def wait(self, minutes: float) -> None:
        """Let time pass on the server; scheduled tasks run when they are due."""
        self.model.clock.advance(timedelta(minutes=minutes))
        self.model.tasks.run_due()

    def have_another_pack(self) -> None:
        """Install one more pack, of a size that no other has."""
        server = self.model.license_server
        assert server is not None
        server.packs.add(5, 7, 0, 1000 + len(server.packs.all()))

    def refuse_next_start(self) -> None:
        """Let the licensing service give up the next time that it starts, and only then."""
        service = self.model.services["TermServLicensing"]
        usual = service.on_start

        def give_up() -> bool:
            service.on_start = usual
            return False

        service.on_start = give_up

    def clear(self) -> None:
        """Take all faults away and forget what was asked so far.

        What a process does whose client is gone, it has done by then.
        """
        self.farm.settle()
        self.model.faults.clear()
        self.model.files.faults.clear()
        self.model.clear_log()
        self.model.files.clear()


@contextmanager
def license_server(plugin: str = "winrm", **host: Any) -> Iterator[LicenseServer]:
    """Start a farm with it; at the end the farm has met no error of its own.

    :param plugin: the connection plugin.
    :param host: keys of the scenario beside those of ``scenario``.
    """
    with Farm(load_scenario_dict(scenario(**host))) as farm:
        server = LicenseServer(farm, plugin)
        try:
            yield server
        finally:
            defects = list(server.model.defects.seen)
        assert not defects, defects[0]
