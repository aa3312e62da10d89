# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations on files: what they answer, what they refuse, and what a fault leaves behind."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from farm import Farm
from farm.model.file_faults import FileFault
from farm.operations import SCRIPTS, shipped_operations

from .conftest import FarmOf
from .operation_client import RUN, STATE, Died, OperationClient, Thrown, stdin_of

PROTECTED_FOLDER = "O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
PROTECTED_FILE = "O:BAG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)"
OTHER_RUN = "f" * 16


@pytest.fixture
def run(farm_of: FarmOf) -> OperationClient:
    """The operations of a license server with a second drive and a folder for bundles."""
    drives = {"C:": {}, "D:": {}, "N:": {"type": "Network"}}
    farm = farm_of(ls1={"roles": ["licensing"], "drives": drives})
    client = OperationClient(farm, "ls1")
    client("make_folder", path="D:\\Backup", like=None)
    return client


def _place(run: OperationClient, path: str, data: bytes) -> None:
    run.host.files.place(path, data)


def test_every_shipped_script_is_an_operation() -> None:
    known = set(shipped_operations().known)
    assert known == {path.stem for path in SCRIPTS.glob("*.ps1")} - {"bootstrap", "dead_man"}


# -- the lock -------------------------------------------------------------------------------


def test_the_lock_has_one_holder(run: OperationClient) -> None:
    mine = run.claim()
    assert (mine["claimed"], mine["replaced"], mine["state_folder"]) == (True, None, STATE)
    assert (mine["lock"]["run"], mine["lock"]["holder"]) == (RUN, "awx-1")
    other = run.claim(OTHER_RUN)
    assert (other["claimed"], other["lock"]) == (False, mine["lock"])
    assert run("release", run=OTHER_RUN) == {"released": False}
    assert run.claim()["claimed"]
    assert run("release", run=RUN) == {"released": True}
    assert run("release", run=RUN) == {"released": False}
    assert run.claim(OTHER_RUN)["claimed"]


def test_an_expired_lock_is_taken_over_and_told(run: OperationClient) -> None:
    first = run.claim(seconds=60)
    run.host.clock.advance(timedelta(seconds=120))
    assert run.claim(OTHER_RUN)["replaced"] == first["lock"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"run": "x"}', b"\xff"])
def test_a_lock_that_was_cut_off_is_nobodys(run: OperationClient, content: bytes) -> None:
    run.claim()
    _place(run, f"{STATE}\\run.lock", content)
    assert run("release", run=RUN) == {"released": False}
    assert run.claim(OTHER_RUN)["replaced"] is None


def test_the_state_folder_is_protected_from_the_start(run: OperationClient) -> None:
    run.claim()
    entries = {e.name: e.sddl for e in run.host.files.entries("C:\\ProgramData")}
    assert entries["remote_desktop.licensing"] == PROTECTED_FOLDER
    assert entries["run.lock"] == PROTECTED_FILE


@pytest.mark.parametrize(
    "sddl",
    [
        "O:S-1-5-21-1-2-3-1001G:SYD:PAI(A;OICI;FA;;;SY)",
        "O:BAG:SYD:AI(A;OICI;FA;;;SY)(A;OICI;0x1301bf;;;BU)",
    ],
)
def test_a_state_folder_that_somebody_else_made_is_a_trap(run: OperationClient, sddl: str) -> None:
    run.host.files.place(STATE, sddl=sddl)
    with pytest.raises(Thrown, match="Look at it, then remove it"):
        run.claim()
    with pytest.raises(Thrown, match="Look at it, then remove it"):
        run.arm()


# -- folders --------------------------------------------------------------------------------


def test_a_folder_is_listed_with_its_drive(run: OperationClient) -> None:
    _place(run, "D:\\Backup\\a.zip", b"12345")
    run.host.files.place("D:\\Backup\\inner")
    found = run("list_folder", path="d:\\x\\..\\Backup\\")
    assert (found["exists"], found["folder"], found["full"]) == (True, True, "D:\\Backup")
    assert found["sddl"] == PROTECTED_FOLDER
    drive = found["drive"]
    assert (drive["name"], drive["type"], drive["format"]) == ("D:", "Fixed", "NTFS")
    assert drive["ready"]
    assert 0 < drive["free"] <= drive["size"]
    entries = [(e["name"], e["bytes"], e["folder"]) for e in found["entries"]]
    assert entries == [("a.zip", 5, False), ("inner", 0, True)]


@pytest.mark.parametrize(
    ("path", "full", "drive"),
    [
        ("D:\\none", "D:\\none", "D:"),
        ("X:\\none", "X:\\none", None),
        ("N:\\none", "N:\\none", "N:"),
        ("Backup", "", None),
        ("D:\\a|b", "", None),
        ("", "", None),
        ("\\\\nas\\share", "\\\\nas\\share", None),
    ],
)
def test_what_is_not_there_is_no_error(
    run: OperationClient, path: str, full: str, drive: str | None
) -> None:
    found = run("list_folder", path=path)
    assert (found["exists"], found["full"], found["entries"]) == (False, full, [])
    assert (None if found["drive"] is None else found["drive"]["name"]) == drive


def test_a_file_is_no_folder(run: OperationClient) -> None:
    _place(run, "D:\\file", b"x")
    found = run("list_folder", path="D:\\file")
    assert (found["exists"], found["folder"], found["entries"]) == (True, False, [])


