# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on files over a real WinRM connection: bytes both ways, and a connection that breaks."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.carriers.choose import (
    carrier_for,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    ConnectionLost,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.session import (
    CimSession,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.dead_man import (
    DeadMan,
    DeadManPlan,
    FolderSwap,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.files import (
    Files,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.hresults import (
    ALREADY_EXISTS,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.powershell import (
    OperationFailed,
    Operations,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.run_lock import (
    RunLock,
)
from farm.farm import Farm
from farm.faults import Fault
from wire.conftest import WAYS, Connect

OVER_WINRM = [each for each in WAYS.values() if each.connection == "winrm"]
RUN, OTHER = "00112233445566aa", "00112233445566bb"
FOLDER = "C:\\B\u00fccher & Co"

pytestmark = pytest.mark.parametrize("way", OVER_WINRM, indirect=True)


@pytest.fixture
def operations(connect: Connect) -> Any:
    """Operations on a connection over which CIM came first, as in every task."""
    connection = connect()
    CimSession(carrier_for(connection)).identify()
    return Operations(connection)


@pytest.fixture
def files(operations: Operations) -> Any:
    """The files of the host, with an empty folder of our own."""
    found = Files(operations)
    assert found.make_folder(FOLDER)
    yield found
    names = [f"{FOLDER}\\{each.name}" for each in found.list_folder(FOLDER).entries]
    assert not found.remove([*names, FOLDER]).kept


def test_bytes_go_there_and_come_back(files: Files) -> None:
    data = b"".join(
        hashlib.sha256(bytes([each % 256, each // 256])).digest() for each in range(60000)
    )
    path, half = f"{FOLDER}\\daten.part", len(data) // 2
    assert files.write_chunk(path, 0, data[:half]) == half
    assert files.write_chunk(path, half, data[half:]) == len(data)
    whole = files.read_chunk(path, 0, len(data))
    assert (whole.size, whole.data == data) == (len(data), True)
    assert files.read_chunk(path, len(data) - 1, 100).data == data[-1:]
    assert files.read_chunk(path, len(data), 100).data == b""
    with pytest.raises(OperationFailed):
        files.write_chunk(path, 5, b"x")
    files.move(path, f"{FOLDER}\\daten")
    with pytest.raises(OperationFailed) as caught:
        files.move(f"{FOLDER}\\daten", FOLDER)
    assert caught.value.number == ALREADY_EXISTS


def test_a_folder_that_is_not_empty_stays(files: Files) -> None:
    files.write_chunk(f"{FOLDER}\\x", 0, b"x")
    removed = files.remove([FOLDER, f"{FOLDER}\\none"])
    assert removed.removed == (f"{FOLDER}\\none",)
    assert [each.path for each in removed.kept] == [FOLDER]
    entry = files.list_folder(FOLDER).entry("X")
    assert entry is not None
    assert entry.bytes == 1


def test_a_break_while_reading_is_no_matter(files: Files, farm: Farm) -> None:
    files.write_chunk(f"{FOLDER}\\x", 0, b"abc")
    host = farm.hosts["sh1"]
    # The command, and the look at its output; for an input that got lost the plugin waits long.
    for at in (1, 3):
        fault = host.faults.add(Fault("drop", at=at))
        assert files.read_chunk(f"{FOLDER}\\x", 0, 3).data == b"abc"
        assert fault.hits == 1
        host.faults.clear()


def test_after_a_break_while_writing_the_next_step_works(files: Files, farm: Farm) -> None:
    host = farm.hosts["sh1"]
    host.faults.add(Fault("drop", at=1))
    with pytest.raises(ConnectionLost):
        files.write_chunk(f"{FOLDER}\\y", 0, b"abc")
    host.faults.clear()
    assert files.write_chunk(f"{FOLDER}\\y", 0, b"abc") == 3


def test_the_lock(operations: Operations) -> None:
    lock = RunLock(operations)
    first = lock.claim(RUN, "awx-1", "backup", 600)
    assert first.claimed
    second = lock.claim(OTHER, "awx-2", "restore", 600)
    assert (second.claimed, second.lock.holder) == (False, "awx-1")
    assert lock.claim(RUN, "awx-1", "backup", 600).claimed
    assert lock.release(OTHER) is False
    assert lock.release(RUN) is True
    assert lock.release(RUN) is False


@pytest.mark.parametrize("swap", [None, FolderSwap("C:\\lserver", "C:\\lserver.old")])
def test_the_dead_man_is_as_registered(operations: Operations, swap: FolderSwap | None) -> None:
    claimed = RunLock(operations).claim(RUN, "awx-1", "backup", 600)
    plan = DeadManPlan(RUN, "TermServLicensing", 900, swap, claimed.now)
    dead_man = DeadMan(operations)
    assert dead_man.verify(plan) is False
    dead_man.arm(plan)
    assert dead_man.verify(plan) is True
    assert dead_man.mark_complete(plan) is True
    dead_man.disarm(plan)
    assert dead_man.verify(plan) is False
    dead_man.disarm(plan)
    RunLock(operations).release(RUN)
