# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The farm's drives: Windows paths, sharing, space, permissions, and faults at each operation."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from farm import Farm, load_scenario_dict
from farm.model import file_faults as codes
from farm.model.file_access import ROOT_SDDL, same_access
from farm.model.file_faults import FileError, FileFault, ProcessDied
from farm.model.file_nodes import Drive
from farm.model.file_paths import split
from farm.model.file_system import FileSystem

NOW = datetime(2026, 11, 21, 22, tzinfo=UTC)
MIB = 1 << 20
PROTECTED = "O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"


@pytest.fixture
def files(tmp_path: Path) -> FileSystem:
    """A machine with a disk, a full disk, a share and an empty CD drive."""
    drives = {
        "C:": Drive(),
        "D:": Drive(size=10 * MIB),
        "E:": Drive(type="CDRom", ready=False),
        "F:": Drive(free=100),
    }
    return FileSystem(tmp_path, drives, lambda: NOW)


def _code(call: Callable[[], object]) -> int:
    with pytest.raises(FileError) as caught:
        call()
    return caught.value.hresult


def _write(files: FileSystem, path: str, data: bytes) -> None:
    with files.create(path) as handle:
        handle.write(data)


def _read(files: FileSystem, path: str) -> bytes:
    with files.open(path) as handle:
        return handle.read()


@pytest.mark.parametrize(
    ("path", "full"),
    [
        ("C:\\a\\b", "C:\\a\\b"),
        ("c:/a//b/", "C:\\a\\b"),
        ("C:\\a\\.\\..\\b", "C:\\b"),
        ("C:\\..\\..\\b", "C:\\b"),
        ("C:\\a. \\b.", "C:\\a\\b"),
        ("\\\\?\\C:\\a", "C:\\a"),
        ("C:\\", "C:\\"),
    ],
)
def test_paths_are_resolved(files: FileSystem, path: str, full: str) -> None:
    assert files.full_path(path) == full


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("backup", codes.BAD_NAME),
        ("C:backup", codes.BAD_NAME),
        ("\\backup", codes.BAD_NAME),
        ("", codes.BAD_NAME),
        ('C:\\a"b', codes.BAD_NAME),
        ("C:\\a:b", codes.BAD_NAME),
        ("C:\\a\nb", codes.BAD_NAME),
        ("C:\\nul.txt", codes.BAD_NAME),
        ("C:\\...", codes.BAD_NAME),
        ("\\\\server\\share", codes.BAD_NET_PATH),
        ("C:\\" + "a" * 256, codes.TOO_LONG),
        ("C:\\" + "a\\" * 140, codes.TOO_LONG),
    ],
)
def test_what_is_no_path_is_refused(path: str, code: int) -> None:
    assert _code(lambda: split(path)) == code


def test_an_error_has_text_and_both_forms_of_the_number() -> None:
    error = FileError.of(codes.DISK_FULL, "C:\\a")
    assert (error.signed, error.hresult) == (-2147024784, 0x80070070)
    assert "not enough space" in error.text


def test_names_differ_in_case_only(files: FileSystem) -> None:
    files.make_folder("C:\\Backup")
    _write(files, "C:\\BACKUP\\A.txt", b"x")
    assert _read(files, "c:\\backup\\a.TXT") == b"x"
    assert [entry.name for entry in files.list_folder("C:\\backup")] == ["A.txt"]
    assert _code(lambda: files.create("C:\\Backup\\a.txt")) == codes.EXISTS


def test_what_is_missing_has_a_code_of_its_own(files: FileSystem) -> None:
    assert _code(lambda: files.stat("C:\\none")) == codes.NOT_FOUND
    assert _code(lambda: files.stat("C:\\none\\none")) == codes.PATH_NOT_FOUND
    assert _code(lambda: files.create("C:\\none\\a")) == codes.PATH_NOT_FOUND
    assert _code(lambda: files.stat("X:\\a")) == codes.PATH_NOT_FOUND
    assert _code(lambda: files.stat("E:\\a")) == codes.NOT_READY
    assert not files.exists("C:\\none")
    assert files.drive("X:\\a") is None
    assert files.drive("d:\\a") == ("D:", files.drives["D:"])