def test_a_folder_is_made_like_another(run: OperationClient) -> None:
    sddl = "O:S-1-5-80-1-2G:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;NS)"
    run.host.files.place("C:\\model", sddl=sddl)
    assert run("make_folder", path="C:\\new", like="C:\\model") == {"created": True, "sddl": sddl}
    assert run("make_folder", path="C:\\new", like=None) == {"created": False, "sddl": sddl}
    with pytest.raises(Thrown) as caught:
        run("make_folder", path="C:\\other", like="C:\\none")
    assert caught.value.code == 0x80070002


def test_moving_never_overwrites(run: OperationClient) -> None:
    _place(run, "D:\\a", b"a")
    _place(run, "D:\\b", b"b")
    with pytest.raises(Thrown) as caught:
        run("move", from_="D:\\a", to="D:\\b")
    assert caught.value.code == 0x800700B7
    with pytest.raises(Thrown) as caught:
        run("move", from_="D:\\a", to="C:\\a")
    assert caught.value.code == 0x80070011
    assert run("move", from_="D:\\a", to="D:\\Backup\\a") == {"moved": True}
    assert run("move", from_="D:\\Backup", to="D:\\Other") == {"moved": True}
    assert run.host.files.real("D:\\Other\\a").read_bytes() == b"a"


def test_removing_takes_files_and_empty_folders_only(run: OperationClient) -> None:
    _place(run, "D:\\full\\file", b"x")
    _place(run, "D:\\file", b"x")
    paths = ["D:\\file", "D:\\gone", "D:\\full", "D:\\Backup"]
    found = run("remove", paths=paths)
    assert found["removed"] == ["D:\\file", "D:\\gone", "D:\\Backup"]
    assert [each["path"] for each in found["kept"]] == ["D:\\full"]
    assert "not empty" in found["kept"][0]["why"]


def test_permissions_are_set_and_read_back(run: OperationClient) -> None:
    _place(run, "D:\\folder\\file", b"x")
    sddl = "O:NSG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;NS)"
    assert run("set_access", path="D:\\folder", sddl=sddl) == {"sddl": sddl}
    assert ";NS)" in run.host.files.stat("D:\\folder\\file").sddl
    with pytest.raises(Thrown) as caught:
        run("set_access", path="D:\\folder", sddl="nonsense")
    assert caught.value.code == 0x80070057


# -- pieces ---------------------------------------------------------------------------------


def test_a_file_goes_over_in_pieces(run: OperationClient) -> None:
    data = bytes(range(256)) * 8192
    first, second = data[:1_500_000], data[1_500_000:]
    wrote = run("write_chunk", first, path="D:\\f", offset=0)
    assert wrote == {"bytes": len(first), "sha256": hashlib.sha256(first).hexdigest()}
    wrote = run("write_chunk", second, path="D:\\f", offset=len(first))
    assert wrote == {"bytes": len(data), "sha256": hashlib.sha256(second).hexdigest()}
    assert run.host.files.stat("D:\\f").sddl == PROTECTED_FILE
    read = run("read_chunk", path="D:\\f", offset=1_000_000, count=700_000)
    assert read["blob"] == data[1_000_000:1_700_000]
    assert read["sha256"] == hashlib.sha256(read["blob"]).hexdigest()
    assert read["bytes"] == len(data)
    assert run("read_chunk", path="D:\\f", offset=len(data) + 5, count=9)["blob"] == b""


def test_a_piece_that_does_not_go_on_is_refused(run: OperationClient) -> None:
    run("write_chunk", b"123", path="D:\\f", offset=0)
    with pytest.raises(Thrown) as caught:
        run("write_chunk", b"123", path="D:\\f", offset=0)
    assert caught.value.code == 0x80070050
    with pytest.raises(Thrown, match="has 3 bytes and not 4"):
        run("write_chunk", b"123", path="D:\\f", offset=4)
    with pytest.raises(Thrown) as caught:
        run("write_chunk", b"123", path="D:\\g", offset=4)
    assert caught.value.code == 0x80070002


def test_a_corrupted_write_shows_in_the_hash(run: OperationClient) -> None:
    run.host.files.faults.add(FileFault("corrupt", operation="write"))
    wrote = run("write_chunk", b"123456", path="D:\\f", offset=0)
    assert wrote["sha256"] != hashlib.sha256(b"123456").hexdigest()


# -- the protocol ---------------------------------------------------------------------------


def test_a_died_process_gives_no_answer_and_its_handles_are_closed(run: OperationClient) -> None:
    run.host.files.faults.add(FileFault("die", operation="write", at=1))
    with pytest.raises(Died) as caught:
        run("write_chunk", b"x" * 100, path="D:\\f", offset=0)
    assert caught.value.args == ("", 1)
    run.host.files.delete("D:\\f")


@pytest.mark.parametrize(
    ("stdin", "words"),
    [
        (lambda: stdin_of("write_chunk", {"path": "D:\\f", "offset": 0}), "a blob is missing"),
        (lambda: stdin_of("release", {"run": RUN}, b"x"), "a blob is not expected"),
        (lambda: stdin_of("release", {"run": "x"}), "does not match"),
        (lambda: stdin_of("release", {"run": RUN, "x": 1}), "x is not expected"),
        (lambda: stdin_of("release", {"run": RUN}, b"x") + b"AA==\n", "not 4"),
    ],
)
def test_wrong_input(
    run: OperationClient, farm: Farm, stdin: Callable[[], bytes], words: str
) -> None:
    ended = farm.operations.run(run.host, stdin().decode().splitlines())
    assert (ended.stdout, ended.code) == ("", 1)
    assert words in ended.stderr
