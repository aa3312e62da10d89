# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and TCP ports as a host itself sees them: one PowerShell step, where it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .._cim.errors import BadAnswer
from .powershell import run_operation


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name means to the host; without addresses it means nothing."""

    name: str
    addresses: tuple[str, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class PortProbe:
    """Whether a TCP connection from the host came to stand."""

    host: str
    port: int
    open: bool
    error: str | None = None


@dataclass(frozen=True, slots=True)
class NetworkProbe:
    """What the host can resolve and reach."""

    resolved: tuple[Resolution, ...]
    tcp: tuple[PortProbe, ...]


def probe_network(
    connection: Any, names: Sequence[str], ports: Iterable[tuple[str, int]], seconds: int
) -> NetworkProbe:
    """Let the host resolve names and try TCP ports.

    :param connection: the task's connection plugin.
    :param seconds: to wait for one connection.
    :raises OperationFailed: the step failed.
    :raises BadAnswer: what came back is not its answer.
    """
    output = run_operation(
        connection,
        "probe_network",
        {
            "names": list(names),
            "tcp": [{"host": host, "port": port} for host, port in ports],
            "seconds": seconds,
        },
    )
    try:
        return NetworkProbe(
            tuple(
                Resolution(str(row["name"]), tuple(map(str, row["addresses"])), _said(row["error"]))
                for row in output["resolved"]
            ),
            tuple(
                PortProbe(
                    str(row["host"]), int(row["port"]), row["open"] is True, _said(row["error"])
                )
                for row in output["tcp"]
            ),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise BadAnswer(f"probe_network answered what it should not: {exc}") from exc


def _said(value: object) -> str | None:
    return str(value) if value else None