def test_folders_are_made_with_those_above(files: FileSystem) -> None:
    assert files.make_folder("C:\\a\\b\\c", PROTECTED)
    assert not files.make_folder("C:\\a\\b\\c")
    assert files.stat("C:\\a\\b").sddl == PROTECTED
    _write(files, "C:\\a\\file", b"")
    assert _code(lambda: files.make_folder("C:\\a\\file\\x")) == codes.EXISTS
    assert _code(lambda: files.list_folder("C:\\a\\file")) == codes.NOT_A_FOLDER


def test_only_empty_folders_are_removed(files: FileSystem) -> None:
    files.make_folder("C:\\a\\b")
    assert _code(lambda: files.remove_empty_folder("C:\\a")) == codes.NOT_EMPTY
    assert _code(lambda: files.delete("C:\\a")) == codes.ACCESS_DENIED
    files.remove_empty_folder("C:\\a\\b")
    files.remove_empty_folder("C:\\a")
    assert not files.exists("C:\\a")


@pytest.mark.parametrize(
    ("first", "second", "works"),
    [
        (("read", "none"), ("read", "readwrite"), False),
        (("read", "read"), ("read", "read"), True),
        (("read", "read"), ("write", "readwrite"), False),
        (("write", "readwrite"), ("read", "read"), False),
        (("write", "readwrite"), ("read", "readwrite"), True),
    ],
)
def test_sharing(
    files: FileSystem, first: tuple[str, str], second: tuple[str, str], works: bool
) -> None:
    _write(files, "C:\\a", b"x")
    with files.open("C:\\a", *first):
        if works:
            files.open("C:\\a", *second).close()
        else:
            assert _code(lambda: files.open("C:\\a", *second)) == codes.SHARING_VIOLATION
    files.open("C:\\a", *second).close()


def test_an_open_file_cannot_go(files: FileSystem) -> None:
    files.make_folder("C:\\a")
    with files.create("C:\\a\\file"):
        assert _code(lambda: files.delete("C:\\a\\file")) == codes.SHARING_VIOLATION
        assert _code(lambda: files.rename("C:\\a\\file", "C:\\b")) == codes.SHARING_VIOLATION
        assert _code(lambda: files.rename("C:\\a", "C:\\b")) == codes.ACCESS_DENIED
    files.rename("C:\\a", "C:\\b")
    assert files.exists("C:\\b\\FILE")


def test_renaming_never_overwrites_and_stays_on_the_drive(files: FileSystem) -> None:
    _write(files, "C:\\a", b"a")
    _write(files, "C:\\b", b"b")
    assert _code(lambda: files.rename("C:\\a", "C:\\B")) == codes.EXISTS
    assert _code(lambda: files.rename("C:\\a", "D:\\a")) == codes.OTHER_DEVICE
    assert _code(lambda: files.rename("C:\\none", "C:\\c")) == codes.NOT_FOUND
    files.rename("C:\\a", "C:\\A")
    files.make_folder("C:\\folder")
    assert _code(lambda: files.rename("C:\\folder", "C:\\folder\\in")) == codes.SHARING_VIOLATION
    assert sorted(entry.name for entry in files.list_folder("C:\\")) == ["A", "b", "folder"]


def test_reading_and_writing_take_an_operation_per_mib(files: FileSystem) -> None:
    with files.create("C:\\a") as handle:
        files.clear()
        handle.write(bytes(2 * MIB + 1))
        handle.flush()
        handle.seek(0)
        assert len(handle.read()) == 2 * MIB + 1
    assert [operation.kind for operation in files.operations] == ["write"] * 3 + ["read"] * 3
    assert [operation.number for operation in files.operations] == [1, 2, 3, 4, 5, 6]
    assert {operation.path for operation in files.operations} == {"C:\\a"}


def test_opening_can_append_and_make(files: FileSystem) -> None:
    _write(files, "C:\\a", b"one")
    with files.open("C:\\a", "append", "none") as handle:
        handle.write(b"two")
        assert _code(handle.read) == codes.ACCESS_DENIED
    with files.open("C:\\a") as handle:
        assert handle.read(4) + handle.read() == b"onetwo"
        assert _code(lambda: handle.write(b"x")) == codes.ACCESS_DENIED
    files.open("C:\\lock", "readwrite", "none", make=True, sddl=PROTECTED).close()
    assert files.stat("C:\\lock").sddl == PROTECTED
    assert _code(lambda: files.open("C:\\missing")) == codes.NOT_FOUND


