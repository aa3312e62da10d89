# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shadow copies, copies of a live database, and the classes that tell who a machine is."""

from __future__ import annotations

from typing import Any

import pytest
from farm import Farm, Rights
from farm.model.ese_file import read_header
from farm.model.ese_header import CLEAN, DIRTY
from farm.model.file_faults import FileFault

from .conftest import FarmOf
from .operation_client import OperationClient, Thrown
from .soap_client import CIMV2, SoapClient, fields

SHADOW = CIMV2 + "Win32_ShadowCopy"
FOLDER = "C:\\Windows\\system32\\lserver"
DATABASE = f"{FOLDER}\\TLSLic.edb"
STAGING = "C:\\Staging"
LINK = "C:\\ProgramData\\link"


@pytest.fixture
def server(farm_of: FarmOf) -> Farm:
    """A license server with two shadow copies of somebody else."""
    shadows = {"existing": [{"age_hours": 48}, {"drive": "D:"}]}
    drives = {"D:": {}, "E:": {"type": "Removable"}, "F:": {"format": "FAT32"}}
    return farm_of(ls1={"roles": ["licensing"], "shadow_copies": shadows, "drives": drives})


def _create(farm: Farm, volume: str, context: str = "ClientAccessible") -> tuple[str, str]:
    params = (("Volume", volume), ("Context", context))
    answer = SoapClient(farm, "ls1").invoke(SHADOW, "Create", params)
    return answer.value("ReturnValue") or "", "".join(
        filter(None, answer.values.get("ShadowID", []))
    )


def _all(farm: Farm) -> list[dict[str, Any]]:
    return [fields(item) for item in SoapClient(farm, "ls1").all_items(SHADOW)]


def test_a_new_shadow_copy_is_one_of_the_previous_versions(server: Farm) -> None:
    code, made = _create(server, "C:\\")
    assert code == "0"
    found = {each["ID"]: each for each in _all(server)}
    assert len(found) == 3
    shadow = found[made]
    flags = ("ClientAccessible", "Persistent", "NoAutoRelease", "NoWriters", "Differential")
    assert [shadow[name] for name in flags] == ["true"] * 5
    assert "HarddiskVolumeShadowCopy3" in shadow["DeviceObject"]
    volumes = SoapClient(server, "ls1").all_items(CIMV2 + "Win32_Volume")
    names = {fields(each)["DriveLetter"]: fields(each)["DeviceID"] for each in volumes}
    assert shadow["VolumeName"] == names["C:"]
    one = SoapClient(server, "ls1").get(SHADOW, {"ID": made})
    assert one.value("DeviceObject") == shadow["DeviceObject"]


@pytest.mark.parametrize(
    ("volume", "context", "code"),
    [
        ("C:", "ClientAccessible", "2"),
        ("C:\\Windows\\", "ClientAccessible", "2"),
        ("X:\\", "ClientAccessible", "3"),
        ("E:\\", "ClientAccessible", "4"),
        ("F:\\", "ClientAccessible", "4"),
        ("C:\\", "NASRollback", "5"),
    ],
)
def test_documented_refusals(server: Farm, volume: str, context: str, code: str) -> None:
    assert _create(server, volume, context) == (code, "")
    assert len(_all(server)) == 2


def test_no_room_no_right_and_a_code_of_the_scenario(farm_of: FarmOf) -> None:
    plan = {"roles": ["licensing"], "shadow_copies": {"create_code": 10}}
    farm = farm_of(ls1=plan, ls2={"roles": ["licensing"]})
    assert _create(farm, "C:\\") == ("10", "")
    user = SoapClient(farm, "ls2", rights=Rights.REMOTE_MANAGEMENT_USER)
    answer = user.invoke(SHADOW, "Create", (("Volume", "C:\\"),))
    assert answer.value("ReturnValue") == "1"
    assert user.enumerate(SHADOW).wmi_code == 0x80041003
    farm.hosts["ls2"].files.drives["C:"].free = 1 << 20
    assert farm.hosts["ls2"].shadows.create("C:\\") == (6, None)


