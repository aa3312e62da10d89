# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operation that resolves names and tries TCP ports from the host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from ..json_schema import Schema
from ..model.host import Host
from .protocol import SCRIPTS, Operation
from .schemas import BOOLEAN, NAME, STRING, array, nullable, record

_PORT: Schema = {"type": "integer", "minimum": 1, "maximum": 65535}
_SECONDS: Schema = {"type": "integer", "minimum": 1}


def _resolved(host: Host, name: str) -> dict[str, object]:
    addresses = list(host.network.resolve(name))
    error = None if addresses else host.network.text("no_name")
    return {"name": name, "addresses": addresses, "error": error}


def _tried(host: Host, to: str, port: int, seconds: int) -> dict[str, object]:
    attempt = host.network.connect(to, port)
    error = attempt.error
    if error == host.network.text("timeout"):
        error = f"no answer within {seconds} seconds"
    return {"host": to, "port": port, "open": attempt.open, "error": error}


def _probe(host: Host, given: Mapping[str, object]) -> Mapping[str, object]:
    seconds = cast(int, given["seconds"])
    targets = cast("list[Mapping[str, object]]", given["tcp"])
    return {
        "resolved": [_resolved(host, name) for name in cast("list[str]", given["names"])],
        "tcp": [
            _tried(host, str(each["host"]), cast(int, each["port"]), seconds) for each in targets
        ],
    }


OPERATIONS = (
    Operation(
        "probe_network",
        SCRIPTS / "probe_network.ps1",
        record(names=array(NAME), tcp=array(record(host=NAME, port=_PORT)), seconds=_SECONDS),
        record(
            resolved=array(
                record(name=NAME, addresses=array(NAME), error=nullable(STRING)),
            ),
            tcp=array(record(host=NAME, port=_PORT, open=BOOLEAN, error=nullable(STRING))),
        ),
        _probe,
    ),
)