def test_a_disk_runs_full_in_the_middle_of_a_write(files: FileSystem) -> None:
    with files.create("F:\\a") as handle:
        handle.write(bytes(60))
        assert _code(lambda: handle.write(bytes(60))) == codes.DISK_FULL
        assert handle.length == 100
        handle.seek(0)
        handle.write(bytes(100))
        assert _code(lambda: handle.truncate(101)) == codes.DISK_FULL
        handle.truncate(50)
        assert files.drives["F:"].left == 50
    files.delete("F:\\a")
    assert files.drives["F:"].left == 100


def test_free_space_follows_from_the_size(files: FileSystem) -> None:
    _write(files, "D:\\a", bytes(MIB))
    assert files.drives["D:"].left == 9 * MIB
    files.drives["D:"].free = 5
    with files.create("D:\\b") as handle:
        assert _code(lambda: handle.write(b"123456")) == codes.DISK_FULL


def test_permissions_are_inherited_and_handed_down(files: FileSystem) -> None:
    files.make_folder("C:\\a", PROTECTED)
    files.make_folder("C:\\a\\b")
    _write(files, "C:\\a\\b\\c", b"")
    assert files.stat("C:\\a\\b").sddl == "O:BAG:SYD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)"
    assert files.stat("C:\\a\\b\\c").sddl == "O:BAG:SYD:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)"
    files.create("C:\\a\\own", "D:P(A;;FA;;;SY)").close()
    files.set_sddl("C:\\a", "O:SYG:SYD:PAI(A;OICI;FA;;;NS)")
    assert files.stat("C:\\a\\b\\c").sddl == "O:BAG:SYD:AI(A;ID;FA;;;NS)"
    assert files.stat("C:\\a\\own").sddl == "O:BAG:SYD:P(A;;FA;;;SY)"
    files.rename("C:\\a\\b\\c", "C:\\c")
    assert files.stat("C:\\c").sddl == "O:BAG:SYD:AI(A;ID;FA;;;NS)", "a move takes them along"
    with pytest.raises(ValueError, match="no security descriptor"):
        files.set_sddl("C:\\a", "everybody")


def test_the_same_permissions_in_other_words() -> None:
    assert same_access(ROOT_SDDL, ROOT_SDDL.replace(";BU", ";BU").replace("O:SY", "O:S-1-5-18"))
    assert same_access("O:SYG:SYD:P(A;;FA;;;BA)", "O:SYG:BAD:PAI(A;;0x1f01ff;;;S-1-5-32-544)")
    assert not same_access("O:SYG:SYD:P(A;;FA;;;BA)", "O:BAG:SYD:P(A;;FA;;;BA)")
    assert not same_access("O:SYG:SYD:P(A;;FA;;;BA)", "O:SYG:SYD:AI(A;;FA;;;BA)")


def test_links_lead_to_folders_and_devices(files: FileSystem) -> None:
    files.place("C:\\Windows\\lserver\\x.edb", b"then")
    device = "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1"
    files.mount(device, files.freeze("C:\\Windows"))
    files.place("C:\\Windows\\lserver\\x.edb", b"now")
    files.link("C:\\shadow", f"{device}\\")
    assert _read(files, "C:\\shadow\\windows\\LSERVER\\x.edb") == b"then"
    assert files.stat("C:\\shadow").link
    files.link("C:\\live", "C:\\Windows\\lserver")
    assert _read(files, "C:\\live\\x.edb") == b"now"
    assert [entry.path for entry in files.list_folder("C:\\live")] == ["C:\\live\\x.edb"]
    files.delete("C:\\shadow")
    files.unmount(device)
    files.remove_empty_folder("C:\\live")
    assert _read(files, "C:\\Windows\\lserver\\x.edb") == b"now"


def test_a_link_that_leads_to_itself_ends(files: FileSystem) -> None:
    files.link("C:\\loop", "C:\\loop\\loop")
    assert _code(lambda: files.stat("C:\\loop\\a")) == codes.PATH_NOT_FOUND


def test_a_zip_can_be_written_and_read_through_handles(files: FileSystem) -> None:
    with files.create("C:\\a.zip") as handle, zipfile.ZipFile(handle, "w") as bundle:
        bundle.writestr("one", b"1" * 5000)
    with files.open("C:\\a.zip") as handle, zipfile.ZipFile(handle) as bundle:
        assert bundle.read("one") == b"1" * 5000
    assert zipfile.is_zipfile(io.BytesIO(files.real("C:\\a.zip").read_bytes()))