def test_at_the_limit_the_oldest_of_the_volume_is_pushed_out(farm_of: FarmOf) -> None:
    shadows = {"existing": [{"age_hours": 1}, {"age_hours": 9}, {"drive": "D:"}], "limit": 2}
    farm = farm_of(ls1={"roles": ["licensing"], "shadow_copies": shadows, "drives": {"D:": {}}})
    of_another, oldest = farm.hosts["ls1"].shadows.all()[:2]
    before = {each.id for each in farm.hosts["ls1"].shadows.all()}
    dummy, made = farm.hosts["ls1"].shadows.create("C:\\")
    after = {each.id for each in farm.hosts["ls1"].shadows.all()}
    assert (before - after, after - before) == ({oldest.id}, {made})
    assert (oldest.drive, of_another.drive) == ("C:", "D:")


def _client(farm: Farm) -> OperationClient:
    client = OperationClient(farm, "ls1")
    client("make_folder", path=STAGING, like=None)
    return client


def test_a_shadow_copy_keeps_the_files_as_they_were(server: Farm) -> None:
    run, host = _client(server), server.hosts["ls1"]
    database = host.license_server.database if host.license_server else None
    assert database is not None
    dummy, made = host.shadows.create("C:\\")
    shadow = host.shadows.get(made or "")
    assert shadow is not None
    with pytest.raises(Thrown) as caught:
        run("read_chunk", path=DATABASE, offset=0, count=10)
    assert caught.value.code == 0x80070020
    options: dict[str, Any] = {
        "device": shadow.device,
        "folder": FOLDER,
        "link": LINK,
        "destination": STAGING,
    }
    copied = run("copy_from_shadow", names=database.names, **options)
    assert [each["name"] for each in copied["files"]] == database.names
    assert run("list_folder", path=LINK)["exists"] is False
    with host.files.open(f"{STAGING}\\TLSLic.edb") as file:
        assert read_header(file).state == DIRTY
    assert run("delete_shadow", id=shadow.id)["exit_code"] == 0
    assert run("delete_shadow", id=shadow.id)["exit_code"] != 0
    assert len(_all(server)) == 2
    with pytest.raises(Thrown):
        run("copy_from_shadow", names=["TLSLic.edb"], **options)


def test_a_copy_that_fails_leaves_neither_link_nor_copy(server: Farm) -> None:
    run, host = _client(server), server.hosts["ls1"]
    dummy, made = host.shadows.create("C:\\")
    shadow = host.shadows.get(made or "")
    assert shadow is not None
    host.files.faults.add(FileFault("io_error", operation="write", path=f"{STAGING}\\*"))
    options: dict[str, Any] = {
        "device": shadow.device,
        "folder": FOLDER,
        "link": LINK,
        "destination": STAGING,
    }
    with pytest.raises(Thrown) as caught:
        run("copy_from_shadow", names=["TLSLic.edb"], **options)
    assert caught.value.code == 0x8007045D
    assert run("list_folder", path=LINK)["exists"] is False
    assert run("list_folder", path=STAGING)["entries"] == []


@pytest.mark.parametrize("name", ["..\\SAM", "a/b", "C:x"])
def test_only_plain_names_are_copied(server: Farm, name: str) -> None:
    run = _client(server)
    device = server.hosts["ls1"].shadows.all()[0].device
    with pytest.raises(Thrown, match="Not a file name"):
        run(
            "copy_from_shadow",
            device=device,
            folder=FOLDER,
            names=[name],
            link=LINK,
            destination=STAGING,
        )


def test_an_id_that_is_none_is_an_error(server: Farm) -> None:
    with pytest.raises(Thrown) as caught:
        _client(server)("delete_shadow", id="{x}' /all")
    assert caught.value.code == 0x80131537
    assert len(_all(server)) == 2


# -- esentutl -------------------------------------------------------------------------------


def _snapshot(run: OperationClient, **more: str) -> dict[str, Any]:
    options: dict[str, Any] = {
        "database": DATABASE,
        "base": "edb",
        "logs": FOLDER,
        "system": FOLDER,
        "destination": f"{STAGING}\\TLSLic.edb",
        **more,
    }
    return run("snapshot_database", **options)


