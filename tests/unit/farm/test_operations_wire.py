# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Operations through the remote shell: bytes both ways, and what a cut connection leaves."""

from __future__ import annotations

import http.client
import os
from typing import Any

import pytest
from farm import Farm, Fault
from farm.operations import SCRIPTS

from .operation_client import output_of, stdin_of
from .soap_client import SoapClient
from .test_shell import ShellClient, encoded

PATH = "C:\\ProgramData\\file"
CUT = (http.client.HTTPException, OSError)


@pytest.fixture
def shell(client: SoapClient) -> ShellClient:
    """An open shell of sh1."""
    made = ShellClient(client)
    assert made.open().status == 200
    return made


def _begin(shell: ShellClient) -> str:
    bootstrap = (SCRIPTS / "bootstrap.ps1").read_text(encoding="utf-8")
    return shell.command(encoded(bootstrap), skip_cmd=True)


def _run(
    shell: ShellClient, name: str, options: dict[str, Any], blob: bytes | None = None
) -> dict[str, Any]:
    command = _begin(shell)
    stdin = stdin_of(name, options, blob)
    pieces = [stdin[i : i + 200_000] for i in range(0, len(stdin), 200_000)]
    for piece in pieces[:-1]:
        shell.stdin(command, piece)
    shell.stdin(command, pieces[-1], end=True)
    return output_of(*shell.output(command))


def test_bytes_go_both_ways(farm: Farm, shell: ShellClient) -> None:
    data = os.urandom(1_500_000)
    wrote = _run(shell, "write_chunk", {"path": PATH, "offset": 0}, data)
    assert wrote["bytes"] == len(data)
    assert farm.hosts["sh1"].files.real(PATH).read_bytes() == data
    read = _run(shell, "read_chunk", {"path": PATH, "offset": 10, "count": len(data)})
    assert read["blob"] == data[10:]


def _there(farm: Farm) -> bool:
    farm.settle()
    entries = farm.hosts["sh1"].files.entries("C:\\ProgramData")
    return "file" in [entry.name for entry in entries]


@pytest.mark.parametrize(
    ("fault", "done"),
    [
        (Fault("drop", operation="Command"), False),
        (Fault("drop", operation="Send", times=1), False),
        (Fault("drop_after", operation="Send", times=1), True),
        (Fault("drop", operation="Receive", times=1), True),
        (Fault("drop_after", operation="Receive", times=1), True),
    ],
)
def test_what_is_complete_is_done_although_nobody_hears(
    farm: Farm, shell: ShellClient, fault: Fault, done: bool
) -> None:
    farm.hosts["sh1"].faults.add(fault)
    with pytest.raises(CUT):
        _run(shell, "write_chunk", {"path": PATH, "offset": 0}, b"x")
    assert fault.hits == 1
    assert _there(farm) is done


def test_a_cut_run_stays_cut(farm: Farm, shell: ShellClient) -> None:
    fault = farm.hosts["sh1"].faults.add(Fault("drop", at=3, times=10**9))
    with pytest.raises(CUT):
        _run(shell, "write_chunk", {"path": PATH, "offset": 0}, b"x")
    for dummy in range(3):
        with pytest.raises(CUT):
            _begin(shell)
    assert fault.hits == 4
    assert _there(farm)


def test_a_run_that_is_cut_at_its_input_does_nothing(farm: Farm, shell: ShellClient) -> None:
    farm.hosts["sh1"].faults.add(Fault("drop", at=2, times=10**9))
    with pytest.raises(CUT):
        _run(shell, "write_chunk", {"path": PATH, "offset": 0}, b"x")
    assert not _there(farm)