# -- faults ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("io_error", codes.IO_DEVICE),
        ("access_denied", codes.ACCESS_DENIED),
        ("disk_full", codes.DISK_FULL),
    ],
)
def test_a_fault_ends_every_kind_of_operation(files: FileSystem, kind: str, code: int) -> None:
    _write(files, "C:\\a", b"abcd")
    handle = files.open("C:\\a", "readwrite", "none")
    calls: list[Callable[[], object]] = [
        lambda: files.stat("C:\\a"),
        lambda: files.exists("C:\\a"),
        lambda: files.list_folder("C:\\"),
        lambda: files.drive("C:\\"),
        lambda: files.make_folder("C:\\b"),
        lambda: files.create("C:\\b"),
        lambda: files.open("C:\\a"),
        lambda: files.rename("C:\\a", "C:\\b"),
        lambda: files.delete("C:\\a"),
        lambda: files.remove_empty_folder("C:\\a"),
        lambda: files.set_sddl("C:\\a", PROTECTED),
        lambda: files.link("C:\\b", "C:\\"),
        lambda: handle.read(1),
        lambda: handle.truncate(1),
        lambda: handle.write(b"12345678"),
    ]
    for call in calls:
        files.faults.add(FileFault(kind))
        assert _code(call) == code
        files.faults.clear()
    handle.close()
    assert [entry.name for entry in files.list_folder("C:\\")] == ["a"]
    assert _read(files, "C:\\a") == (b"1234" if kind == "disk_full" else b"abcd")


def test_a_fault_counts_what_it_is_about(files: FileSystem) -> None:
    fault = files.faults.add(FileFault("io_error", at=2, path="*.part", operation="create"))
    files.create("C:\\other").close()
    files.create("C:\\1.part").close()
    assert _code(lambda: files.create("C:\\2.part")) == codes.IO_DEVICE
    files.create("C:\\3.part").close()
    assert (fault.seen, fault.hits) == (3, 1)
    with pytest.raises(ValueError, match="unknown file fault"):
        FileFault("meteor")


def test_a_corrupt_block_differs_in_one_bit(files: FileSystem) -> None:
    files.faults.add(FileFault("corrupt", at=2))
    _write(files, "C:\\a", b"abc")
    found = files.real("C:\\a").read_bytes()
    assert len(found) == 3
    assert sum((one ^ two).bit_count() for one, two in zip(found, b"abc", strict=True)) == 1
    files.faults.add(FileFault("corrupt", operation="read"))
    assert _read(files, "C:\\a") == b"abc", "the same bit turned again"


def test_a_process_that_died_does_nothing_more(files: FileSystem) -> None:
    def process() -> None:
        with files.process():
            handle = files.create("C:\\a")
            handle.write(b"one")
            try:
                handle.write(b"three3")
            finally:
                with pytest.raises(ProcessDied):
                    files.delete("C:\\a")

    files.faults.add(FileFault("die", at=3))
    with pytest.raises(ProcessDied):
        process()
    assert _read(files, "C:\\a") == b"onethr", "its handle is closed, half a block is there"


def test_the_exempt_are_not_counted(files: FileSystem) -> None:
    files.faults.add(FileFault("io_error", times=None))
    with files.exempt():
        _write(files, "C:\\a", b"x")
    assert files.operations == []
    assert _code(lambda: files.stat("C:\\a")) == codes.IO_DEVICE


# -- hosts ----------------------------------------------------------------------------------


def test_each_host_has_drives_of_its_own() -> None:
    farm = Farm(load_scenario_dict({"hosts": {"a": {}, "b": {}}}))
    one, two = farm.hosts["a"], farm.hosts["b"]
    one.files.place("C:\\x", b"1")
    one.clock.advance(timedelta(days=3))
    _write(one.files, "C:\\y", b"2")
    assert not two.files.exists("C:\\x")
    assert one.files.stat("C:\\y").modified - one.files.stat("C:\\x").modified > timedelta(days=2)
    place = one.files.real("C:\\x")
    farm.stop()
    assert not place.exists()
    assert not one.files.exists("C:\\x"), "new drives"
    farm.stop()
