# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running farm: hosts on loopback addresses that speak WinRM."""

from __future__ import annotations

import os
import random
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from .inventory import Access, build_inventory, dump_inventory
from .log import Request
from .model.accounts import Rights, Scope
from .model.clearinghouse import Clearinghouse
from .model.forest import Forest
from .model.host import Host
from .model.plan import HostPlan, Scenario
from .operations import OperationSet, run_scheduled, shipped_operations
from .wire.credentials import CREDENTIALS
from .wire.listener import Endpoint, Listener, bind_block, bind_each, raise_file_limit
from .wire.service import Service
from .wire.tls import Authority

_PER_NET = 250
_SPARE_FILES = 512


class Farm:
    """Simulated hosts. Use as a context manager, or call ``start`` and ``stop``.

    ``hosts`` maps a host's name to its model, ``operations`` holds the PowerShell operations that
    the hosts answer. Addresses are chosen when the farm is made, ports when it starts.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.forest = Forest(scenario)
        self.operations: OperationSet = shipped_operations()
        self._shared = _can_bind("127.77.0.9")
        base = _addresses(len(scenario.hosts)) if self._shared else []
        for index, plan in enumerate(scenario.hosts.values()):
            address = plan.address or (base[index] if self._shared else "127.0.0.1")
            self.forest.add(Host(plan, self.forest, address))
        self.forest.settle()
        for host in self.hosts.values():
            host.tasks.run_program = run_scheduled
        self.services = {h.name: Service(h, self.operations) for h in self.hosts.values()}
        self.ports: dict[str, tuple[int, int]] = {}
        self._listener: Listener | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._authority: Authority | None = None
        self._credentials: int | None = None

    @classmethod
    def of_hosts(cls, count: int) -> Farm:
        """A farm of ``count`` session hosts and one license server, ready to be configured."""
        hosts = {"ls1": HostPlan("ls1", roles=frozenset({"licensing"}))}
        width = max(2, len(str(count)))
        for number in range(1, count + 1):
            name = f"sh{number:0{width}}"
            hosts[name] = HostPlan(name)
        return cls(Scenario(hosts))

    @property
    def hosts(self) -> Mapping[str, Host]:
        """The hosts by name."""
        return self.forest.hosts

    @property
    def clearinghouse(self) -> Clearinghouse:
        """Microsoft's side: the codes that web and telephone would give."""
        return self.forest.clearinghouse

    @property
    def ca_path(self) -> Path:
        """PEM file of the authority that signed the hosts' certificates; only while running."""
        if self._authority is None:
            raise RuntimeError("the farm is not running")
        return self._authority.ca_path

    # -- life -------------------------------------------------------------------------------

    def start(self) -> None:
        """Bind, write the account file, and begin to accept."""
        if self._listener is not None:
            raise RuntimeError("the farm is running already")
        raise_file_limit(2 * len(self.hosts) + _SPARE_FILES)
        self._folder = tempfile.TemporaryDirectory(prefix="farm-")
        self._authority = Authority(Path(self._folder.name))
        self._credentials = CREDENTIALS.add(self._account_lines())
        listener = Listener()
        plain, secure = self._bind(), self._bind()
        for host, http, https in zip(self.hosts.values(), plain, secure, strict=True):
            service = self.services[host.name]
            self.ports[host.name] = (http.getsockname()[1], https.getsockname()[1])
            listener.add(http, Endpoint(service, None))
            listener.add(https, Endpoint(service, _context_of(self._authority, host)))
        listener.start()
        self._listener = listener

    def _bind(self) -> list[socket.socket]:
        if not self._shared:
            return bind_each(len(self.hosts))
        return bind_block([host.address for host in self.hosts.values()])[0]

    def stop(self) -> None:
        """Close everything; a stopped farm can be started again, with new drives."""
        if self._listener is not None:
            self._listener.stop()
            self._listener = None
            self.settle()
        if self._credentials is not None:
            CREDENTIALS.remove(self._credentials)
            self._credentials = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
            self._authority = None
        for host in self.hosts.values():
            host.close()

    def __enter__(self) -> Farm:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _account_lines(self) -> list[str]:
        """Each account under every spelling of its domain that a client may send."""
        domain = self.forest.domain
        lines: list[str] = []
        for account in self.forest.accounts:
            tail = f"{account.name}:{account.password}"
            if account.scope is not Scope.LOCAL:
                lines += [
                    f"{domain.netbios}:{tail}",
                    f"{domain.dns}:{tail}",
                    f":{account.name}@{domain.dns}:{account.password}",
                ]
            lines.append(f":{tail}")
            lines += [f"{host.netbios}:{tail}" for host in self.hosts.values()]
        return lines

    # -- for clients and tests --------------------------------------------------------------

    def endpoint(self, name: str, scheme: str = "http") -> str:
        """URL of a host's service."""
        port = self.ports[name][0 if scheme == "http" else 1]
        return f"{scheme}://{self.hosts[name].address}:{port}/wsman"

    def login(
        self, name: str, *, auth: str = "ntlm", rights: Rights = Rights.ADMINISTRATOR
    ) -> tuple[str, str]:
        """User name and password of an account with these rights, as ``auth`` wants it."""
        host = self.hosts[name]
        account = next(a for a in self.forest.accounts if a.rights is rights)
        if auth == "basic" or not host.in_domain or account.scope is Scope.LOCAL:
            return account.name, account.password
        return f"{self.forest.domain.netbios}\\{account.name}", account.password

    def inventory(
        self,
        connection: str = "winrm",
        scheme: str = "http",
        auth: str = "ntlm",
        *,
        validate: bool = False,
    ) -> dict[str, object]:
        """An Ansible inventory of the running farm."""
        access = Access(connection, scheme, auth, self.ca_path if validate else None)
        return build_inventory(self, access)

    def write_inventory(
        self,
        path: str | os.PathLike[str],
        connection: str = "winrm",
        scheme: str = "http",
        auth: str = "ntlm",
        *,
        validate: bool = False,
    ) -> None:
        """Write the inventory as YAML; ``validate`` makes clients check the TLS certificate."""
        text = dump_inventory(self.inventory(connection, scheme, auth, validate=validate))
        Path(path).write_text(text, encoding="utf-8")

    def listen(self, listener: Callable[[Request], None] | None) -> None:
        """Hand every request of every host to ``listener``, one at a time."""
        lock = threading.Lock()

        def locked(request: Request) -> None:
            with lock:
                if listener is not None:
                    listener(request)

        for host in self.hosts.values():
            host.log.listen(None if listener is None else locked)

    def settle(self) -> None:
        """Wait until no process of a remote shell is at work any more.

        A process goes on when its client is gone: what it has done is seen only then.
        """
        for service in self.services.values():
            service.shells.settle()

    def state(self) -> dict[str, dict[str, object]]:
        """The licensing state of every host."""
        return {name: host.state() for name, host in self.hosts.items()}


def _can_bind(address: str) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        try:
            sock.bind((address, 0))
        except OSError:
            return False
    return True


def _addresses(count: int) -> list[str]:
    """Addresses in a random block of 127/8, so that farms do not meet."""
    second = random.randint(16, 120)
    third = random.randint(0, 200 - count // _PER_NET)
    return [
        f"127.{second}.{third + index // _PER_NET}.{1 + index % _PER_NET}" for index in range(count)
    ]


def _context_of(authority: Authority, host: Host) -> Callable[[], ssl.SSLContext]:
    return lambda: authority.context(host)
