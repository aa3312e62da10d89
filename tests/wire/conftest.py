# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One farm for all wire tests, and Ansible's own connection plugins to its hosts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from ansible.constants import config
from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import connection_loader
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.choose import (
    carrier_for,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from farm import Farm, load_scenario_dict

HOSTS: dict[str, Any] = {
    "sh1": {},
    "ls1": {"roles": ["licensing"], "issued_licenses": 1500},
}


@dataclass(frozen=True, slots=True)
class Way:
    """How a host is reached."""

    connection: str
    scheme: str
    auth: str

    @property
    def sealed(self) -> bool:
        """Whether messages are encrypted below TLS: then nothing in clear text is believed."""
        return self.scheme == "http"


WAYS = {
    "winrm-basic-https": Way("winrm", "https", "basic"),
    "winrm-ntlm-http": Way("winrm", "http", "ntlm"),
    "psrp-ntlm-http": Way("psrp", "http", "ntlm"),
    "psrp-basic-https": Way("psrp", "https", "basic"),
}
Connect = Callable[..., Any]


@pytest.fixture(scope="session")
def started() -> Iterator[Farm]:
    """The farm, started once."""
    with Farm(load_scenario_dict({"hosts": HOSTS})) as farm:
        yield farm


@pytest.fixture
def farm(started: Farm) -> Iterator[Farm]:
    """The farm without faults and with empty logs; at the end none met an error of its own."""
    for host in started.hosts.values():
        host.faults.clear()
        host.clear_log()
    yield started
    defects = [each for host in started.hosts.values() for each in host.defects.seen]
    assert not defects, defects[0]


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def way(request: pytest.FixtureRequest) -> Way:
    """Every test runs over both connections, sealed and over TLS."""
    found: Way = request.param
    return found


@pytest.fixture
def connect(farm: Farm, way: Way) -> Iterator[Connect]:
    """Makes a connection plugin as a task has it, with the variables of the farm's inventory."""
    made: list[Any] = []

    def make(name: str = "sh1", **variables: Any) -> Any:
        inventory: Any = farm.inventory(way.connection, way.scheme, way.auth, validate=True)
        groups = inventory["all"]["children"].values()
        given = next(each["hosts"][name] for each in groups if name in each["hosts"])
        connection = connection_loader.get(way.connection, PlayContext())
        given = {"inventory_hostname": name, **given, **variables}
        # What Ansible hands on besides the plugin's own options: arguments of pywinrm.
        known = config.get_plugin_vars("connection", way.connection)
        prefix = f"ansible_{way.connection}_"
        extras = {key: text for key, text in given.items() if key.startswith(prefix)}
        given["_extras"] = {key: text for key, text in extras.items() if key not in known}
        connection.set_options(var_options=given)
        made.append(connection)
        return connection

    yield make
    for each in made:
        each.close()


@pytest.fixture
def session(connect: Connect) -> CimSession:
    """CIM on sh1."""
    return CimSession(carrier_for(connect()))