def test_a_snapshot_of_a_running_service_is_clean(server: Farm) -> None:
    run = _client(server)
    found = _snapshot(run)
    assert (found["exit_code"], "completed successfully" in found["output"]) == (0, True)
    assert found["bytes"] == server.hosts["ls1"].files.stat(f"{STAGING}\\TLSLic.edb").bytes
    with server.hosts["ls1"].files.open(f"{STAGING}\\TLSLic.edb") as file:
        assert read_header(file).state == CLEAN
    assert server.hosts["ls1"].services["TermServLicensing"].state == "Running"
    assert _snapshot(run)["exit_code"] == -1814


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"base": "res"}, -528),
        ({"logs": "C:\\Windows"}, -528),
        ({"system": "C:\\Windows"}, -528),
        ({"database": "C:\\Windows\\none.edb"}, -1811),
        ({"destination": "X:\\none\\copy.edb"}, -1022),
    ],
)
def test_a_snapshot_of_something_else_fails(server: Farm, more: dict[str, str], code: int) -> None:
    found = _snapshot(_client(server), **more)
    assert (found["exit_code"], found["bytes"]) == (code, None)
    assert "terminated with error" in found["output"]


@pytest.mark.parametrize(("how", "code"), [("fails", -2402), ("no_esevss", -1811)])
def test_a_scenario_lets_the_snapshot_fail(farm_of: FarmOf, how: str, code: int) -> None:
    farm = farm_of(ls1={"roles": ["licensing"], "snapshot": how})
    assert _snapshot(_client(farm))["exit_code"] == code


@pytest.mark.parametrize(
    ("kind", "code"), [("disk_full", -1808), ("io_error", -1022), ("access_denied", -1032)]
)
def test_a_snapshot_that_is_cut_off_stays_as_it_is(server: Farm, kind: str, code: int) -> None:
    run = _client(server)
    server.hosts["ls1"].files.faults.add(FileFault(kind, operation="write"))
    found = _snapshot(run)
    assert found["exit_code"] == code
    assert found["bytes"] is not None


# -- identity -------------------------------------------------------------------------------


def _administrators(farm: Farm, name: str) -> list[tuple[str, bool]]:
    items = SoapClient(farm, name).all_items(CIMV2 + "Win32_UserAccount")
    rows = [fields(each) for each in items]
    found = [(row["SID"] or "", row["LocalAccount"] == "true") for row in rows]
    return [(sid, own) for sid, own in found if sid.endswith("-500")]


def test_the_local_administrator_tells_the_machine(farm_of: FarmOf) -> None:
    farm = farm_of(
        a={"computer_sid": "S-1-5-21-1-2-3"},
        b={},
        w={"workgroup": "WG"},
        dc={"domain_controller": True},
    )
    local = {name: [sid for sid, own in _administrators(farm, name) if own] for name in farm.hosts}
    assert local["a"] == ["S-1-5-21-1-2-3-500"]
    assert all(len(found) == 1 for found in local.values())
    assert len({found[0] for found in local.values()}) == 4
    assert [own for dummy, own in _administrators(farm, "b")] == [True, False]
    assert [own for dummy, own in _administrators(farm, "w")] == [True]
    assert _administrators(farm, "dc") == [(_administrators(farm, "b")[1][0], True)]


def test_the_date_of_installation_is_the_scenarios_and_stays(farm_of: FarmOf) -> None:
    farm = farm_of(sh1={"os_installed": "2024-05-06T07:08:09Z"}, sh2={})
    system = CIMV2 + "Win32_OperatingSystem"
    assert SoapClient(farm, "sh1").get(system).value("InstallDate") == "2024-05-06T07:08:09Z"
    before = SoapClient(farm, "sh2").get(system).value("InstallDate")
    farm.hosts["sh2"].clock.boot()
    assert SoapClient(farm, "sh2").get(system).value("InstallDate") == before
