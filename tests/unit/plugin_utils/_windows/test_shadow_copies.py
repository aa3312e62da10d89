# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shadow copies: which volume they are of, what Create answers, deletion by id."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._cim.errors import (
    BadAnswer,
    WriteInCheckMode,
)
from ansible_collections.remote_desktop.licensing.plugins.plugin_utils._windows.shadow_copies import (
    CopiedFile,
    ShadowCopies,
    ShadowCopy,
    ShadowCopyFailed,
)
from unit.plugin_utils.fake_operations import FakeOperations
from unit.plugin_utils.scripted import Reply, ScriptedCarrier, scripted
from unit.plugin_utils.soap import WMI, first_page, fragment, outputs

URI = f"{WMI}/root/cimv2/Win32_ShadowCopy"
ID, OTHER = "{0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0}", "{11111111-2222-3333-4444-555555555555}"
VOLUME, SECOND = "\\\\?\\Volume{aa}\\", "\\\\?\\Volume{bb}\\"
DEVICE = "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy3"


def volume(*ids: str) -> str:
    return first_page("".join(fragment({"DeviceID": each, "DriveLetter": "C:"}) for each in ids))


def shadow(shadow_id: str = ID, of: str = VOLUME, device: str | None = DEVICE) -> str:
    return fragment(
        {
            "ID": shadow_id,
            "DeviceObject": device,
            "VolumeName": of,
            "InstallDate": "20261121220000.000000+000",
        }
    )


def copies(
    *replies: Reply, operations: FakeOperations | None = None, read_only: bool = False
) -> tuple[ShadowCopies, ScriptedCarrier]:
    session, carrier = scripted(*replies, read_only=read_only)
    return ShadowCopies(session, operations or FakeOperations()), carrier


def created(number: int, shadow_id: str | None = ID) -> str:
    return outputs(URI, "Create", {"ShadowID": shadow_id, "ReturnValue": number})


def test_those_of_a_volume() -> None:
    found, carrier = copies(volume(VOLUME.upper()), first_page(shadow() + shadow(OTHER, of=SECOND)))
    time = datetime(2026, 11, 21, 22, tzinfo=UTC)
    assert found.on_volume("C:\\") == [ShadowCopy(ID, DEVICE, VOLUME, time)]
    assert "DriveLetter = 'C:'" in str(carrier.sent[0].header("Filter"))


def test_a_volume_without_any() -> None:
    found, dummy = copies(volume(VOLUME), first_page(""))
    assert found.on_volume("C:\\") == []


def test_no_such_volume() -> None:
    found, dummy = copies(volume())
    with pytest.raises(ShadowCopyFailed, match="no volume with the drive letter C:"):
        found.on_volume("C:\\")


def test_an_id_that_is_none_never_reaches_a_command() -> None:
    found, dummy = copies(volume(VOLUME), first_page(shadow("{x} /all")))
    with pytest.raises(BadAnswer, match="has the id"):
        found.on_volume("C:\\")


def test_one_is_made() -> None:
    found, carrier = copies(created(0))
    assert found.create("C:\\") == ID
    assert carrier.sent[0].action == "Create"
    assert carrier.waits[0] is not None


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "1: access denied"),
        (6, "not enough storage"),
        (8, "as many shadow copies"),
        (13, "unknown error"),
        (99, "99: an unknown answer"),
    ],
)
def test_none_is_made(number: int, words: str) -> None:
    found, dummy = copies(created(number, None))
    with pytest.raises(ShadowCopyFailed, match=words) as caught:
        found.create("C:\\")
    assert "VSS" in str(caught.value.advice)


@pytest.mark.parametrize("shadow_id", [None, "", "C3D2E1F0"])
def test_one_is_made_whose_id_is_not_told(shadow_id: str | None) -> None:
    found, dummy = copies(created(0, shadow_id))
    with pytest.raises(BadAnswer):
        found.create("C:\\")


def test_in_check_mode_none_is_made() -> None:
    found, carrier = copies(read_only=True)
    with pytest.raises(WriteInCheckMode):
        found.create("C:\\")
    assert carrier.sent == []


@pytest.mark.parametrize(
    ("rows", "device"),
    [
        (shadow(OTHER) + shadow(ID.lower()), DEVICE),
        (shadow(OTHER), None),
        (shadow(device=None), None),
    ],
)
def test_where_its_files_are(rows: str, device: str | None) -> None:
    found, dummy = copies(first_page(rows))
    assert found.device(ID) == device


def test_files_are_copied_out() -> None:
    answer = {"files": [{"name": "TLSLic.edb", "bytes": 8192}]}
    operations = FakeOperations(copy_from_shadow=answer)
    found, dummy = copies(operations=operations)
    copied = found.copy_files(
        DEVICE, folder="C:\\x", names=("TLSLic.edb",), link="D:\\s\\l", destination="D:\\s"
    )
    assert copied == (CopiedFile("TLSLic.edb", 8192),)
    options = {
        "device": DEVICE,
        "folder": "C:\\x",
        "names": ["TLSLic.edb"],
        "link": "D:\\s\\l",
        "destination": "D:\\s",
    }
    assert operations.asked == [("copy_from_shadow", options, None)]


def test_one_is_deleted_by_its_id() -> None:
    operations = FakeOperations(delete_shadow={"exit_code": 0, "output": ""})
    copies(operations=operations)[0].delete(ID)
    assert operations.asked == [("delete_shadow", {"id": ID}, None)]


def test_one_that_cannot_be_deleted() -> None:
    operations = FakeOperations(delete_shadow={"exit_code": 2, "output": "Fehler:\n  weg"})
    with pytest.raises(ShadowCopyFailed, match="vssadmin ended with 2: Fehler: weg"):
        copies(operations=operations)[0].delete(ID)
